"""The logs there are, their heads and checkpoints, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.backends.utils import CursorWrapper

from ledger.log.checkpoint import Checkpoint
from ledger.log.encoding import check_id
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.note import Note, parse_lines
from ledger.log.policy import Policy
from ledger.queries import Query

USING = "default"


class NoSuchLog(Refused):
    """Fact: `log`."""

    slug = "log-not-found"
    category = Category.NOT_FOUND
    zh = "没有这个账本：{log}"
    en = "There is no such log: {log}"


class NoCheckpoint(Refused):
    """The log has no checkpoint yet. Fact: `log`."""

    slug = "no-checkpoint"
    category = Category.NOT_FOUND
    zh = "账本 {log} 还没有检查点"
    en = "The log {log} has no checkpoint yet"


class NoSuchEntry(Refused):
    """Facts: `log`, `index`, `size`."""

    slug = "entry-not-found"
    category = Category.NOT_FOUND
    zh = "账本 {log} 没有第 {index} 条（共 {size} 条）"
    en = "The log {log} has no entry {index}; its size is {size}"


class NoSuchStatement(Refused):
    """Facts: `log`, `digest`."""

    slug = "statement-not-found"
    category = Category.NOT_FOUND
    zh = "账本 {log} 没有收到这份声明：{digest}"
    en = "The log {log} has not taken in this statement: {digest}"


class LogClosed(Refused):
    """The log has ended. Fact: `log`."""

    slug = "log-closed"
    category = Category.CONFLICT
    zh = "账本 {log} 已经终结，不再记录任何内容"
    en = "The log {log} has ended; nothing is recorded in it any more"


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log. `id` is the case's id; `clock` "real" or "demonstration"."""

    id: str
    origin: str
    clock: str
    vkey: str
    policy: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where a statement is: `n` None while it is queued."""

    n: int | None
    received: datetime


def log_row(log: str) -> LogRow:
    """Raises NoSuchLog."""
    try:
        check_id(log)
    except Malformed as error:
        raise NoSuchLog(log=log[:64]) from error
    return _log_row(log, str(connections.settings[USING]["NAME"]))


@lru_cache(maxsize=1_000)
def _log_row(log: str, database: str) -> LogRow:
    # Every request asks for it, and the database lets nobody change what it holds.
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT id, origin, clock, vkey, policy FROM ledger_log WHERE id = %s", [log]
        )
        row = cursor.fetchone()
    if row is None:
        raise NoSuchLog(log=log[:64])
    return LogRow(*row)


def asking_standing(log: str, digest: bytes) -> Query:
    """What `standing` reads; decides only where it is asked under the case's lock."""
    return Query(
        "SELECT EXISTS (SELECT 1 FROM ledger_entry WHERE log = %s AND digest = %s)"
        " OR EXISTS (SELECT 1 FROM ledger_pending WHERE log = %s AND digest = %s),"
        " EXISTS (SELECT 1 FROM ledger_closed WHERE log = %s),"
        " t, greatest(t, clock_timestamp()) FROM ledger_now(%s) AS t",
        [log, digest, log, digest, log, log],
    )


def standing(log: str, row: tuple[Any, ...]) -> tuple[bool, datetime, datetime]:
    """(new, received, at): is the statement asked for in neither table; the log's time; real time,
    never before it. Raises LogClosed for a new one.
    """
    known, closed, received, at = row
    if closed and not known:
        raise LogClosed(log=log)
    return not known, received, at


def check_open(cursor: CursorWrapper, log: str) -> None:
    """Decides only under the case's lock. Raises LogClosed."""
    cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_closed WHERE log = %s)", [log])
    if cursor.fetchone()[0]:
        raise LogClosed(log=log)


def ids() -> list[str]:
    """The ids of all logs."""
    with connections[USING].cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_log ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def now(log: str) -> datetime:
    """`ledger_now`: the log's time. Decides nothing unless it is drawn under the case's lock."""
    with connections[USING].cursor() as cursor:
        cursor.execute("SELECT ledger_now(%s)", [log])
        (found,) = cursor.fetchone()
    if found is None:
        raise NoSuchLog(log=log[:64])
    at: datetime = found
    return at


