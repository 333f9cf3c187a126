"""A vote: its manifest and rolls, ballots, complaints, checks, sums and shares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bankruptcy.kinds.records.claims import Part
from bankruptcy.kinds.schema import (
    Code,
    Fen,
    Hash,
    Id,
    Instant,
    PartyScalar,
    PointBytes,
    Raw,
    ScalarBytes,
)
from bankruptcy.kinds.tables import Table


class Stage(Enum):
    """Where a vote stands."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of a motion's roll, with its total opened (None below two weighted lines)."""

    class_: Code
    heads: int
    total: Fen | None
    sigma: ScalarBytes | None


@dataclass(frozen=True, slots=True)
class RollHead:
    """A motion's roll as `voting.prepared` fixed it."""

    motion: Id
    root: Hash
    lines: int
    classes: tuple[ClassRow, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote: its manifest, its rolls, and how far it has come."""

    manifest_hash: Hash
    meeting: Id
    manifest: Raw
    rolls: tuple[RollHead, ...]
    stage: Stage
    prepared: Hash
    """Statement of `voting.prepared`; the next ones likewise, None until they are there."""
    opened: Hash | None
    closed: Hash | None
    counted: Hash | None
    counted_hash: Hash | None
    left_out: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class RollLine:
    """A line of a motion's roll: a leaf, who may answer it, and why it is there."""

    manifest_hash: Hash
    motion: Id
    line: Id
    class_: Code
    heads: int
    weight: PointBytes | None
    members: tuple[Id, ...]
    """Pseudonyms who may answer: the creditor, or each of a unit's joint creditors."""
    parts: tuple[Part, ...]
    """Those whose commitments the weight is the sum of, as they stood at the record time."""
    grounds: tuple[Code, ...]
    """Keys of the rule pack's grounds: the articles that give the line."""


@dataclass(frozen=True, slots=True)
class CastBallot:
    """An accepted ballot."""

    ballot: Hash
    """Hash of its body."""
    manifest_hash: Hash
    signer: Id
    statement: Hash
    body: Raw
    cast: Instant
    void: bool
    """A complaint against it was upheld."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The ballot that holds the last accepted answer of a line to a motion, void or not."""

    manifest_hash: Hash
    motion: Id
    line: Id
    ballot: Hash
    answer: int


@dataclass(frozen=True, slots=True)
class UsedE:
    """h_eff·E of an accepted ballot, which no other may use under this manifest."""

    manifest_hash: Hash
    e: PointBytes
    ballot: Hash


@dataclass(frozen=True, slots=True)
class Complaint:
    """An upheld complaint against a ballot."""

    manifest_hash: Hash
    ballot: Hash
    index: int
    statement: Hash


@dataclass(frozen=True, slots=True)
class BoxesChecked:
    """A trustee has opened all its boxes up to a checkpoint."""

    manifest_hash: Hash
    index: int
    size: int
    complaints: int
    missing: tuple[Hash, ...]


@dataclass(frozen=True, slots=True)
class VectorSum:
    """A trustee's pair for one tally vector."""

    motion: Id
    class_: Code
    metric: Code
    f: ScalarBytes | PartyScalar
    g: ScalarBytes | PartyScalar


@dataclass(frozen=True, slots=True)
class Summed:
    """A trustee's sums."""

    manifest_hash: Hash
    index: int
    statement: Hash
    sums: tuple[VectorSum, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A trustee's share of a single answer."""

    ballot: Hash
    line: Id
    motion: Id
    f: ScalarBytes | PartyScalar
    g: ScalarBytes | PartyScalar


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A trustee's shares of the answers that the outcome shows anyway (protocol 2, 7)."""

    manifest_hash: Hash
    index: int
    statement: Hash
    answers: tuple[Share, ...]


VOTES = Table("vote", Vote, ("manifest_hash",), ("meeting",))
ROLL_LINES = Table("roll_line", RollLine, ("manifest_hash", "motion", "line"), ("manifest_hash",))
BALLOTS = Table("ballot", CastBallot, ("ballot",), ("manifest_hash", "signer"))
LAST_ANSWERS = Table(
    "last_answer", LastAnswer, ("manifest_hash", "motion", "line"), ("manifest_hash", "ballot")
)
USED_E = Table("used_e", UsedE, ("manifest_hash", "e"))
COMPLAINTS = Table("complaint", Complaint, ("ballot",), ("manifest_hash",))
BOXES_CHECKED = Table("boxes_checked", BoxesChecked, ("manifest_hash", "index"), ("manifest_hash",))
SUMS = Table("summed", Summed, ("manifest_hash", "index"), ("manifest_hash",))
DISCLOSURES = Table("disclosed", Disclosed, ("manifest_hash", "index"), ("manifest_hash",))
