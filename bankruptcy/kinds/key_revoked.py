"""key.revoked@1: a key signs nothing any more (ESL 15).

Said by its holder with another key of his, by administrator or court with a reason, or by the
clerk where the holder reported a theft. With a passkey fall the keys that it enrolled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Annotated

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.key_enrolled import NotYourKey
from bankruptcy.kinds.keys import courts_own, is_passkey, passkey_of
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, RoleMayNot
from bankruptcy.kinds.schema import Audience, KeyId, LongText, Opens, Sealed
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Category, Refused
from ledger.log.statement import SPOKEN, Role

PrivateLong = Annotated[Sealed, Opens(LongText, Audience.OWNER)]


class Cause(Enum):
    """Why a key ends."""

    STOLEN = "stolen"
    LOST = "lost"
    REPLACED = "replaced"
    """The holder uses another from now on."""
    NOT_HIS = "not_his"
    """It was attested for somebody in whose hands it is not."""


@dataclass(frozen=True, slots=True)
class Body:
    """reason: in words, where court or administrator end somebody's key."""

    key: KeyId
    cause: Cause
    reason: PrivateLong | None


class NeedsAnotherKey(Refused):
    """A key ends itself, or a device's key ends a passkey."""

    slug = "needs-another-key"
    category = Category.CONFLICT
    zh = "停用一把钥匙要用您的另一把钥匙签名；停用通行密钥不能用它登记的设备钥匙"
    en = (
        "End a key with another key of yours; a passkey is not ended with the key of a device "
        "that a passkey enrolled"
    )


def check(view: CaseView, act: Act[Body]) -> None:
    """A key that is good still, by who may end it."""
    body = act.body
    key = view.get(records.KEYS, body.key)
    if key is None or key.holder == CLERK:
        raise NotFound(what="key", id=body.key[:12])
    if key.revoked:
        raise AlreadyThere(what="key.revoked", id=body.key[:12])
    if act.role is Role.CLERK:
        if body.cause is not Cause.STOLEN:
            raise RoleMayNot(kind=f"{act.kind} ({body.cause.value})", role=act.role.value)
        return
    signer = view.get(records.KEYS, act.key)
    if body.key == act.key:
        raise NeedsAnotherKey()
    if key.holder == act.by:
        # Who finds an unlocked phone must not shut its owner out.
        if is_passkey(key) and signer is not None and passkey_of(view, signer) is not None:
            raise NeedsAnotherKey()
        return
    if act.role not in (Role.COURT, Role.ADMINISTRATOR):
        raise NotYourKey(holder=key.holder)
    courts_own(view, act, key.holder)
    if body.reason is None:
        raise Disagrees(what="reason", stated="-", follows="reason")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The key signs nothing after this entry, nor do the keys that it enrolled for devices."""
    key = state.get(records.KEYS, act.body.key)
    if key is None:
        return
    state.put(records.KEYS, replace(key, revoked=True))
    if is_passkey(key):
        for other in state.find(records.KEYS, signer=key.key):
            if other.holder == key.holder and not other.revoked:
                state.put(records.KEYS, replace(other, revoked=True))


KIND = Kind(
    name="key.revoked",
    version=1,
    body=Body,
    roles=SPOKEN,
    ground="key.revoked",
    check=check,
    apply=apply,
    zh="{who} 停用了钥匙 {key}（{cause}）",
    en="{who} ended the key {key} ({cause})",
    facts=lambda view, body: {"key": body.key[:12], "cause": body.cause.value},
)
