"""claim.amended@1: a creditor amends a claim that he filed (EBL 48(1), 56(1)).

Lines that are stated anew lose their review and wait for another; the rest keep theirs. Evidence
and questions stay with the claim. Rolls that are fixed already do not change (domain S12, S13).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.claim_filed import (
    FiledLine,
    LinesWrong,
    check_amounts,
    check_ids,
    check_lines,
    check_waiver,
    filed_line,
    is_late,
)
from bankruptcy.kinds.evidence_added import (
    Exhibit,
    check_documents,
    check_new_evidence,
    put_evidence,
)
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotFound, RoleMayNot
from bankruptcy.kinds.register import not_withdrawn
from bankruptcy.kinds.schema import Id, Instant, Sealed, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """lines: those that change, by their id, and new ones. dropped: lines that are given up."""

    claim: Id
    lines: tuple[FiledLine, ...]
    dropped: tuple[Id, ...]
    evidence: tuple[Exhibit, ...]
    reason: SealedLong


class RaisedLate(Refused):
    """After the period a line is not raised: what is more is a line of its own, which is late.

    Fact: `line`.
    """

    slug = "raised-late"
    zh = "申报期限已过，第 {line} 项不能加高；多出的部分另列一项，作为逾期申报"
    en = "The filing period is over: line {line} cannot be raised; add a line for the rest"


def check(view: CaseView, act: Act[Body]) -> None:
    """By whoever filed it; something changes, and something is left."""
    body = act.body
    claim = view.get(records.CLAIMS, body.claim)
    if claim is None:
        raise NotFound(what="claim", id=body.claim)
    if claim.creditor != act.principal:
        raise RoleMayNot(kind=act.kind, role=act.role.value)
    not_withdrawn(claim)
    check_ids(body.claim, body.lines)
    if not body.lines and not body.dropped:
        raise LinesWrong(what="0")
    standing = {line.line for line in claim.standing}
    dropped, gone = set(body.dropped), {line.line for line in claim.lines} - standing
    if not dropped <= standing or len(dropped) != len(body.dropped):
        raise LinesWrong(what="dropped")
    if any(line.line in dropped | gone for line in body.lines):
        raise LinesWrong(what="id")
    kept = _kept(claim, body)
    before = {line.line: line.filed for line in claim.standing}
    if any(before.get(line.line) == line.amount for line in body.lines):
        raise LinesWrong(what="commitment")
    check_lines(body.lines, kept)
    check_waiver(view, act, body.lines)
    check_new_evidence(view, body.evidence)


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """Amounts within bounds, none raised after the period; the files are at hand."""
    claim = view.get(records.CLAIMS, act.body.claim)
    if claim is None:
        return
    stated = {line.line: view.amount(line.amount) for line in act.body.lines}
    kept = [view.amount(line.filed) for line in _kept(claim, act.body)]
    check_amounts([*stated.values(), *kept])
    if is_late(view, act.received):
        for line in claim.standing:
            if line.line in stated and stated[line.line] > view.amount(line.filed):
                raise RaisedLate(ground="claim.late", line=line.line)
    check_documents(view, act.kind, act.body.evidence, "/evidence")


def _kept(claim: records.Claim, body: Body) -> tuple[records.ClaimLine, ...]:
    """Lines that stand as they are."""
    touched = {line.line for line in body.lines} | set(body.dropped)
    return tuple(line for line in claim.standing if line.line not in touched)


def apply(state: CaseState, act: Act[Body]) -> None:
    """Lines as stated anew wait for review; those given up are withdrawn."""
    claim, body = state.get(records.CLAIMS, act.body.claim), act.body
    if claim is None:
        return
    before = {line.line: line for line in claim.lines}
    late = is_late(state, act.received)
    stated = {
        line.line: filed_line(
            state, act, line, late=before[line.line].late if line.line in before else late
        )
        for line in body.lines
    }
    lines = tuple(
        withdrawn(line) if line.line in body.dropped else stated.pop(line.line, line)
        for line in claim.lines
    )
    amended = replace(claim, lines=(*lines, *stated.values()))
    reviewed = None if amended.waits else claim.reviewed
    state.put(records.CLAIMS, replace(amended, reviewed=reviewed))
    state.put(records.CLAIM_CHANGES, change(act, body.claim, body.reason))
    put_evidence(state, act, body.claim, body.evidence)


def change(
    act: Act[Any], claim: Id, reason: Sealed | None, *, whole: bool = False
) -> records.ClaimChange:
    """The act as the claim's history keeps it."""
    return records.ClaimChange(
        statement=act.digest,
        claim=claim,
        by=act.by,
        at=Instant(act.received),
        whole=whole,
        reason=reason,
    )


def withdrawn(line: records.ClaimLine) -> records.ClaimLine:
    """The line once it is given up: nothing of it is admitted."""
    return replace(
        line,
        status=records.Status.WITHDRAWN,
        admitted=None,
        security=None,
        parts=(),
        reasons=(),
    )


KIND = Kind(
    name="claim.amended",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT}),
    item=records.Item.AMEND,
    ground="claim.amended",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="{who} 变更债权 {claim}：{lines} 项重新申报，{dropped} 项撤回",
    en="{who} amended claim {claim}: {lines} line(s) stated anew, {dropped} given up",
    facts=lambda view, body: {
        "claim": body.claim,
        "lines": len(body.lines),
        "dropped": len(body.dropped),
    },
)