def size(log: str) -> int:
    """Entries of the log."""
    with connections[USING].cursor() as cursor:
        cursor.execute("SELECT size FROM ledger_head WHERE log = %s", [log])
        row = cursor.fetchone()
    return 0 if row is None else int(row[0])


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry and the first checkpoint over it, as the log signed it."""

    log: str
    digest: bytes
    n: int
    body: bytes
    size: int
    note: Note


def covered(wanted: Iterable[tuple[str, bytes]]) -> list[Covered]:
    """The entries of statements (log, digest), as far as they stand under a checkpoint."""
    logs, digests = zip(*wanted, strict=True)
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT e.log, e.digest, e.n, e.body, c.size, c.note"
            " FROM unnest(%s::text[], %s::bytea[]) AS w (log, digest)"
            " JOIN ledger_entry e ON e.log = w.log AND e.digest = w.digest CROSS JOIN LATERAL"
            " (SELECT size, note FROM ledger_checkpoint WHERE log = e.log AND size > e.n"
            " ORDER BY size LIMIT 1) c",
            [list(logs), list(digests)],
        )
        return [
            Covered(log, bytes(digest), n, bytes(body), size, Note.decode(bytes(note)))
            for log, digest, n, body, size, note in cursor.fetchall()
        ]


def find(log: str, digest: bytes) -> Found | None:
    """Where the statement with this digest is; None if it was never accepted.

    One query over both tables: the sequencer moves a row from one to the other in one commit.
    """
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT n, received FROM ledger_entry WHERE log = %s AND digest = %s"
            " UNION ALL SELECT NULL, received FROM ledger_pending WHERE log = %s AND digest = %s",
            [log, digest, log, digest],
        )
        row = cursor.fetchone()
    return None if row is None else Found(row[0], row[1])


def entries(log: str, start: int, end: int) -> list[bytes]:
    """The bytes of entries start … end-1, as far as they are there."""
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT body FROM ledger_entry WHERE log = %s AND n >= %s AND n < %s ORDER BY n",
            [log, start, end],
        )
        return [bytes(row[0]) for row in cursor.fetchall()]


def checkpoint(log: str) -> tuple[int, Note]:
    """The newest checkpoint with its cosignatures: (size, note). Raises NoCheckpoint."""
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT size, note FROM ledger_checkpoint WHERE log = %s ORDER BY size DESC LIMIT 1",
            [log],
        )
        row = cursor.fetchone()
    if row is None:
        raise NoCheckpoint(log=log[:64])
    found = int(row[0])
    return found, cosigned(log, found, Note.decode(bytes(row[1])))


def cosigned(log: str, at: int, note: Note) -> Note:
    """The note of size `at` with the cosignatures that are there."""
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT line FROM ledger_cosignature WHERE log = %s AND size = %s ORDER BY witness",
            [log, at],
        )
        lines = [row[0].rstrip("\n") + "\n" for row in cursor.fetchall()]
    return Note(note.text, (*note.lines, *(line for text in lines for line in parse_lines(text))))


def quorum_checkpoint(log: str, *, covering: int = 0) -> tuple[int, Note] | None:
    """The newest checkpoint over index `covering` that satisfies the log's policy, or None."""
    policy = Policy.parse(log_row(log).policy)
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT c.size, c.note FROM ledger_checkpoint c WHERE c.log = %s AND c.size > %s"
            " AND (%s OR EXISTS (SELECT 1 FROM ledger_cosignature k"
            " WHERE k.log = c.log AND k.size = c.size)) ORDER BY c.size DESC LIMIT 50",
            [log, covering, policy.quorum is None],
        )
        rows = cursor.fetchall()
    for found, note in rows:
        whole = cosigned(log, int(found), Note.decode(bytes(note)))
        if policy.evaluate(whole).quorum:
            return int(found), whole
    return None


def heads() -> list[tuple[str, int, bytes]]:
    """(origin, size, root) of every log's newest checkpoint, sorted by origin's bytes."""
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (c.log) c.note FROM ledger_checkpoint c ORDER BY c.log, c.size DESC"
        )
        found = [Checkpoint.parse(Note.decode(bytes(row[0])).text) for row in cursor.fetchall()]
    return sorted(((c.origin, c.size, c.root) for c in found), key=lambda head: head[0].encode())
