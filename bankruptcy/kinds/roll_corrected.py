"""roll.corrected@1: the court finds that a roll should have been another (protocol 7).

It never leads to a second sum: leaves, weights, ballots and sums stay as they were prepared. What
the correction would change is answered by bounds (`correcting.py`), or by disclosing answers.
"""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees, NotFound
from bankruptcy.kinds.schema import Code, Committed, Hash, Id, SealedLong, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Corrected:
    """A line as it should have been; without head and weight: it should not have voted."""

    line: Id
    class_: Code
    heads: int
    weight: Committed | None


@dataclass(frozen=True, slots=True)
class Body:
    """lines: in order of line; also lines that the roll lacks."""

    manifest_hash: Hash
    motion: Id
    lines: tuple[Corrected, ...]
    decision: SealedShort
    reason: SealedLong


def check(view: CaseView, act: Act[Body]) -> None:
    """Of a vote that stands: lines of its motion that differ from the roll, each in its class."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, *(stage for stage in records.Stage if stage is not records.Stage.VOIDED))
    head = next((head for head in vote.rolls if head.motion == body.motion), None)
    if head is None:
        raise NotFound(what="motion", id=body.motion)
    named = [row.line for row in body.lines]
    if not named or named != sorted(set(named)):
        raise Disagrees(what="lines", stated=len(named), follows="1 …")
    classes = {row.class_ for row in head.classes}
    for row in body.lines:
        _check_line(view, vote, body, row, classes)


def _check_line(
    view: CaseView, vote: records.Vote, body: Body, row: Corrected, classes: set[Code]
) -> None:
    if row.class_ not in classes:
        raise NotFound(what="class", id=row.class_)
    if row.heads not in (0, 1):
        raise Disagrees(what=f"heads {row.line}", stated=row.heads, follows="0, 1")
    line = view.get(records.ROLL_LINES, vote.manifest_hash, body.motion, row.line)
    stands = (0, None) if line is None else (line.heads, line.weight)
    if line is not None and line.class_ != row.class_:
        raise Disagrees(what=f"class {row.line}", stated=row.class_, follows=line.class_)
    if stands == (row.heads, None if row.weight is None else row.weight.commitment):
        raise Disagrees(what=row.line, stated="roll", follows="≠")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The last order for a line holds; the roll that was voted on is not touched."""
    body = act.body
    for row in body.lines:
        state.put(
            records.CORRECTIONS,
            records.Correction(
                manifest_hash=body.manifest_hash,
                motion=body.motion,
                line=row.line,
                class_=row.class_,
                heads=row.heads,
                weight=row.weight,
                statement=act.digest,
            ),
        )


KIND = Kind(
    name="roll.corrected",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="roll.corrected",
    check=check,
    apply=apply,
    zh="法院（{who}）裁定更正事项 {motion} 的表决权名单（{lines} 项）；已投的票不重新合计",
    en="The court ({who}) corrected the roll of {motion} ({lines} line(s)); no second sum is made",
    facts=lambda view, body: {"motion": body.motion, "lines": len(body.lines)},
)
