"""What was erased under the law, so that it can no longer be opened (ledger 4(f))."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bankruptcy.kinds.schema import Hash, Id, Instant
from bankruptcy.kinds.tables import Table


class Basis(Enum):
    """Why personal information is deleted: the five cases of PIPL 47(1), in its order."""

    PURPOSE = "purpose"
    """The purpose is achieved, cannot be achieved, or the information is no longer needed."""
    PERIOD = "period"
    """No more service, or the retention period is over."""
    CONSENT = "consent"
    """The person has withdrawn consent."""
    UNLAWFUL = "unlawful"
    """It was processed against law or agreement."""
    OTHER = "other"
    """Another law or administrative regulation says so."""


@dataclass(frozen=True, slots=True)
class Erased:
    """One value that was erased. `entry`: index of the leaf that holds its digest; `statement`: of
    the erasure."""

    digest: Hash
    entry: int
    field: str
    basis: Basis
    ordered_by: Id
    at: Instant
    statement: Hash


ERASURES = Table("erasure", Erased, ("digest",), ("entry",))
