"""Who is let in where: another's case looks like none, pages are for their roles."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from bankruptcy.cases.reading import Reader
from bankruptcy.people.access import person
from ledger.log.statement import Role
from tests.apps.acting import Body
from tests.apps.people.visitor import Visitor

PAGES = ("me/devices", "desk/keys", "court/roles", "people", "keys/pending")


def _status(visitor: Visitor, path: str) -> int:
    return visitor.client.get(path, headers={"accept": "text/html"}).status_code


def _appoint(judge: Visitor, who: Visitor, role: Role, name: str) -> None:
    body = Body("role.appointed@1")
    answer = judge.say(
        body.kind,
        Role.COURT,
        {
            "person": who.person,
            "role": role.value,
            "name": body.sealed("/name", name),
            "decision": None,
        },
        body.rows,
    )
    assert answer.status_code in (200, 202), answer.content.decode()


def test_a_case_that_one_has_not_joined_looks_like_none(judge: Visitor) -> None:
    stranger = Visitor("stranger").register()
    for page in PAGES:
        assert _status(stranger, f"/c/{judge.case}/{page}") == 404
        assert _status(stranger, f"/c/c-nosuchcase/{page}") == 404
    assert stranger.ask_for_key().status_code == 404
    assert (
        stranger.post(f"/c/{judge.case}/clock", {"to": "2026-01-06T01:00:00Z"}).status_code == 404
    )


@pytest.mark.parametrize("rest", ["me/devices", f"documents/{'0' * 64}"])
def test_who_is_not_logged_in_is_led_to_the_log_in_and_back(judge: Visitor, rest: str) -> None:
    path = f"/c/{judge.case}/{rest}"
    page = Client().get(path, headers={"accept": "text/html"})
    assert (page.status_code, page["Location"]) == (302, f"/login?next={path}")
    program = Client().get(path, headers={"accept": "application/json"})
    assert (program.status_code, program.json()["type"]) == (401, "/problems/not-logged-in")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (None, {"me/devices"}),
        (Role.TRUSTEE, {"me/devices"}),
        (Role.ADMINISTRATOR, {"me/devices", "desk/keys", "people", "keys/pending"}),
        (Role.COURT, set(PAGES)),
    ],
)
def test_pages_are_for_their_roles(judge: Visitor, role: Role | None, allowed: set[str]) -> None:
    visitor = Visitor("visitor").register().join(judge)
    if role is not None:
        _appoint(judge, visitor, role, "某某")
    got = {page: _status(visitor, f"/c/{judge.case}/{page}") for page in PAGES}
    assert got == {page: 200 if page in allowed else 403 for page in PAGES}


def test_a_case_is_joined_once_and_only_when_it_is_open(judge: Visitor) -> None:
    visitor = Visitor("visitor").register().join(judge)
    again = visitor.post(f"/c/{judge.case}/join", {}).json()
    assert again == {"person": visitor.person}
    assert visitor.post("/c/c-nosuchcase/join", {}).status_code == 404


def test_the_list_shows_mine_and_what_the_courts_opened(judge: Visitor) -> None:
    visitor = Visitor("visitor").register()
    page = visitor.client.get("/cases", headers={"accept": "text/html"}).content.decode()
    assert f'href="/c/{judge.case}/join"' in page
    assert "示例有限公司" in page
    visitor.join(judge)
    page = visitor.client.get("/cases", headers={"accept": "text/html"}).content.decode()
    assert f'href="/c/{judge.case}/"' in page
    assert f'href="/c/{judge.case}/join"' not in page


def test_only_court_staff_open_cases(judge: Visitor) -> None:
    visitor = Visitor("visitor").register()
    assert visitor.post("/cases/new", {}).json()["type"] == "/problems/only-court"
    assert _status(visitor, "/cases/new") == 403
    assert _status(judge, "/cases/new") == 200


def test_access_knows_roles_and_names_by_what_was_said_last(judge: Visitor) -> None:
    visitor = Visitor("visitor").register().join(judge)
    request = RequestFactory().get("/")
    request.user = visitor.client.get("/cases").wsgi_request.user
    before = person(request, judge.case)
    assert (before.roles, before.may_see_claims) == (frozenset(), False)
    assert Reader(judge.case).names()[visitor.person] == "名字 visitor"

    _appoint(judge, visitor, Role.ADMINISTRATOR, "某某律师事务所")
    after = person(request, judge.case)
    assert (after.roles, after.may_see_claims) == (frozenset({Role.ADMINISTRATOR}), True)
    assert Reader(judge.case).names()[visitor.person] == "某某律师事务所"


def test_the_demonstration_clock_is_moved_by_staff_and_only_forward(judge: Visitor) -> None:
    path = f"/c/{judge.case}/clock"
    visitor = Visitor("visitor").register().join(judge)
    assert visitor.post(path, {"to": "2026-01-06T01:00:00Z"}).status_code == 403
    moved = judge.post(path, {"to": "2026-01-06T01:00:00Z"})
    assert moved.json() == {"now": "2026-01-06T01:00:00Z"}
    back = judge.post(path, {"to": "2026-01-05T01:00:00Z"})
    assert back.json()["type"] == "/problems/clock-backward"
