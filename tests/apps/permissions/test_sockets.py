"""Every socket of the web, asked by everybody, as the table says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from websockets.sync.client import ClientConnection, connect

from bankruptcy.people.models import Person
from bankruptcy.urls import websocket_urlpatterns
from tests.apps.permissions.company import Company, company
from tests.embedded_plugin import serving
from tests.permissions.pages import pages

VECTOR = {"get": "vector", "motion": "plan-a", "class": "all"}


@pytest.fixture(scope="module")
def everybody(module_database: str) -> Company:
    return company()


@pytest.fixture(scope="module")
def url(everybody: Company) -> Iterator[str]:
    with serving() as address:
        yield address


def heard(socket: ClientConnection) -> Any:
    return json.loads(socket.recv(timeout=10))


def asked(socket: ClientConnection, question: object) -> Any:
    """The answer; how far the case is may be told in between."""
    socket.send(json.dumps(question))
    while set(answer := heard(socket)) == {"n"}:
        pass
    return answer


def hears(socket: ClientConnection, everybody: Company, who: str) -> Any:
    return heard(socket).get("n", 0) > 0


def is_noted(socket: ClientConnection, everybody: Company, who: str) -> Any:
    case, meeting = everybody.meeting.id, everybody.names["meeting"]
    user = everybody.users[who]
    joined = Person.objects.filter(user=user) if isinstance(user, User) else ()
    keys = [f"heartbeat:{case}:{meeting}:{person.pseudonym}" for person in joined]
    cache.delete_many(keys)
    socket.send(json.dumps({"presence": meeting}))
    # Messages are dealt with in order: the answer to the next one comes after.
    assert "problem" in asked(socket, [])
    return bool(cache.get_many(keys))


def gets_board(socket: ClientConnection, everybody: Company, who: str) -> Any:
    return asked(socket, {"get": "summary"}).get("stage") == "declared"


def gets_amounts(socket: ClientConnection, everybody: Company, who: str) -> Any:
    found = asked(socket, {"get": "summary"})
    rows = [row for motion in found["motions"] for row in motion["classes"]]
    shown = {row[key] for row in rows for key in ("amount", "amount_cast")} != {None}
    assert shown is found["amounts"]
    return shown


def gets_vector(metric: str) -> Callable[[ClientConnection, Company, str], Any]:
    """True where the answers come, else the refusal."""

    def gets(socket: ClientConnection, everybody: Company, who: str) -> Any:
        found = asked(socket, {**VECTOR, "metric": metric})
        if "problem" in found:
            return found["problem"]["type"].removeprefix("/problems/")
        return len(found["answers"]) == found["total"] > 0

    return gets


TELLS: dict[str, Callable[[ClientConnection, Company, str], Any]] = {
    "hears how far the log has come": hears,
    "is noted as present by a heartbeat": is_noted,
    "gets the board": gets_board,
    "gets the amounts of the board": gets_amounts,
    "gets the answers of a vector of heads": gets_vector("heads"),
    "gets the weights of a vector of amounts": gets_vector("amount"),
}


def test_the_table_has_every_socket() -> None:
    routes = {
        f"/{route.pattern}".replace("<str:", "{").replace(">", "}")
        for route in websocket_urlpatterns
    }
    assert {row.address for row in pages().sockets} == routes
    assert [row.what for row in pages().sockets] == list(TELLS)


def test_a_socket_tells_everybody_as_the_table_says(url: str, everybody: Company) -> None:
    wrong = []
    for row in pages().sockets:
        address = url.replace("http", "ws", 1) + everybody.path(row.address)
        for who, client in everybody.clients.items():
            session = client.cookies.get(settings.SESSION_COOKIE_NAME)
            headers = {} if session is None else {"Cookie": f"{session.key}={session.value}"}
            with connect(address, origin=url, additional_headers=headers) as socket:  # type: ignore[arg-type]
                given = TELLS[row.what](socket, everybody, who)
            expected = pages().tells(row, who) or row.refusal or False
            if given != expected:
                wrong.append(f"{row.address}: {who} {row.what}: {given}, not {expected}")
    assert not wrong, "\n".join(wrong)
