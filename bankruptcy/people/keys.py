"""Keys that browsers want enrolled: asking, looking how it stands, refusing.

Enrolment itself is a statement, key.enrolled@1, signed by court or administrator in the browser.
A request is only checked to be possible: its key, and the signature that shows it is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from bankruptcy.kinds import records
from bankruptcy.kinds.key_enrolled import NotPossessed
from bankruptcy.kinds.records import EnrolledKey
from bankruptcy.kinds.tables import CaseView
from bankruptcy.people.access import Access
from bankruptcy.people.models import KeyRequest
from ledger.log import jcs
from ledger.log.encoding import unb64u
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from ledger.log.suites import PublicKey, Suite, UnknownSuite, parse_suite, possession_message

MOST_PENDING = 20


class TooManyKeys(Refused):
    """So many keys of one person wait already. Fact: `most`."""

    slug = "too-many-keys"
    category = Category.CONFLICT
    zh = "已有 {most} 台设备等待认证，先请法院或管理人处理"
    en = "{most} devices wait for attestation already; ask court or administrator to settle them"


class KeyTaken(Refused):
    """The key was asked for by somebody else."""

    slug = "key-taken"
    category = Category.CONFLICT
    zh = "这把钥匙已由他人申请登记"
    en = "Somebody else has asked for this key already"


class State(StrEnum):
    """How a key stands, in words of the interface."""

    PENDING = "pending"
    ENROLLED = "enrolled"
    REFUSED = "refused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Device:
    """A key of a person: what it is, and how it stands."""

    key: str
    state: State
    level: str | None
    since: datetime

    def to_json(self) -> dict[str, Json]:
        return {"key": self.key, "state": self.state.value, "level": self.level}


def ask(access: Access, value: Json) -> Device:
    """Note the request {suite, public_key, possession}; asked again, it says how the key stands.

    Raises Malformed, UnknownSuite, BadPublicKey, NotPossessed, TooManyKeys, KeyTaken.
    """
    found = jcs.members(value, "key", "suite", "public_key", "possession")
    suite = parse_suite(found["suite"])
    if suite is not Suite.ES256:
        raise UnknownSuite(suite=suite.value)
    key = PublicKey(suite, unb64u(found["public_key"]))
    key.check()
    possession = unb64u(found["possession"], 64)
    message = possession_message(access.case, access.pseudonym, access.file.origin, key)
    try:
        key.verify(message, possession)
    except Refused as error:
        raise NotPossessed() from error
    if (device := of(access, key.id.hex())) is not None:
        return device
    waiting = pending(access.case, access.view)
    if sum(row.person_id == access.person.pk for row in waiting) >= MOST_PENDING:
        raise TooManyKeys(most=MOST_PENDING)
    try:
        with transaction.atomic():
            row = KeyRequest.objects.create(
                person=access.person,
                case=access.case,
                key=key.id.hex(),
                suite=suite.value,
                public_key=key.public_key,
                possession=possession,
            )
    except IntegrityError as error:
        if (device := of(access, key.id.hex())) is not None:
            return device
        raise KeyTaken() from error
    return Device(row.key, State.PENDING, None, row.asked)


def of(access: Access, key: str) -> Device | None:
    """How a key of this person stands; None where it is not his."""
    enrolled = access.view.get(records.KEYS, key)
    if enrolled is not None:
        return _enrolled(access, enrolled) if enrolled.holder == access.pseudonym else None
    row = KeyRequest.objects.filter(person=access.person, key=key).first()
    return None if row is None else _asked(row)


def devices(access: Access) -> Sequence[Device]:
    """All keys of this person, the newest first."""
    enrolled = access.view.find(records.KEYS, holder=access.pseudonym)
    known = {key.key for key in enrolled}
    rows = KeyRequest.objects.filter(person=access.person).exclude(key__in=known)
    found = [*(_enrolled(access, key) for key in enrolled), *(_asked(row) for row in rows)]
    return sorted(found, key=lambda device: device.since, reverse=True)


def pending(case: str, view: CaseView) -> Sequence[KeyRequest]:
    """Requests that wait for court or administrator, the oldest first."""
    rows = KeyRequest.objects.filter(case=case, refused=False).select_related("person")
    known = {key.key for key in view.find(records.KEYS)}
    return [row for row in rows if row.key not in known]


def refuse(case: str, key: str) -> bool:
    """Refuse a request; False where none is there."""
    return bool(KeyRequest.objects.filter(case=case, key=key).update(refused=True))


def _enrolled(access: Access, key: EnrolledKey) -> Device:
    over = key.revoked or (key.until is not None and key.until <= access.now)
    state = State.ENDED if over else State.ENROLLED
    return Device(key.key, state, "genesis" if key.level is None else key.level.value, key.enrolled)


def _asked(row: KeyRequest) -> Device:
    return Device(row.key, State.REFUSED if row.refused else State.PENDING, None, row.asked)
