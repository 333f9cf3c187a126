"""A trustee's boxes are given to that trustee alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from bankruptcy.people.models import Person as Member
from ledger import openings
from ledger.log.encoding import unb64u
from ledger.log.jcs import dumps
from tests.apps.voting.support import MEETING, Meeting
from voting.protocol.validity import Choice


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting()
    found.until_open()
    for who in found.creditors:
        found.cast(who, Choice.FOR)
    return found


def client(meeting: Meeting, pseudonym: str) -> Client:
    user, _ = User.objects.get_or_create(username=f"u-{pseudonym}")
    if not Member.objects.filter(case=meeting.id, user=user).exists():
        member = Member(case=meeting.id, user=user, pseudonym=pseudonym)
        member.display_name = pseudonym
        member.save()
    browser = Client()
    browser.force_login(user)
    return browser


def get(browser: Client, meeting: Meeting, query: str) -> Any:
    return browser.get(f"/c/{meeting.id}/m/{MEETING}/boxes?{query}")


def test_a_trustee_gets_the_boxes_of_his_index(meeting: Meeting) -> None:
    answer = get(client(meeting, "p-trustee2"), meeting, "index=2").json()
    assert answer["total"] == len(answer["ballots"]) == 3
    assert answer["next"] is None
    for row in answer["ballots"]:
        assert sha256(dumps(row["body"])).digest() == unb64u(row["ballot"])
        box = unb64u(row["box"])
        assert sha256(box).digest() == unb64u(row["body"]["boxes"][1])
        assert row["void"] is False


def test_pages_follow_one_another(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voting.boxes.PAGE", 2)
    browser = client(meeting, "p-trustee1")
    first = get(browser, meeting, "index=1").json()
    second = get(browser, meeting, f"index=1&from={first['next']}").json()
    assert (len(first["ballots"]), len(second["ballots"]), second["next"]) == (2, 1, None)
    assert len({row["ballot"] for row in first["ballots"] + second["ballots"]}) == 3


def test_a_box_that_is_not_kept_is_null(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openings.OpeningsStore, "boxes", lambda self, ballot: None)
    answer = get(client(meeting, "p-trustee1"), meeting, "index=1").json()
    assert [row["box"] for row in answer["ballots"]] == [None] * 3


@pytest.mark.parametrize("pseudonym", ["p-trustee1", "p-admin", "p-judge", "p-c0"])
def test_nobody_gets_the_boxes_of_another(meeting: Meeting, pseudonym: str) -> None:
    answer = get(client(meeting, pseudonym), meeting, "index=2")
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/not-this-trustee"


def test_a_visitor_gets_401_and_a_stranger_404(meeting: Meeting) -> None:
    assert get(Client(), meeting, "index=1").status_code == 401
    stranger = Client()
    stranger.force_login(User.objects.create(username="stranger"))
    assert get(stranger, meeting, "index=1").status_code == 404


@pytest.mark.parametrize("query", ["", "index=x", "index=1&from=-1", "index=01"])
def test_a_bad_query_is_a_bad_request(meeting: Meeting, query: str) -> None:
    assert get(client(meeting, "p-trustee1"), meeting, query).status_code == 400


def test_a_meeting_without_a_vote_is_not_found(meeting: Meeting) -> None:
    answer = client(meeting, "p-trustee1").get(f"/c/{meeting.id}/m/m9/boxes?index=1")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/no-vote")
