"""A case is set up over HTTP: its clock, its judge's key, its witnesses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from ledger import keys, logs
from ledger.log.checkpoint import Checkpoint
from ledger.log.encoding import b64u, format_time
from ledger.log.succession import followed
from tests.apps.people.visitor import Visitor
from tests.apps.witness.processes import Running


@pytest.fixture
def court(database: str) -> Visitor:
    """Court staff without a case."""
    visitor = Visitor("judge").register()
    User.objects.filter(username="judge").update(is_staff=True)
    return visitor


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Running]:
    """The court's witness, running."""
    running = Running(tmp_path, "court", "court.example", [])
    yield running
    running.stop()


def _begin(court: Visitor) -> None:
    begun = court.post("/cases/new", {}).json()
    court.case, court.origin, court.person = begun["case"], begun["origin"], begun["person"]


def _create(court: Visitor, clock: str, starts: str | None, **more: str) -> Any:
    return court.post(
        "/cases",
        {
            "case": court.case,
            "suite": "es256",
            "public_key": b64u(court.key.key.public_key),
            "clock": clock,
            "starts": starts,
            **more,
        },
    )


def test_a_case_opened_again_names_the_record_that_ended(court: Visitor) -> None:
    _begin(court)
    assert _create(court, "real", None).status_code == 201
    old = court.case
    _begin(court)
    refused = _create(court, "real", None, follows=old)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/nothing-to-follow")
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_closed (log, size, root) VALUES (%s, 1, %s)", [old, bytes(32)]
        )
    page = court.client.get("/cases/new", headers={"accept": "text/html"}).content.decode()
    assert f'<option value="{old}">' in page
    assert _create(court, "real", None, follows=old).status_code == 201
    row = logs.log_row(court.case)
    origin = logs.log_row(old).origin
    assert followed(row.policy, row.origin) == Checkpoint(origin, 1, bytes(32))

    other = Visitor("other-judge").register()
    User.objects.filter(username="other-judge").update(is_staff=True)
    _begin(other)
    assert _create(other, "real", None, follows=old).status_code == 409
    assert old not in other.client.get("/cases/new").content.decode()


def test_a_real_case_keeps_real_time(court: Visitor) -> None:
    _begin(court)
    assert court.origin == f"{keys.deployment_name('x')}/ledger/{court.case}"
    assert _create(court, "real", None).status_code == 201
    assert abs(logs.now(court.case) - datetime.now(UTC)) < timedelta(minutes=1)
    page = court.client.get(f"/c/{court.case}/court/open", headers={"accept": "text/html"})
    assert page.status_code == 200
    moved = court.post(
        f"/c/{court.case}/clock", {"to": format_time(datetime.now(UTC).replace(microsecond=0))}
    )
    assert moved.json()["type"] == "/problems/clock-is-real"


def test_a_log_is_made_once_and_by_who_began_it(court: Visitor) -> None:
    _begin(court)
    other = Visitor("other").register()
    User.objects.filter(username="other").update(is_staff=True)
    other.case = court.case
    assert _create(other, "real", None).json()["type"] == "/problems/no-such-draft"
    assert _create(court, "real", None).status_code == 201
    assert _create(court, "real", None).json()["type"] == "/problems/log-exists"


@pytest.mark.parametrize(
    ("clock", "starts"),
    [
        ("real", "2026-01-05T01:00:00Z"),
        ("demonstration", None),
        ("demonstration", "2999-01-05T01:00:00Z"),
        ("none", None),
    ],
)
def test_a_clock_that_cannot_be_leaves_no_log(
    court: Visitor, clock: str, starts: str | None
) -> None:
    _begin(court)
    assert _create(court, clock, starts).status_code == 400
    with pytest.raises(logs.NoSuchLog):
        logs.log_row(court.case)


def test_a_case_in_the_making_is_nobody_elses(court: Visitor) -> None:
    _begin(court)
    assert court.client.get(f"/c/{court.case}/me/devices").status_code == 404
    assert _create(court, "real", None).status_code == 201
    listed = Client().get("/cases").content.decode()
    assert court.case not in listed
    assert Visitor("x").register().post(f"/c/{court.case}/join", {}).status_code == 404


def test_the_policy_names_the_witnesses_that_answer(
    court: Visitor, witness: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCURSUS_WITNESSES", f"court={witness.url}")
    _begin(court)
    assert _create(court, "real", None).status_code == 201
    assert f"witness court {witness.get('vkey').text.strip()}" in logs.log_row(court.case).policy


def test_without_an_answer_of_a_witness_no_case_is_made(
    court: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCURSUS_WITNESSES", "court=http://127.0.0.1:9/witness/court")
    _begin(court)
    refused = _create(court, "real", None)
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/witness-silent")
    with pytest.raises(logs.NoSuchLog):
        logs.log_row(court.case)
