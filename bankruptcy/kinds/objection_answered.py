"""objection.answered@1: the administrator explains, adjusts or refuses (JI-III 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotFound, NotNow
from bankruptcy.kinds.schema import Id, Instant, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """answer: the explanation, what was adjusted, or why neither."""

    objection: Id
    outcome: records.Outcome
    answer: SealedLong


class NotAdjusted(Refused):
    """“Adjusted” without a new review of the claim since the objection. Fact: `claim`."""

    slug = "not-adjusted"
    zh = "债权 {claim} 自异议提出后没有重新审查；先重新审查，再答复“已调整”"
    en = (
        "Claim {claim} was not reviewed since the objection; review it anew, then answer “adjusted”"
    )


def check(view: CaseView, act: Act[Body]) -> None:
    """Once; and what is said to be adjusted was reviewed anew since."""
    objection = view.get(records.OBJECTIONS, act.body.objection)
    if objection is None:
        raise NotFound(what="objection", id=act.body.objection)
    if objection.outcome is not None:
        raise NotNow(what="objection.answered")
    claim = view.get(records.CLAIMS, objection.claim)
    since = None if claim is None else claim.review
    if act.body.outcome is records.Outcome.ADJUSTED and since == objection.review:
        raise NotAdjusted(claim=objection.claim)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The objection is answered; who still disagrees may sue (EBL 58(3))."""
    objection = state.get(records.OBJECTIONS, act.body.objection)
    if objection is not None:
        state.put(
            records.OBJECTIONS,
            replace(
                objection,
                outcome=act.body.outcome,
                answer=act.body.answer,
                answered=Instant(act.received),
            ),
        )


KIND = Kind(
    name="objection.answered",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR}),
    ground="register.objection",
    check=check,
    apply=apply,
    zh="{who} 答复异议 {objection}",
    en="{who} answered objection {objection}",
    facts=lambda view, body: {"objection": body.objection},
)
