"""A SQLite file that several processes and threads share, every commit of it on disk."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_BUSY_SECONDS: Final = 30


class DurableFile:
    """The file (WAL, synchronous=FULL), made if it is not there, and the connections to it.

    A connection is one thread's at a time. They are kept for the next one: the web has a thread
    for each request.
    """

    def __init__(self, path: Path, schema: str) -> None:
        """schema: what makes its tables where they are not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path, self._schema = path, schema
        self._lock = threading.Lock()
        self._idle: dict[int, list[sqlite3.Connection]] = {}

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        """A connection that nobody else has meanwhile; a forked child opens its own."""
        with self._lock:
            # SQLite forbids sharing with a parent, even the closing: its connections stay.
            idle = self._idle.setdefault(os.getpid(), [])
            connection = idle.pop() if idle else None
        if connection is None:
            connection = self._connect()
        try:
            yield connection
        finally:
            with self._lock:
                idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, alone; durable when this ends, undone where it raises."""
        with self.connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def _connect(self) -> sqlite3.Connection:
        if not self._path.exists():
            # SQLite would make it readable to all; its -wal and -shm take this mode over.
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")
        connection.executescript(self._schema)
        return connection
