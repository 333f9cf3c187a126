"""Carrying out what an openings.erased says: the keys are deleted in every store (ledger 4(f)).

Run after the statement is committed, and again whenever asked: a process that died in between, or
a court's folder out of reach, leaves nothing undone for good.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from ledger import documents, logs, openings, published
from ledger.log.encoding import unb64u


def carry_out(log: str) -> int:
    """Delete what the log says is erased and the stores still hold; how many values."""
    store = openings.store()
    digests = [bytes(erased.digest) for erased in PostgresState(log).find(records.ERASURES)]
    held = store.many(digests)
    for row in held.values():
        # The file first: once its value is gone nobody knows which it was.
        sha256 = _file(row["value"]) if isinstance(row, dict) else None
        if sha256 is not None and sha256 not in set(_files_named(set(held))):
            documents.documents().erase(sha256)
    store.erase(openings.digest_name(digest) for digest in digests if digest in held)
    published.forget(log)
    return len(held)


def _file(value: object) -> bytes | None:
    sha256 = value.get("sha256") if isinstance(value, dict) else None
    return unb64u(sha256, 32) if isinstance(sha256, str) else None


def _files_named(erased: set[bytes]) -> Iterator[bytes]:
    """The files that evidence or motions of any case still name, but for these digests."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT jsonb_path_query(record, '$.**.digest') #>> '{}' FROM cases_record"
            " WHERE name = ANY (%s)",
            [[records.EVIDENCE.name, records.MOTIONS.name]],
        )
        named = {unb64u(text) for (text,) in cursor.fetchall()} - erased
    for row in openings.store().many(named).values():
        sha256 = _file(row["value"]) if isinstance(row, dict) else None
        if sha256 is not None:
            yield sha256
