"""A case opened by a judge over HTTP, as a browser does it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import override_settings

from ledger.log.encoding import b64u
from ledger.log.statement import Role
from tests.apps.acting import Body, numbering
from tests.apps.people.visitor import Visitor

STARTS = datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _quick_and_fresh(database: str) -> Iterator[None]:
    """No failed log-ins of other tests; passwords hashed quickly."""
    cache.clear()
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def sequencer(database: str) -> Iterator[None]:
    """Numbers are given by the real thing, and every receipt comes at once."""
    with numbering():
        yield


@pytest.fixture
def judge(sequencer: None) -> Visitor:
    """A judge with a case on a demonstration clock; opened."""
    visitor = Visitor("judge").register()
    User.objects.filter(username="judge").update(is_staff=True)
    begun = visitor.post("/cases/new", {}).json()
    visitor.case, visitor.origin, visitor.person = begun["case"], begun["origin"], begun["person"]
    made = visitor.post(
        "/cases",
        {
            "case": visitor.case,
            "suite": "es256",
            "public_key": b64u(visitor.key.key.public_key),
            "clock": "demonstration",
            "starts": "2026-01-05T01:00:00Z",
        },
    )
    assert made.status_code == 201, made.content.decode()
    body = Body("case.opened@1")
    opened = visitor.say(
        body.kind,
        Role.COURT,
        {
            "court_name": body.sealed("/court_name", "示例市中级人民法院"),
            "case_number": body.sealed("/case_number", "（2026）示01破1号"),
            "debtor": body.sealed("/debtor", "示例有限公司"),
            "procedure": "liquidation",
            "accepted": STARTS.date().isoformat(),
            "announced": STARTS.date().isoformat(),
            "filing_ends": (STARTS + timedelta(days=60)).date().isoformat(),
            "switches": [],
        },
        body.rows,
    )
    assert opened.status_code in (200, 202), opened.content.decode()
    return visitor
