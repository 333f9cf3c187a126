"""The openings store: salts, values, sigmas and ballot boxes, outside the database (ledger 4(i)).

One SQLite file (WAL, synchronous=FULL) that several processes share. A record is addressed by what
it opens and encrypted under a key of its own; the file and its key file lie in different folders,
so that they can be backed up apart. What `put_many` and `put_boxes` were given is durable when
they return.

The store does not judge: whoever puts a row has checked that it opens its address. A row that is
there is never replaced. An erased one leaves its address, so that it does not come back.

The court's store is another one of these, that has the same ciphertexts and the same keys wrapped
to the court (`copy`). A copy that cannot be reached stops nobody: it is made good later
(ledger.court_store).
"""

from __future__ import annotations

import logging
import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Final

from ledger import court_keys
from ledger.durable import DurableFile
from ledger.log import jcs
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from ledger.wrapping import KEY_SIZE, KeyWrapping, Wrapping, seal, unseal

_logger = logging.getLogger(__name__)

FILE: Final = "openings.sqlite"
CACHED: Final = 20_000
_AT_ONCE: Final = 500
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS record (
  name BLOB PRIMARY KEY, wrapped BLOB NOT NULL, sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erased (name BLOB PRIMARY KEY) WITHOUT ROWID;
"""


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


class OpeningErased(Refused):
    """What was erased under the law is not taken in again. Fact: `address`."""

    slug = "opening-erased"
    category = Category.CONFLICT
    zh = "这项内容已依法删除，不能原样再次提交（{address}）"
    en = "This value was erased under the law and is not taken in again ({address})"


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """A record as it lies encrypted, with its own key."""

    name: bytes
    key: bytes
    sealed: bytes


@dataclass(slots=True)
class _Put:
    """What one thread wants kept, and what became of it."""

    records: Sequence[tuple[Place, bytes]]
    done: bool = False
    error: BaseException | None = None


class OpeningsStore:
    """One store: its SQLite file, made if it is not there, and the key that wraps its records'.

    Safe for several processes and threads.
    """

    def __init__(
        self, path: Path, wrapping: KeyWrapping, copy: OpeningsStore | None = None
    ) -> None:
        """`copy`: the court's store, which gets each record as it is written."""
        self._file = DurableFile(path, _SCHEMA)
        self._wrapping = wrapping
        self._copy = copy
        self._erasures = 0
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: list[_Put] = []
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
        """Whose turn it is writes what all have brought meanwhile: one commit for many threads."""
        put = _Put(records)
        with self._lock:
            self._waiting.append(put)
        with self._turn:
            if not put.done:
                with self._lock:
                    batch, self._waiting = self._waiting, []
                self._put_all(batch)
        if put.error is not None:
            raise put.error
        for place, plain in records:
            self._remember(place, plain)

    def _put_all(self, batch: Sequence[_Put]) -> None:
        try:
            with self._file.writing() as connection:
                kept: list[Kept] = []
                for put in batch:
                    try:
                        kept += self._put_one(connection, put.records)
                    except Refused as error:
                        put.error = error
                # Before the commit: what is acknowledged lies in both; what is not is harmless.
                self._hand_on(kept)
        except BaseException as error:
            for put in batch:
                put.error = put.error or error
        for put in batch:
            put.done = True

    def adopt(self, records: Iterable[Kept]) -> None:
        """Take over encrypted records of another store; those that are there or erased stay."""
        with self._file.writing() as connection:
            for record in records:
                if self._row(connection, record.name) is None:
                    wrapped = self._wrapping.wrap(record.key, record.name)
                    _insert(connection, record.name, wrapped, record.sealed)

    def names(self) -> tuple[set[bytes], set[bytes]]:
        """The names of the records that are there, and of those that were erased."""
        with self._file.connection() as connection:
            there = {bytes(n) for (n,) in connection.execute("SELECT name FROM record")}
            erased = {bytes(n) for (n,) in connection.execute("SELECT name FROM erased")}
        return there - erased, erased

    def kept(self, names: Iterable[bytes]) -> Iterator[Kept]:
        """These records as they lie, for `adopt`; an erased one is left out."""
        for name in names:
            with self._file.connection() as connection:
                row = self._row(connection, name)
            if row is not None and row[0]:
                yield Kept(name, self._wrapping.unwrap(row[0], name), row[1])

    def erase(self, names: Iterable[bytes]) -> None:
        """Delete wrapped key and ciphertext of these records for good, here and in the copy.

        Durable when it returns. Names that are not there are marked too, lest they come later.
        """
        wanted = list(names)
        with self._file.writing() as connection:
            for name in wanted:
                connection.execute("INSERT OR IGNORE INTO erased (name) VALUES (?)", (name,))
                connection.execute(
                    "INSERT INTO record (name, wrapped, sealed) VALUES (?, x'', x'')"
                    " ON CONFLICT (name) DO UPDATE SET wrapped = x'', sealed = x''",
                    (name,),
                )
        # The write-ahead log holds former pages until it is folded in.
        with self._file.connection() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if self._copy is not None:
            try:
                self._copy.erase(wanted)
            except (sqlite3.Error, OSError):
                _logger.exception("the court's store is behind: an erasure is to be made good")

    def _hand_on(self, kept: Sequence[Kept]) -> None:
        if self._copy is None:
            return
        try:
            self._copy.adopt(kept)
        except (sqlite3.Error, OSError):
            _logger.exception("the court's store is behind: records are to be made good")

    def _put_one(
        self, connection: sqlite3.Connection, records: Iterable[tuple[Place, bytes]]
    ) -> list[Kept]:
        """All records of one put, or none: those there are compared before one is written."""
        kept: list[Kept] = []
        new: dict[bytes, bytes] = {}
        for place, plain in records:
            name = _name(place)
            if name in new:
                if new[name] != plain:
                    raise OpeningDiffers(address=b64u(place[1])[:16])
            elif (there := self._row(connection, name)) is None:
                new[name] = plain
            else:
                kept.append(self._known(place, plain, *there))
        for name, plain in new.items():
            key = secrets.token_bytes(KEY_SIZE)
            sealed = seal(key, name, plain)
            _insert(connection, name, self._wrapping.wrap(key, name), sealed)
            kept.append(Kept(name, key, sealed))
        return kept

    def _known(self, place: Place, plain: bytes, wrapped: bytes, sealed: bytes) -> Kept:
        """A record that is there, if it is this one. Raises OpeningErased, OpeningDiffers."""
        if not wrapped:
            raise OpeningErased(address=b64u(place[1])[:16])
        name = _name(place)
        key = self._wrapping.unwrap(wrapped, name)
        if unseal(key, name, sealed) != plain:
            raise OpeningDiffers(address=b64u(place[1])[:16])
        return Kept(name, key, sealed)

    def _row(self, connection: sqlite3.Connection, name: bytes) -> tuple[bytes, bytes] | None:
        row = connection.execute(
            "SELECT wrapped, sealed FROM record WHERE name = ?", (name,)
        ).fetchone()
        return None if row is None else (bytes(row[0]), bytes(row[1]))

    def _forget_erased(self) -> None:
        """What any process erased must not be read from this one's cache."""
        with self._file.connection() as connection:
            (count,) = connection.execute("SELECT count(*) FROM erased").fetchone()
        with self._lock:
            if count != self._erasures:
                self._cache.clear()
                self._erasures = count

    def _read(self, places: Sequence[Place]) -> Iterator[tuple[Place, bytes]]:
        wanted: dict[bytes, Place] = {}
        self._forget_erased()
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
            with self._file.connection() as connection:
                rows = connection.execute(
                    "SELECT name, wrapped, sealed FROM record"
                    f" WHERE name IN ({','.join('?' * len(some))}) AND wrapped <> x''",
                    some,
                ).fetchall()
            for name, wrapped, sealed in rows:
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


def store() -> OpeningsStore:
    """The deployment's store, in the data folder."""
    from django.conf import settings

    return _store(settings.DATA.root)


@cache
def _store(data: Path) -> OpeningsStore:
    return OpeningsStore(
        data / "openings" / FILE, Wrapping.of(data / "keys" / "openings.key"), copy_of(data)
    )


def copy_of(data: Path) -> OpeningsStore:
    """The court's store as the operator of a data folder sees it: he adds, and cannot read."""
    return OpeningsStore(court_keys.folder(data) / FILE, court_keys.wrapping(data))


def digest_name(digest: bytes) -> bytes:
    """The name of what opens a digest."""
    return _name((Opens.DIGEST, digest))


def commitment_name(commitment: bytes) -> bytes:
    """The name of what opens an amount."""
    return _name((Opens.COMMITMENT, commitment))


def ballot_name(ballot: bytes) -> bytes:
    """The name of the boxes of a ballot; `ballot`: SHA-256 of its body."""
    return _name((Opens.BALLOT, ballot))


def _place(row: Mapping[str, Json]) -> Place:
    if "digest" in row:
        return Opens.DIGEST, unb64u(row["digest"], 32)
    return Opens.COMMITMENT, unb64u(row.get("commitment"))


def _insert(connection: sqlite3.Connection, name: bytes, wrapped: bytes, sealed: bytes) -> None:
    connection.execute(
        "INSERT INTO record (name, wrapped, sealed) VALUES (?, ?, ?)", (name, wrapped, sealed)
    )


def _name(place: Place) -> bytes:
    return place[0].value.encode() + b":" + place[1]
