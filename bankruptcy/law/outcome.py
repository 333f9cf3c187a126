"""From tallies to the outcome: both statutory tests of each class, and what follows.

Tallies come from open ballots (`count`) or from verified sums; the switches that change only
denominators or silent lines (P2, P3) are applied here, exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from bankruptcy.law.model import Rule, Step, Switches
from bankruptcy.law.pack import RulePack
from bankruptcy.law.roll import Line, Motion, Roll, Total
from bankruptcy.law.share import Of, Share, Side


class Answer(Enum):
    """同意, 不同意, 弃权. Who is silent has no ballot."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class Count:
    """Heads or fen of those who answered: 0 ≤ for + against ≤ cast; the rest abstained."""

    for_: int
    against: int
    cast: int

    def __post_init__(self) -> None:
        if min(self.for_, self.against) < 0 or self.for_ + self.against > self.cast:
            raise ValueError(f"{self.for_} for and {self.against} against of {self.cast} cast")


NOTHING = Count(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one class answered.

    `attended`: lines with a head whose unit voted or signed in. `amount`: None for a class in
    which no line has a weight. `unconnected_against`: for a veto of the unconnected.
    """

    attended: int
    heads: Count
    amount: Count | None
    unconnected_against: int | None = None


@dataclass(frozen=True, slots=True)
class Fraction:
    """A part over a whole, unreduced, as counted."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{self.part}/{self.whole}"


@dataclass(frozen=True, slots=True)
class ClassOutcome:
    """Both tests of a class; a test that the rule lacks is None."""

    heads: Fraction | None
    heads_ok: bool | None
    amount: Fraction | None
    amount_ok: bool | None
    veto: Fraction | None
    veto_blocks: bool | None
    present: int

    @property
    def passed(self) -> bool:
        return self.heads_ok is not False and self.amount_ok is not False and not self.veto_blocks


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a motion; it passes when every class that votes passes.

    `contested`: it rests on consent by silence; `without_silence_rule` is then the outcome
    without (open point P3).
    """

    classes: Mapping[str, ClassOutcome]
    passed: bool
    step: Step | None
    contested: bool = False
    without_silence_rule: Outcome | None = None

    @property
    def next(self) -> str | None:
        return None if self.step is None else self.step.next


def outcome(
    pack: RulePack,
    motion: Motion,
    totals: Mapping[str, Total],
    tallies: Mapping[str, Tally],
    switches: Switches | None = None,
) -> Outcome:
    """Judge a motion. `totals`: of every class of the roll, opened or from known amounts.

    For a class of one weighted line, whose amount stays sealed, take `disclosed`. Raises
    UnknownRule, BadSwitch; ValueError where a tally exceeds its class.
    """
    settings, rule = pack.settings(switches), pack.rule(motion.rule)
    deemed = settings.get("P3") == "deemed_for"
    strict = _judge(pack, rule, motion, totals, tallies, settings, deemed=False)
    if not deemed:
        return strict
    found = _judge(pack, rule, motion, totals, tallies, settings, deemed=True)
    return Outcome(found.classes, found.passed, found.step, True, strict)


def count(
    roll: Roll, ballots: Mapping[str, Mapping[str, Answer]], attendance: Collection[str] = ()
) -> Mapping[str, Tally]:
    """Tallies from open ballots (unit → class → answer); who signed in is named in `attendance`.

    A ballot for a class in which the unit has no line changes nothing. Raises AmountNeeded.
    """
    there = frozenset(attendance)
    return {
        cls: _count([x for x in roll.lines if x.cls == cls], roll.total(cls), ballots, there)
        for cls in roll.classes
    }


def disclosed(total: Total, answer: Answer | None) -> tuple[Total, Count]:
    """Total and amount count of a class of one weighted line, from its disclosed answer alone.

    The weight stays sealed and is put as 1: part and whole are both it, or the part is nothing.
    """
    unit = Total(total.heads, total.weighted, 1, total.unconnected)
    if answer is None:
        return unit, NOTHING
    return unit, Count(int(answer is Answer.FOR), int(answer is Answer.AGAINST), 1)


def _count(
    lines: list[Line],
    total: Total,
    ballots: Mapping[str, Mapping[str, Answer]],
    there: frozenset[str],
) -> Tally:
    answers = [(line, ballots.get(line.unit, {}).get(line.cls)) for line in lines]
    cast = [(line, answer) for line, answer in answers if answer is not None]
    against = [x for x, a in cast if a is Answer.AGAINST]
    attended = sum(
        line.heads
        for line, answer in answers
        if answer is not None or line.unit in there or not there.isdisjoint(line.creditors)
    )
    return Tally(
        attended=attended,
        heads=Count(
            sum(x.heads for x, a in cast if a is Answer.FOR),
            sum(x.heads for x in against),
            sum(x.heads for x, _ in cast),
        ),
        amount=None
        if not total.weighted
        else Count(
            sum(x.amount or 0 for x, a in cast if a is Answer.FOR),
            sum(x.amount or 0 for x in against),
            sum(x.amount or 0 for x, _ in cast),
        ),
        unconnected_against=sum(x.amount or 0 for x in against if not x.related),
    )


def _judge(
    pack: RulePack,
    rule: Rule,
    motion: Motion,
    totals: Mapping[str, Total],
    tallies: Mapping[str, Tally],
    settings: Switches,
    *,
    deemed: bool,
) -> Outcome:
    voted_only = settings.get("P2") == "voted"
    classes = {
        cls: _class(rule, totals[cls], tallies[cls], deemed=deemed, voted_only=voted_only)
        for cls in sorted(totals)
    }
    passed = bool(classes) and all(found.passed for found in classes.values())
    if motion.matter is None:
        return Outcome(classes, passed, None)
    return Outcome(classes, passed, pack.matter(motion.matter).follows(passed, motion.round))


def _class(
    rule: Rule, total: Total, tally: Tally, *, deemed: bool, voted_only: bool
) -> ClassOutcome:
    heads, amount = tally.heads, tally.amount or NOTHING
    # Who has no vote is not silent: what nobody votes is never taken as consent.
    votable = total.amount - total.base
    if heads.cast > total.heads or amount.cast > votable or tally.attended > total.heads:
        raise ValueError("a tally exceeds its class")
    present = heads.cast if voted_only else max(tally.attended, heads.cast)
    if deemed:
        heads, amount = _silent_for(heads, total.heads), _silent_for(amount, votable)
        present = total.heads
    by_heads = _fraction(rule.heads, heads, present, total.heads, total)
    by_amount = _fraction(rule.amount, amount, amount.cast, total.amount, total)
    veto = None
    if rule.veto is not None:
        veto = Fraction(tally.unconnected_against or 0, total.unconnected)
    return ClassOutcome(
        heads=by_heads,
        heads_ok=_ok(rule.heads, by_heads),
        amount=by_amount,
        amount_ok=_ok(rule.amount, by_amount),
        veto=veto,
        veto_blocks=_ok(rule.veto, veto),
        present=present,
    )


def _silent_for(counted: Count, whole: int) -> Count:
    return Count(counted.for_ + whole - counted.cast, counted.against, whole)


def _fraction(
    share: Share | None, counted: Count, present: int, whole: int, total: Total
) -> Fraction | None:
    """Numerator and denominator of a test, as the rule takes them."""
    if share is None:
        return None
    part = counted.for_ if share.count is Side.FOR else counted.against
    if share.of is Of.PRESENT:
        return Fraction(part, present)
    if share.of is Of.VOTED:
        return Fraction(part, counted.for_ + counted.against)
    if share.of is Of.TOTAL_UNCONNECTED:
        return Fraction(part, total.unconnected)
    return Fraction(part, whole)


def _ok(share: Share | None, fraction: Fraction | None) -> bool | None:
    if share is None or fraction is None:
        return None
    return share.met(fraction.part, fraction.whole)
