"""Who may open the desks of administrator and court, and what they show."""

from __future__ import annotations

import pytest
from django.test import Client

from bankruptcy.delivery.articles import cited
from tests.apps.voting.browsing import member
from tests.apps.voting.support import MEETING, Meeting

HTML = {"HTTP_ACCEPT": "text/html"}
ADMINISTRATOR = (
    "/desk",
    "/desk/claims/c-p-c0",
    "/desk/register",
    f"/m/{MEETING}/prepare",
    f"/m/{MEETING}/declare",
)
COURT = ("/court", "/court/amounts", f"/m/{MEETING}/court/verify")
BOTH = ("/desk/meetings/new", f"/m/{MEETING}/motions/new", "/desk/meetings/notice?day=2026-06-01")


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    """A meeting whose rolls are fixed."""
    found = Meeting()
    found.until_open()
    return found


def page(client: Client, meeting: Meeting, path: str) -> tuple[int, str]:
    answer = client.get(f"/c/{meeting.id}{path}", **HTML)
    return answer.status_code, answer.content.decode() if not answer.streaming else ""


@pytest.mark.parametrize("path", ADMINISTRATOR)
def test_the_administrators_pages_are_his_alone(meeting: Meeting, path: str) -> None:
    assert page(member(meeting, "p-admin"), meeting, path)[0] == 200
    for other in ("p-judge", "p-c0", "p-trustee1", "p-new"):
        assert page(member(meeting, other), meeting, path)[0] == 404
    assert page(Client(), meeting, path)[0] == 302


@pytest.mark.parametrize("path", COURT)
def test_the_courts_pages_are_the_courts_alone(meeting: Meeting, path: str) -> None:
    assert page(member(meeting, "p-judge"), meeting, path)[0] == 200
    for other in ("p-admin", "p-c0", "p-trustee1", "p-new"):
        assert page(member(meeting, other), meeting, path)[0] == 404


@pytest.mark.parametrize("path", BOTH)
def test_both_may_convene_and_put_motions(meeting: Meeting, path: str) -> None:
    assert page(member(meeting, "p-admin"), meeting, path)[0] == 200
    assert page(member(meeting, "p-judge"), meeting, path)[0] == 200
    assert page(member(meeting, "p-c0"), meeting, path)[0] == 404


@pytest.mark.parametrize(
    "path", ["/desk/claims/none", "/m/m9/prepare", "/m/m9/declare", "/m/m9/motions/new"]
)
def test_what_is_not_there_is_not_found(meeting: Meeting, path: str) -> None:
    assert page(member(meeting, "p-admin"), meeting, path)[0] == 404


def test_the_queue_counts_and_lists(meeting: Meeting) -> None:
    client = member(meeting, "p-admin")
    assert "债权都已审查" in page(client, meeting, "/desk")[1]
    text = page(client, meeting, "/desk?all=1")[1]
    assert "p-c0公司" in text
    assert "60,000.00" in text
    assert "正在投票" in text


def test_the_notice_gives_the_last_day(meeting: Meeting) -> None:
    client = member(meeting, "p-admin")
    address = f"/c/{meeting.id}/desk/meetings/notice"
    assert client.get(address, {"day": "2026-06-16"}).json()["last"] == "2026-06-01"
    assert client.get(address, {"day": "2026-06-16"}).json()["enough"] is True
    assert client.get(address, {"day": "2026-01-06"}).json()["enough"] is False
    wrong = client.get(address, {"day": "tomorrow"}, HTTP_ACCEPT="application/json")
    assert (wrong.status_code, wrong.json()["type"]) == (400, "/problems/malformed")


def test_bundles_go_to_whom_they_are_for(meeting: Meeting) -> None:
    court = member(meeting, "p-judge").get(f"/c/{meeting.id}/court/bundle")
    assert court.status_code == 200
    assert court["Content-Type"] == "application/zip"
    assert f"{meeting.id}-court.zip" in court["Content-Disposition"]
    party = member(meeting, "p-c1").get(f"/c/{meeting.id}/bundle")
    assert f"{meeting.id}-party.zip" in party["Content-Disposition"]
    assert page(member(meeting, "p-admin"), meeting, "/court/bundle")[0] == 404
    assert page(member(meeting, "p-new"), meeting, "/bundle")[0] == 404


@pytest.mark.parametrize(
    ("articles", "chinese", "english"),
    [
        (
            "EBL 61(1)(8), 64(1)",
            "《企业破产法》第61条第1款第8项、第64条第1款",
            "Enterprise Bankruptcy Law, art. 61(1)(8), 64(1)",
        ),
        (
            "EBL 59; JI-III 11",
            "《企业破产法》第59条；《破产法司法解释（三）》第11条",
            "Enterprise Bankruptcy Law, art. 59; Judicial Interpretation III, art. 11",
        ),
        ("CC 201-203", "《民法典》第201条至第203条", "Civil Code, art. 201-203"),
        ("InsO 244", "《InsO》第244条", "InsO, art. 244"),
    ],
)
def test_articles_are_written_out(articles: str, chinese: str, english: str) -> None:
    assert cited(articles, "zh") == chinese
    assert cited(articles, "en") == english
