"""Every address of the web, asked by everybody, as the table says; another case's is none."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.apps.hard.test_every_address import addresses
from tests.apps.permissions.company import Company, company
from tests.permissions.pages import NONE, pages

QUERY = "?index=1&motion=plan-a&class=all&metric=heads"
THINGS = ("claim", "evidence", "digest", "key", "person", "sha256", "root")
"""What addresses name beside the case."""


@pytest.fixture(scope="module")
def everybody(module_database: str) -> Company:
    return company()


def asked(client: Client, method: str, path: str) -> int:
    """The status; as a browser asks for a page, and as a program sends."""
    if method == "get":
        found = client.get(path + QUERY, headers={"accept": "text/html"})
    else:
        found = client.post(path, b"{}", content_type="application/json")
    found.close()
    return found.status_code


def test_the_table_has_every_address() -> None:
    assert set(pages().pages) ^ set(addresses()) == set()


def test_an_address_answers_everybody_as_the_table_says(everybody: Company) -> None:
    wrong = []
    assert everybody.clients.keys() == pages().people.keys()
    for address, page in pages().pages.items():
        path = everybody.path(address)
        for who, client in everybody.clients.items():
            given = asked(client, page.method, path)
            if address == "/logout":
                everybody.come_back(who)
            expected = pages().expected(address, who)
            if given != expected:
                wrong.append(f"{address}: {who} gets {given}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_what_another_case_has_is_not_found_under_an_address_of_ones_own(
    everybody: Company,
) -> None:
    found = []
    for address, page in pages().pages.items():
        for name in THINGS:
            if f"{{{name}}}" not in address or "/packs/" in address:
                continue
            path = everybody.path(address, **{name: everybody.elsewhere[name]})
            for who, client in everybody.clients.items():
                # Whose page it would be is told that there is none; nobody is told more.
                inside = pages().expected(address, who) == page.status
                given = asked(client, page.method, path)
                expected = NONE if inside else pages().expected(address, who)
                if given not in (expected, NONE):
                    found.append(f"{path}: {who} gets {given}, not {expected}")
    assert not found, "\n".join(found)
