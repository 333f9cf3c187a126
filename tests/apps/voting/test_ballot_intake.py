"""What a ballot asks of the database on its way in."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from ledger import logs
from tests.apps.acting import Person
from tests.apps.voting.support import Meeting
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.validity import Choice


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting(amounts=(60_000_00, 30_000_00))
    found.until_open()
    return found


def ballot(meeting: Meeting, who: Person, answers: int) -> Prepared:
    lines = list(meeting.lines_of(who))[:answers]
    assert len(lines) == answers
    questions = [Question(line, motion, Choice.FOR, None) for line, motion in lines]
    return prepare(meeting.manifest, who.id, questions)


def test_a_ballot_asks_no_oftener_for_more_answers(meeting: Meeting) -> None:
    asked = []
    for answers, who in zip((1, 2), meeting.creditors, strict=True):
        made = ballot(meeting, who, answers)
        meeting.settle()
        with CaptureQueriesContext(connections[logs.USING]) as queries:
            meeting.act(who, "ballot.cast@1", dict(made.body.encode()), boxes=made.boxes)  # type: ignore[call-overload]
        asked.append(len(queries))
    assert asked[0] == asked[1]
