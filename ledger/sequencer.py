"""The sequencer: gives accepted statements their numbers (ledger 4(a)).

One process at work at a time, by an advisory lock. A batch is one transaction: rows leave the
queue by their ids, become entries, nodes, a head and a signed checkpoint a log. Whatever kills the
process, the database holds either the whole batch or none of it. The fences against a second one:
the lock, the head's row, the primary keys, and the trigger that compares every entry with the one
before it.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import psycopg
from django.db import connections
from psycopg import Connection

from ledger import locks
from ledger.guard import Forked, Guard, Signed
from ledger.log import checkpoint, merkle
from ledger.log.cosignature import cosign
from ledger.log.encoding import sha256, unb64
from ledger.log.entry import around, first_prev
from ledger.log.merkle import HASH_SIZE, Tree, leaf_hash
from ledger.log.note import Note, NoteSigner

USING: Final = "ledger"
BATCH: Final = 1_000
PERIOD: Final = 0.04
"""Seconds between two batches at least: what comes in meanwhile shares a checkpoint."""
IDLE: Final = 0.5
"""Seconds after which the queue is looked at although nobody called."""
CHANNEL_IN: Final = "ledger_pending"
CHANNEL_OUT: Final = "ledger_head"

_logger = logging.getLogger(__name__)


class Overtaken(Exception):
    """Somebody else moved a log's head under this batch, which is undone."""


@dataclass(slots=True)
class Head:
    """A log's end: how it stands, and what this batch adds."""

    log: str
    origin: str
    policy: str
    tree: Tree
    leaf: bytes
    at: datetime | None
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    nodes: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self, envelope: bytes, kind: str, received: datetime, digest: bytes, now: datetime
    ) -> None:
        """Number and chain one statement, which intake has read and judged.

        ValueError where the queue holds another statement than the one it names.
        """
        if sha256(unb64(json.loads(envelope)["payload"])) != digest:
            raise ValueError(f"{self.origin}: the queue's statement is not {digest.hex()}")
        n = self.tree.size
        self.at = max(now, received, self.at or received)
        body = around(
            envelope,
            n=n,
            prev=self.leaf,
            received=received,
            at=self.at,
            log=self.origin,
            kind=kind,
        )
        self.leaf = leaf_hash(body)
        self.nodes += [(self.log, *node) for node in self.tree.append(self.leaf)]
        self.entries.append((self.log, n, body, self.leaf, digest, kind, received, self.at))


@dataclass(frozen=True, slots=True)
class Moved:
    """A log that a batch has made longer."""

    log: str
    origin: str
    signed: Signed


