"""What each figure has to reach; on two cores, all in one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound on a row's value, or on its ratio; from below or from above."""

    bound: float
    at_least: bool = False
    ratio: bool = False

    def of(self, row: dict[str, Any]) -> float:
        """What of the row is bounded."""
        return float(row["ratio"] if self.ratio else row["value"])

    def share(self, value: float) -> float:
        """The value as a share of the bound; of a bound of nothing, anything at all is twice it."""
        if self.bound == 0:
            return 2.0 if value else 0.0
        return value / self.bound

    def met(self, value: float) -> bool:
        """Is the bound kept?"""
        return value >= self.bound if self.at_least else value <= self.bound


LIMITS: dict[str, Limit] = {
    "ballot-proofs-per-second": Limit(8_000, at_least=True),
    "ballot-proofs-vs-py_ecc": Limit(400, at_least=True, ratio=True),
    "ballot-proofs-vs-msm": Limit(1.7, ratio=True),
    "verify-10000": Limit(30),
    "verify-10000-memory": Limit(1024),
    "verify-10000-vs-2000": Limit(5.5, ratio=True),
    "public-verify-10000": Limit(60),
    "sequencer-vs-copy": Limit(0.5, at_least=True, ratio=True),
    "closing-second-lost": Limit(0),
    "live-board-p95": Limit(500),
    "rehearse-1000": Limit(180),
    "rehearse-1000-receipt-p99": Limit(1),
    "rehearse-1000-lost": Limit(0),
    "rehearse-10000-lost": Limit(0),
    "ballot-script-gzip": Limit(200),
    "ballot-prepared-median": Limit(300),
    "fresh-clone-front-page-warm": Limit(60),
    "fresh-clone-front-page-cold": Limit(90),
}
