"""Claims, their evidence and cross-examination, provisional amounts, the published register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from bankruptcy.kinds.schema import (
    Code,
    Committed,
    Hash,
    Id,
    Instant,
    Sealed,
)
from bankruptcy.kinds.tables import Table
from bankruptcy.law.register import Nature, Scope


class Status(Enum):
    """Where a claim's line stands in the register (domain B.4)."""

    FILED = "filed"
    ADMITTED = "admitted"
    PARTLY = "partly"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


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
    stated: Hash
    """The statement that states the line as it stands: its filing, or its last amendment."""
    late: bool
    """First filed after the period (EBL 56(1))."""
    version: int
    """Of the register that first shows the line as it stands, whether published yet or not."""
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
    """None while a line waits for the administrator's review."""
    review: Hash | None
    """The last review; what it says of a line amended since is not in force."""

    @property
    def standing(self) -> tuple[ClaimLine, ...]:
        """The lines that are not withdrawn; none: the whole claim is."""
        return tuple(line for line in self.lines if line.status is not Status.WITHDRAWN)

    @property
    def waits(self) -> bool:
        """Is a line still to be reviewed?"""
        return any(line.status is Status.FILED for line in self.lines)


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """An amendment of a claim, or its withdrawal as a whole."""

    statement: Hash
    claim: Id
    by: Id
    """Who signed it: the creditor or his agent."""
    at: Instant
    whole: bool
    """The whole claim is withdrawn."""
    reason: Sealed | None


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
class SplitClaim:
    """A claim that is a part of another, split after the acceptance (P8)."""

    claim: Id
    original: Id
    """The claim that was split: where its parts are one voting unit, the unit has this id."""
    on: date
    statement: Hash


@dataclass(frozen=True, slots=True)
class Exclusion:
    """The court's order that a related creditor does not vote (P9)."""

    creditor: Id
    scope: Scope
    ordered: Instant
    statement: Hash


@dataclass(frozen=True, slots=True)
class Register:
    """A published version of the register of claims."""

    version: int
    root: Hash
    rows: int
    published: Instant


class Outcome(Enum):
    """How the administrator answers an objection (JI-III 8)."""

    EXPLAINED = "explained"
    ADJUSTED = "adjusted"
    REFUSED = "refused"
    """Neither explained nor adjusted: the objector may sue at once."""


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection to a line of the register, with the administrator's answer."""

    objection: Id
    claim: Id
    line: Id
    by: Id
    basis: Sealed
    """The legal ground."""
    reason: Sealed
    raised: Instant
    late: bool
    """After the period of 15 days: taken as agreeing in the procedure; the suit stays open."""
    statement: Hash
    review: Hash | None
    """The review of the claim that stood when the objection was raised."""
    outcome: Outcome | None
    answer: Sealed | None
    answered: Instant | None


CLAIMS = Table("claim", Claim, ("claim",), ("creditor", "joint"))
CLAIM_CHANGES = Table("claim_change", ClaimChange, ("statement",), ("claim",))
EVIDENCE = Table("evidence", Evidence, ("evidence",), ("claim",))
QUESTIONS = Table("question", Question, ("question",), ("evidence", "claim"))
SPLITS = Table("split", SplitClaim, ("claim",), ("original",))
EXCLUSIONS = Table("exclusion", Exclusion, ("creditor",))
PROVISIONAL = Table("provisional", Provisional, ("claim", "line"), ("claim",))
REGISTERS = Table("register", Register, ("version",))
OBJECTIONS = Table("objection", Objection, ("objection",), ("claim", "by"))
