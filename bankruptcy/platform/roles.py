"""The database's roles: who may do what, before any table is there.

    concursus_owner       owns database and tables; migrations run as it, and nothing else does
    concursus_app         web and workers: reads and writes the ordinary tables
    concursus_sequencer   the sequencer: only what the ledger's migrations grant it

An ordinary table needs no GRANT: what the owner creates, concursus_app may SELECT, INSERT, UPDATE
and DELETE by default privileges. A table of the ledger revokes that in the migration that makes
it (REVOKE ALL ON … FROM concursus_app) and grants what the log allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import psycopg
from psycopg import sql

OWNER: Final = "concursus_owner"
APP: Final = "concursus_app"
SEQUENCER: Final = "concursus_sequencer"
ROLES: Final = (OWNER, APP, SEQUENCER)


def set_up_roles(server: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Create the three log-in roles, or give those there are these passwords."""
    there = {name for (name,) in server.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role in ROLES:
        verb = "ALTER" if role in there else "CREATE"
        server.execute(
            sql.SQL(
                "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}"
            ).format(sql.SQL(verb), sql.Identifier(role), sql.Literal(passwords[role]))
        )


def create_database(server: psycopg.Connection, name: str) -> bool:
    """Create the database unless it is there; says whether it did."""
    found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
    if found:
        return False
    server.execute(
        sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
    )
    return True


def set_up_privileges(database: psycopg.Connection) -> None:
    """Close the database to all but the roles; tables to come are the app's by default."""
    name = sql.Identifier(database.info.dbname)
    owner, app, sequencer = (sql.Identifier(role) for role in ROLES)
    for statement in (
        "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        "GRANT CONNECT ON DATABASE {name} TO {app}, {sequencer}",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}, {sequencer}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        " GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    ):
        database.execute(
            sql.SQL(statement).format(name=name, owner=owner, app=app, sequencer=sequencer)
        )
