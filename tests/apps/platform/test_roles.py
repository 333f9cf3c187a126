"""Roles of the database: what is ordinary is the app's, what is the owner's stays the owner's."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connections, transaction

pytestmark = pytest.mark.usefixtures("database")


def _run(alias: str, statement: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)


def test_each_alias_is_its_role_and_none_a_superuser() -> None:
    found = {}
    for alias in ("default", "ledger", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT current_user, rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls"
                " FROM pg_roles WHERE rolname = current_user"
            )
            found[alias] = cursor.fetchone()
    assert found == {
        "default": ("concursus_app", False),
        "ledger": ("concursus_sequencer", False),
        "owner": ("concursus_owner", False),
    }


def test_a_table_of_the_owner_is_usable_by_the_app_without_a_grant() -> None:
    _run("owner", "CREATE TABLE ordinary (id serial PRIMARY KEY, word text)")
    _run("default", "INSERT INTO ordinary (word) VALUES ('一')")
    _run("default", "UPDATE ordinary SET word = '二'")
    _run("default", "DELETE FROM ordinary")


@pytest.mark.parametrize(
    ("alias", "statement"),
    [
        ("default", "CREATE TABLE mine (id int)"),
        ("default", "TRUNCATE ordinary"),
        ("default", "ALTER TABLE ordinary ADD COLUMN extra int"),
        ("default", "DROP TABLE ordinary"),
        ("default", "SET ROLE concursus_owner"),
        ("ledger", "SELECT * FROM ordinary"),
        ("ledger", "SELECT * FROM auth_user"),
        ("ledger", "CREATE TABLE mine (id int)"),
    ],
)
def test_what_a_role_may_not_do_is_refused(alias: str, statement: str) -> None:
    _run("owner", "CREATE TABLE ordinary (id int)")
    with pytest.raises(ProgrammingError), transaction.atomic(using=alias):
        _run(alias, statement)


def test_a_revoked_table_is_closed_to_the_app() -> None:
    _run("owner", "CREATE TABLE evidence (id int)")
    _run("owner", "REVOKE ALL ON evidence FROM concursus_app")
    with pytest.raises(ProgrammingError):
        _run("default", "SELECT * FROM evidence")
