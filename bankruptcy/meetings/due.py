"""What the clerk has to say of a vote now: it opens, closes, is counted or void; a box is here.

Read without a lock, so it only proposes: the rules judge each statement under the case's lock, and
where somebody else was faster, they refuse it and nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connections

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import (
    box_supplied,
    outage_recorded,
    records,
    voting_closed,
    voting_counted,
    voting_opened,
    voting_voided,
)
from bankruptcy.kinds.counting import awaited, counts_from, due_hash, due_left_out, too_few_by
from bankruptcy.kinds.missing_boxes import unsupplied
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Blob, Hash, Id, encode
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import window
from bankruptcy.kinds.voting_opened import Body as OfVote
from bankruptcy.kinds.voting_voided import Cause
from bankruptcy.meetings.models import Silence
from bankruptcy.meetings.pulse import SILENT
from ledger import logs, openings
from ledger.log.encoding import unb64u
from ledger.log.jcs import Json

RUNNING = (Stage.PREPARED, Stage.OPEN, Stage.CLOSED, Stage.COUNTED)


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
    times = window(view, vote)
    body = encode(OfVote(vote.manifest_hash))
    if vote.stage is Stage.PREPARED and times.opens <= now < times.closes:
        return voting_opened.KIND.id, body
    if vote.stage is Stage.OPEN and times.closes <= now:
        return voting_closed.KIND.id, body
    if too_few_by(view, vote, now):
        void = voting_voided.Body(vote.manifest_hash, Cause.TOO_FEW_TRUSTEES, None, None)
        return voting_voided.KIND.id, encode(void)
    if vote.stage in (Stage.OPEN, Stage.CLOSED):
        supplied = _to_supply(view, vote)
        if supplied is not None:
            return box_supplied.KIND.id, encode(supplied)
    if vote.stage is Stage.CLOSED and counts_from(view, vote) <= now and not awaited(view, vote):
        counted = voting_counted.Body(
            vote.manifest_hash, due_hash(view, vote), due_left_out(view, vote)
        )
        return voting_counted.KIND.id, encode(counted)
    return None


def of_silence(view: CaseView, silence: Silence) -> Iterator[Due]:
    """What is to be recorded of a time in which the web was silent: once for every vote in it.

    Of each the longest part within the voting in which no ballot came in: one that came in shows
    that there was no outage then, whatever the web could write.
    """
    for vote in view.find(records.VOTES):
        if vote.stage not in (Stage.OPEN, Stage.CLOSED):
            continue
        times = window(view, vote)
        start, end = max(silence.began, times.opens), min(silence.ended, times.closes)
        cast = view.find(records.BALLOTS, manifest_hash=vote.manifest_hash)
        found = _longest(start, end, [ballot.cast for ballot in cast])
        if found is not None:
            outage = outage_recorded.Body(vote.manifest_hash, *found)
            yield Due(silence.log, outage_recorded.KIND.id, encode(outage))


def _longest(
    start: datetime, end: datetime, cast: Sequence[datetime]
) -> tuple[datetime, datetime] | None:
    """In whole seconds, the longest part between ballots; None if it is no outage."""
    marks = sorted([start, end, *(at for at in cast if start < at < end)])
    second = timedelta(seconds=1)
    parts = [
        ((a + second - timedelta.resolution).replace(microsecond=0), b.replace(microsecond=0))
        for a, b in pairwise(marks)
    ]
    found = max(parts, key=lambda part: part[1] - part[0])
    return found if start < end and found[1] - found[0] >= SILENT else None


def _to_supply(view: CaseView, vote: records.Vote) -> box_supplied.Body | None:
    """A missing box that this server has after all."""
    for missing in unsupplied(view, vote):
        boxes = openings.store().boxes(missing.ballot) or ()
        if missing.index <= len(boxes):
            box = Blob(boxes[missing.index - 1])
            return box_supplied.Body(vote.manifest_hash, missing.index, missing.ballot, box)
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
    """(case, manifest hash in base64url) of votes that are neither declared nor void."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT r.log, r.key FROM ledger_log l"
            " JOIN cases_record r ON r.log = l.id AND r.name = %s"
            " WHERE r.record->>'stage' = ANY(%s) ORDER BY 1, 2",
            [records.VOTES.name, [stage.value for stage in RUNNING]],
        )
        return list(cursor.fetchall())
