"""The court's orders on a vote: what its pages draft, the rules accept, and what is shown after."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from ledger.log.encoding import b64u, format_time
from tests.apps.acting import Body
from tests.apps.voting.browsing import member
from tests.apps.voting.support import (
    CLOSES,
    COMPLAINTS_CLOSE,
    MEETING,
    OPENS,
    RANDOM,
    Meeting,
)
from voting.protocol.validity import Choice

CHOICES = (Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.FOR)


@pytest.fixture
def declared(database: str) -> Meeting:
    meeting = Meeting()
    meeting.until_declared(CHOICES)
    return meeting


def page(client: Client, meeting: Meeting, path: str) -> str:
    answer = client.get(f"/c/{meeting.id}/m/{MEETING}/{path}")
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def drafted(client: Client, meeting: Meeting, path: str, value: Any) -> Any:
    headers = {"accept": "application/json"}
    answer = client.post(
        f"/c/{meeting.id}/m/{MEETING}/{path}/draft",
        json.dumps(value),
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def ordered(meeting: Meeting, kind: str, said: Mapping[str, Any], amounts: Any = None) -> None:
    """The court says it, with decision and reason."""
    body = Body(kind)
    whole = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        **said,
        "decision": body.sealed("/decision", "（2026）示01破1号之三"),
        "reason": body.sealed("/reason", "查明事实"),
    }
    if amounts is not None:
        whole["lines"] = amounts(body)
    meeting.act(meeting.judge, kind, whole, body.rows)
    meeting.settle()


def test_a_corrected_roll_is_answered_by_bounds_on_the_result_page(declared: Meeting) -> None:
    court = member(declared, "p-judge")
    (line, motion) = declared.lines_of(declared.creditors[0])[0]
    wanted = {"line": line, "motion": motion, "class": "all", "heads": 1, "amount": "1"}
    bounds = drafted(court, declared, "court/correct", wanted)["bounds"]
    assert set(bounds) == {"declared", "all_for", "all_against", "robust"}
    lacking = {**wanted, "line": "p-c0.tax", "motion": "plan-b", "class": "tax"}
    assert drafted(court, declared, "court/correct", lacking)["bounds"]["robust"] is False
    assert "data-bounds" not in page(Client(), declared, "results")

    def lines(body: Body) -> list[Any]:
        found = declared.view.get(records.ROLL_LINES, declared.vote.manifest_hash, motion, line)
        assert found is not None
        return [{"line": line, "class": found.class_, "heads": 1, "weight": body.committed(1)}]

    before = declared.vote
    ordered(declared, "roll.corrected@1", {"motion": motion}, lines)
    shown = page(Client(), declared, "results")
    assert "data-bounds" in shown
    assert ("结果都不变" in shown) == bounds["robust"]
    assert "已更正的名单" in page(court, declared, "court")
    assert declared.vote == before, "no second sum: the vote stands as it was"


def test_a_vote_declared_void_is_held_again_with_fresh_keys(declared: Meeting) -> None:
    court, administrator = member(declared, "p-judge"), member(declared, "p-admin")
    first = declared.vote.manifest_hash
    assert "/court/trustees" in page(court, declared, "court")
    ordered(declared, "voting.voided@1", {"cause": "ordered"})
    assert declared.vote.stage is Stage.VOIDED
    assert "/court/trustees" not in page(court, declared, "court")
    assert "本次表决作废" in page(member(declared, "p-c0"), declared, "")
    assert Client().get(f"/c/{declared.id}/m/{MEETING}/results/notice").status_code == 404

    declared.secrets = [RANDOM.scalar() for _ in declared.trustees]
    for j in (1, 2, 3):
        declared.publish(j)
    declared.settle()
    again = timedelta(days=30)
    draft = drafted(
        administrator,
        declared,
        "prepare",
        {
            "trustees": ["t1", "t2", "t3"],
            "threshold": 2,
            "opens": format_time(OPENS + again),
            "closes": format_time(CLOSES + again),
            "complaints_close": format_time(COMPLAINTS_CLOSE + again),
            "replacement": True,
            "disclosure": "named",
        },
    )
    body = {"manifest": draft["manifest"], "rolls": draft["rolls"]}
    declared.act(declared.administrator, "voting.prepared@1", body)
    assert (declared.vote.stage, declared.vote.manifest_hash == first) == (Stage.PREPARED, False)
    assert draft["manifest"]["disclosure"] == "named"
    assert [holder["id"] for holder in draft["manifest"]["recipients"]] == [
        "administrator",
        "court",
    ]


def test_one_trustee_alone_takes_the_courts_reason_or_a_vote_by_name(database: str) -> None:
    meeting = Meeting(amounts=(100, 200))
    meeting.convene()
    meeting.publish(1)
    meeting.settle()
    court, administrator = member(meeting, "p-judge"), member(meeting, "p-admin")
    assert 'id="order"' in page(court, meeting, "court/single")
    assert court.get(f"/c/{meeting.id}/m/{MEETING}/court/correct").status_code == 404
    kind = "trustee.single_allowed@1"
    body = Body(kind)
    said = {
        "meeting": MEETING,
        "reason": "只有一名监票人可用",
        "decision": body.sealed("/decision", secrets.token_hex(4)),
    }
    meeting.act(meeting.judge, kind, said, body.rows)
    meeting.settle()
    assert "只有一名监票人可用" in page(administrator, meeting, "prepare")
    wanted = {
        "trustees": ["t1"],
        "threshold": 1,
        "opens": format_time(OPENS),
        "closes": format_time(CLOSES),
        "complaints_close": format_time(COMPLAINTS_CLOSE),
        "replacement": True,
    }
    for disclosure, reason in (("named", None), ("aggregate", "只有一名监票人可用")):
        draft = drafted(administrator, meeting, "prepare", {**wanted, "disclosure": disclosure})
        assert draft["manifest"]["single_trustee_reason"] == reason
    meeting.act(
        meeting.administrator,
        "voting.prepared@1",
        {"manifest": draft["manifest"], "rolls": draft["rolls"]},
    )
    assert meeting.vote.stage is Stage.PREPARED


def test_the_orders_are_the_courts_and_offered_when_they_can_be_given(database: str) -> None:
    meeting = Meeting(amounts=(100, 200))
    meeting.until_open()
    court = member(meeting, "p-judge")
    assert 'id="order"' in page(court, meeting, "court/correct")
    assert "现阶段不能作出" in page(court, meeting, "court/single")
    shown = page(court, meeting, "court")
    assert "/court/trustees" in shown
    assert "/disclosures" not in shown
    for path in ("court", "court/single", "court/correct"):
        at = f"/c/{meeting.id}/m/{MEETING}/{path}"
        assert member(meeting, "p-admin").get(at).status_code == 404
