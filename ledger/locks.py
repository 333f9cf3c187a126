"""The order of acts: advisory locks of a case, held to the end of the transaction.

An act takes its case before it reads the state it is judged on: alone, or, where its kind
commutes, together with others and alone only on what it touches. Keys are taken in order, so that
no two acts wait for one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.backends.utils import CursorWrapper

from ledger.log.encoding import frames, sha256
from ledger.queries import Query

SEQUENCER: Final = "concursus/sequencer"
_CASE: Final = "concursus/case"
_KEY: Final = "concursus/key"


def number(*parts: str) -> int:
    """A 64-bit lock number. Two names that fall on one number only wait for one another."""
    return int.from_bytes(sha256(frames(*parts))[:8], "big", signed=True)


def take(
    cursor: CursorWrapper, log: str, keys: Iterable[str] | None, *, patience: str = "0"
) -> None:
    """Take the case alone (keys None), or shared and these keys alone.

    patience: the longest wait for one lock, as PostgreSQL's lock_timeout; "0" is without end.
    """
    for query in taking(log, keys, patience=patience):
        cursor.execute(query.text, query.values)


def taking(log: str, keys: Iterable[str] | None, *, patience: str = "0") -> tuple[Query, ...]:
    """What `take` asks, in this order."""
    mode = "pg_advisory_xact_lock" if keys is None else "pg_advisory_xact_lock_shared"
    case = Query(
        f"SELECT {mode}(%s) FROM set_config('lock_timeout', %s, true)",
        [number(_CASE, log), patience],
    )
    if keys is None:
        return (case,)
    # One query, row by row: the order in which they are taken is that of the array.
    wanted = sorted({number(_KEY, log, key) for key in keys})
    text = "SELECT pg_advisory_xact_lock(lock) FROM unnest(%s::bigint[]) AS wanted (lock)"
    return case, Query(text, [wanted])
