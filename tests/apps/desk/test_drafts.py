"""Drafts of the statements of a vote: what the server computes, the rules accept as it stands."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bankruptcy.kinds import records
from bankruptcy.meetings.warnings import sentence
from ledger import cosign as cosigning
from ledger.log.cosignature import cosign
from ledger.log.encoding import format_time
from ledger.log.note import COSIGNATURE_ED25519, NoteSigner
from tests.apps.acting import NAME, Body, Case
from tests.apps.voting.browsing import member
from tests.apps.voting.support import CLOSES, COMPLAINTS_CLOSE, MEETING, OPENS, Meeting
from voting.protocol.inference import RollLine, Why, inferences
from voting.protocol.validity import Choice

WANTED: dict[str, Any] = {
    "trustees": ["t1", "t2", "t3"],
    "threshold": 2,
    "opens": format_time(OPENS),
    "closes": format_time(CLOSES),
    "complaints_close": format_time(COMPLAINTS_CLOSE),
    "replacement": True,
    "disclosure": "aggregate",
}


def post(client: Client, meeting: Meeting, path: str, value: Any) -> Any:
    address = f"/c/{meeting.id}/m/{MEETING}/{path}/draft"
    headers = {"accept": "application/json"}
    return client.post(address, json.dumps(value), content_type="application/json", headers=headers)


@pytest.fixture
def convened(database: str) -> Meeting:
    """Motions are put and trustees have published keys."""
    meeting = Meeting()
    meeting.convene()
    for j in (1, 2, 3):
        meeting.publish(j)
    meeting.settle()
    return meeting


def test_the_draft_of_a_vote_is_accepted_as_it_stands(convened: Meeting) -> None:
    answer = post(member(convened, "p-admin"), convened, "prepare", WANTED)
    assert answer.status_code == 200, answer.content.decode()
    draft = answer.json()
    body = {"manifest": draft["manifest"], "rolls": draft["rolls"]}
    convened.act(convened.administrator, "voting.prepared@1", body)
    assert convened.vote.stage is records.Stage.PREPARED

    (ordinary, plan) = draft["motions"]
    assert {line["who"] for line in ordinary["lines"]} == {
        "p-c0公司", "p-c1公司", "p-c2公司", "p-tax公司",
    }  # fmt: skip
    assert all("《企业破产法》第59条第1款" in line["grounds"][0] for line in ordinary["lines"])
    assert any("p-c0公司" in warning for warning in ordinary["warnings"])
    assert any("p-tax公司" in warning for warning in plan["warnings"])

    again = post(member(convened, "p-admin"), convened, "prepare", WANTED)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-now")


@pytest.mark.parametrize(
    ("changed", "status", "slug"),
    [
        ({"closes": format_time(OPENS)}, 400, "voting-times-wrong"),
        ({"complaints_close": format_time(CLOSES - timedelta(1))}, 400, "voting-times-wrong"),
        ({"threshold": 4}, 400, "trustees-wrong"),
        ({"threshold": 1}, 409, "single-trustee"),
        ({"trustees": ["t1", "t1"]}, 400, "trustees-wrong"),
        ({"trustees": []}, 400, "trustees-wrong"),
        ({"trustees": ["t9"]}, 404, "not-found"),
        ({"opens": "soon"}, 400, "malformed"),
        ({"threshold": "2"}, 400, "malformed"),
    ],
)
def test_what_cannot_stand_in_a_manifest_is_refused(
    convened: Meeting, changed: dict[str, Any], status: int, slug: str
) -> None:
    answer = post(member(convened, "p-admin"), convened, "prepare", {**WANTED, **changed})
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")


def test_drafts_are_for_the_administrator(convened: Meeting) -> None:
    for other in ("p-judge", "p-c0", "p-trustee1"):
        assert post(member(convened, other), convened, "prepare", WANTED).status_code == 404
        assert post(member(convened, other), convened, "declare", {}).status_code == 404
    assert post(member(convened, "p-admin"), convened, "declare", {}).status_code == 404


def test_the_draft_of_a_result_is_accepted_as_it_stands(database: str) -> None:
    meeting = Meeting()
    meeting.until_counted((Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.ABSTAIN))
    for j in (1, 3):
        meeting.sum(j)
    meeting.settle()
    client = member(meeting, "p-admin")
    answer = post(client, meeting, "declare", {})
    assert answer.status_code == 200, answer.content.decode()
    draft = answer.json()
    body, sealed = draft["body"], Body("result.declared@1")
    for i, (vector, check) in enumerate(zip(body["vectors"], draft["checks"], strict=True)):
        assert check["hidden"] == (vector["metric"] == "amount")
        assert sum(int(term["w"]) for term in check["terms"]) == int(vector["cast"])
        if check["hidden"]:
            vector["r"] = sealed.sealed(f"/vectors/{i}/r", vector["r"])
    meeting.act(meeting.administrator, sealed.kind, body, sealed.rows)
    assert meeting.vote.stage is records.Stage.DECLARED
    assert [motion["passed"] for motion in draft["motions"]] == [
        motion["passed"] for motion in body["motions"]
    ]
    late = post(client, meeting, "declare", {})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/not-now")


class Witnesses(Case):
    """A case with a policy of four witnesses, whose keys are here."""

    def __init__(self, origins: Sequence[str] = ("http://localhost:8000",)) -> None:
        self.signers = {
            role: NoteSigner(f"{NAME}/witness/{role}", secrets.token_bytes(32), COSIGNATURE_ED25519)
            for role in ("court", "administrator", "committee", "regulator")
        }
        witnesses = {role: signer.vkey for role, signer in self.signers.items()}
        super().__init__(witnesses, origins)

    def cosign(self, *roles: str) -> None:
        """These witnesses cosign the newest checkpoint."""
        newest = cosigning.newest(self.id)
        for role in roles:
            line = cosign(self.signers[role], newest.note.text, int(time.time()))
            cosigning.record(newest, {role: line})


class Watched(Meeting, Witnesses):
    """A meeting whose log has witnesses."""


def test_a_result_waits_for_witnesses_and_names_them(database: str) -> None:
    meeting = Watched()
    meeting.until_counted((Choice.FOR, Choice.FOR, Choice.FOR, Choice.FOR))
    for j in (1, 2):
        meeting.sum(j)
    meeting.settle()
    meeting.cosign("court", "administrator")
    client = member(meeting, "p-admin")
    refused = post(client, meeting, "declare", {})
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/quorum-missing")
    assert refused.json()["missing"] == "committee, regulator"
    page = client.get(f"/c/{meeting.id}/m/{MEETING}/declare").content.decode()
    assert "债权人委员会的见证方、监管机构的见证方" in page

    meeting.cosign("committee")
    assert post(client, meeting, "declare", {}).status_code == 200


def test_every_warning_is_a_sentence_that_names_whom_it_is_about() -> None:
    rolls = {
        "m1": (None,),
        "m2": (None, 500),
        "m3": (100, 100, 300),
        "m4": (100, 100),
        "m5": (100, 100, 300, 100),
    }
    lines = [
        (
            motion,
            [
                RollLine(f"l{i}", "all", None if a is None else bytes([i]), a)
                for i, a in enumerate(amounts)
            ],
        )
        for motion, amounts in rolls.items()
    ]
    found = inferences(lines)
    assert {one.why for one in found} == set(Why)
    for one in found:
        told = sentence(one, lambda line: f"债权人{line}", lambda motion: f"事项{motion}")
        assert "all" in told
        assert all(f"债权人{line}" in told for line in one.lines)
        assert one.other is None or f"事项{one.other}" in told
