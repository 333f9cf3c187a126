"""One way in: what is lawful is queued and acknowledged, what is not leaves nothing."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from bankruptcy.cases import projection
from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import (
    AlreadyThere,
    BadSignature,
    KeyNotGood,
    NotOpened,
    RoleMayNot,
    UnknownKind,
    WrongCase,
)
from ledger import intake, keys, locks, logs, openings, sequencer
from ledger.log import acknowledgement
from ledger.log.disclosure import Opening, OpensNothing
from ledger.log.dsse import Envelope
from ledger.log.errors import Refused
from ledger.log.jcs import Json
from ledger.log.policy import Policy
from ledger.log.proof import Proof
from ledger.log.statement import Role
from ledger.logs import NoSuchLog
from ledger.opened import OpensUnknown, WrongField
from tests.apps.ledger.support import Case, Person, Said, drain, new_case


@pytest.fixture
def case() -> Case:
    return new_case()


def waiting(case: Case) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending WHERE log = %s", [case.id])
        return int(cursor.fetchone()[0])


def refused(case: Case, said: Said, error: type[Refused]) -> None:
    """It is refused for this reason, and nothing of it is there."""
    before = waiting(case), projection.dump(case.id)
    with pytest.raises(error):
        case.submit(said)
    assert (waiting(case), projection.dump(case.id)) == before
    assert logs.find(case.id, said.envelope.digest()) is None


def test_a_statement_is_queued_then_numbered_and_its_receipt_verifies(case: Case) -> None:
    said = case.opening_of_case()
    promised = case.submit(said)
    assert (promised.grade, promised.index) == (1, None)
    intake_key = keys.public(keys.Service.INTAKE)
    promise = acknowledgement.verify(Envelope.decode(promised.content), intake_key)
    assert promise.statement == said.envelope.digest()
    drain()
    receipt = case.submit(said)
    assert (receipt.grade, receipt.index) == (2, 1)
    verdict = Proof.decode(receipt.content).verify(Policy.parse(logs.log_row(case.id).policy))
    assert verdict.checkpoint.size == 2
    file = records.case_file(PostgresState(case.id))
    assert file is not None
    assert file.opened


def test_the_same_statement_again_gets_the_same_receipt_whatever_came_since(case: Case) -> None:
    said = case.opening_of_case()
    assert case.submit(said) == case.submit(said)
    drain()
    first = case.submit(said)
    case.move("2014-11-20T00:00:00Z")
    drain()
    assert case.submit(said) == first
    # Its own openings are not asked for again: it was accepted.
    assert case.submit(Said(said.envelope, [])) == first
    assert logs.size(case.id) == 3


def test_its_openings_are_in_the_store_when_it_is_acknowledged(case: Case) -> None:
    said = case.opening_of_case()
    case.submit(said)
    for row in said.openings:
        opening = Opening.from_json(row)
        assert openings.store().digest_row(opening.digest) == row


def test_a_digest_that_is_not_opened_is_refused(case: Case) -> None:
    said = case.opening_of_case()
    refused(case, Said(said.envelope, said.openings[:2]), NotOpened)


def test_an_opening_of_nothing_that_the_statement_names_is_refused(case: Case) -> None:
    said = case.opening_of_case()
    other = Opening.of("case.opened@1#/debtor", secrets.token_bytes(32), "x").to_json()
    refused(case, Said(said.envelope, [*said.openings, other]), OpensUnknown)


def test_an_opening_with_another_value_is_refused(case: Case) -> None:
    said = case.opening_of_case()
    rows: list[Json] = [{**row, "value": "别的"} for row in said.openings if isinstance(row, dict)]
    refused(case, Said(said.envelope, rows), OpensNothing)


def test_a_digest_opened_as_another_field_is_refused(case: Case) -> None:
    said = case.opening_of_case()
    strange = Opening.of("case.opened@1#/elsewhere", secrets.token_bytes(32), "甲")
    body = {"person": "p-anybody001", "role": "creditor", "decision": None}
    digest = strange.to_json()["digest"]
    envelope = case.sign(case.judge, "role.appointed@1", {**body, "name": {"digest": digest}})
    case.submit(said)
    refused(case, Said(envelope, [strange.to_json()]), WrongField)


def test_a_false_signature_is_refused(case: Case) -> None:
    said = case.opening_of_case()
    forged = replace(said.envelope, sig=case.judge.key.sign(b"something else"))
    refused(case, Said(forged, said.openings), BadSignature)


def test_a_key_that_is_not_enrolled_is_refused(case: Case) -> None:
    stranger = Person(case.judge.id, Role.COURT)
    other = Case(case.id, stranger)
    refused(case, other.opening_of_case(), KeyNotGood)


def test_a_statement_of_another_case_is_refused(case: Case) -> None:
    other = new_case()
    with pytest.raises(WrongCase):
        intake.submit(case.id, other.opening_of_case().envelope, wait=0)
    envelope = case.sign(case.judge, "clock.moved@1", {"to": "2014-12-01T00:00:00Z"}, case=other.id)
    refused(case, Said(envelope, []), WrongCase)


def test_an_unknown_kind_and_an_unknown_log_are_refused(case: Case) -> None:
    refused(case, Said(case.sign(case.judge, "case.closed@1", {}), []), UnknownKind)
    with pytest.raises(NoSuchLog):
        intake.submit("no-such-case", case.opening_of_case().envelope, wait=0)


def test_a_role_that_may_not_is_refused(case: Case) -> None:
    envelope = case.sign(case.judge, "clock.moved@1", {"to": "2014-12-01T00:00:00Z"})
    refused(case, Said(envelope, []), RoleMayNot)


@pytest.mark.parametrize(
    ("signed_by", "error"),
    [("nobody", KeyNotGood), ("another", BadSignature), ("clerk", RoleMayNot)],
)
def test_who_may_not_say_it_waits_for_no_lock_and_holds_none(
    case: Case, signed_by: str, error: type[Refused]
) -> None:
    body: Json = {"to": "2014-12-01T00:00:00Z"}
    by = Person(case.judge.id, Role.COURT) if signed_by == "nobody" else case.judge
    envelope = case.sign(by, "clock.moved@1", body)
    if signed_by == "another":
        envelope = replace(envelope, sig=case.judge.key.sign(b"something else"))
    with sequencer.connect("default") as connection, connection.transaction():
        with connection.cursor() as cursor:
            locks.take(cursor, case.id, None)
        refused(case, Said(envelope, []), error)


def test_an_act_is_judged_on_what_was_accepted_before_it(case: Case) -> None:
    case.submit(case.opening_of_case())
    refused(case, case.opening_of_case(), AlreadyThere)


def test_of_many_at_once_that_exclude_one_another_one_is_accepted(case: Case) -> None:
    def attempt(said: Said) -> bool:
        try:
            case.submit(said)
        except AlreadyThere:
            return False
        finally:
            connections.close_all()
        return True

    tries = [case.opening_of_case() for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(attempt, tries)) == [False] * 5 + [True]
    drain()
    assert logs.size(case.id) == 2


def test_one_statement_sent_many_times_at_once_is_one_entry(case: Case) -> None:
    said = case.opening_of_case()

    def attempt(_: int) -> bytes:
        try:
            return case.submit(said).content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(attempt, range(6)))) == 1
    drain()
    assert logs.size(case.id) == 2


def test_log_order_is_the_order_of_acceptance(case: Case) -> None:
    case.submit(case.opening_of_case())
    people = [Person(f"p-person{i:04d}", Role.CREDITOR) for i in range(12)]

    def enrol(person: Person) -> None:
        try:
            case.submit(case.enrolling(person))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(enrol, people))
    drain(batch=5)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT received FROM ledger_entry WHERE log = %s ORDER BY n", [case.id])
        received = [row[0] for row in cursor.fetchall()]
    assert len(received) == 14
    assert received == sorted(received)
    assert projection.compare(case.id) == []


def test_real_time_never_runs_backward_within_a_log() -> None:
    case = new_case(starts=None)
    for i in range(3):
        case.submit(case.enrolling(Person(f"p-person{i:04d}", Role.CREDITOR)))
    drain()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT received, at FROM ledger_entry WHERE log = %s ORDER BY n", [case.id])
        rows = cursor.fetchall()
    assert [r for r, _ in rows] == sorted(r for r, _ in rows)
    assert all(received <= at for received, at in rows)


def test_a_demonstration_clock_stands_until_it_is_moved(case: Case) -> None:
    before = logs.now(case.id)
    case.submit(case.opening_of_case())
    assert logs.now(case.id) == before
    case.move("2014-11-20T00:00:00Z")
    assert logs.now(case.id).isoformat() == "2014-11-20T00:00:00+00:00"
    drain()
    assert projection.compare(case.id) == []


def test_a_record_changed_behind_the_log_is_found(case: Case) -> None:
    case.submit(case.opening_of_case())
    drain()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "UPDATE cases_record SET record = jsonb_set(record, '{opened}', 'false')"
            " WHERE log = %s AND name = 'case'",
            [case.id],
        )
    (found,) = projection.compare(case.id)
    assert (found.table, found.key) == ("case", case.id)
    assert isinstance(found.stands, dict)
    assert isinstance(found.follows, dict)
    assert (found.stands["opened"], found.follows["opened"]) == (False, True)
    with pytest.raises(CommandError, match="do not follow"):
        call_command("check_projection", case.id)
    call_command("check_projection", case.id, "--rebuild")
    assert projection.compare(case.id) == []
    assert len(projection.dump(case.id)) == len(projection.replay(case.id))
