"""What a corrected roll would change: two bounds, and never a second sum (protocol 7).

A sum of the same ballots under other weights would show the votes of exactly those whose weight
differs. So the declared totals are taken, and the corrected lines are put once all for, once all
against; where both come out alike, the correction changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import amounts_of, counted_answers
from bankruptcy.kinds.deciding import Figures, figures, judged
from bankruptcy.kinds.schema import Code, Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import rolls_of
from bankruptcy.law import outcome as law
from bankruptcy.law.roll import Total


@dataclass(frozen=True, slots=True)
class Bounds:
    """A motion whose roll was corrected: its outcome as declared, and at both bounds."""

    motion: records.Motion
    declared: law.Outcome
    all_for: law.Outcome
    all_against: law.Outcome

    @property
    def robust(self) -> bool:
        """Does it pass, or fail, whatever the corrected lines answered?"""
        return self.declared.passed == self.all_for.passed == self.all_against.passed


@dataclass(frozen=True, slots=True)
class Proposed:
    """A line as it should have been, by the court's order or thought of. amount: fen."""

    motion: Id
    line: Id
    class_: Code
    heads: int
    amount: int


class _Side(Enum):
    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class _Change:
    """One corrected line, in heads and fen. voted: its answer is among those counted.

    new: it had no line, and so no ballot; under both bounds it answers.
    """

    class_: str
    heads: tuple[int, int]
    amount: tuple[int, int]
    voted: bool
    new: bool


def bounds(
    view: CaseView, vote: records.Vote, result: records.Result, more: Proposed | None = None
) -> tuple[Bounds, ...]:
    """Of every motion of the result whose roll was corrected, or would be by `more`.

    Raises NotOpened.
    """
    rows = {(row.motion, row.line): row for row in _on_record(view, vote)}
    if more is not None:
        rows[more.motion, more.line] = more
    found = []
    for one in figures(view, vote, result.vectors, result.opened):
        own = [row for row in rows.values() if row.motion == one.motion.motion]
        changes = [_change(view, vote, row) for row in own]
        if changes:
            found.append(
                Bounds(
                    one.motion,
                    judged(view, one),
                    judged(view, _corrected(view, vote, one, changes, _Side.FOR)),
                    judged(view, _corrected(view, vote, one, changes, _Side.AGAINST)),
                )
            )
    return tuple(found)


def _on_record(view: CaseView, vote: records.Vote) -> tuple[Proposed, ...]:
    return tuple(
        Proposed(
            motion=row.motion,
            line=row.line,
            class_=row.class_,
            heads=row.heads,
            amount=0 if row.weight is None else view.amount(row.weight),
        )
        for row in view.find(records.CORRECTIONS, manifest_hash=vote.manifest_hash)
    )


def _change(view: CaseView, vote: records.Vote, row: Proposed) -> _Change:
    line = view.get(records.ROLL_LINES, vote.manifest_hash, row.motion, row.line)
    amounts = amounts_of(view, vote)
    counted = {answer.pair for answer in counted_answers(view, vote)}
    return _Change(
        class_=row.class_,
        heads=(0 if line is None else line.heads, row.heads),
        amount=(amounts.get((row.line, row.motion), 0), row.amount),
        voted=(row.line, row.motion) in counted,
        new=line is None,
    )


def _corrected(
    view: CaseView, vote: records.Vote, one: Figures, changes: list[_Change], side: _Side
) -> Figures:
    totals, tallies = dict(one.totals), dict(one.tallies)
    for name in {change.class_ for change in changes}:
        own = [change for change in changes if change.class_ == name]
        total, tally = _in_fen(view, vote, one, name)
        heads, amount = tally.heads, tally.amount or law.NOTHING
        attended = tally.attended
        for change in own:
            total = replace(
                total,
                heads=total.heads + change.heads[1] - change.heads[0],
                weighted=total.weighted + int(change.amount[1] > 0) - int(change.amount[0] > 0),
                amount=total.amount + change.amount[1] - change.amount[0],
            )
            if change.voted or change.new:
                heads = _moved(heads, change.heads, side)
                amount = _moved(amount, change.amount, side)
                attended += change.heads[1] - change.heads[0]
        totals[name] = total
        there = amount if total.weighted or tally.amount is not None else None
        tallies[name] = replace(tally, attended=attended, heads=heads, amount=there)
    return replace(one, totals=totals, tallies=tallies)


def _in_fen(view: CaseView, vote: records.Vote, one: Figures, name: str) -> tuple[Total, law.Tally]:
    """A class in fen also where it has one weighted line, whose amount was put as 1."""
    total, tally = one.totals[name], one.tallies[name]
    single = rolls_of(view, vote)[one.motion.motion].single(name)
    if single is None or tally.amount is None:
        return total, tally
    fen = amounts_of(view, vote)[single.line, one.motion.motion]
    count = tally.amount
    scaled = law.Count(count.for_ * fen, count.against * fen, count.cast * fen)
    return replace(total, amount=fen), replace(tally, amount=scaled)


def _moved(count: law.Count, change: tuple[int, int], side: _Side) -> law.Count:
    """The old part taken away and the new one added on one side; never below nothing."""
    before, after = change
    cast = count.cast - before + after
    if side is _Side.FOR:
        for_ = max(0, count.for_ - before) + after
        return law.Count(for_, min(count.against, cast - for_), cast)
    against = max(0, count.against - before) + after
    return law.Count(min(count.for_, cast - against), against, cast)
