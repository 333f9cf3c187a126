"""The boxes that trustees named as missing, and those of them that nobody has supplied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import window

WAIT: Final = timedelta(hours=24)
"""By the log's clock, between the last `box.missing` and the counted set (protocol 7).

As long has the trustee to complain of a box supplied: he could not open it before, and a false
share that came too late to complain of would leave him unable to give his sums.
"""


def named(view: CaseView, vote: records.Vote, index: int) -> frozenset[Hash]:
    """Ballots whose box for this trustee he named, supplied since or not."""
    found = view.find(records.MISSING_BOXES, manifest_hash=vote.manifest_hash)
    return frozenset(box.ballot for box in found if box.index == index)


def unsupplied(view: CaseView, vote: records.Vote) -> tuple[records.MissingBox, ...]:
    """The boxes still missing, whosesoever."""
    found = view.find(records.MISSING_BOXES, manifest_hash=vote.manifest_hash)
    return tuple(box for box in found if box.supplied is None)


def complaints_until(view: CaseView, vote: records.Vote, ballot: Hash, index: int) -> datetime:
    """Until when trustee `index` may complain of the ballot: longer where its box was supplied."""
    closes = window(view, vote).complaints_close
    missed = view.get(records.MISSING_BOXES, ballot, index)
    if missed is None or missed.supplied_at is None:
        return closes
    return max(closes, missed.supplied_at + WAIT)


def ballot_under(view: CaseView, vote: records.Vote, ballot: Hash) -> records.CastBallot:
    """The ballot, accepted under this manifest. Raises NotFound."""
    cast = view.get(records.BALLOTS, ballot)
    if cast is None or cast.manifest_hash != vote.manifest_hash:
        raise NotFound(what="ballot", id=ballot.hex()[:12])
    return cast
