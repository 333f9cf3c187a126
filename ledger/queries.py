"""Several queries of one transaction in one message: an act costs the way to the database once for
what it asks and once for what it writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.db.backends.utils import CursorWrapper

_AT_ONCE: Final = 8
"""Queries in one message, which PostgreSQL holds as a whole."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement of SQL, with a value for each %s."""

    text: str
    values: Sequence[object] = ()


def ask(cursor: CursorWrapper, queries: Iterable[Query]) -> list[list[tuple[Any, ...]]]:
    """The rows of each query, in order; the first that fails raises, and ends them.

    cursor: Django's, which puts the values in itself; one that prepares takes a single query.

    As one by one, each sees what was committed when it began itself: a lock that one takes is held
    while the next one reads.
    """
    waiting = iter(queries)
    found: list[list[tuple[Any, ...]]] = []
    while some := list(islice(waiting, _AT_ONCE)):
        text = "; ".join(query.text for query in some)
        cursor.execute(text, [value for query in some for value in query.values])
        found += _results(cursor)
    return found


def _results(cursor: CursorWrapper) -> Iterator[list[tuple[Any, ...]]]:
    yield cursor.fetchall() if cursor.description else []
    while cursor.nextset():
        yield cursor.fetchall() if cursor.description else []
