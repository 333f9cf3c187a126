"""objection.raised@1: creditor or debtor objects to the register (EBL 58(3); JI-III 8)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import is_creditor
from bankruptcy.kinds.refusals import AlreadyThere, NotNow, RoleNotHeld
from bankruptcy.kinds.register import line_of, period_over
from bankruptcy.kinds.schema import Id, Instant, SealedLong, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """basis: the legal ground; with the reason, what JI-III 8 asks of the objector."""

    objection: Id
    claim: Id
    line: Id
    basis: SealedShort
    reason: SealedLong


def check(view: CaseView, act: Act[Body]) -> None:
    """To a line that a published register shows; after the period it is recorded as late (P13)."""
    body = act.body
    if act.role is not Role.DEBTOR and not is_creditor(view, act.principal):
        raise RoleNotHeld(by=act.principal, role=Role.CREDITOR.value)
    if view.get(records.OBJECTIONS, body.objection) is not None:
        raise AlreadyThere(what="objection", id=body.objection)
    line = line_of(view, body.claim, body.line)
    if view.get(records.REGISTERS, line.version) is None:
        raise NotNow(what="register.published")
    for other in view.find(records.OBJECTIONS, claim=body.claim, by=act.principal):
        if other.line == body.line and other.outcome is None:
            raise AlreadyThere(what="objection", id=other.objection)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The objection waits for the administrator."""
    body = act.body
    line = line_of(state, body.claim, body.line)
    claim = state.get(records.CLAIMS, body.claim)
    state.put(
        records.OBJECTIONS,
        records.Objection(
            objection=body.objection,
            claim=body.claim,
            line=body.line,
            by=act.principal,
            basis=body.basis,
            reason=body.reason,
            raised=Instant(act.received),
            late=period_over(state, line, act.received),
            statement=act.digest,
            review=None if claim is None else claim.review,
            outcome=None,
            answer=None,
            answered=None,
        ),
    )


KIND = Kind(
    name="objection.raised",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT, Role.DEBTOR}),
    item=records.Item.OBJECT,
    ground="register.objection",
    check=check,
    apply=apply,
    zh="{who} 对债权表所载债权 {claim} 第 {line} 项提出异议",
    en="{who} objected to line {line} of claim {claim} in the register",
    facts=lambda view, body: {"claim": body.claim, "line": body.line},
)
