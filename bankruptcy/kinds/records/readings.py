"""What other readings of the law would change in a roll, kept when it is fixed (domain A.4)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds.records.claims import Part
from bankruptcy.kinds.schema import Code, Hash, Id, ShortText
from bankruptcy.kinds.tables import Table


@dataclass(frozen=True, slots=True)
class Place:
    """What a line has: its head, the parts it votes, and those in the base without a vote."""

    heads: int
    parts: tuple[Part, ...]
    base: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A line as the case reads the law, and as another reading would have it."""

    line: Id
    class_: Code
    before: Place
    after: Place


@dataclass(frozen=True, slots=True)
class Reading:
    """What another reading of one open point would change in a motion's roll.

    The register moves on after the record time; what the sheet says of a result must not.
    """

    manifest_hash: Hash
    motion: Id
    switch: Code
    label: ShortText
    """Which reading, as `bankruptcy.law.readings` spells it."""
    lines: tuple[MovedLine, ...]


READINGS = Table(
    "reading", Reading, ("manifest_hash", "motion", "switch", "label"), ("manifest_hash",)
)
