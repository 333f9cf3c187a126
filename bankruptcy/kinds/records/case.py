"""What the genesis and the court say of the case, who holds which role, which keys are good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bankruptcy.kinds.schema import (
    Blob,
    Code,
    Hash,
    Id,
    Instant,
    KeyId,
    Sealed,
    ShortText,
)
from bankruptcy.kinds.tables import Table
from ledger.log.statement import Role


class Clock(Enum):
    """Whose time a log keeps (architecture, Time)."""

    REAL = "real"
    DEMONSTRATION = "demonstration"


class Procedure(Enum):
    """The three procedures of the EBL."""

    LIQUIDATION = "liquidation"
    REORGANISATION = "reorganisation"
    COMPOSITION = "composition"


class Level(Enum):
    """How well it is known that an enrolled key is its holder's."""

    DEMONSTRATION = "demonstration"
    """Attested by a program for a visitor: proves nothing about anybody."""
    ATTESTED = "attested"
    """Administrator or court saw to it that the key is the holder's."""
    PASSKEY = "passkey"
    """The holder's own passkey, which was attested, enrolled this key of a device of his."""


class Channel(Enum):
    """How a holder confirmed a key by something else than who attested it."""

    OWN_KEY = "own_key"
    """He said so himself, signed with another key of his."""
    AUTHENTICATOR = "authenticator"
    """The clerk saw a code of the authenticator app that is bound to his account."""


@dataclass(frozen=True, slots=True)
class Switch:
    """An open point of the law as this case decides it (domain A.4), e.g. P2 = voted."""

    switch: Code
    value: ShortText | tuple[ShortText, ...]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What the genesis and `case.opened` say of the case; one record, key "case"."""

    case: Id
    origin: str
    clock: Clock
    clock_at: Instant
    """The demonstration clock's standing time; for a real clock the genesis' `received`."""
    policy: str
    pack: Code
    pack_sha256: Hash
    rp_id: str
    origins: tuple[str, ...]
    opened: bool
    court_name: Sealed | None
    case_number: Sealed | None
    debtor: Sealed | None
    procedure: Procedure | None
    accepted: date | None
    announced: date | None
    filing_ends: date | None
    switches: tuple[Switch, ...]


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A person holds a role, until it is ended."""

    person: Id
    role: Role
    name: Sealed | None
    active: bool


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    """A key that may sign: of a person, the clerk or the court."""

    key: KeyId
    holder: Id
    suite: Code
    public_key: Blob
    level: Level | None
    """None for the keys that the genesis names."""
    until: datetime | None
    enrolled_by: Id | None
    signer: KeyId | None
    """The key that signed the enrolment; None for the keys that the genesis names."""
    enrolled: Instant
    confirmed: Channel | None
    confirmed_with: KeyId | None
    """The holder's other key, where the channel is `own_key`."""
    revoked: bool


CASE = Table("case", CaseFile, ("case",))
ROLES = Table("role", RoleGrant, ("person", "role"), ("person",))
KEYS = Table("key", EnrolledKey, ("key",), ("holder", "suite", "signer"))
