"""Who sees what of a case: claims for creditors, particulars for owners, ballots for voters."""

from __future__ import annotations

import pytest
from django.test import Client

from bankruptcy.people.models import Person
from tests.apps.voting.browsing import member
from tests.apps.voting.support import MEETING, Meeting
from voting.protocol.validity import Choice

HTML = {"HTTP_ACCEPT": "text/html"}


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    """A meeting whose vote is open; one creditor has voted."""
    found = Meeting()
    found.until_open()
    found.cast(found.creditors[0], Choice.FOR)
    found.settle()
    return found


def page(client: Client, meeting: Meeting, path: str) -> tuple[int, str]:
    answer = client.get(f"/c/{meeting.id}{path}", **HTML)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/", "/claims/new", "/register", "/claims/c-p-c0", "/me", f"/m/{MEETING}/"]
)
def test_a_case_is_not_there_for_who_has_not_joined(meeting: Meeting, path: str) -> None:
    assert page(Client(), meeting, path)[0] == 302
    stranger = member(Meeting(), "p-stranger")
    assert page(stranger, meeting, path)[0] == 404


@pytest.mark.parametrize("path", ["/register", "/claims/c-p-c0", f"/m/{MEETING}/"])
def test_who_has_filed_nothing_sees_no_claims(meeting: Meeting, path: str) -> None:
    assert page(member(meeting, "p-new"), meeting, path)[0] == 404
    assert page(member(meeting, "p-new"), meeting, "/")[0] == 200


def test_particulars_are_shown_to_the_filer_alone_among_creditors(meeting: Meeting) -> None:
    own = page(member(meeting, "p-c0"), meeting, "/claims/c-p-c0")
    other = page(member(meeting, "p-c1"), meeting, "/claims/c-p-c0")
    assert own[0] == other[0] == 200
    assert "身份号" in own[1]
    assert "身份号" not in other[1]
    assert "身份号" in page(member(meeting, "p-admin"), meeting, "/claims/c-p-c0")[1]


def test_the_register_shows_every_line_and_finds_mine(meeting: Meeting) -> None:
    client = member(meeting, "p-c1")
    status, text = page(client, meeting, "/register")
    assert status == 200
    assert "第1版" in text
    assert "60,000.00" in text
    mine = page(client, meeting, "/register?mine=1")[1]
    assert "p-c0公司" not in mine
    assert "p-c1公司" in mine
    assert "p-tax公司" in page(client, meeting, "/register?q=tax")[1]
    assert "没有符合条件的行" in page(client, meeting, "/register?state=open")[1]


def test_the_ballot_data_hold_my_lines_only(meeting: Meeting) -> None:
    found = member(meeting, "p-c1").get(f"/c/{meeting.id}/m/{MEETING}/api/ballot").json()
    assert [motion["title"] for motion in found["motions"]] == [
        "《财产管理方案》",
        "《重整计划草案》",
    ]
    lines = [line for motion in found["motions"] for line in motion["lines"]]
    assert {line["line"].split(".")[0] for line in lines} == {"p-c1"}
    assert {line["amount"] for line in lines} == {"3000000"}
    assert all(line["articles"] for line in lines)
    assert all(line["replaces"] is None for line in lines)
    assert found["stage"] == "open"


def test_a_ballot_that_is_in_is_named_as_what_the_next_replaces(meeting: Meeting) -> None:
    found = member(meeting, "p-c0").get(f"/c/{meeting.id}/m/{MEETING}/api/ballot").json()
    (ballot,) = found["ballots"]
    replaced = {line["replaces"] for motion in found["motions"] for line in motion["lines"]}
    assert replaced == {ballot["ballot"]}
    status, text = page(member(meeting, "p-c0"), meeting, "/")
    assert status == 200
    assert "您的票已投出" in text


def test_a_step_that_is_none_and_a_meeting_that_is_none_are_not_there(meeting: Meeting) -> None:
    client = member(meeting, "p-c0")
    assert page(client, meeting, f"/m/{MEETING}/ballot/review")[0] == 200
    assert page(client, meeting, f"/m/{MEETING}/ballot/other")[0] == 404
    assert page(client, meeting, "/m/m9/ballot")[0] == 404
    assert page(client, meeting, "/m/m9/")[0] == 404
    assert page(client, meeting, "/claims/none")[0] == 404
    assert page(client, meeting, "/evidence/none")[0] == 404


def test_the_pages_of_a_case_are_kept_by_nobody(meeting: Meeting) -> None:
    answer = member(meeting, "p-c0").get(f"/c/{meeting.id}/register", **HTML)
    assert answer["Cache-Control"] == "private, no-store"
    assert Person.objects.filter(case=meeting.id, pseudonym="p-c0").count() == 1
