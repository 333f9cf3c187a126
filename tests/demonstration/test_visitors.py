"""`make demo` with its people: what a visitor finds, and what happens when the people go away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Id
from bankruptcy.platform.folder import PROJECT
from demo import voting
from demo.case import Case, Journal
from demo.keyfile import open_trustee_key
from demo.ledger_client import LedgerClient
from demo.person import Person, fresh_scalar
from demo.script import LAWYER, SECOND
from demo.session import Session
from ledger.log.encoding import unb64u
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role
from tests.embedded_plugin import Demonstration
from trustee import work
from verifier.bundle import Bundle
from verifier.receipts import Recorded
from verifier.replay import verify
from voting.protocol.validity import Choice


def told(demonstration: Demonstration) -> dict[str, Any]:
    path = demonstration.data.people / "logins.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.fixture
def case(demonstration: Demonstration, tmp_path: Path) -> Iterator[Case]:
    """The demonstration's case, as a stranger follows it."""
    ledger = LedgerClient(demonstration.url)
    case = told(demonstration)["case"]
    (origin,) = (log for log in ledger.logs() if log.endswith(f"/{case}"))
    yield Case(ledger, case, origin, Journal(tmp_path / "acts.jsonl"))
    ledger.close()


def visit(demonstration: Demonstration, username: str, case: Case) -> Person:
    """Log in on a new device and wait until its key is attested; who one then is."""
    (row,) = (row for row in told(demonstration)["logins"] if row["username"] == username)
    with Session(demonstration.url) as session:
        session.log_in(row["username"], row["password"])
        person = Person(session.join(case.id), Es256Signer(fresh_scalar()))
        key = person.key.key.public_key
        asked = session.ask_for_key(case.id, key, person.possession(case.id, case.origin))
        begun = time.monotonic()
        assert session.wait_enrolled(case.id, asked) == "demonstration"
        assert time.monotonic() - begun < 5
    return person


def test_the_front_page_offers_every_log_in(demonstration: Demonstration) -> None:
    page = httpx.get(demonstration.url).text
    rows = told(demonstration)["logins"]
    roles = {"court", "administrator", "trustee", "creditor", "agent"}
    assert {row["role"] for row in rows} == roles
    for row in rows:
        assert row["username"] in page
        assert row["name"] in page


def test_a_visitor_votes_with_a_key_attested_for_him(
    demonstration: Demonstration, case: Case
) -> None:
    person = visit(demonstration, "creditor02", case)
    case.follow()
    ballot = voting.ballot(case.view, SECOND, person.id, {"committee": Choice.FOR})
    body: Any = ballot.body.encode()
    case.say("ballot", person, "ballot.cast@1", Role.CREDITOR, body, ballot.boxes)
    view = case.catch_up()
    assert view.get(records.BALLOTS, ballot.body.digest) is not None
    key = view.get(records.KEYS, person.key.key.id.hex())
    assert key is not None
    assert key.level is records.Level.DEMONSTRATION


def test_whoever_is_the_lawyer_votes_for_both_principals(
    demonstration: Demonstration, case: Case
) -> None:
    lawyer = visit(demonstration, LAWYER, case)
    given = case.follow().find(records.AUTHORITIES, agent=Id(lawyer.id))
    assert len(given) == 2
    for authority in given:
        choices = {"management": Choice.AGAINST}
        made = voting.ballot(case.view, SECOND, lawyer.id, choices, authority.principal)
        body: Any = made.body.encode()
        case.say(authority.authority, lawyer, "ballot.cast@1", Role.AGENT, body, made.boxes)
        assert case.catch_up().get(records.BALLOTS, made.body.digest) is not None


def test_the_court_attests_the_judges_device(demonstration: Demonstration, case: Case) -> None:
    person = visit(demonstration, "judge", case)
    key = case.catch_up().get(records.KEYS, person.key.key.id.hex())
    assert key is not None
    assert key.enrolled_by == person.id


def test_a_trustees_key_file_is_the_key_of_the_open_meeting(
    demonstration: Demonstration, case: Case
) -> None:
    view = case.follow()
    rows = [row for row in told(demonstration)["logins"] if row["role"] == "trustee"]
    assert len(rows) == 3
    for row in rows:
        kept = json.loads((demonstration.data.people / f"{row['username']}.json").read_text())
        text = Path(row["key_file"]).read_text("ascii")
        secret = open_trustee_key(text, kept["passphrase"])
        kept_key = json.loads(text)
        public_key = unb64u(kept_key["public_key"], 96)
        key = view.get(records.TRUSTEE_KEYS, SECOND, kept_key["id"], public_key)
        assert key is not None
        body = work.trustee_key(case.id, SECOND, key.trustee, secret, ())
        assert body["public_key"] == json.loads(text)["public_key"]


def test_secrets_lie_in_files_that_others_cannot_read(demonstration: Demonstration) -> None:
    for path in demonstration.data.people.glob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_the_server_works_without_its_people(demonstration: Demonstration) -> None:
    demonstration.stop("people")
    try:
        assert httpx.get(f"{demonstration.url}/healthz").status_code == 200
        with Session(demonstration.url) as session:
            session.register("no-people-needed", "a-long-enough-word-7", "来访者")
            assert session.join(told(demonstration)["case"]).startswith("p-")
    finally:
        demonstration.start("people")


def test_nothing_is_played_twice_when_the_people_come_back(
    demonstration: Demonstration, case: Case
) -> None:
    demonstration.stop("people")
    demonstration.start("people")
    visit(demonstration, "creditor03", case)
    view = case.catch_up()
    assert [meeting.meeting for meeting in view.find(records.MEETINGS)] == ["m1", "m2"]
    assert len(view.find(records.CLAIMS)) == 18


def test_a_meeting_is_rehearsed_against_a_running_server(
    demonstration: Demonstration, tmp_path: Path
) -> None:
    """Every fate once: replaced, abstaining, silent, two that are refused, and a false share."""
    bundle, receipts, told_in = tmp_path / "bundle", tmp_path / "receipts", tmp_path / "report.json"
    subprocess.run(
        [
            *(sys.executable, PROJECT / "manage.py", "rehearse", "--creditors=12", "--motions=2"),
            *(f"--against={demonstration.url}", f"--bundle={bundle}"),
            *(f"--report={told_in}", f"--receipts={receipts}"),
        ],
        env={**os.environ, "CONCURSUS_DATA": str(demonstration.data.root)},
        check=True,
    )
    report = json.loads(told_in.read_text("utf-8"))
    assert report["acknowledged"] == report["counted"] == 7
    assert report["ballots"]["refused"] == {"ballot-proof": 1, "ballot-replayed": 1}
    # All 12 but two silent ones, two refused ones; one ballot twice, one with a false share.
    assert report["ballots"]["acknowledged"] == 9
    stages = {stage["name"]: stage for stage in report["stages"]}
    assert stages["claims filed"]["count"] == 12
    assert stages["pages told"]["count"] > 0
    members = {"name", "count", "rate", "p50_ms", "p95_ms", "p99_ms"}
    assert all(stage.keys() == members for stage in report["stages"])
    found = Bundle.open(bundle)
    assert verify(found).counts["complaints"] == 1
    kept = sorted(receipts.iterdir())
    assert len(kept) == report["receipts"]
    recorded = Recorded(found)
    for receipt in kept:
        recorded.check(receipt.read_bytes())
