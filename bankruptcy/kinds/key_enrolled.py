"""key.enrolled@1: a person's key is attested and may sign from now on (ledger 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import AlreadyThere, NotFound, NotNow, RoleMayNot
from bankruptcy.kinds.schema import Blob, Code, Id, Instant, KeyId
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role
from ledger.log.suites import PublicKey, Suite, parse_suite, possession_message

COURTS_OWN = (Role.COURT, Role.ADMINISTRATOR, Role.TRUSTEE)
"""Whose keys the court alone attests: who enrols t trustees' keys could read every ballot."""


@dataclass(frozen=True, slots=True)
class Body:
    """possession: the new key's signature, which shows that the holder has it."""

    holder: Id
    suite: Code
    public_key: Blob
    possession: Blob
    level: records.Level
    until: datetime | None


class NotPossessed(Refused):
    """The possession signature does not verify under the new key."""

    slug = "key-not-possessed"
    category = Category.FORBIDDEN
    zh = "这把钥匙没有证明它在持有人手里"
    en = "The key does not prove that its holder has it"


def check(view: CaseView, act: Act[Body]) -> None:
    """Attested by who may, for a key new to the log, whose holder shows that he has it."""
    file, body = records.case_file(view), act.body
    if file is None:
        raise NotFound(what="case", id="")
    suite = parse_suite(body.suite)
    if suite is Suite.ED25519 or body.holder == CLERK:
        raise RoleMayNot(kind=act.kind, role=Role.CLERK.value)
    demonstration = body.level is records.Level.DEMONSTRATION
    if demonstration and file.clock is not records.Clock.DEMONSTRATION:
        raise NotNow(what="level demonstration")
    if not demonstration and act.role is not Role.COURT:
        for role in COURTS_OWN:
            grant = view.get(records.ROLES, body.holder, role)
            if grant is not None and grant.active:
                raise RoleMayNot(kind=f"{act.kind} ({role.value})", role=act.role.value)
    if body.until is not None and body.until <= act.received:
        raise NotNow(what="until")
    key = PublicKey(suite, body.public_key)
    key.check()
    if view.get(records.KEYS, key.id.hex()) is not None:
        raise AlreadyThere(what="key", id=key.id.hex()[:12])
    message = possession_message(file.case, body.holder, file.origin, key)
    try:
        key.verify(message, body.possession)
    except Refused as error:
        raise NotPossessed() from error


def apply(state: CaseState, act: Act[Body]) -> None:
    """The key is good for whatever comes after this entry."""
    body = act.body
    key = PublicKey(parse_suite(body.suite), body.public_key)
    state.put(
        records.KEYS,
        records.EnrolledKey(
            key=KeyId(key.id.hex()),
            holder=body.holder,
            suite=body.suite,
            public_key=body.public_key,
            level=body.level,
            until=body.until,
            enrolled_by=act.by,
            enrolled=Instant(act.received),
            revoked=False,
        ),
    )


KIND = Kind(
    name="key.enrolled",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT, Role.ADMINISTRATOR}),
    ground="key.enrolled",
    check=check,
    apply=apply,
    zh="{who} 登记了 {holder} 的钥匙（{level}）",
    en="{who} enrolled a key of {holder} ({level})",
    facts=lambda view, body: {"holder": body.holder, "level": body.level.value},
)
