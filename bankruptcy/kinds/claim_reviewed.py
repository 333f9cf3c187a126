"""claim.reviewed@1: the administrator checks a claim, line by line (EBL 57; JI-III 6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.admission import Admitted, PartsWrong, check_amounts, check_parts
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees, NotFound
from bankruptcy.kinds.register import next_version, not_withdrawn
from bankruptcy.kinds.schema import Code, Committed, Id, Instant, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.law.register import Nature
from ledger.log.errors import Refused
from ledger.log.statement import Role

REASONS = frozenset(f"RC{number:02}" for number in range(1, 17))
"""Why a claim is not admitted as filed (domain B.4)."""

NO_FINDING = (records.Status.FILED, records.Status.WITHDRAWN)
"""States that a review does not give."""


@dataclass(frozen=True, slots=True)
class ReviewedLine:
    """What is admitted of a line: the sum, its security, its parts; and why not the rest."""

    line: Id
    nature: Nature
    status: records.Status
    admitted: Committed | None
    security: records.Security | None
    parts: tuple[records.Part, ...]
    reasons: tuple[Code, ...]
    reason: SealedLong | None


@dataclass(frozen=True, slots=True)
class Body:
    """lines: every line of the claim that is not withdrawn, in its order."""

    claim: Id
    lines: tuple[ReviewedLine, ...]


class QuestionsOpen(Refused):
    """A point of cross-examination waits for an answer or a recorded refusal. Fact: `count`."""

    slug = "questions-open"
    zh = "还有 {count} 项质证意见没有答复；先答复，或记录拒绝答复的理由"
    en = "{count} point(s) of cross-examination wait; answer them or record why not"


def check(view: CaseView, act: Act[Body]) -> None:
    """No open point; every line that is not withdrawn; parts that fit natures and states."""
    body = act.body
    claim = view.get(records.CLAIMS, body.claim)
    if claim is None:
        raise NotFound(what="claim", id=body.claim)
    not_withdrawn(claim)
    waiting = sum(q.open_points for q in view.find(records.QUESTIONS, claim=body.claim))
    if waiting:
        raise QuestionsOpen(count=waiting)
    standing = [line.line for line in claim.standing]
    if [line.line for line in body.lines] != standing:
        raise Disagrees(what="lines", stated=len(body.lines), follows=len(standing))
    for line in body.lines:
        nothing = line.status in (records.Status.REJECTED, records.Status.DEFERRED)
        if line.status in NO_FINDING or nothing != (line.admitted is None):
            raise PartsWrong(line=line.line, what=line.status.value)
        if nothing != (not line.parts):
            raise PartsWrong(line=line.line, what=line.status.value)
        _check_reasons(line)
        check_parts(_admitted(body, line))


def _check_reasons(line: ReviewedLine) -> None:
    """What is not wholly admitted has reasons of the list, each once."""
    stated = set(line.reasons)
    if not stated <= REASONS or len(stated) != len(line.reasons):
        raise PartsWrong(line=line.line, what="reasons")
    if line.status is not records.Status.ADMITTED and not stated:
        raise PartsWrong(line=line.line, what="reasons")


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The parts add up to what is admitted, and that to the state of the line."""
    body = act.body
    claim = view.get(records.CLAIMS, body.claim)
    filed = {} if claim is None else {line.line: line.filed for line in claim.lines}
    for line in body.lines:
        if line.admitted is None:
            continue
        amount, asked = view.amount(line.admitted), view.amount(filed[line.line])
        whole = line.status is records.Status.ADMITTED
        if not 0 < amount <= asked or whole != (amount == asked):
            raise PartsWrong(line=line.line, what=line.status.value)
        check_amounts(view, _admitted(body, line), amount)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The claim stands in the register as checked."""
    claim = state.get(records.CLAIMS, act.body.claim)
    if claim is None:
        return
    found = {line.line: line for line in act.body.lines}
    version = next_version(state)
    lines = tuple(
        replace(
            before,
            version=version,
            nature=line.nature,
            status=line.status,
            admitted=line.admitted,
            security=line.security,
            parts=line.parts,
            reasons=line.reasons,
        )
        if (line := found.get(before.line)) is not None
        else before
        for before in claim.lines
    )
    state.put(
        records.CLAIMS,
        replace(claim, lines=lines, reviewed=Instant(act.received), review=act.digest),
    )


def _admitted(body: Body, line: ReviewedLine) -> Admitted:
    return Admitted(body.claim, line.line, line.nature, line.security, line.parts, "")


KIND = Kind(
    name="claim.reviewed",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR}),
    ground="claim.reviewed",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="{who} 审查债权 {claim}：{states}",
    en="{who} reviewed claim {claim}: {states}",
    facts=lambda view, body: {
        "claim": body.claim,
        "states": ", ".join(line.status.value for line in body.lines),
    },
)
