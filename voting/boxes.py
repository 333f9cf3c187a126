"""The boxes of a vote as its trustees fetch them: a page of ballots, each with one trustee's box.

A box is ciphertext for one trustee alone, and still is given to nobody else (protocol 5, 7). The
trustee's page reads the ballots from the log itself; the bodies here only spare a small program
that work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Hash, Id, encode
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import manifest_of, vote_of_meeting
from ledger import openings, said
from ledger.log.encoding import b64u
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json

PAGE: Final = 100
"""Ballots of one page: a ballot of 20 answers has a body of some 30 kB."""


class NotThisTrustee(Refused):
    """The visitor is not the trustee of that index. Fact: `index`."""

    slug = "not-this-trustee"
    category = Category.FORBIDDEN
    zh = "第 {index} 名监票人的密封份额只交给该监票人本人"
    en = "The boxes of tally trustee {index} are given to that trustee alone"


class NoVote(Refused):
    """No vote is prepared for the meeting. Fact: `meeting`."""

    slug = "no-vote"
    category = Category.NOT_FOUND
    zh = "会议 {meeting} 还没有准备好的表决"
    en = "No vote is prepared for meeting {meeting} yet"


@dataclass(frozen=True, slots=True)
class Boxes:
    """A page. `next`: where the following one starts, None after the last."""

    total: int
    rows: tuple[dict[str, Json], ...]
    next: int | None


def vote_for(view: CaseView, meeting: str) -> records.Vote:
    """The vote of a meeting. Raises NoVote."""
    vote = vote_of_meeting(view, Id(meeting))
    if vote is None:
        raise NoVote(meeting=meeting[:64])
    return vote


def own_index(view: CaseView, vote: records.Vote, person: Id) -> int | None:
    """The index, from 1, of the trustee that this person is in the vote; None if he is none."""
    keys = view.find(records.TRUSTEE_KEYS, meeting=vote.meeting, person=person)
    own = {key.public_key for key in keys}
    for index, trustee in enumerate(manifest_of(view, vote).trustees, start=1):
        if trustee.public_key in own:
            return index
    return None


def page(
    view: PostgresState, case: str, vote: records.Vote, person: Id, index: int, start: int = 0
) -> Boxes:
    """Ballots from the `start`-th on, in the order of their acceptance.

    Each row: `ballot` (hash of the body), `body`, `box` (base64url, null where it is missing),
    `void`. Raises NotThisTrustee.
    """
    if own_index(view, vote, person) != index:
        raise NotThisTrustee(index=index)
    total, some = view.page(records.BALLOTS, "cast", start, PAGE, manifest_hash=vote.manifest_hash)
    end = start + len(some)
    rows = tuple(_row(view, case, cast, index) for cast in some)
    return Boxes(total, rows, end if end < total else None)


def _row(view: CaseView, case: str, cast: records.CastBallot, index: int) -> dict[str, Json]:
    boxes = openings.store().boxes(cast.ballot) or ()
    stored = b64u(boxes[index - 1]) if index <= len(boxes) else None
    return {
        "ballot": b64u(cast.ballot),
        "body": encode(cast)["body"],
        "box": stored or _supplied(view, case, cast.ballot, index),
        "void": cast.void,
    }


def _supplied(view: CaseView, case: str, ballot: Hash, index: int) -> Json:
    """The box as somebody supplied it: it stands in that entry, whose rule compared its hash."""
    missing = view.get(records.MISSING_BOXES, ballot, index)
    if missing is None or missing.supplied is None:
        return None
    statement = said.statement(case, missing.supplied)
    return None if statement is None else statement.body["box"]
