"""claim.withdrawn@1: a creditor withdraws a claim (EBL 56(2)).

He is treated as one who has not filed it: no later roll has it. A roll that is fixed already
keeps its lines and a ballot that was cast its place: only the court changes those.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.claim_amended import change, withdrawn
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotFound, RoleMayNot
from bankruptcy.kinds.register import not_withdrawn
from bankruptcy.kinds.schema import Id, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """reason: None where the creditor gives none."""

    claim: Id
    reason: SealedLong | None


def check(view: CaseView, act: Act[Body]) -> None:
    """By whoever filed it, once."""
    claim = view.get(records.CLAIMS, act.body.claim)
    if claim is None:
        raise NotFound(what="claim", id=act.body.claim)
    if claim.creditor != act.principal:
        raise RoleMayNot(kind=act.kind, role=act.role.value)
    not_withdrawn(claim)


def apply(state: CaseState, act: Act[Body]) -> None:
    """Nothing of the claim stands."""
    claim = state.get(records.CLAIMS, act.body.claim)
    if claim is not None:
        lines = tuple(withdrawn(line) for line in claim.lines)
        state.put(records.CLAIMS, replace(claim, lines=lines))
        state.put(records.CLAIM_CHANGES, change(act, claim.claim, act.body.reason, whole=True))


KIND = Kind(
    name="claim.withdrawn",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT}),
    item=records.Item.WITHDRAW,
    ground="claim.withdrawn",
    check=check,
    apply=apply,
    zh="{who} 撤回债权 {claim}",
    en="{who} withdrew claim {claim}",
    facts=lambda view, body: {"claim": body.claim},
)
