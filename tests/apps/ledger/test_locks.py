"""The order of acts: alone, or together but for the keys they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import errors

from ledger import locks, sequencer

CASE = "case-of-locks"


@contextmanager
def held(keys: Iterable[str] | None) -> Iterator[None]:
    """Somebody holds the case, alone or shared with these keys."""
    with sequencer.connect("default") as connection, connection.transaction():
        take(connection, keys)
        yield


def take(connection: psycopg.Connection[Any], keys: Iterable[str] | None) -> None:
    with connection.cursor() as cursor:
        locks.take(cursor, CASE, keys, patience="100ms")


def waits(keys: Iterable[str] | None, case: str = CASE) -> bool:
    with sequencer.connect("default") as connection, connection.transaction():
        try:
            take(connection, keys)
        except errors.LockNotAvailable:
            raise psycopg.Rollback from None
        return False
    return True


@pytest.mark.parametrize(
    ("first", "second", "second_waits"),
    [
        (None, None, True),
        (None, ["a"], True),
        (["a"], None, True),
        (["a"], ["b"], False),
        (["a", "b"], ["c", "b"], True),
        ([], [], False),
    ],
)
def test_who_waits_for_whom(
    first: list[str] | None, second: list[str] | None, second_waits: bool
) -> None:
    with held(first):
        assert waits(second) is second_waits
    assert not waits(second)
