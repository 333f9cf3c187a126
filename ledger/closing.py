"""The end of a log: the directory says how far it came, and nothing is taken into it any more.

A case that is over, a log restored from an older backup, which witnesses refuse for ever, an
operator who stops: another log can go on from the last checkpoint (ledger.log.succession).
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger import cosign, directory, locks, logs
from ledger.intake import PENDING
from ledger.log.checkpoint import Checkpoint
from ledger.log.directory import ID as DIRECTORY
from ledger.log.directory import LOG_CLOSED, Head
from ledger.log.errors import Category, Refused
from ledger.log.note import Note
from ledger.log.policy import Policy


class NotListedYet(Refused):
    """The directory does not list the log. Fact: `log`."""

    slug = "log-not-listed"
    category = Category.CONFLICT
    zh = "目录里还没有账本 {log}；几秒后再试"
    en = "The directory does not list the log {log} yet; try again in a few seconds"


class NotTheLast(Refused):
    """The notes differ, or the log holds more than they say. Fact: `log`."""

    slug = "checkpoint-not-last"
    category = Category.CONFLICT
    zh = "所给的检查点不一致，或不是账本 {log} 的最后一个"
    en = "The checkpoints given differ, or are not the last of the log {log}"


class StillBusy(Refused):
    """Something taken in has no number yet, or no quorum has cosigned it. Fact: `log`."""

    slug = "log-still-busy"
    category = Category.UNAVAILABLE
    zh = "账本 {log} 还有没有入账或没有足够见证的内容；几秒后再试"
    en = "The log {log} holds something without a number or a quorum; try again in a few seconds"


def close(log: str, notes: Sequence[Note] = ()) -> Checkpoint:
    """End a log at its last checkpoint, which a quorum has cosigned; the checkpoint.

    `notes`: that checkpoint as witnesses serve it, each with his cosignature, where the database
    came from an older backup and cannot hold what they saw. Raises NoSuchLog, LogClosed, StillBusy,
    NotListedYet, QuorumMissing, NotTheLast; then nothing was done.
    """
    row = logs.log_row(log)
    if log == DIRECTORY:
        raise logs.NoSuchLog(log=log)
    with transaction.atomic(using=logs.USING), connections[logs.USING].cursor() as cursor:
        locks.take(cursor, log, None)
        logs.check_open(cursor, log)
        last = _witnessed(row, notes) if notes else _own(cursor, log)
        locks.take(cursor, DIRECTORY, None)
        if _waits(cursor, DIRECTORY):
            raise StillBusy(log=DIRECTORY)
        if row.origin not in directory.read().logs:
            raise NotListedYet(log=log)
        cursor.execute(
            "INSERT INTO ledger_closed (log, size, root) VALUES (%s, %s, %s)",
            [log, last.size, last.root],
        )
        head = Head(last.origin, last.size, last.root)
        directory.queue(cursor, LOG_CLOSED, head.to_json())
        cursor.execute(f"NOTIFY {PENDING}")
    return last


def _own(cursor: CursorWrapper, log: str) -> Checkpoint:
    """The newest checkpoint, over everything that was taken in."""
    size, note = cosign.require_quorum(log, 1)
    if _waits(cursor, log) or size != logs.size(log):
        raise StillBusy(log=log)
    return Checkpoint.parse(Note.decode(note).text)


def _witnessed(row: logs.LogRow, notes: Sequence[Note]) -> Checkpoint:
    """The one checkpoint of all notes, with their cosignatures together."""
    text = notes[0].text
    if any(note.text != text for note in notes):
        raise NotTheLast(log=row.id)
    lines = tuple(dict.fromkeys(line for note in notes for line in note.lines))
    last = Policy.parse(row.policy).check(Note(text, lines)).checkpoint
    if last.size < logs.size(row.id):
        raise NotTheLast(log=row.id)
    return last


def ended(log: str) -> Checkpoint | None:
    """The last checkpoint of a log that is closed; None while it is open. Raises NoSuchLog."""
    row = logs.log_row(log)
    with connections[logs.USING].cursor() as cursor:
        cursor.execute("SELECT size, root FROM ledger_closed WHERE log = %s", [log])
        found = cursor.fetchone()
    return None if found is None else Checkpoint(row.origin, found[0], bytes(found[1]))


def all_ended() -> list[str]:
    """The logs that are closed."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute("SELECT log FROM ledger_closed ORDER BY log")
        return [log for (log,) in cursor.fetchall()]


def _waits(cursor: CursorWrapper, log: str) -> bool:
    cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_pending WHERE log = %s)", [log])
    return bool(cursor.fetchone()[0])
