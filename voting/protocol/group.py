"""The group of the protocol and its encodings (protocol 1).

BLS12-381 G1 of prime order r. A point on the wire is 96 bytes, x then y; it is checked to be on
the curve but not in the subgroup, because every equation is compared after both sides were
multiplied by h_eff. So a point has a part of order r, which counts, and a part that h_eff makes
vanish, which does not:

- `add`, `neg`, `encode`, `decode` and `clear` are exact on every point of the curve;
- `mul` and `msm` reduce scalars mod r: on a point outside the subgroup they are right in the part
  of order r only. Compare their results by `same` or `vanishes`, never by their bytes, unless
  every point that went in is in the subgroup (made from G and H, cleared, or checked).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final, Protocol

from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Malformed

ORDER: Final = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
FIELD: Final = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)
H_EFF: Final = 0xD201000000010001
"""RFC 9380, 8.8.1: takes every point of the curve into the subgroup."""

COORDINATE_SIZE: Final = 48
POINT_SIZE: Final = 96
SCALAR_SIZE: Final = 32
FIELD_BYTES: Final = FIELD.to_bytes(COORDINATE_SIZE, "big")

VALUE_MESSAGE: Final = b"pedersen value generator"
VALUE_DST: Final = b"CONCURSUS-V1-with-BLS12381G1_XMD:SHA-256_SSWU_RO_"

Point = Any
"""A backend's own point; opaque to everyone else."""


class Group(Protocol):
    """What a backend gives. Scalars are any integers; they are reduced mod r."""

    @property
    def generator(self) -> Point:
        """G, the standard generator."""

    @property
    def value_base(self) -> Point:
        """H = hash_to_curve("pedersen value generator"); nobody knows log_G H."""

    @property
    def zero(self) -> Point:
        """The neutral element O, which has no encoding."""

    def decode(self, data: bytes) -> Point:
        """The point of 96 bytes; on the curve, in the subgroup or not. Raises Malformed."""

    def encode(self, point: Point) -> bytes:
        """The 96 bytes of a point; ValueError for O."""

    def add(self, left: Point, right: Point) -> Point:
        """left + right, exactly."""

    def neg(self, point: Point) -> Point:
        """−point, exactly."""

    def mul(self, point: Point, scalar: int) -> Point:
        """scalar · point, right in the part of order r."""

    def msm(self, points: Sequence[Point], scalars: Sequence[int]) -> Point:
        """Σ scalar · point as one multi-scalar multiplication; O for none.

        points, scalars: of one length. Right in the part of order r.
        """

    def clear(self, point: Point) -> Point:
        """h_eff · point, exactly: in the subgroup whatever the point."""

    def is_zero(self, point: Point) -> bool:
        """Whether the point is O itself."""

    def in_subgroup(self, point: Point) -> bool:
        """Whether r · point = O; so it is for O."""


@cache
def default_group() -> Group:
    """The native backend, arkworks."""
    from voting.protocol.group_arkworks import ArkworksGroup

    return ArkworksGroup()


def vanishes(group: Group, point: Point) -> bool:
    """Whether the point is O but for a part outside the subgroup."""
    return group.is_zero(group.clear(point))


def same(group: Group, left: Point, right: Point) -> bool:
    """Whether two points are equal, cofactored: how every equation is compared."""
    return vanishes(group, group.add(left, group.neg(right)))


def check_coordinates(data: bytes) -> None:
    """Refuse what is not 96 bytes of two coordinates < p, and (0, 0), which stands for O.

    For backends, which check the curve themselves. Raises Malformed.
    """
    if len(data) != POINT_SIZE:
        raise Malformed(what="point, 96 bytes")
    if not (data[:COORDINATE_SIZE] < FIELD_BYTES and data[COORDINATE_SIZE:] < FIELD_BYTES):
        raise Malformed(what="point, coordinates below p")
    if not any(data):
        raise Malformed(what="point other than infinity")


def read_point(group: Group, text: object) -> bytes:
    """The 96 bytes of a point's base64url, checked to be on the curve. Raises Malformed."""
    data = unb64u(text, POINT_SIZE)
    group.decode(data)
    return data


def read_scalar(text: object) -> int:
    """A scalar < r from its base64url. Raises Malformed."""
    return scalar_of(unb64u(text, SCALAR_SIZE))


def scalar_of(data: bytes) -> int:
    """A scalar from 32 bytes big-endian; Malformed if it is not below r."""
    if len(data) != SCALAR_SIZE:
        raise Malformed(what="scalar, 32 bytes")
    value = int.from_bytes(data, "big")
    if value >= ORDER:
        raise Malformed(what="scalar below r")
    return value


def scalar_bytes(value: int) -> bytes:
    """32 bytes big-endian of a scalar 0 … r−1; ValueError outside."""
    if not 0 <= value < ORDER:
        raise ValueError("a scalar must be in 0 … r-1")
    return value.to_bytes(SCALAR_SIZE, "big")


def write_scalar(value: int) -> str:
    """The base64url of a scalar."""
    return b64u(scalar_bytes(value))


def decode_all(group: Group, data: Iterable[bytes]) -> list[Point]:
    """The points of many encodings. Raises Malformed."""
    return [group.decode(point) for point in data]
