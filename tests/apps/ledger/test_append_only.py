"""Nobody changes what stands: not the web, not the sequencer, not the tables' owner."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors

from bankruptcy.platform.services import Services
from ledger import sequencer
from ledger.log.merkle import leaf_hash
from tests.apps.ledger.support import Case, drain, new_case

TABLES = ("ledger_entry", "ledger_node", "ledger_checkpoint", "ledger_head", "ledger_log")
REFUSED = (errors.InsufficientPrivilege, errors.IntegrityConstraintViolation)


@pytest.fixture(scope="module")
def case() -> Case:
    made = new_case()
    made.submit(made.opening_of_case())
    drain()
    return made


@pytest.fixture(params=["default", "ledger", "owner"])
def role(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection[Any]]:
    with sequencer.connect(request.param) as connection:
        yield connection


@pytest.fixture
def writer() -> Iterator[psycopg.Connection[Any]]:
    with sequencer.connect("ledger") as connection:
        yield connection


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "command",
    [
        "DELETE FROM {table} WHERE {key} = %s",
        "UPDATE {table} SET {key} = {key} || 'x' WHERE {key} = %s",
        "TRUNCATE {table} CASCADE; SELECT %s",
    ],
)
def test_no_role_removes_or_changes_a_row(
    role: psycopg.Connection[Any], case: Case, table: str, command: str
) -> None:
    key = "id" if table == "ledger_log" else "log"
    text = command.format(table=table, key=key).replace("%s", f"'{case.id}'")
    with pytest.raises(REFUSED):
        role.execute(text)


@pytest.mark.parametrize(
    "command",
    [
        "SET session_replication_role = replica",
        "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_leaf_check",
        "DROP TABLE ledger_entry CASCADE",
    ],
)
@pytest.mark.parametrize("alias", ["default", "ledger"])
def test_neither_web_nor_sequencer_lifts_the_fences(alias: str, command: str) -> None:
    with sequencer.connect(alias) as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(command)


def test_the_owner_cannot_pass_the_triggers_by() -> None:
    with sequencer.connect("owner") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute("SET session_replication_role = replica")


@pytest.mark.parametrize("command", ["DELETE FROM ledger_entry", "TRUNCATE ledger_entry"])
def test_a_superuser_in_replica_mode_is_stopped_too(
    server: Services, module_database: str, command: str
) -> None:
    with server.administrator(module_database) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(errors.IntegrityConstraintViolation, match="append-only"):
            connection.execute(command)


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_node", "ledger_checkpoint"])
def test_the_web_can_only_queue(case: Case, table: str) -> None:
    with sequencer.connect("default") as connection, pytest.raises(errors.InsufficientPrivilege):
        connection.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE log = '{case.id}'")


def insert(writer: psycopg.Connection[Any], case: Case, n: int, **changed: object) -> None:
    """Add entry n as the sequencer would, with members of the body or columns changed."""
    row = writer.execute(
        "SELECT body, leaf FROM ledger_entry WHERE log = %s ORDER BY n DESC LIMIT 1", (case.id,)
    ).fetchone()
    assert row is not None
    members = json.loads(row[0]) | {"n": n, "prev": row[1].hex()}
    members |= {key: value for key, value in changed.items() if key in members}
    body = json.dumps(members).encode()
    leaf = changed.get("leaf", leaf_hash(body))
    writer.execute(
        "INSERT INTO ledger_entry (log, n, body, leaf, digest, kind, received, at)"
        " VALUES (%s, %s, %s, %s, %s, %s, now(), now())",
        (case.id, n, body, leaf, bytes(32), members["kind"]),
    )


def test_the_sequencer_leaves_no_gap(writer: psycopg.Connection[Any], case: Case) -> None:
    with pytest.raises(errors.IntegrityConstraintViolation, match="does not follow"):
        insert(writer, case, 7)


def test_an_entry_must_name_the_leaf_before_it(writer: psycopg.Connection[Any], case: Case) -> None:
    with pytest.raises(errors.IntegrityConstraintViolation, match="does not follow"):
        insert(writer, case, 2, prev="0" * 64)


def test_an_entry_must_say_its_own_log(writer: psycopg.Connection[Any], case: Case) -> None:
    with pytest.raises(errors.IntegrityConstraintViolation, match="does not follow"):
        insert(writer, case, 2, log="elsewhere.example/ledger/x")


def test_an_entry_must_say_its_own_number(writer: psycopg.Connection[Any], case: Case) -> None:
    again = (
        "INSERT INTO ledger_entry SELECT log, 2, body, leaf, %s, kind, received, at"
        " FROM ledger_entry WHERE log = %s AND n = 1"
    )
    with pytest.raises(errors.IntegrityConstraintViolation, match="does not follow"):
        writer.execute(again, (bytes(32), case.id))


def test_a_leaf_must_be_the_hash_of_its_entry(writer: psycopg.Connection[Any], case: Case) -> None:
    with pytest.raises(errors.CheckViolation):
        insert(writer, case, 2, leaf=bytes(32))


def test_a_head_never_shrinks(writer: psycopg.Connection[Any], case: Case) -> None:
    with pytest.raises(errors.IntegrityConstraintViolation, match="only grows"):
        writer.execute("UPDATE ledger_head SET size = 1 WHERE log = %s", (case.id,))


def test_the_clock_of_a_log_is_not_turned_back(case: Case) -> None:
    with (
        sequencer.connect("default") as connection,
        pytest.raises(errors.IntegrityConstraintViolation),
    ):
        connection.execute(
            "UPDATE ledger_log SET standing = standing - interval '1 s' WHERE id = %s", (case.id,)
        )
