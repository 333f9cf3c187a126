"""The API's document: every address for programs stands in it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import httpx
import pytest

from bankruptcy.delivery.openapi import document, routes
from bankruptcy.delivery.operations import OPERATIONS
from tests.apps.voting.support import Meeting
from tests.embedded_plugin import serving
from voting.protocol.validity import Choice

ANSWERS = re.compile(r"\banswer\(|JsonResponse\(|_open\(|_receipt\(")
FOR_PROGRAMS = re.compile(r"^/(ledger|api)/|/api/|\.json$|/draft$|/documents")


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting(amounts=(60_000_00, 30_000_00))
    found.until_open()
    found.cast(found.creditors[0], Choice.FOR)
    return found


@pytest.fixture(scope="module")
def url(meeting: Meeting) -> Iterator[str]:
    with serving() as found:
        yield found


def test_every_address_that_answers_to_programs_stands_in_the_document() -> None:
    listed = {operation.name for operation in OPERATIONS}
    for route, name, pattern in routes():
        source = inspect.getsource(inspect.unwrap(pattern.callback))
        if FOR_PROGRAMS.search(route) or ANSWERS.search(source):
            assert name in listed, f"{name} ({route}) is not in bankruptcy/delivery/operations.py"


def test_the_document_is_served_to_anybody(url: str) -> None:
    answer = httpx.get(f"{url}/api/schema")
    assert answer.status_code == 200
    assert answer.json() == document()
    assert answer.json()["openapi"] == "3.1.0"
