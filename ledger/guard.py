"""What the log key last signed, kept outside the database.

A database restored from a backup would let the sequencer sign a second history. So each signed
head is noted in a file of its own, after the commit; before it signs again, the sequencer asks
whether the database still holds what was signed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ledger.log.errors import Category, Refused


class Forked(Refused):
    """The database does not hold what this key signed; signing on would fork the log.

    Facts: `origin`; `signed`, the size last signed; `holds`, the size that the database has.
    """

    slug = "log-forked"
    category = Category.CONFLICT
    zh = (
        "账本 {origin} 已签到第 {signed} 条，数据库却不含这些内容（现有 {holds} 条）："
        "数据库是从旧备份恢复的，或被改动过。为防分叉，不再签名。请停止对外服务，"
        "恢复到不早于第 {signed} 条的备份；恢复不了的，按 docs/operations.md“恢复”一节另立新账本"
    )
    en = (
        "{origin} was signed at size {signed}, and the database does not hold that (it has"
        " {holds} entries): it was restored from an older backup, or changed. Nothing more is"
        " signed, lest the log fork. Stop the web; restore a backup that holds size {signed}, or"
        " begin a new log as docs/operations.md says under Recovery"
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """The last head signed: size and root."""

    size: int
    root: bytes


class Guard:
    """One SQLite file, synced at every commit."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._connection = sqlite3.connect(path, timeout=10, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS signed"
            " (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL)"
        )

    def last(self, origin: str) -> Signed | None:
        """What was signed last for the origin."""
        row = self._connection.execute(
            "SELECT size, root FROM signed WHERE origin = ?", (origin,)
        ).fetchone()
        return None if row is None else Signed(int(row[0]), bytes(row[1]))

    def note(self, heads: Iterable[tuple[str, Signed]]) -> None:
        """Note newly signed heads; an older one never replaces a newer."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.executemany(
                "INSERT INTO signed (origin, size, root) VALUES (?, ?, ?)"
                " ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root"
                " WHERE signed.size < excluded.size",
                [(origin, signed.size, signed.root) for origin, signed in heads],
            )
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
