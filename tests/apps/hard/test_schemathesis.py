"""Schemathesis against the OpenAPI document: what it allows and what it forbids is asked.

Each operation is asked by people of every sort, for the case and meeting that are there and for
others. An answer is one that the document names, in the media type and the shape it names, and
never a failure; what is refused leaves no row.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest
import schemathesis
from django.conf import settings as django
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bankruptcy.delivery.openapi import document
from bankruptcy.delivery.operations import OPERATIONS
from tests.apps.hard.support import table_sizes
from tests.apps.voting.browsing import member
from tests.apps.voting.support import MEETING, Meeting

EXAMPLES = 10
PEOPLE = ("judge", "administrator", "trustee", "creditor", "stranger", "nobody")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TOKEN = "c" * 32
"""A CSRF token: cookie and header say the same."""


@pytest.fixture(scope="module")
def apis(meeting: Meeting, url: str) -> Sequence[BaseSchema]:
    """The document as it is, and with what is there in earnest in the places of its addresses."""
    load_all_checks()
    creditor = meeting.creditors[0]
    there = {
        "case": meeting.id,
        "log": meeting.id,
        "meeting": MEETING,
        "person": creditor.id,
        "key": creditor.key.key.id.hex(),
        "ballot": next(iter(meeting.ballots)).hex(),
        "index": 0,
    }
    placed = copy.deepcopy(document())
    for methods in placed["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path" and parameter["name"] in there:
                    parameter["schema"] = {"const": there[parameter["name"]]}
    found = [schemathesis.openapi.from_dict(asked) for asked in (document(), placed)]
    for api in found:
        api.config.update(base_url=url)
    return found


def cookies(meeting: Meeting, who: str) -> dict[str, str]:
    """Of a new session of one of the case by his role, of somebody not in it, or of nobody.

    New, for an earlier example may have logged out.
    """
    found, name = {django.CSRF_COOKIE_NAME: TOKEN}, django.SESSION_COOKIE_NAME
    if who == "stranger":
        client = Client()
        client.force_login(User.objects.get_or_create(username=who)[0])
        found[name] = client.cookies[name].value
    elif who != "nobody":
        person = {
            "judge": meeting.judge,
            "administrator": meeting.administrator,
            "trustee": meeting.trustees[0],
            "creditor": meeting.creditors[0],
        }[who]
        found[name] = member(meeting, person.id).cookies[name].value
    return found


@pytest.mark.parametrize("name", sorted(operation.name for operation in OPERATIONS))
def test_the_answer_is_one_that_the_document_names(
    apis: Sequence[BaseSchema], meeting: Meeting, name: str
) -> None:
    plain, placed = (api.find_operation_by_id(name) for api in apis)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=st.one_of(
            placed.as_strategy(GenerationMode.POSITIVE),
            placed.as_strategy(GenerationMode.NEGATIVE),
            plain.as_strategy(GenerationMode.NEGATIVE),
        ),
        who=st.sampled_from(PEOPLE),
    )
    def ask(case: Any, who: str) -> None:
        sent = cookies(meeting, who)
        before = table_sizes()
        answer = case.call(headers={"X-CSRFToken": TOKEN}, cookies=sent, timeout=30)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert table_sizes() == before

    ask()
