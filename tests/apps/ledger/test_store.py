"""The tables of a case in PostgreSQL answer as those in memory, and races show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connections, transaction
from django.test.utils import CaptureQueriesContext

from bankruptcy.cases.store import PostgresState, dump
from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Hash, Id, Instant, PointBytes, encode
from bankruptcy.kinds.tables import MemoryTables
from ledger.log.statement import Role
from tests.apps.ledger.support import Case, new_case


@pytest.fixture
def case() -> Case:
    return new_case()


def grant(person: str, role: Role, active: bool = True) -> records.RoleGrant:
    return records.RoleGrant(person=Id(person), role=role, name=None, active=active)


def test_what_was_put_is_read_before_and_after_it_is_written(case: Case) -> None:
    with transaction.atomic():
        state = PostgresState(case.id)
        state.put(records.ROLES, grant("p-a", Role.TRUSTEE))
        assert state.get(records.ROLES, "p-a", Role.TRUSTEE) == grant("p-a", Role.TRUSTEE)
        assert state.find(records.ROLES, person="p-a") == (grant("p-a", Role.TRUSTEE),)
        state.flush()
    assert PostgresState(case.id).find(records.ROLES, person="p-a") == (grant("p-a", Role.TRUSTEE),)


def test_it_finds_what_the_tables_in_memory_find(case: Case) -> None:
    rows = [grant(f"p-{name}", role) for name in "cab" for role in (Role.TRUSTEE, Role.CREDITOR)]
    rows.append(grant("p-a", Role.TRUSTEE, active=False))
    memory, state = MemoryTables(), PostgresState(case.id)
    judge = grant(case.judge.id, Role.COURT)
    memory.put(records.ROLES, judge)
    with transaction.atomic():
        for row in rows:
            memory.put(records.ROLES, row)
            state.put(records.ROLES, row)
        state.flush()
    state = PostgresState(case.id)
    for person in ("p-a", "p-b", "p-c", "p-d"):
        assert state.find(records.ROLES, person=person) == memory.find(records.ROLES, person=person)
    assert state.find(records.ROLES) == memory.find(records.ROLES)
    with pytest.raises(ValueError, match="no index"):
        state.find(records.ROLES, active=True)


def test_an_index_follows_a_record_that_changes(case: Case) -> None:
    now = Instant(datetime(2014, 11, 1, tzinfo=UTC))
    complaint = records.Complaint(Hash(bytes(32)), Hash(b"b" * 32), 1, Hash(b"s" * 32))
    key = PostgresState(case.id).find(records.KEYS)[0]
    moved = replace(key, holder=Id("p-other"), enrolled=now)
    with transaction.atomic():
        state = PostgresState(case.id)
        state.put(records.KEYS, moved)
        state.put(records.COMPLAINTS, complaint)
        state.flush()
    state = PostgresState(case.id)
    assert key not in state.find(records.KEYS, holder=key.holder)
    assert state.find(records.KEYS, holder="p-other") == (moved,)
    assert state.find(records.COMPLAINTS, manifest_hash=bytes(32)) == (complaint,)


def test_the_tables_of_one_case_are_not_seen_in_another(case: Case) -> None:
    other = new_case()
    assert {file.case for file in PostgresState(case.id).find(records.CASE)} == {case.id}
    assert PostgresState(other.id).get(records.CASE, case.id) is None


def test_what_was_fetched_is_not_asked_for_again(case: Case) -> None:
    judge, nobody = (case.judge.id, Role.COURT), ("p-a", Role.TRUSTEE)
    state = PostgresState(case.id)
    state.fetch([(records.ROLES, judge), (records.ROLES, nobody), (records.CASE, (case.id,))])
    with CaptureQueriesContext(connections["default"]) as asked:
        assert state.get(records.ROLES, *judge) == grant(case.judge.id, Role.COURT)
        assert state.get(records.ROLES, *nobody) is None
        assert state.get(records.CASE, case.id) == records.case_file(PostgresState(case.id))
    assert len(asked) == 1  # case_file's own


@pytest.mark.parametrize("fetched", [False, True])
def test_what_two_acts_both_saw_absent_is_put_once(case: Case, fetched: bool) -> None:
    first, second = PostgresState(case.id), PostgresState(case.id)
    for state in (first, second):
        if fetched:
            state.fetch([(records.ROLES, ("p-a", Role.TRUSTEE))])
        assert state.get(records.ROLES, "p-a", Role.TRUSTEE) is None
        state.put(records.ROLES, grant("p-a", Role.TRUSTEE))
    with transaction.atomic():
        first.flush()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.flush()


def test_a_ballots_e_is_never_replaced(case: Case) -> None:
    def used(ballot: bytes) -> records.UsedE:
        return records.UsedE(Hash(bytes(32)), PointBytes(b"e" * 96), Hash(ballot * 32))

    for ballot, fine in ((b"1", True), (b"2", False)):
        state = PostgresState(case.id)
        state.put(records.USED_E, used(ballot))
        if fine:
            with transaction.atomic():
                state.flush()
        else:
            with pytest.raises(IntegrityError), transaction.atomic():
                state.flush()
    (kept,) = (v for (name, _key), v in dump(case.id).items() if name == "used_e")
    assert kept == encode(used(b"1"))
