"""Keys that browsers want enrolled: asking, looking how it stands, refusing.

Enrolment itself is a statement, key.enrolled@1, signed by court or administrator in the browser.
A request is only checked to be possible: its key, and the signature that shows it is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from bankruptcy.kinds import records
from bankruptcy.kinds.key_enrolled import NotPossessed
from bankruptcy.kinds.keys import is_passkey, relying_party
from bankruptcy.kinds.records import EnrolledKey
from bankruptcy.kinds.tables import CaseView
from bankruptcy.people.access import Access
from bankruptcy.people.models import KeyRequest
from ledger.log import jcs
from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from ledger.log.suites import PublicKey, Suite, UnknownSuite, parse_suite, possession_message

MOST_PENDING = 20
LONGEST_CREDENTIAL = 1023
"""Bytes of a credential's id (WebAuthn, 4)."""
_MINUTE = timedelta(minutes=1)


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
    """Its time is over."""
    FROZEN = "frozen"
    """Revoked, such as a stolen one."""


@dataclass(frozen=True, slots=True)
class Device:
    """A key of a person: what it is, and how it stands."""

    key: str
    state: State
    level: str | None
    since: datetime
    passkey: bool = False
    until: datetime | None = None
    used: datetime | None = None
    credential: bytes = b""
    public_key: bytes = b""

    def to_json(self) -> dict[str, Json]:
        return {"key": self.key, "state": self.state.value, "level": self.level}

    def passkey_json(self) -> dict[str, Json]:
        """What a page needs to have this passkey sign."""
        return {
            **self.to_json(),
            "credential": b64u(self.credential),
            "public_key": b64u(self.public_key),
        }


def ask(access: Access, value: Json) -> Device:
    """Note the request {suite, public_key, possession}; asked again, it says how the key stands.
    A passkey's has {credential}, too: its id at its authenticator.

    Raises Malformed, UnknownSuite, BadPublicKey, NotPossessed, TooManyKeys, KeyTaken.
    """
    passkey = isinstance(value, dict) and value.get("suite") == Suite.WEBAUTHN_ES256.value
    more = ("credential",) if passkey else ()
    found = jcs.members(value, "key", "suite", "public_key", "possession", *more)
    suite = parse_suite(found["suite"])
    if suite is Suite.ED25519:
        raise UnknownSuite(suite=suite.value)
    credential = _credential(found["credential"]) if passkey else b""
    key = PublicKey(suite, unb64u(found["public_key"]))
    key.check()
    possession = unb64u(found["possession"], None if passkey else 64)
    message = possession_message(access.case, access.pseudonym, access.file.origin, key)
    try:
        key.verify(message, possession, relying_party(access.view))
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
                credential=credential,
            )
    except IntegrityError as error:
        if (device := of(access, key.id.hex())) is not None:
            return device
        raise KeyTaken() from error
    return _asked(row)


def of(access: Access, key: str) -> Device | None:
    """How a key of this person stands; None where it is not his."""
    enrolled = access.view.get(records.KEYS, key)
    if enrolled is not None:
        return _enrolled(access, enrolled, None) if enrolled.holder == access.pseudonym else None
    row = KeyRequest.objects.filter(person=access.person, key=key).first()
    return None if row is None else _asked(row)


def _credential(value: Json) -> bytes:
    found = unb64u(value)
    if not 0 < len(found) <= LONGEST_CREDENTIAL:
        raise Malformed(what="credential")
    return found


def devices(access: Access) -> Sequence[Device]:
    """All keys of this person, the newest first."""
    rows = {row.key: row for row in KeyRequest.objects.filter(person=access.person)}
    enrolled = access.view.find(records.KEYS, holder=access.pseudonym)
    found = [_enrolled(access, key, rows.pop(key.key, None)) for key in enrolled]
    found += [_asked(row) for row in rows.values()]
    return sorted(found, key=lambda device: device.since, reverse=True)


def user_handle(access: Access) -> bytes:
    """What an authenticator keeps passkeys of this person in this case under."""
    return sha256(f"{access.file.origin} {access.pseudonym}".encode())[:16]


def note_use(access: Access, key: str) -> None:
    """A page asks how the key of its device stands: the device is in use."""
    now = timezone.now()
    stale = Q(used=None) | Q(used__lt=now - _MINUTE)
    KeyRequest.objects.filter(stale, person=access.person, key=key).update(used=now)


def pending(case: str, view: CaseView) -> Sequence[KeyRequest]:
    """Requests that wait for court or administrator, the oldest first."""
    rows = KeyRequest.objects.filter(case=case, refused=False).select_related("person")
    known = {key.key for key in view.find(records.KEYS)}
    return [row for row in rows if row.key not in known]


def refuse(case: str, key: str) -> bool:
    """Refuse a request; False where none is there."""
    return bool(KeyRequest.objects.filter(case=case, key=key).update(refused=True))


def _enrolled(access: Access, key: EnrolledKey, row: KeyRequest | None) -> Device:
    over = key.until is not None and key.until <= access.now
    return Device(
        key.key,
        State.FROZEN if key.revoked else State.ENDED if over else State.ENROLLED,
        "genesis" if key.level is None else key.level.value,
        key.enrolled,
        passkey=is_passkey(key),
        until=key.until,
        used=None if row is None else row.used,
        credential=b"" if row is None else bytes(row.credential),
        public_key=key.public_key,
    )


def _asked(row: KeyRequest) -> Device:
    state = State.REFUSED if row.refused else State.PENDING
    passkey = row.suite == Suite.WEBAUTHN_ES256.value
    return Device(row.key, state, None, row.asked, passkey, credential=bytes(row.credential))
