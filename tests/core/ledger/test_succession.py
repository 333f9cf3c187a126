"""The line by which a log names the closed one that it follows."""

from __future__ import annotations

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.note import NoteSigner
from ledger.log.policy import Policy
from ledger.log.succession import BadSuccession, followed, line

OLD = Checkpoint("court.example/ledger/old", 7, bytes(range(32)))
NEW = "court.example/ledger/new"
POLICY = f"log {NoteSigner(NEW, bytes(32)).vkey}\nquorum none\n"


def test_a_policy_that_names_the_old_log_is_a_policy_as_before() -> None:
    assert Policy.parse(POLICY + line(OLD)) == Policy.parse(POLICY)
    assert followed(POLICY + line(OLD), NEW) == OLD
    assert followed(POLICY, NEW) is None
    assert followed(POLICY + "# a remark\n", NEW) is None


@pytest.mark.parametrize(
    "text",
    [
        line(OLD) * 2,
        "# follows court.example/ledger/old 7\n",
        "# follows court.example/ledger/old 07 " + line(OLD).split(" ")[-1],
        "# follows court.example/ledger/old 7 AAAA\n",
        "# follows court.example/ledger/old 0 " + line(OLD).split(" ")[-1],
        line(Checkpoint(NEW, 7, OLD.root)),
    ],
)
def test_a_line_that_names_no_old_log_properly_is_refused(text: str) -> None:
    with pytest.raises(BadSuccession):
        followed(POLICY + text, NEW)