class Sequencer:
    """Runs batches on a connection as concursus_sequencer."""

    def __init__(
        self,
        connection: Connection[Any],
        guard: Guard,
        signer: Callable[[str], NoteSigner],
        announce: Callable[[str, int], None],
        batch: int = BATCH,
        second: Callable[[str], NoteSigner] | None = None,
    ) -> None:
        """`signer`: origin -> the key of its log. `announce`: (case, newest index).

        `second`: origin -> its key of type 06, for logs whose policy lists it.
        """
        self._connection = connection
        self._guard = guard
        self._signer = signer
        self._announce = announce
        self._batch = batch
        self._second = second
        self._compared = False
        """Was every log compared with the guard since this process began?"""

    def run_batch(self) -> int:
        """One batch; how many entries it made. 0 also while another sequencer is at work.

        Raises Forked where the database lacks what was signed.
        """
        with self._connection.transaction():
            moved, count = self._in_transaction()
        if moved:
            self._guard.note((head.origin, head.signed) for head in moved)
        for head in moved:
            self._announce(head.log, head.signed.size - 1)
        return count

    def full(self, count: int) -> bool:
        """Whether a batch of this size may have left something behind."""
        return count >= self._batch

    def _in_transaction(self) -> tuple[list[Moved], int]:
        if not self._is_alone():
            return [], 0
        if not self._compared:
            self._compare_all()
        rows = self._take()
        if not rows:
            return [], 0
        heads = {head.log: head for head in self._heads({row[1] for row in rows})}
        (now,) = self._one("SELECT clock_timestamp()")
        for head in heads.values():
            self._check_guard(head)
        for _id, log, digest, envelope, kind, received in rows:
            heads[log].add(bytes(envelope), kind, received, bytes(digest), now)
        self._write(heads.values())
        return [self._sign(head) for head in heads.values()], len(rows)

    def _is_alone(self) -> bool:
        (alone,) = self._one("SELECT pg_try_advisory_xact_lock(%s)", locks.number(locks.SEQUENCER))
        return bool(alone)

    def _compare_all(self) -> None:
        """A database that lost what was signed is found at the start, not at the next act."""
        rows = self._connection.execute("SELECT id FROM ledger_log").fetchall()
        for head in self._heads({log for (log,) in rows}):
            self._check_guard(head)
        self._compared = True

    def _take(self) -> Sequence[tuple[Any, ...]]:
        # By row, never "above the last id": ids become visible out of order.
        rows = self._connection.execute(
            "DELETE FROM ledger_pending WHERE id IN"
            " (SELECT id FROM ledger_pending ORDER BY id LIMIT %s)"
            " RETURNING id, log, digest, envelope, kind, received",
            (self._batch,),
        ).fetchall()
        return sorted(rows)

    def _heads(self, wanted: set[str]) -> Iterable[Head]:
        rows = self._connection.execute(
            "SELECT l.id, l.origin, l.policy, h.size, h.leaf, h.peaks, h.at FROM ledger_log l"
            " LEFT JOIN ledger_head h ON h.log = l.id WHERE l.id = ANY (%s) ORDER BY l.id",
            (sorted(wanted),),
        ).fetchall()
        for log, origin, policy, size, leaf, peaks, at in rows:
            if size is None:
                yield Head(log, origin, policy, Tree(), first_prev(origin), None)
            else:
                parts = [bytes(peaks[i : i + HASH_SIZE]) for i in range(0, len(peaks), HASH_SIZE)]
                yield Head(log, origin, policy, Tree(size, parts), bytes(leaf), at)

    def _check_guard(self, head: Head) -> None:
        last = self._guard.last(head.origin)
        if last is None or (last.size, last.root) == (head.tree.size, head.tree.root()):
            return
        if last.size > head.tree.size or self._root_at(head.log, last.size) != last.root:
            raise Forked(origin=head.origin, signed=last.size, holds=head.tree.size)

    def _root_at(self, log: str, size: int) -> bytes:
        wanted = merkle.range_nodes(0, size)
        rows = self._connection.execute(
            "SELECT n.level, n.index, n.hash"
            " FROM unnest(%s::smallint[], %s::bigint[]) AS w (level, index)"
            " JOIN ledger_node n ON n.log = %s AND n.level = w.level AND n.index = w.index",
            ([level for level, _ in wanted], [index for _, index in wanted], log),
        ).fetchall()
        found = {(level, index): bytes(node) for level, index, node in rows}
        return merkle.root_at(size, lambda level, index: found[level, index])

    def _write(self, heads: Iterable[Head]) -> None:
        with self._connection.cursor() as cursor:
            self._copy(
                cursor,
                "ledger_entry (log, n, body, leaf, digest, kind, received, at)",
                (row for head in heads for row in head.entries),
            )
            self._copy(
                cursor,
                "ledger_node (log, level, index, hash)",
                (row for head in heads for row in head.nodes),
            )
            for head in heads:
                cursor.execute(
                    "INSERT INTO ledger_head (log, size, leaf, peaks, at)"
                    " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (log) DO UPDATE"
                    " SET size = excluded.size, leaf = excluded.leaf, peaks = excluded.peaks,"
                    " at = excluded.at"
                    " WHERE ledger_head.size = %s",
                    (
                        head.log,
                        head.tree.size,
                        head.leaf,
                        b"".join(head.tree.peaks),
                        head.at,
                        head.tree.size - len(head.entries),
                    ),
                )
                if cursor.rowcount != 1:
                    raise Overtaken(head.origin)

    def _copy(
        self, cursor: psycopg.Cursor[Any], target: str, rows: Iterable[tuple[Any, ...]]
    ) -> None:
        with cursor.copy(f"COPY {target} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _sign(self, head: Head) -> Moved:
        # Signed inside, published by the commit: a batch that is undone shows nobody a signature.
        size, root = head.tree.size, head.tree.root()
        signed = checkpoint.Checkpoint(head.origin, size, root).sign(self._signer(head.origin))
        second = None if self._second is None else self._second(head.origin)
        if second is not None and str(second.vkey) in head.policy:
            line = cosign(second, signed.text, int(time.time()))
            signed = Note(signed.text, (*signed.lines, line))
        self._connection.execute(
            "INSERT INTO ledger_checkpoint (log, size, note) VALUES (%s, %s, %s)",
            (head.log, size, signed.encode()),
        )
        self._connection.execute("SELECT pg_notify(%s, %s)", (CHANNEL_OUT, head.log))
        return Moved(head.log, head.origin, Signed(size, root))

    def _one(self, query: str, *values: object) -> tuple[Any, ...]:
        row = self._connection.execute(query, values).fetchone()
        if row is None:
            raise LookupError("a row was expected")
        return tuple(row)


def connect(using: str = USING) -> Connection[Any]:
    """A connection of its own with the settings of a database alias; autocommit."""
    parameters = connections[using].get_connection_params()
    for unwanted in ("cursor_factory", "context", "pool"):
        parameters.pop(unwanted, None)
    return psycopg.connect(**parameters, autocommit=True)
