"""Schemathesis against the OpenAPI document: what it allows and what it forbids is asked.

Each operation is asked by people of every sort, for the case and meeting that are there and for
others. An answer is one that the document names, in the media type and the shape it names, and
never a failure; what is refused leaves no row.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
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
from bankruptcy.people import accounts
from bankruptcy.people.models import Person
from tests.apps.hard.support import table_sizes
from tests.apps.voting.support import MEETING, Meeting
from tests.embedded_plugin import serving
from voting.protocol.validity import Choice

EXAMPLES = 10
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
TOKEN = "c" * 32
"""A CSRF token: cookie and header say the same."""


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting(amounts=(60_000_00, 30_000_00))
    found.until_open()
    found.cast(found.creditors[0], Choice.FOR)
    return found


@pytest.fixture(scope="module")
def people(meeting: Meeting) -> Mapping[str, User | None]:
    """Who asks: those of the case by their roles, somebody not in it, somebody unknown."""
    roles = {
        "judge": meeting.judge,
        "administrator": meeting.administrator,
        "trustee": meeting.trustees[0],
        "creditor": meeting.creditors[0],
    }
    found: dict[str, User | None] = {"unknown": None}
    for name, who in roles.items():
        user = found[name] = accounts.create(f"u-{name}", "correct horse", "名字", check=False)
        joined = Person(case=meeting.id, user=user, pseudonym=who.id)
        joined.display_name = "名字"
        joined.save()
    found["stranger"] = accounts.create("u-stranger", "correct horse", "名字", check=False)
    return found


@pytest.fixture(scope="module")
def apis(meeting: Meeting) -> Iterator[Sequence[BaseSchema]]:
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
    with serving() as url:
        found = [schemathesis.openapi.from_dict(asked) for asked in (document(), placed)]
        for api in found:
            api.config.update(base_url=url)
        yield found


def cookies(user: User | None) -> dict[str, str]:
    """Of a new session: an earlier example may have logged out."""
    found = {django.CSRF_COOKIE_NAME: TOKEN}
    if user is not None:
        client = Client()
        client.force_login(user)
        found[django.SESSION_COOKIE_NAME] = client.cookies[django.SESSION_COOKIE_NAME].value
    return found


@pytest.mark.parametrize("name", sorted(operation.name for operation in OPERATIONS))
def test_the_answer_is_one_that_the_document_names(
    apis: Sequence[BaseSchema], people: Mapping[str, User | None], name: str
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
        who=st.sampled_from(sorted(people)),
    )
    def ask(case: Any, who: str) -> None:
        sent = cookies(people[who])
        before = table_sizes()
        answer = case.call(headers={"X-CSRFToken": TOKEN}, cookies=sent, timeout=30)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert table_sizes() == before

    ask()
