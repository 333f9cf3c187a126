"""The records of a case: what follows from its statements, table by table.

No record holds a name, a text or an amount: those stay behind their digests and commitments, so
that the same records follow whether a bundle's profile opens them or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from bankruptcy.kinds.schema import (
    Blob,
    Code,
    Committed,
    Count,
    Fen,
    Hash,
    Id,
    Instant,
    KeyId,
    PartyScalar,
    PointBytes,
    Raw,
    ScalarBytes,
    Sealed,
    ShortText,
)
from bankruptcy.kinds.tables import CaseView, Table
from bankruptcy.law.register import Nature
from ledger.log.statement import Role

# --- the case and its people -------------------------------------------------------------


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
    enrolled: Instant
    revoked: bool


# --- claims, evidence, register ----------------------------------------------------------


class Status(Enum):
    """Where a claim's line stands in the register (domain B.4)."""

    FILED = "filed"
    ADMITTED = "admitted"
    PARTLY = "partly"
    REJECTED = "rejected"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Security:
    """Security on specific property of the debtor, as admitted."""

    value: Committed
    waived: bool
    deficiency_fixed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an admitted line: one nature, one commitment (protocol 2)."""

    part: Id
    """`<claim>.<line>.<suffix>`: the suffix names the part as the law partitions the line."""
    nature: Code
    amount: Committed


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One line of a claim: as filed, and as the administrator checked it."""

    line: Id
    nature: Nature
    filed: Committed
    status: Status
    admitted: Committed | None
    """The sum admitted; None until reviewed, and while nothing of it is admitted."""
    security: Security | None
    parts: tuple[Part, ...]
    reasons: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its lines."""

    claim: Id
    creditor: Id
    """Pseudonym of the creditor: one head in each class, whatever the number of claims."""
    name: Sealed
    late: bool
    related: bool
    joint: Id | None
    """Joint and several creditors of one claim state it each, under this id: one voting unit."""
    filed: Instant
    statement: Hash
    lines: tuple[ClaimLine, ...]
    reviewed: Instant | None
    review: Hash | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence for a claim."""

    evidence: Id
    claim: Id
    by: Id
    file: Sealed
    title: Sealed
    purpose: Sealed
    added: Instant


class Point(Enum):
    """What evidence is examined for (OLR 15, and probative force)."""

    AUTHENTICITY = "authenticity"
    LAWFULNESS = "lawfulness"
    RELEVANCE = "relevance"
    PROBATIVE_FORCE = "probative_force"


class Stance(Enum):
    """What the questioner says of a point."""

    ACCEPTED = "accepted"
    CONTESTED = "contested"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Questioned:
    """One point of a question, with the answer or the recorded refusal to answer."""

    point: Point
    stance: Stance
    reason: Sealed | None
    answer: Sealed | None
    refusal: Sealed | None

    @property
    def is_open(self) -> bool:
        """Does it still wait for an answer or a recorded refusal?"""
        return self.stance is not Stance.ACCEPTED and self.answer is None and self.refusal is None


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody's cross-examination of a piece of evidence."""

    question: Id
    evidence: Id
    claim: Id
    by: Id
    asked: Instant
    points: tuple[Questioned, ...]

    @property
    def open_points(self) -> int:
        """Points that still wait for an answer or a recorded refusal."""
        return sum(point.is_open for point in self.points)


@dataclass(frozen=True, slots=True)
class Provisional:
    """An amount the court set for voting, in place of what is admitted (EBL 59(2))."""

    claim: Id
    line: Id
    matters: tuple[Code, ...] | None
    """Matters it holds for; None: all."""
    parts: tuple[Part, ...]
    """Empty: the amount is zero, and there is no vote."""
    amount: Committed
    security: Security | None
    statement: Hash


@dataclass(frozen=True, slots=True)
class Register:
    """A published version of the register of claims."""

    version: int
    root: Hash
    rows: int
    published: Instant


# --- meetings and motions ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meeting:
    """A convened meeting."""

    meeting: Id
    number: int
    starts: datetime
    title: Sealed
    convened: Instant
    statement: Hash
    manifest_hash: Hash | None
    """The vote prepared for it."""


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
    """A trustee's key for one meeting."""

    meeting: Id
    trustee: Id
    person: Id
    public_key: PointBytes
    proof: Raw
    stands_for: tuple[Id, ...]


# --- the vote ----------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class DeclaredClass:
    """Both tests of a class; a test that the rule lacks is null. present: heads (P2)."""

    class_: Code
    present: Count
    heads_ok: bool | None
    amount_ok: bool | None


@dataclass(frozen=True, slots=True)
class DeclaredMotion:
    """The outcome of a motion, and the step that the law opens next."""

    motion: Id
    rule: Code
    classes: tuple[DeclaredClass, ...]
    passed: bool
    next: Code


@dataclass(frozen=True, slots=True)
class DeclaredVector:
    """A tally vector as declared: the counts, and M and R that open it (protocol 7)."""

    motion: Id
    class_: Code
    metric: Code
    cast: Count
    for_: Count
    against: Count
    m: ScalarBytes
    r: ScalarBytes | PartyScalar


@dataclass(frozen=True, slots=True)
class DeclaredOpening:
    """An answer that the outcome shows anyway: the one weighted line of a class."""

    ballot: Hash
    line: Id
    motion: Id
    v: ScalarBytes
    rho: ScalarBytes


@dataclass(frozen=True, slots=True)
class Result:
    """A declared result."""

    manifest_hash: Hash
    meeting: Id
    statement: Hash
    declared: Instant
    vectors: tuple[DeclaredVector, ...]
    opened: tuple[DeclaredOpening, ...]
    motions: tuple[DeclaredMotion, ...]
    verified: Hash | None
    """Statement of `result.verified`."""


CASE = Table("case", CaseFile, ("case",))
ROLES = Table("role", RoleGrant, ("person", "role"), ("person",))
KEYS = Table("key", EnrolledKey, ("key",), ("holder",))
CLAIMS = Table("claim", Claim, ("claim",), ("creditor", "joint"))
EVIDENCE = Table("evidence", Evidence, ("evidence",), ("claim",))
QUESTIONS = Table("question", Question, ("question",), ("evidence", "claim"))
PROVISIONAL = Table("provisional", Provisional, ("claim", "line"), ("claim",))
REGISTERS = Table("register", Register, ("version",))
MEETINGS = Table("meeting", Meeting, ("meeting",))
MOTIONS = Table("motion", Motion, ("meeting", "motion"), ("meeting",))
PRESENCES = Table("presence", Presence, ("meeting", "person"), ("meeting",))
TRUSTEE_KEYS = Table("trustee_key", TrusteeKey, ("meeting", "trustee"), ("meeting", "person"))
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
RESULTS = Table("result", Result, ("manifest_hash",), ("meeting",))

TABLES: tuple[Table[Any], ...] = (
    CASE,
    ROLES,
    KEYS,
    CLAIMS,
    EVIDENCE,
    QUESTIONS,
    PROVISIONAL,
    REGISTERS,
    MEETINGS,
    MOTIONS,
    PRESENCES,
    TRUSTEE_KEYS,
    VOTES,
    ROLL_LINES,
    BALLOTS,
    LAST_ANSWERS,
    USED_E,
    COMPLAINTS,
    BOXES_CHECKED,
    SUMS,
    DISCLOSURES,
    RESULTS,
)


def case_file(view: CaseView) -> CaseFile | None:
    """The case's one file; None before the genesis."""
    found = view.find(CASE)
    return found[0] if found else None
