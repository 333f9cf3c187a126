"""The API's document: every address for programs stands in it."""

from __future__ import annotations

import inspect
import re

import httpx

from bankruptcy.delivery.openapi import document, routes
from bankruptcy.delivery.operations import OPERATIONS

ANSWERS = re.compile(r"\banswer\(|JsonResponse\(|_open\(|_receipt\(")
FOR_PROGRAMS = re.compile(r"^/(ledger|api)/|/api/|\.json$|/draft$|/documents")


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
