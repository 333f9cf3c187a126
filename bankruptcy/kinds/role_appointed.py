"""role.appointed@1: a person gets a role in the case (EBL 13, 22, 60, 67)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import CLERK, is_creditor
from bankruptcy.kinds.refusals import AlreadyThere, NotFound, RoleMayNot
from bankruptcy.kinds.schema import Id, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.statement import Role

BY_ADMINISTRATOR = frozenset({Role.CREDITOR, Role.DEBTOR})


@dataclass(frozen=True, slots=True)
class Body:
    """name: the person's, for the parties. decision: number of the court's decision."""

    person: Id
    role: Role
    name: SealedShort
    decision: SealedShort | None


def check(view: CaseView, act: Act[Body]) -> None:
    """The court appoints to any role but clerk, the administrator notes creditors and debtor."""
    body = act.body
    if body.role is Role.CLERK or body.person == CLERK:
        raise RoleMayNot(kind=act.kind, role=Role.CLERK.value)
    if act.role is Role.ADMINISTRATOR and body.role not in BY_ADMINISTRATOR:
        raise RoleMayNot(kind=f"{act.kind} {body.role.value}", role=act.role.value)
    if body.role is Role.CHAIR and not is_creditor(view, body.person):
        raise NotFound(what="creditor", id=body.person)
    grant = view.get(records.ROLES, body.person, body.role)
    if grant is not None and grant.active:
        raise AlreadyThere(what=f"role {body.role.value}", id=body.person)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The person holds the role."""
    body = act.body
    state.put(
        records.ROLES,
        records.RoleGrant(person=body.person, role=body.role, name=body.name, active=True),
    )


KIND = Kind(
    name="role.appointed",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT, Role.ADMINISTRATOR}),
    ground="role.appointed",
    check=check,
    apply=apply,
    zh="{who} 指定 {person} 为“{role}”",
    en="{who} appointed {person} as {role}",
    facts=lambda view, body: {"person": body.person, "role": body.role.value},
)
