"""The group by py_ecc: plain Python, slow, the reference that arkworks is held against."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ledger.log.errors import Malformed
from voting.protocol.group import (
    COORDINATE_SIZE,
    H_EFF,
    ORDER,
    VALUE_DST,
    VALUE_MESSAGE,
    Point,
    check_coordinates,
)


@contextmanager
def _recursion_limit_kept() -> Iterator[None]:
    # py_ecc raises the interpreter's limit to 100,000, under which JSON nested that deep no
    # longer raises RecursionError but runs the C stack out and kills the process.
    before = sys.getrecursionlimit()
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


with _recursion_limit_kept():
    from py_ecc.bls.hash_to_curve import hash_to_G1
    from py_ecc.fields import optimized_bls12_381_FQ as FQ
    from py_ecc.optimized_bls12_381.optimized_curve import (
        G1,
        Z1,
        add,
        b,
        is_inf,
        is_on_curve,
        multiply,
        neg,
        normalize,
    )

_SHA256: Any = hashlib.sha256
"""py_ecc annotates a hash where it takes the function that makes one."""


class PyEccGroup:
    """`Group` in Python; a multiplication takes milliseconds."""

    def __init__(self) -> None:
        self._value_base = hash_to_G1(VALUE_MESSAGE, VALUE_DST, _SHA256)

    @property
    def generator(self) -> Point:
        return G1

    @property
    def value_base(self) -> Point:
        return self._value_base

    @property
    def zero(self) -> Point:
        return Z1

    def decode(self, data: bytes) -> Point:
        check_coordinates(data)
        x, y = (int.from_bytes(c, "big") for c in (data[:COORDINATE_SIZE], data[COORDINATE_SIZE:]))
        point = (FQ(x), FQ(y), FQ(1))
        if not is_on_curve(point, b):
            raise Malformed(what="point on the curve")
        return point

    def encode(self, point: Point) -> bytes:
        if is_inf(point):
            raise ValueError("the point at infinity has no encoding")
        return b"".join(int(c).to_bytes(COORDINATE_SIZE, "big") for c in normalize(point))

    def add(self, left: Point, right: Point) -> Point:
        return add(left, right)

    def neg(self, point: Point) -> Point:
        return neg(point)

    def mul(self, point: Point, scalar: int) -> Point:
        return multiply(point, scalar % ORDER)

    def msm(self, points: Sequence[Point], scalars: Sequence[int]) -> Point:
        result = Z1
        for point, scalar in zip(points, scalars, strict=True):
            result = add(result, multiply(point, scalar % ORDER))
        return result

    def clear(self, point: Point) -> Point:
        return multiply(point, H_EFF)

    def is_zero(self, point: Point) -> bool:
        return bool(is_inf(point))

    def in_subgroup(self, point: Point) -> bool:
        return bool(is_inf(multiply(point, ORDER)))
