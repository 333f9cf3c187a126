"""From tallied vectors to the outcome of each motion, by the case's rule pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.electorate import motion_of, switches_of
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Code, Count, Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import rolls_of
from bankruptcy.law import outcome as law
from bankruptcy.law.roll import Total
from voting.protocol.group import scalar_of
from voting.protocol.roll import Roll
from voting.protocol.tally import Metric
from voting.protocol.validity import Choice

ANSWERS = {
    Choice.FOR: law.Answer.FOR,
    Choice.AGAINST: law.Answer.AGAINST,
    Choice.ABSTAIN: law.Answer.ABSTAIN,
}


def outcomes(
    view: CaseView,
    vote: records.Vote,
    vectors: Iterable[records.DeclaredVector],
    opened: Iterable[records.DeclaredOpening],
) -> tuple[records.DeclaredMotion, ...]:
    """The outcome of every motion of a vote, in order of motion, as a result declares it."""
    return tuple(_declared(motion, found) for motion, found in decided(view, vote, vectors, opened))


def decided(
    view: CaseView,
    vote: records.Vote,
    vectors: Iterable[records.DeclaredVector],
    opened: Iterable[records.DeclaredOpening],
) -> tuple[tuple[records.Motion, law.Outcome], ...]:
    """The outcome of every motion of a vote, in order of motion, with the law's exact fractions."""
    return tuple((case.motion, judged(view, case)) for case in figures(view, vote, vectors, opened))


def judged(view: CaseView, case: Figures) -> law.Outcome:
    """What the law makes of a motion's figures. Raises NotFound."""
    file = records.case_file(view)
    if file is None:
        raise NotFound(what="case", id="")
    return law.outcome(
        view.pack, motion_of(case.motion), case.totals, case.tallies, switches_of(file)
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What the law judges of a motion: the whole of each class, and what was counted in it."""

    motion: records.Motion
    totals: Mapping[str, Total]
    tallies: Mapping[str, law.Tally]


def figures(
    view: CaseView,
    vote: records.Vote,
    vectors: Iterable[records.DeclaredVector],
    opened: Iterable[records.DeclaredOpening],
) -> tuple[Figures, ...]:
    """The figures of every motion of a vote, in order of motion."""
    counts = {(v.motion, v.class_, v.metric): law.Count(v.for_, v.against, v.cast) for v in vectors}
    answers = {(o.line, o.motion): Choice.of_code(scalar_of(o.v)) for o in opened}
    there = _attended(view, vote)
    heads = {row.motion: row for row in vote.rolls}
    found = []
    for motion_id, roll in sorted(rolls_of(view, vote).items()):
        motion = view.get(records.MOTIONS, vote.meeting, motion_id)
        if motion is None:
            raise NotFound(what="motion", id=motion_id)
        totals: dict[str, Total] = {}
        tallies: dict[str, law.Tally] = {}
        for row in heads[motion.motion].classes:
            name = row.class_
            total = _total(roll, row)
            amount = counts.get((motion.motion, row.class_, Code(Metric.AMOUNT.value)))
            single = roll.single(name)
            if single is not None:
                choice = answers.get((Id(single.line), motion.motion))
                total, amount = law.disclosed(total, None if choice is None else ANSWERS[choice])
            totals[name] = total
            tallies[name] = law.Tally(
                attended=there.get((motion_id, name), 0),
                heads=counts[motion.motion, row.class_, Code(Metric.HEADS.value)],
                amount=amount,
            )
        found.append(Figures(motion, totals, tallies))
    return tuple(found)


def _declared(motion: records.Motion, judged: law.Outcome) -> records.DeclaredMotion:
    return records.DeclaredMotion(
        motion=motion.motion,
        rule=motion.rule,
        classes=tuple(
            records.DeclaredClass(
                class_=Code(name),
                present=Count(row.present),
                heads_ok=row.heads_ok,
                amount_ok=row.amount_ok,
            )
            for name, row in judged.classes.items()
        ),
        passed=judged.passed,
        next=Code(judged.next or "none"),
    )


def _total(roll: Roll, row: records.ClassRow) -> Total:
    weighted = len(roll.weighted(row.class_))
    return Total(heads=row.heads, weighted=weighted, amount=row.total or 0)


def attended_lines(view: CaseView, vote: records.Vote) -> frozenset[tuple[str, str]]:
    """(motion, line) that voted, void or not, or whose unit signed in (P2)."""
    last = view.find(records.LAST_ANSWERS, manifest_hash=vote.manifest_hash)
    answered = {(answer.motion, answer.line) for answer in last}
    signed_in = {p.person for p in view.find(records.PRESENCES, meeting=vote.meeting)}
    return frozenset(
        (str(line.motion), str(line.line))
        for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash)
        if (line.motion, line.line) in answered or signed_in & set(line.members)
    )


def _attended(view: CaseView, vote: records.Vote) -> Mapping[tuple[str, str], int]:
    """Heads of each (motion, class) that attended."""
    there = attended_lines(view, vote)
    found: dict[tuple[str, str], int] = {}
    for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        if (line.motion, line.line) in there:
            key = (str(line.motion), str(line.class_))
            found[key] = found.get(key, 0) + line.heads
    return found
