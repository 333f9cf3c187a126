"""Statements as they were said, by their digest: what records do not keep, pages read here."""

from __future__ import annotations

from functools import lru_cache

from django.db import connections

from ledger import logs
from ledger.log import statement as statements
from ledger.log.dsse import Envelope
from ledger.log.entry import Entry
from ledger.log.statement import Statement


def number(log: str, digest: bytes) -> int | None:
    """The entry that holds the statement; None while it is queued, or where it was never said."""
    try:
        return _number(log, digest)
    except LookupError:
        return None


@lru_cache(maxsize=8192)
def _number(log: str, digest: bytes) -> int:
    """Numbers never change. Raises LookupError, which is not remembered."""
    found = logs.find(log, digest)
    if found is None or found.n is None:
        raise LookupError(digest.hex())
    return found.n


def statement(log: str, digest: bytes) -> Statement | None:
    """The accepted statement, numbered or queued; None where there is none."""
    return _known(log, digest) or _read(log, digest)


def _read(log: str, digest: bytes) -> Statement | None:
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT envelope FROM ledger_pending WHERE log = %s AND digest = %s", [log, digest]
        )
        row = cursor.fetchone()
    if row is not None:
        return statements.read(Envelope.decode(bytes(row[0])))
    # Between the two queries the sequencer may have moved it.
    return _entry(log, digest)


def _known(log: str, digest: bytes) -> Statement | None:
    try:
        return _numbered(log, digest)
    except LookupError:
        return None


@lru_cache(maxsize=2048)
def _numbered(log: str, digest: bytes) -> Statement:
    """Entries never change. Raises LookupError, which is not remembered."""
    found = _entry(log, digest)
    if found is None:
        raise LookupError(digest.hex())
    return found


def _entry(log: str, digest: bytes) -> Statement | None:
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = %s AND digest = %s", [log, digest]
        )
        row = cursor.fetchone()
    return None if row is None else Entry.decode(bytes(row[0])).statement
