"""The sockets of a case, on a real server with the real channel layer: how far it is, heartbeats,
questions, bad messages."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ledger.announce import announce
from ledger.log.statement import Role
from tests.apps.acting import Body, Person
from tests.apps.voting.browsing import member
from tests.apps.voting.support import MEETING, Meeting
from tests.embedded_plugin import serving
from voting import board
from voting.protocol.validity import Choice


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting()
    found.until_open()
    return found


@pytest.fixture(scope="module")
def url(meeting: Meeting) -> Iterator[str]:
    with serving() as address:
        yield address


@contextmanager
def socket(url: str, path: str, session: str = "") -> Iterator[ClientConnection]:
    """A socket to `path`, with the cookie of a session where one is given."""
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
    address = url.replace("http", "ws", 1) + path
    with connect(address, origin=url, additional_headers=headers) as found:  # type: ignore[arg-type]
        yield found


def heard(found: ClientConnection) -> Any:
    return json.loads(found.recv(timeout=5))


def tell(case: str, n: int) -> None:
    """Announce, as the sequencer's own thread does: a browser test's loop lives in this one."""
    thread = threading.Thread(target=announce, args=(case, n))
    thread.start()
    thread.join()


def asked(found: ClientConnection, question: Any) -> Any:
    """The answer; how far the case is may be told in between."""
    found.send(question if isinstance(question, str) else json.dumps(question))
    while set(answer := heard(found)) == {"n"}:
        pass
    return answer


def test_two_sockets_hear_where_the_case_is_and_that_it_grew(url: str, meeting: Meeting) -> None:
    path = f"/ws/c/{meeting.id}"
    with socket(url, path) as one, socket(url, path) as two:
        size = heard(one)["n"]
        assert size > 20
        assert heard(two)["n"] == size
        # Until the hub has joined its group, what it misses is not told.
        ends = time.monotonic() + 10
        last = [size, size]
        while last != [777, 777] and time.monotonic() < ends:
            tell(meeting.id, 776)
            for i, found in enumerate((one, two)):
                try:
                    last[i] = json.loads(found.recv(timeout=0.2))["n"]
                except TimeoutError:
                    continue
        assert last == [777, 777]


def test_a_heartbeat_is_of_who_is_logged_in(url: str, meeting: Meeting) -> None:
    cache.clear()
    key = f"heartbeat:{meeting.id}:{MEETING}:p-c0"
    session = member(meeting, "p-c0").cookies[settings.SESSION_COOKIE_NAME].value
    for cookie, expected in (("", False), (session, True)):
        with socket(url, f"/ws/c/{meeting.id}", cookie) as found:
            heard(found)
            found.send(json.dumps({"presence": MEETING}))
            # Messages are dealt with in order: the answer to the next one comes after.
            assert "problem" in asked(found, "?")
        assert (cache.get(key) is not None) is expected


def test_a_heartbeat_of_an_agent_is_his_principals_too(url: str, meeting: Meeting) -> None:
    body = Body("authority.granted@1")
    lawyer = Person("p-lawyer", Role.CREDITOR)
    meeting.appoint(lawyer)
    said = {
        "authority": "a-1",
        "agent": lawyer.id,
        "name": body.sealed("/name", "周律师"),
        **dict.fromkeys(("licence", "matters", "motions", "until", "document")),
        "items": ["sign_in"],
    }
    meeting.act(meeting.creditors[1], body.kind, said, body.rows)
    meeting.settle()
    key = f"heartbeat:{meeting.id}:{MEETING}:p-c1"
    session = member(meeting, lawyer.id).cookies[settings.SESSION_COOKIE_NAME].value
    for agent in (False, True):
        cache.clear()
        with socket(url, f"/ws/c/{meeting.id}", session) as found:
            heard(found)
            found.send(json.dumps({"presence": MEETING, "agent": agent}))
            assert "problem" in asked(found, "?")
        assert (cache.get(key) is not None) is agent


@pytest.mark.parametrize(
    "message", ["", "[]", "{", '{"presence": 5}', '{"presence": "' + "m" * 3000 + '"}', "[" * 1500]
)
def test_a_bad_message_is_a_problem_and_the_socket_lives(
    url: str, meeting: Meeting, message: str
) -> None:
    with socket(url, f"/ws/c/{meeting.id}") as found:
        heard(found)
        first = asked(found, message)
        assert asked(found, message) == first
    assert (first["problem"]["type"], first["problem"]["status"]) == ("/problems/malformed", 400)


def test_a_case_that_does_not_exist_closes(url: str) -> None:
    with socket(url, "/ws/c/nothing") as found, pytest.raises(ConnectionClosed) as closed:
        found.recv(timeout=5)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4404


HEADS = {"get": "vector", "motion": "plan-a", "class": "all", "metric": "heads"}


@pytest.mark.parametrize(
    ("question", "slug"),
    [
        (HEADS, "tally-not-opened"),
        ({**HEADS, "metric": "amount"}, "register-not-yours"),
        ({**HEADS, "class": "other"}, "no-vector"),
        ({**HEADS, "motion": 5}, "malformed"),
        ({**HEADS, "from": -1}, "malformed"),
        ({**HEADS, "from": True}, "malformed"),
        ({"get": "votes"}, "malformed"),
        ({}, "malformed"),
    ],
)
def test_a_question_that_has_no_answer_says_why(
    url: str, meeting: Meeting, question: dict[str, Any], slug: str
) -> None:
    with socket(url, f"/ws/c/{meeting.id}/m/{MEETING}/board") as found:
        answer = asked(found, question)
    assert answer["problem"]["type"] == f"/problems/{slug}"
    assert answer["asked"] == question


def test_the_boards_of_other_cases_do_not_exist(url: str, meeting: Meeting) -> None:
    for path in ("/ws/c/nothing/m/m1/board", f"/ws/c/{meeting.id}/m/m9/board"):
        with socket(url, path) as found:
            answer = asked(found, {"get": "summary"})
        assert answer["problem"]["type"] == "/problems/no-board"


def test_who_may_not_see_the_register_gets_per_cents_that_stand_for_a_minute(
    url: str, meeting: Meeting
) -> None:
    path = f"/ws/c/{meeting.id}/m/{MEETING}/board"
    session = member(meeting, "p-c0").cookies[settings.SESSION_COOKIE_NAME].value

    def row(cookie: str = "") -> Any:
        with socket(url, path, cookie) as found:
            return asked(found, {"get": "summary"})["motions"][0]["classes"][0]

    cache.clear()
    assert (row()["cast"], row()["amount_share"]) == (0, 0)
    meeting.cast(meeting.creditors[2], Choice.FOR)
    meeting.settle()
    assert (row()["cast"], row()["amount_share"]) == (1, 0)
    assert row()["amount"] is row()["amount_cast"] is None
    assert (row(session)["amount_cast"], row(session)["amount"]) == ("1000000", "10000700")
    cache.clear()
    board._summary.cache_clear()
    assert row()["amount_share"] == 9
