"""Meetings, motions, who is present, the trustees' keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bankruptcy.kinds.schema import (
    Code,
    Hash,
    Id,
    Instant,
    PointBytes,
    Raw,
    Sealed,
)
from bankruptcy.kinds.tables import Table
from bankruptcy.law.meeting_rules import Form


@dataclass(frozen=True, slots=True)
class Meeting:
    """A convened meeting."""

    meeting: Id
    number: int
    starts: datetime
    form: Form
    title: Sealed
    convened: Instant
    statement: Hash
    manifest_hash: Hash | None
    """The vote last prepared for it; where that is void, another may be."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What only a motion on a plan has (JI-III 11(2); EBL 82(2), 87(1))."""

    untouched_classes: tuple[Code, ...]
    untouched: tuple[Id, ...]
    passed_groups: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion put to a meeting."""

    meeting: Id
    motion: Id
    matter: Code
    rule: Code
    round: int
    title: Sealed
    text: Sealed
    text_sha256: Hash
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Presence:
    """A creditor signed in to a meeting."""

    meeting: Id
    person: Id
    began: Instant
    """When he first signed in: who ever did so before the close is present (P2)."""
    on: bool


@dataclass(frozen=True, slots=True)
class TrusteeKey:
    """A trustee's key for one vote of one meeting."""

    meeting: Id
    trustee: Id
    person: Id
    public_key: PointBytes
    proof: Raw
    stands_for: tuple[Id, ...]
    spent: bool
    """Its vote was declared void: the next one takes a fresh key."""


MEETINGS = Table("meeting", Meeting, ("meeting",))
MOTIONS = Table("motion", Motion, ("meeting", "motion"), ("meeting",))
PRESENCES = Table("presence", Presence, ("meeting", "person"), ("meeting",))
TRUSTEE_KEYS = Table(
    "trustee_key", TrusteeKey, ("meeting", "trustee", "public_key"), ("meeting", "person")
)
