"""authority.revoked@1: the principal ends a power of attorney, or the agent lays it down."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotFound, NotNow, RoleMayNot
from bankruptcy.kinds.schema import Id, Instant, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """reason: for the parties; None where none is given."""

    authority: Id
    reason: SealedLong | None


def check(view: CaseView, act: Act[Body]) -> None:
    """By the principal as creditor or the agent as agent, of one that was not revoked yet."""
    held = view.get(records.AUTHORITIES, act.body.authority)
    if held is None:
        raise NotFound(what="authority", id=act.body.authority)
    if act.by != (held.agent if act.role is Role.AGENT else held.principal):
        raise RoleMayNot(kind=act.kind, role=act.role.value)
    if held.revoked is not None:
        raise NotNow(what="authority.revoked")


def apply(state: CaseState, act: Act[Body]) -> None:
    """Nothing more is said under it; what was said stays."""
    held = state.get(records.AUTHORITIES, act.body.authority)
    if held is not None:
        state.put(records.AUTHORITIES, replace(held, revoked=Instant(act.received)))


KIND = Kind(
    name="authority.revoked",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT}),
    ground="authority.revoked",
    check=check,
    apply=apply,
    zh="{who} 终止授权委托 {authority}",
    en="{who} ended power of attorney {authority}",
    facts=lambda view, body: {"authority": body.authority},
)
