"""Requests that a server must refuse, and what must not be left of them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from django.db import connections
from psycopg import sql

from ledger import logs, openings
from ledger.log.dsse import Envelope
from ledger.log.encoding import unb64u
from ledger.log.errors import Malformed
from ledger.log.statement import Statement
from tests.apps.acting import Case, Person

LANGUAGES = ("zh-hans", "en")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def signed(
    case: Case, who: Person, kind: str, body: Mapping[str, Any], /, **other: Any
) -> Envelope:
    """A statement that was not said yet; `other` members stand in place of its own."""
    row = logs.log_row(case.id)
    members: dict[str, Any] = {
        "act": secrets.token_bytes(16),
        "body": dict(body),
        "by": who.id,
        "case": row.id,
        "for_": None if kind.startswith("ballot.cast@") else who.id,
        "key": who.key.key.id,
        "kind": kind,
        "log": row.origin,
        "role": who.role,
    }
    return Statement(**{**members, **other}).sign(who.key)


@dataclass(frozen=True)
class Sent:
    """What one POST of a statement carries, as JSON or as bytes of any sort."""

    statement: Any
    openings: Sequence[Any] = ()
    boxes: Sequence[Any] = ()

    def to_json(self) -> dict[str, Any]:
        said = self.statement
        return {
            "statement": said.to_json() if isinstance(said, Envelope) else said,
            "boxes": list(self.boxes),
            "openings": list(self.openings),
        }


def table_sizes() -> dict[str, int]:
    """Rows of every table there is."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        # One question for all tables: it is asked twice around every request.
        counted = (
            sql.SQL("SELECT {}, count(*) FROM {}").format(sql.Literal(name), sql.Identifier(name))
            for (name,) in cursor.fetchall()
        )
        cursor.execute(sql.SQL(" UNION ALL ").join(counted))
        return {str(name): int(size) for name, size in cursor.fetchall()}


@contextmanager
def nothing_kept(*but: str) -> Iterator[None]:
    """No table has a row more or less afterwards, those named `but` apart."""
    before = table_sizes()
    yield
    after = table_sizes()
    changed = {name: (before.get(name), n) for name, n in after.items() if before.get(name) != n}
    assert {name: sizes for name, sizes in changed.items() if name not in but} == {}


def nothing_opened(rows: Sequence[Any]) -> None:
    """The openings store holds none of the rows sent with an act that was refused."""
    for row in rows:
        if not isinstance(row, dict):
            continue
        for member, read in (
            ("digest", openings.store().digest_row),
            ("commitment", openings.store().amount_row),
        ):
            try:
                address = unb64u(row.get(member))
            except Malformed:
                continue
            assert read(address) is None, f"{member} was kept"


def check_problem(answer: httpx.Response, status: int, slug: str, language: str) -> None:
    """RFC 9457, with the words in the language asked for."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["slug"], told["type"]) == (status, slug, f"/problems/{slug}")
    for member in ("title", "detail"):
        assert told[member], member
    words = told["title"] if language == "en" else told["title"] + told["detail"]
    assert bool(_HAN.search(words)) is (language != "en"), words
    if language != "en":
        assert _HAN.search(told["detail"]), told["detail"]


class Web:
    """Speaks to a live server in one language, as a program without a log-in."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30)

    def __enter__(self) -> Web:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def refused(self, status: int, slug: str, method: str, path: str, **request: Any) -> None:
        """Refused in Chinese and in English for the reason named."""
        headers = dict(request.pop("headers", {}))
        details = set()
        for language in LANGUAGES:
            answer = self.http.request(
                method, path, headers={**headers, "Accept-Language": language}, **request
            )
            check_problem(answer, status, slug, language)
            details.add(answer.json()["detail"])
        assert len(details) == len(LANGUAGES), details

    def refused_statement(self, status: int, slug: str, case: str, sent: Sent) -> None:
        """Refused, and neither a row nor an opening is left of it."""
        with nothing_kept():
            self.refused(status, slug, "POST", f"/ledger/{case}/statements", json=sent.to_json())
        nothing_opened(sent.openings)
