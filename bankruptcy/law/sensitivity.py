"""The sensitivity sheet: would the outcome be the same under another reading of the law? (A.4)

Readings that change only denominators or silent lines (P2, P3) are recomputed from the totals,
exactly. Those that change the weight of cast ballots are never added up again: the difference of
two sums would be somebody's vote (protocol 7). For them stand two bounds, all affected lines for
and all against, and between these the outcome lies: who gains weight helps the motion most if he
was for it, who loses weight if he was against.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bankruptcy.law.model import Effect, Switches
from bankruptcy.law.motion import Motion
from bankruptcy.law.outcome import NOTHING, Count, Outcome, Tally, outcome
from bankruptcy.law.pack import RulePack
from bankruptcy.law.readings import Reading
from bankruptcy.law.roll import Total


@dataclass(frozen=True, slots=True)
class Weight:
    """What a line has in a class: head, fen that it votes, fen in the base that it does not."""

    heads: int = 0
    amount: int = 0
    base: int = 0


@dataclass(frozen=True, slots=True)
class Affected:
    """A line whose weight a reading changes. `cast`: its answer is among those counted."""

    cls: str
    cast: bool
    attended: bool
    before: Weight
    after: Weight

    @property
    def answers(self) -> bool:
        """May it stand on either side? A line that a reading first creates could have."""
        return self.cast or self.before.heads == 0


class Verdict(Enum):
    """What a reading means for the outcome."""

    SAME = "same"
    DIFFERS = "differs"
    """It is, or may be, another one."""
    OPEN = "open"
    """Amounts are needed that are not at hand."""


@dataclass(frozen=True, slots=True)
class Found:
    """The outcomes under one reading; one and the same where it is exact, None where open."""

    reading: Reading
    verdict: Verdict
    low: Outcome | None
    """With the affected lines all on the side that helps the motion least."""
    high: Outcome | None
    """With the affected lines all on the side that helps it most."""
    lines: int = 0
    """How many lines the reading affects; of an exact one none that was cast."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A motion's outcome, and what every other reading makes of it."""

    outcome: Outcome
    found: tuple[Found, ...]

    @property
    def depends(self) -> tuple[str, ...]:
        """The open points on which the outcome depends."""
        return self._named(Verdict.DIFFERS)

    @property
    def open(self) -> tuple[str, ...]:
        """The open points of which it could not be computed."""
        return self._named(Verdict.OPEN)

    @property
    def robust(self) -> bool:
        """Is the outcome the same under every reading?"""
        return not self.depends and not self.open

    def _named(self, verdict: Verdict) -> tuple[str, ...]:
        hits = (f.reading.switch for f in self.found if f.verdict is verdict)
        return tuple(dict.fromkeys(hits))


def sheet(
    pack: RulePack,
    motion: Motion,
    totals: Mapping[str, Total],
    tallies: Mapping[str, Tally],
    switches: Switches | None,
    readings: Sequence[tuple[Reading, Sequence[Affected] | None]],
) -> Sheet:
    """The sheet of a motion. `readings`: each with the lines it affects, None = amounts lacking.

    Each point is varied alone. Raises what `outcome` raises.
    """
    declared = outcome(pack, motion, totals, tallies, switches)
    return Sheet(
        declared,
        tuple(
            under(pack, motion, totals, tallies, switches, reading, affected)
            for reading, affected in readings
        ),
    )


def under(
    pack: RulePack,
    motion: Motion,
    totals: Mapping[str, Total],
    tallies: Mapping[str, Tally],
    switches: Switches | None,
    reading: Reading,
    affected: Sequence[Affected] | None,
) -> Found:
    """What one reading makes of a motion; see `sheet`. Raises what `outcome` raises."""
    if affected is None:
        return Found(reading, Verdict.OPEN, None, None)
    settings = pack.settings(switches)
    other = settings if reading.effect is Effect.WEIGHTS else reading.switches(settings)
    declared = outcome(pack, motion, totals, tallies, settings)
    low, high = (
        outcome(pack, motion, *_shifted(totals, tallies, affected, high=side), other)
        for side in (False, True)
    )
    same = all(_same(declared, end) for end in (low, high))
    return Found(reading, Verdict.SAME if same else Verdict.DIFFERS, low, high, len(affected))


def _shifted(
    totals: Mapping[str, Total],
    tallies: Mapping[str, Tally],
    affected: Sequence[Affected],
    *,
    high: bool,
) -> tuple[Mapping[str, Total], Mapping[str, Tally]]:
    """Totals, and tallies at one bound."""
    moved_totals, moved_tallies = dict(totals), dict(tallies)
    for cls in sorted({line.cls for line in affected}):
        lines = [line for line in affected if line.cls == cls]
        total = _total(totals.get(cls, Total(0, 0, 0)), lines)
        tally = _tally(tallies.get(cls, Tally(0, NOTHING, None)), lines, high=high)
        if total.heads:
            moved_totals[cls], moved_tallies[cls] = total, tally
        else:
            # A group without lines does not exist.
            moved_totals.pop(cls, None)
            moved_tallies.pop(cls, None)
    return moved_totals, moved_tallies


def _total(total: Total, lines: Sequence[Affected]) -> Total:
    before, after = [x.before for x in lines], [x.after for x in lines]
    return Total(
        heads=total.heads + sum(x.heads for x in after) - sum(x.heads for x in before),
        weighted=total.weighted
        + sum(x.amount > 0 for x in after)
        - sum(x.amount > 0 for x in before),
        amount=total.amount
        + sum(x.amount + x.base for x in after)
        - sum(x.amount + x.base for x in before),
        unconnected=total.unconnected,
        base=total.base + sum(x.base for x in after) - sum(x.base for x in before),
    )


def _tally(tally: Tally, lines: Sequence[Affected], *, high: bool) -> Tally:
    there = tally.attended + sum(
        (x.after.heads if x.attended or x.before.heads == 0 else 0)
        - (x.before.heads if x.attended else 0)
        for x in lines
    )
    answering = [x for x in lines if x.answers]
    heads = [(x.before.heads, x.after.heads) for x in answering]
    amounts = [(x.before.amount, x.after.amount) for x in answering]
    amount = tally.amount or NOTHING
    return Tally(
        attended=there,
        heads=_bound(tally.heads, heads, high=high),
        amount=_bound(amount, amounts, high=high),
        unconnected_against=tally.unconnected_against,
    )


def _bound(count: Count, moved: Sequence[tuple[int, int]], *, high: bool) -> Count:
    """The count with the affected lines, of weights (before, after), at one bound.

    Of the affected it is known together what they weigh, but not how they answered; a bound never
    contradicts the totals: at most what was cast for can have come from them.
    """
    was, becomes = sum(b for b, _ in moved), sum(a for _, a in moved)
    cast = count.cast - was + becomes
    up = sum(max(0, a - b) for b, a in moved)
    down = sum(min(0, a - b) for b, a in moved)

    def span(side: int) -> tuple[int, int]:
        unaffected = min(side, count.cast - was)
        return max(0, side + down), min(side + up, unaffected + becomes)

    least_for, most_for = span(count.for_)
    least_against, most_against = span(count.against)
    if high:
        return Count(min(most_for, cast - least_against), least_against, cast)
    return Count(least_for, min(most_against, cast - least_for), cast)


def _same(one: Outcome, other: Outcome) -> bool:
    """Do both say the same of the motion, and of every group that both have?"""
    common = one.classes.keys() & other.classes.keys()
    return one.passed == other.passed and all(
        one.classes[cls].passed == other.classes[cls].passed for cls in common
    )
