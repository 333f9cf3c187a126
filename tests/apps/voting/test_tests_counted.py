"""The board's count of tested ballots: checked by the server, once a ballot, of nobody's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.apps.voting.support import MEETING, Meeting
from voting import tested
from voting.models import BallotTest
from voting.protocol.opening import challenge_file
from voting.protocol.preparing import Prepared
from voting.protocol.validity import Choice


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting()
    found.until_open()
    return found


@pytest.fixture(autouse=True)
def _afresh(meeting: Meeting) -> Iterator[None]:
    cache.clear()
    yield
    BallotTest.objects.all().delete()


def opened(meeting: Meeting, made: Prepared) -> Any:
    return challenge_file(meeting.manifest, made)


def report(meeting: Meeting, challenge: object, matched: object = True, at: str = MEETING) -> Any:
    """The response to a report of the second device, which is not logged in."""
    address = f"/c/{meeting.id}/m/{at}/tests"
    body = {"challenge": challenge, "matched": matched}
    return Client().post(address, body, content_type="application/json")


def test_a_ballot_counts_once_and_its_first_report_stands(meeting: Meeting) -> None:
    one, two = (meeting.ballot(meeting.creditors[0], Choice.FOR) for _ in range(2))
    for made, matched, counted in ((one, True, (1, 1)), (one, False, (1, 1)), (two, False, (2, 1))):
        response = report(meeting, opened(meeting, made), matched)
        assert response.status_code == 200
        assert response.json() == {"done": counted[0], "matched": counted[1]}
    board = Client().get(f"/c/{meeting.id}/m/{MEETING}/board.json").json()
    assert board["tests"] == {"done": 2, "matched": 1}


def test_nothing_of_voter_or_choice_is_kept(meeting: Meeting) -> None:
    made = meeting.ballot(meeting.creditors[0], Choice.AGAINST)
    report(meeting, opened(meeting, made))
    (row,) = BallotTest.objects.values()
    assert set(row) == {"id", "log", "meeting", "ballot", "matched", "reported"}
    assert "against" not in str(row)
    assert "p-c0" not in str(row)


def test_a_ballot_that_is_not_what_its_opening_says_has_not_matched(meeting: Meeting) -> None:
    made = meeting.ballot(meeting.creditors[0], Choice.AGAINST)
    said = tuple(replace(answer, choice=Choice.FOR) for answer in made.secrets.answers)
    lying = replace(made, secrets=replace(made.secrets, answers=said))
    assert report(meeting, opened(meeting, lying), True).json() == {"done": 1, "matched": 0}


def test_an_opened_ballot_that_is_cast_counts_as_not_matched_and_is_found(meeting: Meeting) -> None:
    made = meeting.ballot(meeting.creditors[1], Choice.FOR)
    assert report(meeting, opened(meeting, made)).json() == {"done": 1, "matched": 1}
    address = f"/c/{meeting.id}/m/{MEETING}/tests"
    place = f"{address}/{meeting.manifest.digest.hex()}/{made.body.digest.hex()}"
    assert Client().get(place).json()["cast"] is False
    meeting.send(meeting.creditors[1], made)
    found = Client().get(place).json()
    assert (found["vote"], found["cast"], found["entry"]) == (True, True, None)
    meeting.settle()
    found = Client().get(place).json()
    assert found["entry"] == found["size"] - 1
    assert tested.count(meeting.id, MEETING) == (1, 0)


def test_a_ballot_of_another_vote_is_not_counted(meeting: Meeting) -> None:
    elsewhere = Meeting()
    elsewhere.until_open()
    foreign = elsewhere.ballot(elsewhere.creditors[0], Choice.FOR)
    response = report(meeting, opened(elsewhere, foreign))
    assert (response.status_code, response.json()["slug"]) == (404, "no-such-vote")
    assert report(meeting, opened(elsewhere, foreign), at="none").status_code == 404
    hashes = f"{elsewhere.manifest.digest.hex()}/{foreign.body.digest.hex()}"
    found = Client().get(f"/c/{meeting.id}/m/{MEETING}/tests/{hashes}").json()
    assert (found["vote"], found["cast"]) == (False, False)
    assert not BallotTest.objects.exists()


@pytest.mark.parametrize(
    ("challenge", "matched"),
    [
        (None, True),
        ({}, True),
        ({"format": "concursus-challenge/1"}, True),
        ("good", 1),
        ([], False),
    ],
)
def test_what_is_no_test_is_refused_and_changes_nothing(
    meeting: Meeting, challenge: object, matched: object
) -> None:
    if challenge == "good":
        made = meeting.ballot(meeting.creditors[0], Choice.FOR)
        challenge = opened(meeting, made)
    response = report(meeting, challenge, matched)
    assert response.status_code == 400
    assert response.json()["detail"]
    assert not BallotTest.objects.exists()


def test_a_report_as_large_as_no_ballot_is_refused(meeting: Meeting) -> None:
    response = report(meeting, "x" * tested.LARGEST)
    assert (response.status_code, response.json()["slug"]) == (413, "report-too-large")


def test_one_address_cannot_flood_the_count(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tested, "MOST", 2)
    found = [report(meeting, {}).status_code for _ in range(3)]
    assert found == [400, 400, 503]
