"""key.confirmed@1: the holder confirmed a key by something else than who attested it.

A key enrolled shortly before the close of a vote votes only when it is confirmed so, where the
case has passkeys: nobody can then vote for the silent by enrolling a key in their name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.key_enrolled import NotYourKey
from bankruptcy.kinds.keys import passkey_of
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, RoleMayNot
from bankruptcy.kinds.schema import KeyId, PrivateShort
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Category, Refused
from ledger.log.statement import SPOKEN, Role


@dataclass(frozen=True, slots=True)
class Body:
    """contact: what the clerk looked at, such as the app bound on which day; null for own keys."""

    key: KeyId
    channel: records.Channel
    contact: PrivateShort | None


class ConfirmsItself(Refused):
    """A key confirms itself, or the passkey that enrolled it."""

    slug = "key-confirms-itself"
    category = Category.CONFLICT
    zh = "一把钥匙不能确认自己，也不能确认登记它的通行密钥；请用另一把钥匙"
    en = "A key confirms neither itself nor the passkey that enrolled it; use another key"


def check(view: CaseView, act: Act[Body]) -> None:
    """By the holder with another key of his, or by the clerk, who saw the channel answer."""
    body = act.body
    key = view.get(records.KEYS, body.key)
    if key is None or key.revoked or key.enrolled_by is None:
        raise NotFound(what="key", id=body.key[:12])
    if key.confirmed is not None:
        raise AlreadyThere(what="key.confirmed", id=body.key[:12])
    by_clerk = act.role is Role.CLERK
    if by_clerk is not (body.channel is records.Channel.AUTHENTICATOR):
        raise RoleMayNot(kind=f"{act.kind} ({body.channel.value})", role=act.role.value)
    if by_clerk is not (body.contact is not None):
        raise Disagrees(what="contact", stated=body.contact is not None, follows=by_clerk)
    if by_clerk:
        return
    if key.holder != act.by:
        raise NotYourKey(holder=key.holder)
    signer = view.get(records.KEYS, act.key)
    root = None if signer is None else passkey_of(view, signer)
    if body.key in (act.key, None if root is None else root.key):
        raise ConfirmsItself()


def apply(state: CaseState, act: Act[Body]) -> None:
    """The key is confirmed. Whether that counts for a vote depends on the confirming key's age."""
    key = state.get(records.KEYS, act.body.key)
    if key is not None:
        own = act.body.channel is records.Channel.OWN_KEY
        confirmed = replace(
            key, confirmed=act.body.channel, confirmed_with=act.key if own else None
        )
        state.put(records.KEYS, confirmed)


KIND = Kind(
    name="key.confirmed",
    version=1,
    body=Body,
    roles=SPOKEN,
    ground="key.confirmed",
    check=check,
    apply=apply,
    zh="{who} 确认了钥匙 {key}（{channel}）",
    en="{who} confirmed the key {key} ({channel})",
    facts=lambda view, body: {"key": body.key[:12], "channel": body.channel.value},
)
