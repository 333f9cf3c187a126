"""One way for every act: read → who? → well formed? → allowed by law, now? → apply.

The server calls `read` and `judge` at intake and `apply` in the same transaction; the verifier
calls them for every entry in turn. Nothing else decides whether an act was lawful.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bankruptcy.kinds import records, registry
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.keys import relying_party
from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.leaves import committed, hidden
from bankruptcy.kinds.people import holds, principal_allowed
from bankruptcy.kinds.refusals import (
    BadSignature,
    KeyNotGood,
    NotOpened,
    RoleMayNot,
    RoleNotHeld,
    UnknownKind,
    WrongCase,
)
from bankruptcy.kinds.schema import Hash, Id, KeyId, decode
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log import suites
from ledger.log.dsse import Envelope
from ledger.log.errors import Refused
from ledger.log.genesis import Genesis
from ledger.log.statement import Statement
from ledger.log.statement import read as read_statement


@dataclass(frozen=True, slots=True)
class Judged:
    """An act that may be applied, with what could not be checked for want of openings."""

    kind: AnyKind
    act: Act[object]
    not_opened: tuple[str, ...]
    unchecked: bool = False
    """Was `check_opened` cut short for want of openings?"""


def read(
    envelope: Envelope,
    received: datetime,
    at: datetime,
    boxes: tuple[bytes, ...] | None = None,
) -> tuple[AnyKind, Statement, Act[object]]:
    """The act that an envelope spells; its signature is not looked at.

    Raises Malformed, WrongPayloadType, KeyMismatch, UnknownKind.
    """
    statement = read_statement(envelope)
    kind, act = act_of(statement, envelope, received, at, boxes)
    return kind, statement, act


def act_of(
    statement: Statement,
    envelope: Envelope,
    received: datetime,
    at: datetime,
    boxes: tuple[bytes, ...] | None = None,
) -> tuple[AnyKind, Act[object]]:
    """The act of a statement already read from its envelope. Raises Malformed, UnknownKind."""
    kind = registry.KINDS.get(statement.kind)
    if kind is None:
        raise UnknownKind(kind=statement.kind)
    act: Act[object] = Act(
        digest=Hash(envelope.digest()),
        kind=statement.kind,
        by=Id(statement.by),
        on_behalf_of=None if statement.for_ is None else Id(statement.for_),
        role=statement.role,
        key=KeyId(statement.key.hex()),
        body=kind.decode(statement.body),
        received=received,
        at=at,
        boxes=boxes,
    )
    return kind, act


def check_signature(
    view: CaseView, envelope: Envelope, act: Act[object], *, verified: bool = False
) -> None:
    """Is the envelope signed by a key that is good now and the signer's?

    verified: the signature was found true before, under the key whose id the envelope names.
    Raises KeyNotGood, BadSignature.
    """
    if isinstance(act.body, Genesis):
        # Nothing stands before the genesis: it names the key that signs it.
        _verify(act.body.clerk.suite, act.body.clerk.public_key, envelope, None)
        return
    key = view.get(records.KEYS, act.key)
    if (
        key is None
        or key.revoked
        or key.holder != act.by
        or (key.until is not None and act.received >= key.until)
    ):
        raise KeyNotGood(key=act.key[:12])
    if not verified:
        party = relying_party(view)
        _verify(suites.parse_suite(key.suite), key.public_key, envelope, party)


def check_sender(view: CaseView, kind: AnyKind, statement: Statement, act: Act[object]) -> None:
    """Is it said in this case, by one whose role it is?

    Raises WrongCase, RoleMayNot, RoleNotHeld.
    """
    file = records.case_file(view)
    named = act.body if isinstance(act.body, Genesis) else file
    if named is not None and (statement.case, statement.log) != (named.case, named.origin):
        raise WrongCase()
    if act.role not in kind.roles:
        raise RoleMayNot(kind=kind.id, role=act.role.value)
    if file is not None and not holds(view, act.by, act.role):
        raise RoleNotHeld(by=act.by, role=act.role.value)


def judge(view: CaseView, kind: AnyKind, statement: Statement, act: Act[object]) -> Judged:
    """Check everything but the signature: case, role, principal, openings, and the kind's rules.

    What needs an opening that is not at hand is not refused but named in `not_opened`: the
    server then refuses the act, the verifier reports what the profile does not let it check.
    Raises the refusal that names the broken rule.
    """
    check_sender(view, kind, statement, act)
    principal_allowed(view, act, kind.item)
    kind.check(view, act)
    not_opened = list(_unopened(view, kind, act.body))
    unchecked = False
    try:
        kind.check_opened(view, act)
    except NotOpened as error:
        unchecked = True
        not_opened.append(str(error.facts["what"]))
    return Judged(kind, act, tuple(not_opened), unchecked)


def _verify(
    suite: suites.Suite,
    public_key: bytes,
    envelope: Envelope,
    party: suites.RelyingParty | None,
) -> None:
    try:
        suites.PublicKey(suite, public_key).verify(envelope.pae(), envelope.sig, party)
    except Refused as error:
        raise BadSignature() from error


def apply(state: CaseState, judged: Judged) -> None:
    """Put the records that follow from an act that was judged lawful."""
    judged.kind.apply(state, judged.act)


def _unopened(view: CaseView, kind: AnyKind, body: object) -> list[str]:
    """Names of the digests and commitments that are not opened. Raises Malformed on a value that
    is not of its type."""
    missing = []
    for item in hidden(kind.id, body):
        try:
            decode(item.value, view.opening(item.field, item.digest))
        except NotOpened:
            missing.append(item.field)
    for amount in committed(body):
        try:
            view.amount(amount)
        except NotOpened:
            missing.append(f"{kind.id} commitment")
    return missing
