"""From a browser's new key to one that counts: asked for, attested by a statement, enrolled."""

from __future__ import annotations

from ledger.log.encoding import b64u
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
