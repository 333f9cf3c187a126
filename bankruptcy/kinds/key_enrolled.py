"""key.enrolled@1: a person's key may sign from now on (ledger 9.3).

Court and administrator attest a key: a passkey, or that of a device. The holder of a passkey
enrols keys of his own devices himself: the passkey signs their enrolment, for a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.keys import courts_own, is_passkey, passkey_of, relying_party
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotNow, RoleMayNot
from bankruptcy.kinds.schema import Blob, Code, Id, Instant, KeyId
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.encoding import format_time
from ledger.log.errors import Category, Refused
from ledger.log.statement import SPOKEN, Role
from ledger.log.suites import PublicKey, Suite, parse_suite, possession_message

ATTESTORS: Final = (Role.COURT, Role.ADMINISTRATOR)

LONGEST: Final = timedelta(days=30)
"""For how long a passkey may enrol a key of a device: a sitting of a meeting, not for ever."""


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


class NotAPasskey(Refused):
    """A key that is no passkey signs the enrolment of another key of its holder."""

    slug = "not-a-passkey"
    category = Category.FORBIDDEN
    zh = "只有您的通行密钥能登记您自己设备的钥匙；没有通行密钥的，由法院或管理人认证"
    en = (
        "Only your passkey enrols keys of your own devices; without one, court or administrator "
        "attest them"
    )


class NotYourKey(Refused):
    """Somebody enrols a key for another who is neither court nor administrator. Fact: `holder`."""

    slug = "not-your-key"
    category = Category.FORBIDDEN
    zh = "只能登记自己的钥匙，不能为 {holder} 登记"
    en = "You enrol keys of your own only, not one of {holder}"


class DeviceKeyMayNot(Refused):
    """A key that a passkey enrolled for a device signs the enrolment of a key."""

    slug = "device-key-may-not"
    category = Category.FORBIDDEN
    zh = "由通行密钥登记的设备钥匙不能登记其他钥匙；请用通行密钥签名"
    en = "The key that a passkey enrolled for a device enrols no keys; sign with the passkey"


class UntilTooFar(Refused):
    """A device's key is enrolled without an end, or for too long. Fact: `latest`."""

    slug = "until-too-far"
    category = Category.CONFLICT
    zh = "设备钥匙须写明有效期，最迟到 {latest}"
    en = "A device's key is enrolled until a time stated, {latest} at the latest"


def check(view: CaseView, act: Act[Body]) -> None:
    """By who may, for a key new to the log, whose holder shows that he has it."""
    file, body = records.case_file(view), act.body
    if file is None:
        raise NotFound(what="case", id="")
    suite = parse_suite(body.suite)
    if suite is Suite.ED25519 or body.holder == CLERK:
        raise RoleMayNot(kind=act.kind, role=Role.CLERK.value)
    demonstration = body.level is records.Level.DEMONSTRATION
    if demonstration and file.clock is not records.Clock.DEMONSTRATION:
        raise NotNow(what="level demonstration")
    signer = view.get(records.KEYS, act.key)
    if signer is not None and passkey_of(view, signer) is not None:
        raise DeviceKeyMayNot()
    if body.level is records.Level.PASSKEY or act.role not in ATTESTORS:
        _check_own(act, suite, signer)
    elif not demonstration:
        courts_own(view, act, body.holder)
    if body.until is not None and body.until <= act.received:
        raise NotNow(what="until")
    key = PublicKey(suite, body.public_key)
    key.check()
    if view.get(records.KEYS, key.id.hex()) is not None:
        raise AlreadyThere(what="key", id=key.id.hex()[:12])
    if act.digest in view.worked.possessed:
        return
    message = possession_message(file.case, body.holder, file.origin, key)
    try:
        key.verify(message, body.possession, relying_party(view))
    except Refused as error:
        raise NotPossessed() from error


def _check_own(act: Act[Body], suite: Suite, signer: records.EnrolledKey | None) -> None:
    """The holder's own passkey enrols a key of a device of his: for himself, for a time, known no
    better than the passkey is."""
    body = act.body
    if body.holder != act.by:
        raise NotYourKey(holder=body.holder)
    if signer is None or not is_passkey(signer):
        raise NotAPasskey()
    if suite is not Suite.ES256:
        raise RoleMayNot(kind=f"{act.kind} ({suite.value})", role=act.role.value)
    weak = signer.level is records.Level.DEMONSTRATION
    level = records.Level.DEMONSTRATION if weak else records.Level.PASSKEY
    if body.level is not level:
        raise Disagrees(what="level", stated=body.level.value, follows=level.value)
    latest = act.received + LONGEST
    if signer.until is not None:
        latest = min(latest, signer.until)
    if body.until is None or body.until > latest:
        raise UntilTooFar(latest=format_time(latest.replace(microsecond=0)))


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
            signer=act.key,
            enrolled=Instant(act.received),
            confirmed=None,
            confirmed_with=None,
            revoked=False,
        ),
    )


KIND = Kind(
    name="key.enrolled",
    version=1,
    body=Body,
    roles=SPOKEN - {Role.CLERK},
    ground="key.enrolled",
    check=check,
    apply=apply,
    zh="{who} 登记了 {holder} 的钥匙（{level}）",
    en="{who} enrolled a key of {holder} ({level})",
    facts=lambda view, body: {"holder": body.holder, "level": body.level.value},
)
