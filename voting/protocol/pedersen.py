"""Pedersen commitments value·H + blinding·G: hiding perfectly, adding up (protocol 2, 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voting.protocol.group import Group, Point, same


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens a commitment: its value and its blinding, both scalars."""

    value: int
    blinding: int


def commit(group: Group, value: int, blinding: int) -> Point:
    """value·H + blinding·G; scalars mod r."""
    return group.add(group.mul(group.value_base, value), group.mul(group.generator, blinding))


def commitment_bytes(group: Group, value: int, blinding: int) -> bytes:
    """The 96 bytes of a commitment; ValueError in the one case in 2^255 that it is O."""
    return group.encode(commit(group, value, blinding))


def opens(group: Group, point: Point, value: int, blinding: int) -> bool:
    """Whether value and blinding open the commitment `point` (cofactored)."""
    return same(group, point, commit(group, value, blinding))


def total(group: Group, points: Iterable[Point]) -> Point:
    """The sum of commitments, exactly; O for none."""
    result = group.zero
    for point in points:
        result = group.add(result, point)
    return result
