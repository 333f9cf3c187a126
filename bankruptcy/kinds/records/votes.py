"""A vote: its manifest and rolls, ballots, complaints, checks, sums and shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bankruptcy.kinds.records.claims import Part
from bankruptcy.kinds.schema import (
    Code,
    Committed,
    Fen,
    Hash,
    Id,
    Instant,
    LongClear,
    PartyScalar,
    PointBytes,
    PrivateScalar,
    Raw,
    ScalarBytes,
    Sealed,
)
from bankruptcy.kinds.tables import Table


class Stage(Enum):
    """Where a vote stands."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"
    COUNTED = "counted"
    DECLARED = "declared"
    VOIDED = "voided"
    """Nothing of it counts; the meeting votes again, under another manifest."""


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
    closes: datetime
    """As extended; the manifest's own time is the one first set, and so for the next."""
    complaints_close: datetime
    stage: Stage
    prepared: Hash
    """Statement of `voting.prepared`; the next ones likewise, None until they are there."""
    opened: Hash | None
    closed: Hash | None
    counted: Hash | None
    counted_hash: Hash | None
    left_out: tuple[Hash, ...]
    """Ballots of which a box was still missing when the counted set was fixed."""
    tally_deadline: datetime | None
    """Day set by the court: too few sums by then, and the vote is void (protocol 7)."""
    voided: Hash | None
    """Statement of `voting.voided`."""


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
class MissingBox:
    """A box that a trustee could not get, and the entry by which it was supplied."""

    manifest_hash: Hash
    ballot: Hash
    index: int
    named: Instant
    supplied: Hash | None
    """Statement of `box.supplied`; None: still missing."""
    supplied_at: Instant | None


@dataclass(frozen=True, slots=True)
class NotAwaited:
    """A trustee for whom the court lets nobody wait."""

    manifest_hash: Hash
    index: int
    statement: Hash


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
    f: ScalarBytes | PrivateScalar
    g: ScalarBytes | PrivateScalar


@dataclass(frozen=True, slots=True)
class GivenShare:
    """A share of a single answer that a trustee has given (protocol 2, 7)."""

    manifest_hash: Hash
    motion: Id
    line: Id
    index: int
    ballot: Hash
    f: ScalarBytes | PrivateScalar
    g: ScalarBytes | PrivateScalar
    place: int
    """Where it stands in its statement: sealed scalars are opened by that."""
    statement: Hash


@dataclass(frozen=True, slots=True)
class DisclosureOrder:
    """An answer that the court ordered disclosed to it."""

    manifest_hash: Hash
    motion: Id
    line: Id
    ballot: Hash
    implied: tuple[Id, ...]
    """Lines whose answers follow from it by subtraction."""
    statement: Hash

    @property
    def pair(self) -> tuple[str, str]:
        """(line, motion)."""
        return self.line, self.motion


@dataclass(frozen=True, slots=True)
class Extension:
    """Voting was extended. from_, to: the close before and after."""

    manifest_hash: Hash
    from_: datetime
    to: datetime
    by: Id
    reason: Sealed
    extended: Instant
    statement: Hash


@dataclass(frozen=True, slots=True)
class Outage:
    """A time within the voting in which nothing could be cast."""

    manifest_hash: Hash
    from_: datetime
    to: datetime
    statement: Hash


@dataclass(frozen=True, slots=True)
class DrawnDigit:
    """A digit that the chair drew: claim numbers that end in it test a ballot."""

    manifest_hash: Hash
    digit: int
    by: Id
    drawn: Instant


@dataclass(frozen=True, slots=True)
class SingleTrustee:
    """The court's reason why one trustee alone may open the tally of a meeting."""

    meeting: Id
    reason: LongClear
    order: Hash
    """Statement of `trustee.single_allowed`."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A line of a roll as the court finds that it should have been; it is not summed again."""

    manifest_hash: Hash
    motion: Id
    line: Id
    class_: Code
    heads: int
    weight: Committed | None
    statement: Hash


@dataclass(frozen=True, slots=True)
class KeyDestroyed:
    """A trustee has destroyed the key of a vote."""

    manifest_hash: Hash
    index: int
    statement: Hash


VOTES = Table("vote", Vote, ("manifest_hash",), ("meeting",))
ROLL_LINES = Table("roll_line", RollLine, ("manifest_hash", "motion", "line"), ("manifest_hash",))
BALLOTS = Table("ballot", CastBallot, ("ballot",), ("manifest_hash", "signer"))
LAST_ANSWERS = Table(
    "last_answer", LastAnswer, ("manifest_hash", "motion", "line"), ("manifest_hash", "ballot")
)
USED_E = Table("used_e", UsedE, ("manifest_hash", "e"))
COMPLAINTS = Table("complaint", Complaint, ("ballot",), ("manifest_hash",))
BOXES_CHECKED = Table("boxes_checked", BoxesChecked, ("manifest_hash", "index"), ("manifest_hash",))
MISSING_BOXES = Table("missing_box", MissingBox, ("ballot", "index"), ("manifest_hash",))
NOT_AWAITED = Table("not_awaited", NotAwaited, ("manifest_hash", "index"), ("manifest_hash",))
SUMS = Table("summed", Summed, ("manifest_hash", "index"), ("manifest_hash",))
GIVEN_SHARES = Table(
    "given_share",
    GivenShare,
    ("manifest_hash", "motion", "line", "index"),
    ("manifest_hash", "motion", "line"),
)
ORDERED = Table(
    "disclosure_order", DisclosureOrder, ("manifest_hash", "motion", "line"), ("manifest_hash",)
)
EXTENSIONS = Table("extension", Extension, ("statement",), ("manifest_hash",))
OUTAGES = Table("outage", Outage, ("statement",), ("manifest_hash",))
DRAWN = Table("drawn", DrawnDigit, ("manifest_hash", "digit"), ("manifest_hash",))
SINGLE_TRUSTEES = Table("single_trustee", SingleTrustee, ("meeting",))
CORRECTIONS = Table(
    "correction", Correction, ("manifest_hash", "motion", "line"), ("manifest_hash",)
)
KEYS_DESTROYED = Table(
    "key_destroyed", KeyDestroyed, ("manifest_hash", "index"), ("manifest_hash",)
)
