"""The openings store: salts, values, sigmas and ballot boxes, outside the database (ledger 4(i)).

One SQLite file (WAL, synchronous=FULL) that several processes share. A record is addressed by what
it opens and encrypted under a key of its own; the file and its key file lie in different folders,
so that they can be backed up apart. What `put_many` and `put_boxes` were given is durable when
they return.

The store does not judge: whoever puts a row has checked that it opens its address. A row that is
there is never replaced.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final

from ledger.log import jcs
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from ledger.wrapping import KEY_SIZE, Wrapping, seal, unseal

CACHED: Final = 20_000
_AT_ONCE: Final = 500
_BUSY_SECONDS: Final = 30


class Opens(Enum):
    """What a record opens; with the address itself, its place in the store."""

    DIGEST = "digest"
    COMMITMENT = "commitment"
    BALLOT = "ballot"


Place = tuple[Opens, bytes]


class OpeningDiffers(Refused):
    """Another row opens the same address already; it stays. Fact: `address`."""

    slug = "opening-differs"
    category = Category.CONFLICT
    zh = "这一摘要或承诺已存有另一份打开数据（{address}），原有的保留不变"
    en = "Another opening of this digest or commitment is kept already ({address}); it stays"


class OpeningsStore:
    """One store: its SQLite file and its key file, made if they are not there.

    Safe for several processes and threads: each thread of each process has its own connection.
    """

    def __init__(self, path: Path, key_file: Path) -> None:
        """Raises BadKeyFile."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._wrapping = Wrapping.of(key_file)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._cache: OrderedDict[Place, bytes] = OrderedDict()

    def put_many(self, rows: Iterable[Mapping[str, Json]]) -> None:
        """Keep rows of openings.jsonl and amounts.jsonl (ledger 9.10), all or none.

        Putting a row again changes nothing. Raises OpeningDiffers, Malformed.
        """
        self._put([(_place(row), jcs.dumps(dict(row))) for row in rows])

    def digest_row(self, digest: bytes) -> Json | None:
        """{digest, field, salt, value}, or None where the store has no such row."""
        return self._one((Opens.DIGEST, digest))

    def amount_row(self, commitment: bytes) -> Json | None:
        """{amount, commitment, sigma}, or None where the store has no such row."""
        return self._one((Opens.COMMITMENT, commitment))

    def many(
        self, digests: Iterable[bytes] = (), commitments: Iterable[bytes] = ()
    ) -> dict[bytes, Json]:
        """The rows that are there, by address; those that are not are left out."""
        places = [(Opens.DIGEST, d) for d in digests]
        places += [(Opens.COMMITMENT, c) for c in commitments]
        return {address: jcs.loads(plain) for (_, address), plain in self._read(places)}

    def put_boxes(self, ballot: bytes, boxes: Sequence[bytes]) -> None:
        """Keep the sealed boxes of a ballot; `ballot`: SHA-256 of its body. As `put_many`."""
        self._put([((Opens.BALLOT, ballot), jcs.dumps([b64u(box) for box in boxes]))])

    def boxes(self, ballot: bytes) -> tuple[bytes, ...] | None:
        """The boxes of a ballot in their order, or None."""
        texts = self._one((Opens.BALLOT, ballot))
        return None if texts is None else tuple(unb64u(text) for text in texts)

    def _one(self, place: Place) -> Json | None:
        for _place, plain in self._read([place]):
            return jcs.loads(plain)
        return None

    def _put(self, records: Sequence[tuple[Place, bytes]]) -> None:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            for place, plain in records:
                self._put_one(connection, place, plain)
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        for place, plain in records:
            self._remember(place, plain)

    def _put_one(self, connection: sqlite3.Connection, place: Place, plain: bytes) -> None:
        name = _name(place)
        there = connection.execute(
            "SELECT wrapped, sealed FROM record WHERE name = ?", (name,)
        ).fetchone()
        if there is None:
            key = secrets.token_bytes(KEY_SIZE)
            connection.execute(
                "INSERT INTO record (name, wrapped, sealed) VALUES (?, ?, ?)",
                (name, self._wrapping.wrap(key, name), seal(key, name, plain)),
            )
        elif self._open(name, *there) != plain:
            raise OpeningDiffers(address=b64u(place[1])[:16])

    def _read(self, places: Sequence[Place]) -> Iterator[tuple[Place, bytes]]:
        wanted: dict[bytes, Place] = {}
        for place in places:
            with self._lock:
                plain = self._cache.get(place)
                if plain is not None:
                    self._cache.move_to_end(place)
            if plain is None:
                wanted[_name(place)] = place
            else:
                yield place, plain
        names = list(wanted)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            rows = self._connection().execute(
                "SELECT name, wrapped, sealed FROM record"
                f" WHERE name IN ({','.join('?' * len(some))})",
                some,
            )
            for name, wrapped, sealed in rows.fetchall():
                plain = self._open(name, wrapped, sealed)
                self._remember(wanted[name], plain)
                yield wanted[name], plain

    def _open(self, name: bytes, wrapped: bytes, sealed: bytes) -> bytes:
        return unseal(self._wrapping.unwrap(wrapped, name), name, sealed)

    def _remember(self, place: Place, plain: bytes) -> None:
        with self._lock:
            self._cache[place] = plain
            self._cache.move_to_end(place)
            while len(self._cache) > CACHED:
                self._cache.popitem(last=False)

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection; a forked child opens its own (SQLite forbids sharing)."""
        if getattr(self._local, "process", None) != os.getpid():
            self._local.connection = _connect(self._path)
            self._local.process = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection


def store() -> OpeningsStore:
    """The deployment's store, in the data folder."""
    from django.conf import settings

    return _store(settings.DATA.root)


@cache
def _store(data: Path) -> OpeningsStore:
    return OpeningsStore(data / "openings" / "openings.sqlite", data / "keys" / "openings.key")


def _place(row: Mapping[str, Json]) -> Place:
    if "digest" in row:
        return Opens.DIGEST, unb64u(row["digest"], 32)
    return Opens.COMMITMENT, unb64u(row.get("commitment"))


def _name(place: Place) -> bytes:
    return place[0].value.encode() + b":" + place[1]


def _connect(path: Path) -> sqlite3.Connection:
    if not path.exists():
        # SQLite would make it readable to all; its -wal and -shm take this mode over.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS record ("
        " name BLOB PRIMARY KEY, wrapped BLOB NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID"
    )
    return connection
