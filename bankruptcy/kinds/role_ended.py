"""role.ended@1: the court ends a role (EBL 22(2), 28)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees, NotFound
from bankruptcy.kinds.schema import Id, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """reason: for the parties."""

    person: Id
    role: Role
    reason: SealedLong


def check(view: CaseView, act: Act[Body]) -> None:
    """The role is held now; and a judge does not end his own, lest the case have no court."""
    body = act.body
    grant = view.get(records.ROLES, body.person, body.role)
    if grant is None or not grant.active:
        raise NotFound(what=f"role {body.role.value}", id=body.person)
    if body.role is Role.COURT and body.person == act.by:
        raise Disagrees(what="role", stated=act.by, follows="another judge")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The role is held no longer."""
    grant = state.get(records.ROLES, act.body.person, act.body.role)
    if grant is not None:
        state.put(records.ROLES, replace(grant, active=False))


KIND = Kind(
    name="role.ended",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="role.ended",
    check=check,
    apply=apply,
    zh="{who} 解除 {person} 的“{role}”身份",
    en="{who} ended {person}'s role as {role}",
    facts=lambda view, body: {"person": body.person, "role": body.role.value},
)
