"""The group by arkworks (Rust), through py_arkworks_bls12381."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from py_arkworks_bls12381 import G1Point, Scalar

from ledger.log.errors import Malformed
from voting.protocol.group import (
    H_EFF,
    ORDER,
    VALUE_DST,
    VALUE_MESSAGE,
    Point,
    check_coordinates,
)

_H_EFF_BITS: Final = bin(H_EFF)[3:]


class ArkworksGroup:
    """`Group` in native code: about 1 µs to decode a point, 25–40 µs a point in an msm."""

    def __init__(self) -> None:
        self._generator = G1Point()
        self._value_base = G1Point.hash_to_curve(VALUE_MESSAGE, VALUE_DST)
        self._zero = G1Point.identity()

    @property
    def generator(self) -> Point:
        return self._generator

    @property
    def value_base(self) -> Point:
        return self._value_base

    @property
    def zero(self) -> Point:
        return self._zero

    def decode(self, data: bytes) -> Point:
        check_coordinates(data)
        try:
            return G1Point.from_xy_bytes_unchecked_be(data)
        except ValueError as error:
            raise Malformed(what="point on the curve") from error

    def encode(self, point: Point) -> bytes:
        if point == self._zero:
            raise ValueError("the point at infinity has no encoding")
        return bytes(point.to_xy_bytes_be())

    def add(self, left: Point, right: Point) -> Point:
        return left + right

    def neg(self, point: Point) -> Point:
        return -point

    def mul(self, point: Point, scalar: int) -> Point:
        return point * _scalar(scalar)

    def msm(self, points: Sequence[Point], scalars: Sequence[int]) -> Point:
        if len(points) != len(scalars):
            raise ValueError("as many scalars as points")
        return G1Point.multiexp_unchecked(list(points), [_scalar(s) for s in scalars])

    def clear(self, point: Point) -> Point:
        # Doubling and adding, not `*`: the library may split a scalar by the curve's
        # endomorphism, which is right in the subgroup only.
        result = point
        for bit in _H_EFF_BITS:
            result = result + result
            if bit == "1":
                result = result + point
        return result

    def is_zero(self, point: Point) -> bool:
        return bool(point == self._zero)

    def in_subgroup(self, point: Point) -> bool:
        return bool(point.is_in_subgroup())


def _scalar(value: int) -> Scalar:
    return Scalar.from_be_bytes((value % ORDER).to_bytes(32, "big"))
