"""What the clerk has to say of a vote now: it opens, it closes, its counted set is fixed.

Read without a lock, so it only proposes: the rules judge each statement under the case's lock, and
where somebody else was faster, they refuse it and nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connections

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records, voting_closed, voting_counted, voting_opened
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Hash, Id, encode
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import manifest_of
from bankruptcy.kinds.voting_opened import Body as OfVote
from ledger import logs
from ledger.log.encoding import unb64u
from ledger.log.jcs import Json
from voting.protocol.counted import counted_hash

RUNNING = (Stage.PREPARED, Stage.OPEN, Stage.CLOSED)


@dataclass(frozen=True, slots=True)
class Due:
    """A statement of the clerk that is due."""

    case: str
    kind: str
    body: Json


def votes() -> Iterator[Due]:
    """The next statement of every vote that has one due."""
    for case, manifest_hash in _running():
        view = PostgresState(case)
        vote = view.get(records.VOTES, Hash(unb64u(manifest_hash, 32)))
        found = None if vote is None else of_vote(view, vote, logs.now(case))
        if found is not None:
            yield Due(case, *found)


def of_vote(view: CaseView, vote: records.Vote, now: datetime) -> tuple[str, Json] | None:
    """(kind, body) of the statement that is due at `now`, or None."""
    manifest = manifest_of(view, vote)
    body = encode(OfVote(vote.manifest_hash))
    if vote.stage is Stage.PREPARED and manifest.opens <= now < manifest.closes:
        return voting_opened.KIND.id, body
    if vote.stage is Stage.OPEN and manifest.closes <= now:
        return voting_closed.KIND.id, body
    if vote.stage is Stage.CLOSED and manifest.complaints_close <= now:
        checked = view.find(records.BOXES_CHECKED, manifest_hash=vote.manifest_hash)
        if len({row.index for row in checked}) == len(manifest.trustees):
            follows = counted_hash(vote.manifest_hash, counted_answers(view, vote))
            counted = voting_counted.Body(vote.manifest_hash, Hash(follows), ())
            return voting_counted.KIND.id, encode(counted)
    return None


def present() -> Iterator[tuple[str, Id, Id]]:
    """(case, meeting, person) of everybody who is signed in to a meeting now."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT r.log, r.record->>'meeting', r.record->>'person'"
            " FROM ledger_log l JOIN cases_record r ON r.log = l.id AND r.name = %s"
            " WHERE (r.record->>'on')::boolean ORDER BY 1, 2, 3",
            [records.PRESENCES.name],
        )
        for case, meeting, person in cursor.fetchall():
            yield case, Id(meeting), Id(person)


def _running() -> list[tuple[str, str]]:
    """(case, manifest hash in base64url) of votes that are neither counted nor declared."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT r.log, r.key FROM ledger_log l"
            " JOIN cases_record r ON r.log = l.id AND r.name = %s"
            " WHERE r.record->>'stage' = ANY(%s) ORDER BY 1, 2",
            [records.VOTES.name, [stage.value for stage in RUNNING]],
        )
        return list(cursor.fetchall())
