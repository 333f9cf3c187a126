"""The tables of a case in PostgreSQL: what the rules read and change on the server.

One generic projection (`cases_record`): a row is a record as JSON, with a mark for each indexed
attribute. A `PostgresState` lives for one act inside one transaction: reads are remembered, puts
are held back and written in bulk by `flush`. Two acts that race show as a unique violation, never
as a lost record: what was seen to be absent, and whatever may be put only once, is inserted
without ON CONFLICT.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from django.db import connections

from bankruptcy.kinds import records, registry
from bankruptcy.kinds.refusals import NoTable
from bankruptcy.kinds.schema import Committed, Hash, decode, encode
from bankruptcy.kinds.tables import Key, Place, SealedEntry, Table, Worked, key_text
from bankruptcy.law.pack import RulePack, builtin, named
from ledger import nodes
from ledger.log import jcs
from ledger.log.entry import Entry
from ledger.log.jcs import Json
from ledger.opened import Sources, StoredOpenings
from ledger.queries import Query, ask
from voting.protocol.group import Group, default_group
from voting.protocol.weights import WeightedAnswer, false_weights

R = TypeVar("R")

ONCE: Final = frozenset({records.USED_E.name})
"""Tables whose records are never replaced; a second one with the same key is a conflict."""

_AT_ONCE: Final = 500
_COLUMNS: Final = "(log, name, key, marks, record)"
_REPLACE: Final = (
    " ON CONFLICT (log, name, key) DO UPDATE SET marks = excluded.marks, record = excluded.record"
)


class PostgresLog:
    """What a rule may ask of its log: the entries numbered so far (protocol `tables.Log`)."""

    def __init__(self, log: str, using: str = "default") -> None:
        self._log = log
        self._using = using

    def index_of(self, digest: Hash) -> int | None:
        """See Log.index_of."""
        with connections[self._using].cursor() as cursor:
            cursor.execute(
                "SELECT n FROM ledger_entry WHERE log = %s AND digest = %s", [self._log, digest]
            )
            row = cursor.fetchone()
        return None if row is None else int(row[0])

    def root_at(self, size: int) -> bytes | None:
        """See Log.root_at."""
        with connections[self._using].cursor() as cursor:
            return nodes.root_at(cursor, self._log, size)

    def sealed_at(self, n: int) -> SealedEntry | None:
        """See Log.sealed_at."""
        with connections[self._using].cursor() as cursor:
            cursor.execute(
                "SELECT body FROM ledger_entry WHERE log = %s AND n = %s", [self._log, n]
            )
            row = cursor.fetchone()
        return None if row is None else registry.sealed(Entry.decode(bytes(row[0])))


class PostgresState:
    """A CaseState over the projection; with `flush` never called, a CaseView for pages."""

    def __init__(
        self,
        log: str,
        openings: Sources | None = None,
        *,
        held: Mapping[bytes, bool] | None = None,
        using: str = "default",
    ) -> None:
        """`held`: ballots (hash of body) whose proofs were looked at: whether they hold."""
        self._id = log
        self._using = using
        self._sources = StoredOpenings() if openings is None else openings
        self._held = dict(held or {})
        self._log = PostgresLog(log, using)
        self.worked = Worked()
        self._known: dict[tuple[str, str], Any] = {}
        self._put: dict[tuple[str, str], Table[Any]] = {}
        self._absent: set[tuple[str, str]] = set()
        self._found: dict[str, dict[tuple[str, ...], Sequence[Any]]] = {}

    @property
    def pack(self) -> RulePack:
        """The rule pack that the genesis names; before the genesis, the one at hand."""
        file = records.case_file(self)
        return builtin() if file is None else named(file.pack_sha256.hex())

    @property
    def group(self) -> Group:
        """The native backend."""
        return default_group()

    @property
    def log(self) -> PostgresLog:
        """The log so far."""
        return self._log

    def get(self, table: Table[R], *key: Key) -> R | None:
        """See CaseView.get."""
        place = (table.name, key_text(*key))
        if place not in self._known:
            with connections[self._using].cursor() as cursor:
                cursor.execute(
                    "SELECT record FROM cases_record WHERE log = %s AND name = %s AND key = %s",
                    [self._id, *place],
                )
                row = cursor.fetchone()
            self._known[place] = None if row is None else _read(table, row[0])
            if row is None:
                self._absent.add(place)
        found: R | None = self._known[place]
        return found

    def fetch(self, places: Sequence[Place]) -> None:
        """Get in one query what `get` will be asked for."""
        with connections[self._using].cursor() as cursor:
            (rows,) = ask(cursor, [self.fetching(places)])
        self.fetched(places, rows)

    def fetching(self, places: Sequence[Place]) -> Query:
        """What `fetch` asks."""
        return Query(
            "SELECT name, key, record FROM cases_record"
            " JOIN unnest(%s::text[], %s::text[]) AS wanted (name, key) USING (name, key)"
            " WHERE log = %s",
            [[table.name for table, _ in places], [key_text(*k) for _, k in places], self._id],
        )

    def fetched(self, places: Sequence[Place], rows: Sequence[tuple[str, str, str]]) -> None:
        """Remember the rows that `fetching` gave."""
        wanted = {(table.name, key_text(*key)): table for table, key in places}
        found = {(name, key): text for name, key, text in rows}
        for place, table in wanted.items():
            self._known[place] = _record(table.record, found[place]) if place in found else None
        self._absent.update(wanted.keys() - found.keys())
        if (file := (records.CASE.name, key_text(self._id))) in wanted:
            # Every rule asks for the one record of this table, without its key.
            self._found[records.CASE.name] = {(): (self._known[file],) if file in found else ()}

    def find(self, table: Table[R], **match: Key | None) -> Sequence[R]:
        """See CaseView.find."""
        for attribute in match:
            if attribute not in table.indexes:
                raise ValueError(f"{table.name} has no index on {attribute}")
        wanted = [_mark(table, attribute, value) for attribute, value in match.items()]
        remembered = self._found.setdefault(table.name, {})
        if (asked := tuple(sorted(wanted))) in remembered:
            return remembered[asked]
        if any(name == table.name for name, _key in self._put):
            self.flush()
        with connections[self._using].cursor() as cursor:
            cursor.execute(
                "SELECT key, record FROM cases_record WHERE log = %s AND name = %s"
                + (" AND marks @> %s::text[]" if wanted else "")
                + " ORDER BY key",
                [self._id, table.name, *([[self._scope(m) for m in wanted]] if wanted else [])],
            )
            rows = cursor.fetchall()
        found = tuple(self._met(table, key, record) for key, record in rows)
        remembered[asked] = found
        return found

    def page(
        self, table: Table[R], order: str, start: int, count: int, **match: Key | None
    ) -> tuple[int, Sequence[R]]:
        """How many records match, and `count` of them from `start` on.

        order: the attribute by which they are sorted, in JSON a text; then by key. For lists of
        thousands of which a page shows a part; reads what is committed, not what was put.
        """
        marks = [self._scope(_mark(table, name, value)) for name, value in match.items()]
        where = " FROM cases_record WHERE log = %s AND name = %s AND marks @> %s::text[]"
        with connections[self._using].cursor() as cursor:
            cursor.execute(f"SELECT count(*){where}", [self._id, table.name, marks])
            (total,) = cursor.fetchone()
            cursor.execute(
                f"SELECT key, record{where} ORDER BY record->>%s, key LIMIT %s OFFSET %s",
                [self._id, table.name, marks, order, count, start],
            )
            rows = cursor.fetchall()
        return int(total), tuple(self._met(table, key, record) for key, record in rows)

    def put(self, table: Table[R], record: R) -> None:
        """See CaseState.put. Written by `flush`."""
        place = (table.name, table.key_of(record))
        self._known[place] = record
        self._put[place] = table
        self._found.pop(table.name, None)

    def opening(self, field: str, digest: Hash) -> Json:
        """See CaseView.opening."""
        return self._sources.value(field, digest)

    def amount(self, committed: Committed) -> int:
        """See CaseView.amount."""
        return self._sources.amount(committed.commitment)

    def has_document(self, sha256: Hash) -> bool:
        """See CaseView.has_document."""
        return self._sources.has_document(sha256)

    def rows(self, root: Hash) -> Sequence[Json]:
        """See CaseView.rows."""
        with connections[self._using].cursor() as cursor:
            cursor.execute(
                "SELECT content FROM ledger_table WHERE log = %s AND root = %s", [self._id, root]
            )
            row = cursor.fetchone()
        if row is None:
            raise NoTable(root=root.hex()[:12])
        return [jcs.loads(line) for line in bytes(row[0]).splitlines()]

    def false_weights(
        self, manifest_hash: Hash, answers: Sequence[WeightedAnswer]
    ) -> Sequence[int]:
        """See CaseView.false_weights."""
        return false_weights(self.group, manifest_hash, answers)

    def ballot_holds(self, body_hash: Hash) -> bool | None:
        """See CaseView.ballot_holds."""
        return self._held.get(body_hash)

    def flush(self) -> None:
        """Write what was put. IntegrityError where another act put the same first."""
        with connections[self._using].cursor() as cursor:
            ask(cursor, self.writing())

    def writing(self) -> list[Query]:
        """What `flush` asks; whoever calls this asks it."""
        fresh: list[tuple[object, ...]] = []
        replaced: list[tuple[object, ...]] = []
        for place, table in self._put.items():
            once = place in self._absent or table.name in ONCE
            (fresh if once else replaced).append(self._row(table, place[1], self._known[place]))
        self._put.clear()
        self._absent.clear()
        return [*_inserts(fresh, ""), *_inserts(replaced, _REPLACE)]

    def _met(self, table: Table[R], key: str, text: str) -> R:
        found: R | None = self._known.get((table.name, key))
        if found is None:
            found = self._known[table.name, key] = _read(table, text)
        return found

    def _row(self, table: Table[Any], key: str, record: object) -> tuple[object, ...]:
        marks = [self._scope(_mark(table, a, getattr(record, a))) for a in table.indexes]
        return self._id, table.name, key, marks, json.dumps(encode(record))

    def _scope(self, mark: str) -> str:
        # One index serves all cases, so a mark names its case.
        return f"{self._id}/{mark}"


def dump(log: str, using: str = "default") -> dict[tuple[str, str], Json]:
    """The whole projection of a case: (table, key) -> record as JSON."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT name, key, record FROM cases_record WHERE log = %s", [log])
        return {(name, key): json.loads(text) for name, key, text in cursor.fetchall()}


def _inserts(rows: Sequence[tuple[object, ...]], conflict: str) -> Iterator[Query]:
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        values = ", ".join(["(%s, %s, %s, %s::text[], %s::jsonb)"] * len(some))
        yield Query(
            f"INSERT INTO cases_record {_COLUMNS} VALUES {values}{conflict}",
            [value for row in some for value in row],
        )


def _read(table: Table[R], text: str) -> R:
    return decode(table.record, json.loads(text))


@lru_cache(maxsize=1_000)
def _record(record: type[R], text: str) -> R:
    # What acts ask for beforehand, they ask for again under the lock; and every one of them asks
    # for the case and its vote, which are long and seldom change.
    return decode(record, json.loads(text))


def _mark(table: Table[Any], attribute: str, value: Key | None) -> str:
    spelled = "" if value is None else f"={key_text(value)}"
    return f"{table.name}/{attribute}{spelled}"
