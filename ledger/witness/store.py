"""What a witness remembers: the latest checkpoint of each origin, in one SQLite file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.log.encoding import sha256
from ledger.log.witness import State

_BUSY_SECONDS: Final = 30


def address_of(origin: str) -> str:
    """An origin's place under the monitoring prefix: SHA-256, hex."""
    return sha256(origin.encode()).hex()


class Remembered:
    """One transaction on one origin: what is remembered, and the one way to change it."""

    def __init__(self, connection: sqlite3.Connection, origin: str) -> None:
        self._connection, self._origin = connection, origin

    def state(self) -> State | None:
        """None where nothing of this origin was ever cosigned."""
        row = self._connection.execute(
            "SELECT size, root, note FROM checkpoint WHERE origin = ?", (self._origin,)
        ).fetchone()
        return None if row is None else State(*row)

    def put(self, state: State) -> None:
        """Takes effect, durably, when the transaction ends; a size never shrinks."""
        self._connection.execute(
            "INSERT INTO checkpoint (origin, address, size, root, note) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (origin) DO UPDATE"
            " SET size = excluded.size, root = excluded.root, note = excluded.note"
            " WHERE excluded.size >= checkpoint.size",
            (self._origin, address_of(self._origin), state.size, state.root, state.note),
        )


class WitnessStore:
    """The store file, made if it is not there."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._path = path
        with self._connected() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS checkpoint ("
                " origin TEXT PRIMARY KEY, address TEXT NOT NULL UNIQUE,"
                " size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL)"
            )

    @contextmanager
    def transaction(self, origin: str) -> Iterator[Remembered]:
        """Compare and store as one step: nobody else, thread or process, is between the two.

        What was remembered is on disk when the block has ended without an exception; after one
        nothing has changed.
        """
        with self._connected() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Remembered(connection, origin)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def by_address(self, address: str) -> State | None:
        """What was seen of the origin whose SHA-256 is `address`, 64 hex digits."""
        with self._connected() as connection:
            row = connection.execute(
                "SELECT size, root, note FROM checkpoint WHERE address = ?", (address,)
            ).fetchone()
        return None if row is None else State(*row)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous=FULL")
            yield connection
        finally:
            connection.close()
