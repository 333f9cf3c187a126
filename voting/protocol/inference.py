"""What exact totals give away, by arithmetic alone (protocol 10).

Said to the person who chooses what is published, before the rolls are fixed. An estimate where it
says so; no class that is not named is promised to be safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum


class Why(Enum):
    """What gives it away."""

    ONE_LINE = "one-line"
    """The class has one line: its result is that line's vote."""
    ONE_WEIGHT = "one-weight"
    """Only one line of the class has an amount: its answer is disclosed (protocol 2)."""
    OVER_HALF = "over-half"
    """The amount of the line alone exceeds half of its class: totals show its vote."""
    FEW_LINES = "few-lines"
    """n·log2 3 ≤ 2b: the totals as a rule determine every vote of the class."""
    ONE_SILENT = "one-silent"
    """Where all but one vote, or one alone does, total and cast differ by that line's amount, or
    the cast is that amount."""
    ROLLS_DIFFER = "rolls-differ"
    """Two rolls that differ in one line: the difference of their totals is its amount."""


@dataclass(frozen=True, slots=True)
class RollLine:
    """A line as the person who prepares the vote sees it. amount: in fen; None without weight.

    weight: the bytes of W, by which the same amount is known again in another roll.
    """

    line: str
    class_id: str
    weight: bytes | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class Inference:
    """One thing given away. lines: of whom; empty where it may be anybody of the class.

    count: lines with an amount. bits: of their total. other: the motion with the other roll.
    """

    why: Why
    motion: str
    class_id: str
    lines: tuple[str, ...]
    count: int
    bits: int
    other: str | None = None


Rolls = Iterable[tuple[str, Sequence[RollLine]]]
"""(motion, its lines)."""


def inferences(rolls: Rolls, earlier: Rolls = ()) -> tuple[Inference, ...]:
    """Everything that follows from the totals of these rolls, in order of roll, class, reason.

    earlier: rolls of the case whose totals stand on the ledger already.
    """
    found: list[Inference] = []
    known: list[tuple[str, str, dict[bytes, str]]] = [
        (motion, name, _weights(lines)) for motion, name, lines in _classes(earlier)
    ]
    for motion, name, lines in _classes(rolls):
        found.extend(_of_class(motion, name, lines))
        weights = _weights(lines)
        if len(weights) > 1:
            found.extend(_differing(motion, name, lines, weights, known))
        known.append((motion, name, weights))
    return tuple(found)


def _classes(rolls: Rolls) -> Iterator[tuple[str, str, list[RollLine]]]:
    for motion, lines in rolls:
        for name in sorted({line.class_id for line in lines}):
            yield motion, name, [line for line in lines if line.class_id == name]


def _weights(lines: Sequence[RollLine]) -> dict[bytes, str]:
    return {line.weight: line.line for line in lines if line.weight is not None}


def _of_class(motion: str, name: str, lines: Sequence[RollLine]) -> Iterator[Inference]:
    weighted = [line for line in lines if line.weight is not None]
    count, total = len(weighted), sum(line.amount or 0 for line in weighted)
    bits = total.bit_length()

    def given(why: Why, *named: RollLine) -> Inference:
        return Inference(why, motion, name, tuple(one.line for one in named), count, bits)

    if len(lines) == 1:
        yield given(Why.ONE_LINE, *lines)
        return
    if count == 1:
        yield given(Why.ONE_WEIGHT, *weighted)
    if count < 2:
        return
    for line in weighted:
        if 2 * (line.amount or 0) > total:
            yield given(Why.OVER_HALF, line)
    if determined(count, bits):
        yield given(Why.FEW_LINES)
    yield given(Why.ONE_SILENT, *(weighted if count == 2 else ()))


def determined(count: int, bits: int) -> bool:
    """Is n·log2 3 ≤ 2b? Three choices of each of n lines, two totals of b bits: 3^n ≤ 4^b."""
    return count <= 2 * bits and 3**count <= 4**bits


def _differing(
    motion: str,
    name: str,
    lines: Sequence[RollLine],
    weights: dict[bytes, str],
    known: Sequence[tuple[str, str, dict[bytes, str]]],
) -> Iterator[Inference]:
    """Classes with a total of their own that hold the same weights but for one line."""
    bits = sum(line.amount or 0 for line in lines).bit_length()
    seen: set[str] = set()
    for other, _name, theirs in known:
        apart = weights.keys() ^ theirs.keys()
        if len(theirs) < 2 or len(apart) != 1:
            continue
        line = next(weights.get(w) or theirs[w] for w in apart)
        if line not in seen:
            seen.add(line)
            yield Inference(
                Why.ROLLS_DIFFER, motion, name, (line,), len(weights), bits, other=other
            )
