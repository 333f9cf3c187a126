"""Building a case's projection again from its log, and comparing it with what stands.

Every record follows from the entries; a row that differs was changed by something else than an
act, or by a program that has since been changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections, transaction

from bankruptcy.cases.store import PostgresLog, PostgresState, dump
from bankruptcy.kinds import judge, records
from bankruptcy.kinds.refusals import NotOpened
from bankruptcy.kinds.schema import Committed, Hash, encode
from bankruptcy.kinds.tables import Key, MemoryTables, Table
from bankruptcy.law.pack import RulePack, builtin, builtins
from ledger import locks, logs
from ledger.log.entry import Entry
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from voting.protocol.group import Group, default_group

_AT_ONCE = 256


class Replayed(MemoryTables):
    """A CaseState in memory, with the log's database behind it."""

    def __init__(self, log: str) -> None:
        super().__init__()
        self._log = PostgresLog(log, logs.USING)

    @property
    def pack(self) -> RulePack:
        """See CaseView.pack."""
        file = records.case_file(self)
        if file is None:
            return builtin()
        return next(p for p in builtins() if bytes.fromhex(p.sha256) == file.pack_sha256)

    @property
    def group(self) -> Group:
        """See CaseView.group."""
        return default_group()

    @property
    def log(self) -> PostgresLog:
        """See CaseView.log."""
        return self._log

    def opening(self, field: str, digest: Hash) -> Json:
        """What is applied needs no openings. Raises NotOpened."""
        raise NotOpened(what=field)

    def amount(self, committed: Committed) -> int:
        """As `opening`."""
        raise NotOpened(what="amount")

    def has_document(self, sha256: Hash) -> bool:
        """As `opening`."""
        raise NotOpened(what="file")

    def ballot_holds(self, body_hash: Hash) -> bool | None:
        """They were checked when they were accepted."""
        return True


@dataclass(frozen=True, slots=True)
class Difference:
    """A record that does not follow from the log; None where one side has no such record."""

    table: str
    key: str
    stands: Json | None
    follows: Json | None


class NotAtRest(Refused):
    """Statements of the case wait for their numbers. Fact: `log`."""

    slug = "case-not-at-rest"
    category = Category.UNAVAILABLE
    zh = "案件 {log} 还有未编号的声明，请稍后再试"
    en = "The case {log} still has statements without a number; try again in a moment"


def replay(log: str) -> dict[tuple[str, str], Json]:
    """(table, key) -> record as JSON, from the entries alone."""
    state = _replayed(log)
    return {
        (table.name, table.key_of(record)): encode(record)
        for table in records.TABLES
        for record in _all(state, table)
    }


def rebuild(log: str) -> int:
    """Put what follows from the log in place of what stands; how many records that are.

    Holds the case meanwhile. Raises NotAtRest.
    """
    with transaction.atomic(using=logs.USING), connections[logs.USING].cursor() as cursor:
        locks.take(cursor, log, None)
        cursor.execute("SELECT EXISTS (SELECT 1 FROM ledger_pending WHERE log = %s)", [log])
        if cursor.fetchone()[0]:
            raise NotAtRest(log=log)
        cursor.execute("DELETE FROM cases_record WHERE log = %s", [log])
        fresh, replayed = PostgresState(log), _replayed(log)
        found = [(t, record) for t in records.TABLES for record in _all(replayed, t)]
        for table, record in found:
            fresh.put(table, record)
        fresh.flush()
    return len(found)


def _replayed(log: str) -> Replayed:
    state = Replayed(log)
    size = logs.size(log)
    for start in range(0, size, _AT_ONCE):
        for body in logs.entries(log, start, start + _AT_ONCE):
            entry = Entry.decode(body)
            kind, _statement, act = judge.read(entry.envelope, entry.received, entry.at)
            kind.apply(state, act)
    return state


def compare(log: str) -> list[Difference]:
    """Where the projection that stands differs from the replay; empty where nowhere.

    Only a case at rest can be compared: what is queued stands in the projection already.
    """
    stands, follows = dump(log), replay(log)
    return [
        Difference(*place, stands.get(place), follows.get(place))
        for place in sorted(stands.keys() | follows.keys())
        if stands.get(place) != follows.get(place)
    ]


def _all(state: MemoryTables, table: Table[object]) -> tuple[object, ...]:
    match: dict[str, Key | None] = {}
    return tuple(state.find(table, **match))
