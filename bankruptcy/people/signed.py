"""Ballots cast with keys that are frozen now, and what their owner can do about each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import is_last
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.vote import manifest_of, window
from bankruptcy.people.access import Access
from ledger import said


class Remedy(StrEnum):
    """What can be done about a ballot that somebody else may have cast."""

    NONE = "none"
    """Nothing need be: it is replaced, or counts nowhere."""
    REPLACE = "replace"
    """Voting is open: the owner casts another."""
    COURT = "court"
    """It counts: the court alone can have the vote held again."""


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot: meeting and its number, when it was cast, its entry where it has one already."""

    meeting: str
    number: int
    when: datetime
    entry: int | None
    remedy: Remedy


def with_frozen_keys(access: Access) -> Mapping[str, list[Cast]]:
    """The person's ballots by the frozen key that signed them, the newest first."""
    view = access.view
    frozen = {key.key for key in view.find(records.KEYS, holder=access.pseudonym) if key.revoked}
    found: dict[str, list[Cast]] = defaultdict(list)
    for vote in view.find(records.VOTES) if frozen else ():
        meeting = view.get(records.MEETINGS, vote.meeting)
        own = view.find(records.BALLOTS, manifest_hash=vote.manifest_hash, signer=access.pseudonym)
        for ballot in own:
            statement = said.statement(access.case, ballot.statement)
            if meeting is None or statement is None or statement.key.hex() not in frozen:
                continue
            found[statement.key.hex()].append(
                Cast(
                    vote.meeting,
                    meeting.number,
                    ballot.cast,
                    said.number(access.case, ballot.statement),
                    _remedy(access, vote, ballot),
                )
            )
    return {key: sorted(ballots, key=_newest_last, reverse=True) for key, ballots in found.items()}


def _newest_last(one: Cast) -> tuple[datetime, bool, int]:
    # On a demonstration clock many have one time; what has no entry yet comes after all that have.
    return one.when, one.entry is None, one.entry or 0


def _remedy(access: Access, vote: records.Vote, ballot: records.CastBallot) -> Remedy:
    if vote.stage is Stage.VOIDED or not is_last(access.view, ballot):
        return Remedy.NONE
    open_ = vote.stage is Stage.OPEN and access.now < window(access.view, vote).closes
    if open_ and manifest_of(access.view, vote).replacement:
        return Remedy.REPLACE
    return Remedy.COURT
