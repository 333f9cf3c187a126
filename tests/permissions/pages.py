"""The table of addresses, pages.toml: address and who asks to the status that must be answered."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OK, LOG_IN, LOG_IN_PROGRAM, NONE = 200, 302, 401, 404
VISITOR, OUTSIDE = "visitor", frozenset({"stranger", "other"})


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom an address is, and what the others get. outside: who has no part in the case."""

    what: str
    inside: frozenset[str]
    others: int
    outside: int


@dataclass(frozen=True, slots=True)
class Page:
    """An address: how it is asked, for whom it is, what those get, and who is not logged in."""

    method: str
    audience: str
    status: int
    visitor: int


@dataclass(frozen=True, slots=True)
class Socket:
    """What a socket tells, for whom, and by which refusal the others are told that it does not."""

    address: str
    what: str
    audience: str
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Pages:
    """The whole table."""

    people: Mapping[str, str]
    audiences: Mapping[str, Audience]
    pages: Mapping[str, Page]
    sockets: Sequence[Socket]

    def expected(self, address: str, who: str) -> int:
        """The status of a cell. KeyError where no row has the address."""
        page = self.pages[address]
        audience = self.audiences[page.audience]
        if who in audience.inside:
            return page.status
        if who == VISITOR:
            return page.visitor
        return audience.outside if who in OUTSIDE else audience.others

    def tells(self, socket: Socket, who: str) -> bool:
        """Is that what the socket tells for this one, too?"""
        return who in self.audiences[socket.audience].inside


@cache
def pages() -> Pages:
    """As pages.toml states it."""
    table = tomllib.loads((Path(__file__).parent / "pages.toml").read_text("utf-8"))
    audiences = {
        name: Audience(
            row["what"], frozenset(row["in"]), row.get("else", NONE), row.get("outside", NONE)
        )
        for name, row in table["audiences"].items()
    }
    found = {}
    for address, row in table["pages"].items():
        (method,) = row.keys() & {"get", "post"}
        to_log_in = LOG_IN if method == "get" else LOG_IN_PROGRAM
        status, visitor = row.get("status", OK), row.get("visitor", to_log_in)
        found[address] = Page(method, row[method], status, visitor)
    sockets = tuple(
        Socket(row["address"], row["what"], row["for"], row.get("refusal"))
        for row in table["sockets"]
    )
    return Pages(table["people"], audiences, found, sockets)
