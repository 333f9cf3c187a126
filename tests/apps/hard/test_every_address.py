"""Every address of the web, in a case with an open vote: whatever is asked, it is no failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver

from bankruptcy.people import accounts
from bankruptcy.people.models import Person
from tests.apps.hard.support import nothing_kept
from tests.apps.voting.support import MEETING, Meeting

HOSTILE = ("A", "-1", "%F0%9F%92%A5", "x" * 300, "9" * 40)
QUERY = "?index=x&from=-1&motion=%F0&class=A&metric=?&grade=x&name=%0a&next=//evil"
BODIES = (
    ("application/json", b"[]"),
    ("application/json", b'{"to":1,"meeting":[],"motions":{}}'),
    ("application/x-www-form-urlencoded", b"to=%00&meeting=1&meeting=2&page=-1"),
)


@pytest.fixture(scope="module")
def visitors(meeting: Meeting) -> list[Client]:
    """Judge, administrator, trustee, creditor, somebody not in the case, somebody unknown."""
    people = (meeting.judge, meeting.administrator, meeting.trustees[0], meeting.creditors[0])
    found = []
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        for who in (*people, None):
            user = accounts.create(f"u{len(found)}", "correct horse", "名字", check=False)
            if who is not None:
                joined = Person(case=meeting.id, user=user, pseudonym=who.id)
                joined.display_name = "名字"
                joined.save()
            found.append(_client(user))
    return [*found, _client(None)]


def _client(user: User | None) -> Client:
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def addresses() -> list[str]:
    """Every pattern of the web as a format string over its parameters."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif "^" not in route:
                yield route

    routes = walk(get_resolver().url_patterns, "")
    return sorted({"/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route) for route in routes})


def paths(meeting: Meeting, route: str) -> Iterator[str]:
    """The address as it is meant, and with something else in each of its places."""
    creditor = meeting.creditors[0].id
    names = re.findall(r"{(\w+)}", route)
    meant = {
        **dict.fromkeys(names, "x"),
        **{"case": meeting.id, "log": meeting.id, "meeting": MEETING, "claim": f"c-{creditor}"},
    }
    yield route.format(**meant)
    for name in names:
        for hostile in HOSTILE:
            yield route.format(**{**meant, name: hostile})


def test_no_address_fails_whatever_stands_in_it(meeting: Meeting, visitors: list[Client]) -> None:
    _judge, administrator, trustee, creditor, stranger, _nobody = visitors
    room = f"/c/{meeting.id}/m/{MEETING}"
    for visitor, page in ((creditor, "/ballot"), (trustee, "/trustee"), (administrator, "/")):
        assert visitor.get(room + page).status_code == 200, page
    assert stranger.get(room + "/").status_code == 404
    with nothing_kept("django_session"):
        for route in addresses():
            for i, path in enumerate(paths(meeting, route)):
                # As it is meant for everybody; what is hostile in the words of one after another.
                asking = visitors if i == 0 else [visitors[i % len(visitors)]]
                for visitor in asking:
                    _check(visitor.get(path, headers={"accept": "text/html"}), path)
                    if i == 0:
                        _check(visitor.get(path + QUERY), path + QUERY)


def test_no_address_fails_whatever_is_posted_to_it(
    meeting: Meeting, visitors: list[Client]
) -> None:
    for route in addresses():
        if route in ("/logout", "/language", "/cases/new") or route.endswith("/join"):
            continue
        path = next(paths(meeting, route))
        with nothing_kept("django_session"):
            for content_type, content in BODIES:
                for visitor in visitors[:4]:
                    _check(visitor.post(path, content, content_type=content_type), path)


def _check(answer: Any, path: str) -> None:
    assert answer.status_code < 500, (path, answer.content.decode(errors="replace")[:400])
    if answer.status_code in (301, 302):
        assert not answer["Location"].startswith("//"), path
    if getattr(answer, "streaming", False):
        answer.close()
