"""PostgreSQL and Valkey: our own embedded ones, or those the environment names.

    DATABASE_URL, LEDGER_DATABASE_URL, OWNER_DATABASE_URL   a server set up for us, all three
    PGHOST (PGPORT, PGUSER, PGPASSWORD, …)                  a server where we may create roles
    REDIS_URL                                               a Redis or Valkey

Without the first two the wheel's PostgreSQL runs in the data folder, without the last its Valkey.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import psycopg

from bankruptcy.platform import roles
from bankruptcy.platform.addresses import postgres_url
from bankruptcy.platform.folder import DataFolder
from bankruptcy.platform.postgres import CannotRun, Postgres
from bankruptcy.platform.process import Need, Process
from bankruptcy.platform.valkey import Valkey

DATABASE: Final = "concursus"
_ROLE_OF: Final = {
    Need.APP_DATABASE: roles.APP,
    Need.LEDGER_DATABASE: roles.SEQUENCER,
    Need.OWNER_DATABASE: roles.OWNER,
}


@dataclass(frozen=True, slots=True)
class Services:
    """The services of one data folder, or those that `environment` names.

    durable=False is for tests, whose data nobody misses.
    """

    data: DataFolder
    durable: bool = True
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def postgres(self) -> Postgres:
        return Postgres(self.data, self.durable)

    @property
    def embeds_postgres(self) -> bool:
        return not self.environment.get("PGHOST") and not self._urls_given()

    def processes(self) -> tuple[Process, ...]:
        """Those to start, ready to be started (a new cluster is made here)."""
        started: list[Process] = []
        if not self.environment.get("REDIS_URL"):
            started.append(Valkey(self.data, self.durable).process())
        if self.embeds_postgres:
            self.postgres.initialise()
            started.append(self.postgres.process())
        return tuple(started)

    def administrator(self, database: str = "postgres") -> psycopg.Connection:
        """A connection that may create roles and databases."""
        if self.embeds_postgres:
            return self.postgres.administrator(database)
        return psycopg.connect(dbname=database, autocommit=True, connect_timeout=10)

    def set_up(self, database: str = DATABASE) -> None:
        """Roles, database and privileges, as often as one likes; nothing where URLs are given."""
        if self._urls_given():
            return
        with self.administrator() as server:
            roles.set_up_roles(server, self._passwords())
            roles.create_database(server, database)
        with self.administrator(database) as connection:
            roles.set_up_privileges(connection)

    def addresses(self, database: str = DATABASE) -> dict[Need, str]:
        """What a process may be given, by need."""
        redis = self.environment.get("REDIS_URL") or Valkey(self.data, self.durable).url
        found = {Need.REDIS: redis, Need.DATA: str(self.data.root)}
        if self._urls_given():
            return found | {need: self.environment[need.value] for need in _ROLE_OF}
        host = self.postgres.host if self.embeds_postgres else self.environment["PGHOST"]
        passwords = self._passwords()
        return found | {
            need: postgres_url(role, passwords[role], database, host)
            for need, role in _ROLE_OF.items()
        }

    def _passwords(self) -> Mapping[str, str]:
        return {role: self.data.secret(f"postgres-{role}") for role in roles.ROLES}

    def _urls_given(self) -> bool:
        names = [need.value for need in _ROLE_OF]
        given = [name for name in names if self.environment.get(name)]
        if given and len(given) < len(names):
            missing = ", ".join(sorted(set(names) - set(given)))
            raise CannotRun(f"{given[0]} is given, so these must be too: {missing}")
        return bool(given)
