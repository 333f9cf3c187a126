"""Outages on record, and the extension that makes up for them (domain P11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bankruptcy.kinds import records
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import window


@dataclass(frozen=True, slots=True)
class Proposal:
    """Extend by as long as nothing could be cast. outages: those not made up for, in order."""

    outages: Sequence[records.Outage]
    closes: datetime
    """The new close, in whole minutes."""

    @property
    def minutes(self) -> int:
        """How long nothing could be cast, rounded up."""
        return -(-sum((o.to - o.from_ for o in self.outages), timedelta()) // timedelta(minutes=1))


def proposal(view: CaseView, vote: records.Vote) -> Proposal | None:
    """None where there was no outage since the last extension."""
    extensions = view.find(records.EXTENSIONS, manifest_hash=vote.manifest_hash)
    since = max((one.extended for one in extensions), default=None)
    found = sorted(
        (
            outage
            for outage in view.find(records.OUTAGES, manifest_hash=vote.manifest_hash)
            if since is None or outage.to > since
        ),
        key=lambda outage: outage.from_,
    )
    if not found:
        return None
    made = Proposal(found, window(view, vote).closes)
    return Proposal(found, made.closes + timedelta(minutes=made.minutes))
