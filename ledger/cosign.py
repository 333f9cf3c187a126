"""Cosigned checkpoints in the database: which has a quorum, and who is missing (ledger 4(d), 4(g)).

A line is stored only after it verified under the log's own policy, so what is read here is good;
it is checked once more as a whole before it is handed out.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from ledger import logs, nodes
from ledger.log.cosignature import Cosigner
from ledger.log.note import (
    BadNote,
    BadNoteSignature,
    Line,
    Note,
    parse_lines,
)
from ledger.log.policy import Policy, QuorumMissing
from ledger.logs import NoCheckpoint


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest checkpoint of a log, as the log signed it. `log`: its id, not its origin."""

    log: str
    size: int
    note: Note
    policy: Policy


def newest_sizes() -> dict[str, int]:
    """The size of the newest checkpoint of every log that has one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id, c.size FROM ledger_log l CROSS JOIN LATERAL ("
            "SELECT size FROM ledger_checkpoint WHERE log = l.id ORDER BY size DESC LIMIT 1) c"
        )
        return dict(cursor.fetchall())


def newest(log: str) -> Newest:
    """The newest checkpoint of a log. Raises NoSuchLog, NoCheckpoint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.id, l.policy, c.size, c.note FROM ledger_log l"
            " JOIN ledger_checkpoint c ON c.log = l.id WHERE l.id = %s"
            " ORDER BY c.size DESC LIMIT 1",
            [log],
        )
        row = cursor.fetchone()
    if row is None:
        raise NoCheckpoint(log=logs.log_row(log).id)
    return _newest(row)


def quorum_note(log: str) -> tuple[int, bytes] | None:
    """Size and note of the newest checkpoint that satisfies the log's policy, or None.

    The note carries the log's line and every cosignature known at that size, in the policy's
    order. Raises NoSuchLog, NoCheckpoint.
    """
    policy = newest(log).policy
    with connection.cursor() as cursor:
        if policy.quorum is None:
            cursor.execute("SELECT max(size) FROM ledger_checkpoint WHERE log = %s", [log])
            return _with_lines(log, cursor.fetchone()[0], policy)
        cursor.execute(
            "SELECT size, array_agg(witness) FROM ledger_cosignature WHERE log = %s"
            " GROUP BY size ORDER BY size DESC",
            [log],
        )
        for size, witnesses in cursor:
            if enough(policy, witnesses):
                return _with_lines(log, size, policy)
    return None


def require_quorum(log: str, size: int, wait: float = 0.0) -> tuple[int, bytes]:
    """As `quorum_note`, of a checkpoint that covers `size` entries at least.

    Waits up to `wait` seconds for cosignatures on their way. Raises QuorumMissing, which names who
    has not cosigned; NoSuchLog, NoCheckpoint.
    """
    until = time.monotonic() + wait
    while True:
        found = quorum_note(log)
        if found is not None and found[0] >= size:
            return found
        if time.monotonic() >= until:
            break
        time.sleep(0.1)
    (log_key, *_others) = newest(log).policy.logs
    missing = missing_witnesses(log, size)
    raise QuorumMissing(missing=", ".join(missing) or "-", origin=log_key.name, size=size)


def missing_witnesses(log: str, size: int | None = None) -> tuple[str, ...]:
    """The policy's names of the witnesses that cosigned nothing of `size` entries or more.

    `size` None: the newest checkpoint's. Raises NoSuchLog, NoCheckpoint.
    """
    last = newest(log)
    wanted = last.size if size is None else size
    reached = cosigned_sizes(log)
    return tuple(name for name in last.policy.counting if reached.get(name, -1) < wanted)


def cosigned_sizes(log: str) -> dict[str, int]:
    """The largest size each witness has cosigned, by its name in the policy."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT witness, max(size) FROM ledger_cosignature WHERE log = %s GROUP BY witness",
            [log],
        )
        return dict(cursor.fetchall())


def proof_between(log: str, old: int, new: int) -> tuple[bytes, ...]:
    """The consistency proof from stored nodes, in one query; empty from 0. Raises BadSize."""
    with connection.cursor() as cursor:
        return nodes.consistency(cursor, log, old, new)


def checked_lines(checkpoint: Newest, witness: str, answer: str) -> dict[str, Line]:
    """The cosignatures in a witness's answer by the policy's names, verified under the policy.

    That of `witness` must be there; others of the same body (its second key) may be. Lines of
    keys we do not know are passed over. Raises BadNote, BadNoteSignature.
    """
    body = checkpoint.policy.witnesses[witness].name
    known = {
        (key.name, key.id): (name, Cosigner(key))
        for name, key in checkpoint.policy.witnesses.items()
        if key.name == body
    }
    found: dict[str, Line] = {}
    for line in parse_lines(answer):
        name, cosigner = known.get((line.name, line.key_id), ("", None))
        if cosigner is not None:
            if not cosigner.accepts(checkpoint.note.text, line.signature):
                raise BadNoteSignature(name=cosigner.name)
            found[name] = line
    if witness not in found:
        raise BadNote(what=f"no line of {body}")
    return found


def record(checkpoint: Newest, lines: Mapping[str, Line]) -> None:
    """Keep verified lines; a second one of the same witness at the same size is passed over."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO ledger_cosignature (log, size, witness, line) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [(checkpoint.log, checkpoint.size, name, str(line)) for name, line in lines.items()],
        )


def _newest(row: Sequence[object]) -> Newest:
    log, policy, size, note = row
    assert isinstance(size, int)
    assert isinstance(note, bytes | memoryview)
    return Newest(str(log), size, Note.decode(bytes(note)), Policy.parse(str(policy)))


def _with_lines(log: str, size: int, policy: Policy) -> tuple[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT note FROM ledger_checkpoint WHERE log = %s AND size = %s", [log, size]
        )
        note = Note.decode(bytes(cursor.fetchone()[0]))
        cursor.execute(
            "SELECT witness, line FROM ledger_cosignature WHERE log = %s AND size = %s",
            [log, size],
        )
        lines = dict(cursor.fetchall())
    cosigned = [parse_lines(lines[name])[0] for name in policy.witnesses if name in lines]
    whole = Note(note.text, (*note.lines, *cosigned))
    policy.check(whole)
    return size, whole.encode()


def enough(policy: Policy, witnesses: Collection[str]) -> bool:
    """Would cosignatures of these witnesses make the quorum?"""
    there = {name: name in witnesses for name in policy.witnesses}
    for name, group in policy.groups.items():
        there[name] = sum(there[member] for member in group.members) >= group.threshold
    return policy.quorum is None or there[policy.quorum]
