"""A declared result: vectors, openings, and the outcome of each motion."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds.schema import (
    Code,
    Count,
    Hash,
    Id,
    Instant,
    PartyScalar,
    ScalarBytes,
)
from bankruptcy.kinds.tables import Table


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


@dataclass(frozen=True, slots=True)
class HiddenVector:
    """An amount result opened without the amounts (protocol 11).

    (m, r) opens Σ Z, r being R + Σ τ; (cast, sigma) opens Σ W of the counted lines.
    """

    motion: Id
    class_: Code
    cast: Count
    sigma: ScalarBytes
    m: ScalarBytes
    r: ScalarBytes


@dataclass(frozen=True, slots=True)
class Weights:
    """The proofs that let the public check the amount results of a vote. root, rows: a table."""

    manifest_hash: Hash
    statement: Hash
    root: Hash
    rows: int
    vectors: tuple[HiddenVector, ...]


RESULTS = Table("result", Result, ("manifest_hash",), ("meeting",))
WEIGHTS = Table("weights", Weights, ("manifest_hash",))
