"""What the kinds about keys share: passkeys, whose keys the court alone settles, late keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.refusals import RoleMayNot
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import manifest_of
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role
from ledger.log.suites import RelyingParty, Suite
from voting.protocol.manifest import Manifest

COURTS_OWN: Final = (Role.COURT, Role.ADMINISTRATOR, Role.TRUSTEE)
"""Whose keys the court alone settles: who enrols t trustees' keys could read every ballot."""

LATE: Final = timedelta(hours=48)
"""A key enrolled so shortly before the close could be somebody else's vote for the silent."""


class Standing(Enum):
    """How a key stands that was enrolled in the last days of a vote."""

    PASSKEY = "passkey"
    """Enrolled by its holder's own passkey, which is older."""
    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    DEMONSTRATION = "demonstration"


STANDINGS: Final = {
    Standing.PASSKEY: ("由本人较早的通行密钥登记", "by the holder's older passkey"),
    Standing.CONFIRMED: ("本人已用第二种方式确认", "confirmed in the holder's second way"),
    Standing.UNCONFIRMED: ("未经第二种方式确认", "not confirmed in a second way"),
    Standing.DEMONSTRATION: ("演示级别", "of the level “demonstration”"),
}
"""How report, page and notice say it, in Chinese and English: by such a key somebody else could
have voted."""


@dataclass(frozen=True, slots=True)
class LateKey:
    """A key named with the result, since somebody else might have voted by it."""

    key: records.EnrolledKey
    standing: Standing


class KeyEnrolledLate(Refused):
    """The ballot is signed with a key enrolled late and not confirmed. Fact: `key`."""

    slug = "key-enrolled-late"
    category = Category.FORBIDDEN
    zh = "这把钥匙（{key}）在截止前48小时内登记，须先由您本人用第二种方式确认，才能投票"
    en = (
        "This key ({key}) was enrolled within 48 hours of the close or during the vote; confirm "
        "it in your second way before you vote with it"
    )


def relying_party(view: CaseView) -> RelyingParty | None:
    """What the genesis says of passkeys (ledger 9.3); None before there is one."""
    file = records.case_file(view)
    return None if file is None else RelyingParty(file.rp_id, file.origins)


def is_passkey(key: records.EnrolledKey | None) -> bool:
    """Is it a passkey, with which its holder enrols keys of his devices?"""
    return key is not None and key.suite == Suite.WEBAUTHN_ES256.value


def passkey_of(view: CaseView, key: records.EnrolledKey) -> records.EnrolledKey | None:
    """The holder's own passkey that enrolled this key of a device; None for other keys."""
    if key.signer is None or key.enrolled_by != key.holder:
        return None
    signer = view.get(records.KEYS, key.signer)
    return signer if is_passkey(signer) and not is_passkey(key) else None


def courts_own(view: CaseView, act: Act[object], holder: Id) -> None:
    """Raises RoleMayNot where another than the court settles a key of court, administrator or
    trustee."""
    if act.role is Role.COURT:
        return
    for role in COURTS_OWN:
        grant = view.get(records.ROLES, holder, role)
        if grant is not None and grant.active:
            raise RoleMayNot(kind=f"{act.kind} ({role.value})", role=act.role.value)


def late_from(manifest: Manifest) -> datetime:
    """From when on a key is late for a vote: 48 hours before its close, or its opening if earlier.

    By the manifest's own times: an extension makes no late key an early one.
    """
    return min(manifest.opens, manifest.closes - LATE)


def is_late(view: CaseView, key: records.EnrolledKey, manifest: Manifest) -> bool:
    """Was the key enrolled late for this vote? A device's key is as old as the passkey that
    enrolled it: only its holder can have used that."""
    root = passkey_of(view, key) or key
    return root.enrolled_by is not None and root.enrolled >= late_from(manifest)


def is_confirmed(view: CaseView, key: records.EnrolledKey, manifest: Manifest) -> bool:
    """Did the holder confirm a late key by something that is not as late itself?"""
    for one in (key, passkey_of(view, key)):
        if one is None or one.confirmed is None:
            continue
        if one.confirmed_with is None:
            return True
        other = view.get(records.KEYS, one.confirmed_with)
        if other is not None and not is_late(view, other, manifest):
            return True
    return False


def late_keys(view: CaseView, vote: records.Vote) -> Sequence[LateKey]:
    """Every key enrolled from 48 hours before the close on, or during the vote, the last first.

    Until the close as it was extended: who enrols a key then can still vote with it.
    """
    manifest = manifest_of(view, vote)
    found = [
        LateKey(key, _standing(view, key, manifest))
        for key in view.find(records.KEYS)
        if key.enrolled_by is not None and late_from(manifest) <= key.enrolled < vote.closes
    ]
    return sorted(found, key=lambda late: late.key.enrolled, reverse=True)


def _standing(view: CaseView, key: records.EnrolledKey, manifest: Manifest) -> Standing:
    if key.level is records.Level.DEMONSTRATION:
        return Standing.DEMONSTRATION
    if not is_late(view, key, manifest):
        return Standing.PASSKEY
    return Standing.CONFIRMED if is_confirmed(view, key, manifest) else Standing.UNCONFIRMED


def has_passkeys(view: CaseView, manifest: Manifest) -> bool:
    """Had the case passkeys before keys became late for this vote? Then the rule on late keys
    holds; a passkey that comes later does not change the rule within a vote."""
    return any(
        key.level is not records.Level.DEMONSTRATION and key.enrolled < late_from(manifest)
        for key in view.find(records.KEYS, suite=Suite.WEBAUTHN_ES256.value)
    )


def may_vote(view: CaseView, act: Act[object], manifest: Manifest) -> None:
    """May a ballot be signed with this key? Raises KeyEnrolledLate.

    A key of the level `demonstration` proves nothing about anybody, early or late.
    """
    key = view.get(records.KEYS, act.key)
    if key is None or key.level is records.Level.DEMONSTRATION or not is_late(view, key, manifest):
        return
    if not is_confirmed(view, key, manifest) and has_passkeys(view, manifest):
        raise KeyEnrolledLate(ground="key.late", key=act.key[:12])
