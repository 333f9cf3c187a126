"""Entries: a statement in its place in the log, chained to the one before (ledger 9.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from ledger.log import jcs, statement
from ledger.log.dsse import Envelope
from ledger.log.encoding import check_integer, format_instant, parse_instant, sha256, unhex32
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.merkle import leaf_hash
from ledger.log.note import check_name
from ledger.log.statement import Statement

MAX_ENTRY: Final = 48_000
VERSION: Final = 1

_MEMBERS: Final = ("v", "log", "n", "prev", "received", "at", "kind", "statement")


class BadEntry(Malformed):
    """The bytes are no entry of 9.4. Fact: `what`."""

    slug = "bad-entry"
    zh = "账本条目的格式不符：{what}"
    en = "This is not an entry in the required form: {what}"


class EntryTooLarge(Refused):
    """An entry over 48,000 bytes. Facts: `size`, `most`."""

    slug = "entry-too-large"
    category = Category.TOO_LARGE
    zh = "账本条目有 {size} 字节，超过上限 {most} 字节"
    en = "The entry has {size} bytes, more than {most}"


class ChainBroken(Refused):
    """An entry does not follow the one before it. Facts: `n`, `what` ("log", "n" or "prev")."""

    slug = "chain-broken"
    category = Category.CONFLICT
    zh = "第 {n} 条与前一条不相衔接（{what}）"
    en = "Entry {n} does not follow the one before it ({what})"


def first_prev(origin: str) -> bytes:
    """The `prev` of entry 0: SHA-256 of the origin."""
    return sha256(origin.encode())


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. `statement` is what stands in `envelope`; `log` and `kind` are taken from it.

    n: 0 … 2^53-1. prev: leaf hash of entry n-1. received, at: UTC, with microseconds.
    """

    n: int
    prev: bytes
    received: datetime
    at: datetime
    envelope: Envelope
    statement: Statement

    @classmethod
    def of(cls, n: int, prev: bytes, received: datetime, at: datetime, envelope: Envelope) -> Entry:
        """An entry over an envelope. Raises what `statement.read` raises."""
        return cls(n, prev, received, at, envelope, statement.read(envelope))

    @property
    def log(self) -> str:
        """The origin."""
        return self.statement.log

    @property
    def kind(self) -> str:
        """The statement's kind."""
        return self.statement.kind

    def encode(self) -> bytes:
        """The entry's bytes, its leaf: JCS. Raises EntryTooLarge."""
        data = jcs.dumps(
            {
                "v": VERSION,
                "log": self.log,
                "n": self.n,
                "prev": self.prev.hex(),
                "received": format_instant(self.received),
                "at": format_instant(self.at),
                "kind": self.kind,
                "statement": self.envelope.to_json(),
            }
        )
        _check_size(data)
        return data

    @classmethod
    def decode(cls, data: bytes) -> Entry:
        """The entry of its bytes; signature and chain are not checked.

        Raises BadEntry, EntryTooLarge, and what `statement.read` raises.
        """
        _check_size(data)
        try:
            found = jcs.members(jcs.loads(data), "members", *_MEMBERS)
            if check_integer(found["v"]) != VERSION:
                raise BadEntry(what="v")
            n, prev = check_integer(found["n"]), unhex32(found["prev"])
            received, at = parse_instant(found["received"]), parse_instant(found["at"])
            log, kind = check_name(found["log"]), statement.check_kind(found["kind"])
        except Malformed as error:
            if isinstance(error, BadEntry):
                raise
            raise BadEntry(what=error.facts["what"]) from error
        entry = cls.of(n, prev, received, at, Envelope.from_json(found["statement"]))
        if entry.log != log:
            raise BadEntry(what="log")
        if entry.kind != kind:
            raise BadEntry(what="kind")
        return entry

    def leaf(self) -> bytes:
        """The leaf hash, which is also the `prev` of the next entry."""
        return leaf_hash(self.encode())

    def check_follows(self, origin: str, n: int, prev: bytes) -> None:
        """Raises ChainBroken unless this is entry `n` of `origin` and follows leaf hash `prev`."""
        for what, fits in (
            ("log", self.log == origin),
            ("n", self.n == n),
            ("prev", self.prev == prev),
        ):
            if not fits:
                raise ChainBroken(n=n, what=what)


def around(
    envelope: bytes, *, n: int, prev: bytes, received: datetime, at: datetime, log: str, kind: str
) -> bytes:
    """The bytes of an entry around the canonical bytes of an envelope, which are not read again.

    The same as `Entry.encode` where `log` and `kind` are the statement's; whoever calls has read
    it before. Raises EntryTooLarge.
    """
    data = (
        f'{{"at":{_time(at)},"kind":{_text(kind)},"log":{_text(log)},"n":{n},'
        f'"prev":"{prev.hex()}","received":{_time(received)},"statement":'
    ).encode() + envelope
    data += b',"v":%d}' % VERSION
    _check_size(data)
    return data


# Of a batch nearly all share these.
@lru_cache(maxsize=256)
def _time(at: datetime) -> str:
    return f'"{format_instant(at)}"'


@lru_cache(maxsize=256)
def _text(value: str) -> str:
    return jcs.dumps(value).decode()


def _check_size(data: bytes) -> None:
    if len(data) > MAX_ENTRY:
        raise EntryTooLarge(size=len(data), most=MAX_ENTRY)
