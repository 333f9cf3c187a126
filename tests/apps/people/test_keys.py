"""From a browser's new key to one that counts: asked for, attested by a statement, enrolled."""

from __future__ import annotations

import pytest

from ledger.log.statement import Role
from tests.apps.people.visitor import Visitor


def test_a_key_is_asked_for_then_attested_then_enrolled(judge: Visitor) -> None:
    creditor = Visitor("creditor").register().join(judge)
    assert creditor.key_state() == 404
    asked = creditor.ask_for_key()
    assert asked.status_code == 201, asked.content.decode()
    assert creditor.key_state()["state"] == "pending"

    (row,) = judge.client.get(f"/c/{judge.case}/keys/pending").json()
    assert (row["person"], row["name"]) == (creditor.person, "名字 creditor")
    attested = judge.attest(row, Role.COURT)
    assert attested.status_code in (200, 202), attested.content.decode()

    assert creditor.key_state() == {
        "key": creditor.key.key.id.hex(),
        "state": "enrolled",
        "level": "attested",
    }
    assert judge.client.get(f"/c/{judge.case}/keys/pending").json() == []


def test_a_key_that_nobody_shows_to_hold_is_not_noted(judge: Visitor) -> None:
    creditor = Visitor("creditor").register().join(judge)
    other = Visitor("other").register().join(judge)
    other.person, mine = creditor.person, other.person
    stolen = other.ask_for_key()  # signed for somebody else's pseudonym
    assert stolen.json()["type"] == "/problems/key-not-possessed"
    other.person = mine
    other.key = creditor.key
    assert creditor.ask_for_key().status_code == 201
    assert other.ask_for_key().json()["type"] == "/problems/key-taken"
    assert other.key_state() == 404


def test_a_refused_key_stays_refused_and_is_asked_for_once(judge: Visitor) -> None:
    creditor = Visitor("creditor").register().join(judge)
    creditor.ask_for_key()
    key = creditor.key.key.id.hex()
    path = f"/c/{judge.case}/keys/{key}/refuse"
    assert creditor.post(path, {}).status_code == 403
    assert judge.post(path, {}).json()["state"] == "refused"
    assert creditor.key_state()["state"] == "refused"
    assert creditor.ask_for_key().json()["state"] == "refused"
    assert judge.client.get(f"/c/{judge.case}/keys/pending").json() == []


def test_the_genesis_key_of_the_judge_counts_as_enrolled(judge: Visitor) -> None:
    assert judge.key_state()["level"] == "genesis"


def test_an_unenrolled_key_says_nothing_and_leaves_no_row(judge: Visitor) -> None:
    creditor = Visitor("creditor").register().join(judge)
    creditor.ask_for_key()
    row = judge.client.get(f"/c/{judge.case}/keys/pending").json()[0]
    refused = creditor.attest(row, Role.ADMINISTRATOR)
    assert refused.json()["type"] == "/problems/key-not-good"
    assert creditor.key_state()["state"] == "pending"


@pytest.mark.parametrize(
    "value", [[], {}, {"suite": "es256"}, {"suite": "rsa", "public_key": "AA", "possession": "AA"}]
)
def test_a_malformed_request_is_answered_by_a_sentence(judge: Visitor, value: object) -> None:
    answer = judge.post(f"/c/{judge.case}/keys", value)
    assert answer.status_code == 400
    assert answer.json()["detail"]
