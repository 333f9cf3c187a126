"""A database restored from an older backup: the guard refuses it, and so do the witnesses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import connections
from psycopg import sql

from bankruptcy.platform import postgres, roles
from bankruptcy.platform.services import Services
from ledger import clerk, cosign, keys, logs, sequencer
from ledger.guard import Guard
from ledger.log.encoding import format_time
from ledger.log.policy import QuorumMissing
from ledger.log.witness import SIZE, AddCheckpoint
from tests.apps.acting import STARTS, Case, sequence
from tests.apps.witness.test_cosign import Bodies, bodies, standing

__all__ = ["bodies", "standing"]


class Backup:
    """A dump of a database in a file, made and restored by PostgreSQL's own programs."""

    def __init__(self, server: Services, database: str, path: Path) -> None:
        self._server, self._database, self._path = server, database, path
        self._run("pg_dump", "--format=custom", f"--file={path}", database)

    def restore(self) -> None:
        """Put the database back as it was; everybody is thrown out of it meanwhile."""
        connections.close_all()
        name = sql.Identifier(self._database)
        with self._server.administrator() as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
            server.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(name, sql.Identifier(roles.OWNER))
            )
        with self._server.administrator(self._database) as database:
            roles.set_up_privileges(database)
        self._run("pg_restore", "--exit-on-error", f"--dbname={self._database}", str(self._path))

    def _run(self, program: str, *arguments: str) -> None:
        server = self._server.postgres
        subprocess.run(
            [str(postgres.binaries() / program), *arguments],
            env={
                "PGHOST": server.host,
                "PGUSER": postgres.ADMINISTRATOR,
                "PGPASSWORD": server.data.secret("postgres-administrator"),
            },
            check=True,
        )


@pytest.fixture
def backed_up(
    server: Services, database: str, bodies: Bodies, tmp_path: Path
) -> tuple[Case, Backup]:
    """A case of four entries, all cosigned, and a backup from when it had two."""
    case = Case(bodies.vkeys)
    case.tick()
    backup = Backup(server, database, tmp_path / "backup")
    case.tick()
    case.tick()
    assert ask(case, bodies, 0) == dict.fromkeys(bodies.running, 200)
    return case, backup


def ask(case: Case, bodies: Bodies, old: int) -> dict[str, int]:
    """Ask every witness to cosign the newest checkpoint; the status of each answer."""
    newest = cosign.newest(case.id)
    proof = cosign.proof_between(case.id, old, newest.size)
    body = AddCheckpoint.of(old, proof, newest.note).encode()
    return {role: witness.post(body).status_code for role, witness in bodies.running.items()}


def tick_unsequenced(case: Case, hours: int) -> None:
    to = STARTS.replace(hour=STARTS.hour + hours)
    clerk.say(case.id, "clock.moved@1", {"to": format_time(to)}, wait=0)


def test_the_guard_refuses_to_sign_on_and_says_what_to_do(
    backed_up: tuple[Case, Backup],
) -> None:
    case, backup = backed_up
    backup.restore()
    assert logs.size(case.id) == 2
    with pytest.raises(CommandError) as at_the_start:
        sequence()
    for words in (f"{case.id} was signed at size 4", "另立新账本", "docs/operations.md"):
        assert words in str(at_the_start.value)
    tick_unsequenced(case, 9)
    with pytest.raises(CommandError, match="older backup"):
        sequence()
    assert logs.size(case.id) == 2
    assert logs.checkpoint(case.id)[0] == 2


def test_where_the_guard_was_lost_too_no_witness_cosigns_the_fork(
    backed_up: tuple[Case, Backup], bodies: Bodies, tmp_path: Path
) -> None:
    case, backup = backed_up
    backup.restore()
    guard = Guard(tmp_path / "another" / "signed.sqlite")
    for hours in (9, 10, 11):
        tick_unsequenced(case, hours)
    with sequencer.connect() as connection:
        sequencer.Sequencer(connection, guard, keys.log_signer, lambda log, n: None).run_batch()
    guard.close()
    assert logs.size(case.id) == 5, "the fork is longer than what was cosigned"
    newest = cosign.newest(case.id)
    request = AddCheckpoint.of(2, cosign.proof_between(case.id, 2, 5), newest.note).encode()
    for witness in bodies.running.values():
        answer = witness.post(request)
        assert (answer.status_code, answer.text) == (409, "4\n")
        assert answer.headers["content-type"] == SIZE
    assert ask(case, bodies, 4) == dict.fromkeys(bodies.running, 422)
    with pytest.raises(QuorumMissing):
        cosign.require_quorum(case.id, 5)
