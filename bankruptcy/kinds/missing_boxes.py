"""The boxes that trustees named as missing, and those of them that nobody has supplied."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView

WAIT: Final = timedelta(hours=24)
"""By the log's clock, between the last `box.missing` and the counted set (protocol 7)."""


def named(view: CaseView, vote: records.Vote, index: int) -> frozenset[Hash]:
    """Ballots whose box for this trustee he named, supplied since or not."""
    found = view.find(records.MISSING_BOXES, manifest_hash=vote.manifest_hash)
    return frozenset(box.ballot for box in found if box.index == index)


def unsupplied(view: CaseView, vote: records.Vote) -> tuple[records.MissingBox, ...]:
    """The boxes still missing, whosesoever."""
    found = view.find(records.MISSING_BOXES, manifest_hash=vote.manifest_hash)
    return tuple(box for box in found if box.supplied is None)


def ballot_under(view: CaseView, vote: records.Vote, ballot: Hash) -> records.CastBallot:
    """The ballot, accepted under this manifest. Raises NotFound."""
    cast = view.get(records.BALLOTS, ballot)
    if cast is None or cast.manifest_hash != vote.manifest_hash:
        raise NotFound(what="ballot", id=ballot.hex()[:12])
    return cast
