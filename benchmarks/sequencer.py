"""The sequencer against a bare batched COPY of the same rows under the same checks of the database.

    .venv/bin/python -m benchmarks.sequencer

Each in a database of its own on one server with fsync on: the sequencer empties a queue of signed
statements (numbers, chains, tree nodes, checkpoints, guard); then the very rows that it wrote are
copied into empty tables, in batches of the same size, a transaction a batch. Ratio: rate of the
sequencer to rate of the copy. Prints JSON rows; nothing stays.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from bankruptcy.platform.folder import PROJECT, DataFolder
from bankruptcy.platform.process import Need
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import Supervisor
from benchmarks.rows import row
from ledger.guard import Guard
from ledger.log.note import NoteSigner
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role, Statement
from ledger.sequencer import BATCH, Sequencer

STATEMENTS: Final = 20_000
CASE: Final = "c-benchmark"
ORIGIN: Final = f"benchmark.example/ledger/{CASE}"
ENTRY: Final = "ledger_entry (log, n, body, leaf, digest, kind, received, at)"
NODE: Final = "ledger_node (log, level, index, hash)"


def main() -> None:
    queue = statements(STATEMENTS)
    with tempfile.TemporaryDirectory(prefix="concursus-benchmark-") as folder:
        services = Services(DataFolder(Path(folder).resolve()), environment={})
        with Supervisor(services.data, services.addresses()) as supervisor:
            supervisor.add_and_wait(services.processes())
            for name in ("numbered", "copied"):
                services.set_up(name)
                migrate(services, name)
            sequenced = number(services, queue, Path(folder))
            copied = copy(services)
    command = ".venv/bin/python -m benchmarks.sequencer"
    row("copy", STATEMENTS / copied, "entries/s", command=command)
    row(
        "sequencer-vs-copy",
        STATEMENTS / sequenced,
        "entries/s",
        copied / sequenced,
        "a bare batched COPY of the same rows with the same checks",
        command=command,
    )


def statements(count: int) -> list[tuple[bytes, bytes, str]]:
    """(digest, envelope, kind) of so many statements, signed by one key."""
    key = Es256Signer(1 + secrets.randbelow(2**255))
    found = []
    for number in range(count):
        said = Statement(
            act=secrets.token_bytes(16),
            body={"meeting": "m1", "person": f"p-{number:010d}"},
            by=f"p-{number:010d}",
            case=CASE,
            for_=f"p-{number:010d}",
            key=key.key.id,
            kind="presence.began@1",
            log=ORIGIN,
            role=Role.CREDITOR,
        ).sign(key)
        found.append((said.digest(), said.encode(), "presence.began@1"))
    return found


def migrate(services: Services, database: str) -> None:
    """As the owner, in a process of its own."""
    owner = services.addresses(database)[Need.OWNER_DATABASE]
    subprocess.run(
        [sys.executable, PROJECT / "manage.py", "migrate", "--database=owner", "-v0", "--no-input"],
        env={
            **os.environ,
            Need.OWNER_DATABASE.value: owner,
            Need.DATA.value: str(services.data.root),
        },
        check=True,
    )


def connect(services: Services, need: Need, database: str) -> psycopg.Connection[Any]:
    """As the role of that need."""
    return psycopg.connect(services.addresses(database)[need], autocommit=True)


def number(services: Services, queue: Sequence[tuple[bytes, bytes, str]], folder: Path) -> float:
    """Seconds in which the sequencer empties a queue that waits."""
    signer = NoteSigner(ORIGIN, secrets.token_bytes(32))
    received = datetime.now(UTC)
    with connect(services, Need.APP_DATABASE, "numbered") as app:
        make_log(app, signer)
        with app.cursor() as cursor:
            target = "ledger_pending (log, digest, envelope, kind, received)"
            with cursor.copy(f"COPY {target} FROM STDIN") as rows:
                for said in queue:
                    rows.write_row((CASE, *said, received))
    guard = Guard(folder / "guard" / "signed.sqlite")
    with connect(services, Need.LEDGER_DATABASE, "numbered") as connection:
        worker = Sequencer(connection, guard, lambda origin: signer, lambda case, n: None)
        begun, done = time.perf_counter(), 0
        while count := worker.run_batch():
            done += count
        took = time.perf_counter() - begun
    guard.close()
    if done != len(queue):
        raise SystemExit(f"{done} of {len(queue)} entries")
    return took


def copy(services: Services) -> float:
    """Seconds in which the same rows are copied, in batches of the same size."""
    with connect(services, Need.LEDGER_DATABASE, "numbered") as source:
        entries = source.execute(
            "SELECT log, n, body, leaf, digest, kind, received, at FROM ledger_entry ORDER BY n"
        ).fetchall()
        nodes = source.execute(
            "SELECT log, level, index, hash FROM ledger_node"
            " ORDER BY (index + 1) << level::int, level"
        ).fetchall()
    with connect(services, Need.APP_DATABASE, "copied") as app:
        make_log(app, NoteSigner(ORIGIN, secrets.token_bytes(32)))
    with connect(services, Need.LEDGER_DATABASE, "copied") as connection:
        begun, at = time.perf_counter(), 0
        for start in range(0, len(entries), BATCH):
            some = entries[start : start + BATCH]
            # The nodes that these entries complete: two for each but the bits of the size.
            last = at
            while last < len(nodes) and (nodes[last][2] + 1) << nodes[last][1] <= start + len(some):
                last += 1
            with connection.transaction(), connection.cursor() as cursor:
                for target, rows in ((ENTRY, some), (NODE, nodes[at:last])):
                    with cursor.copy(f"COPY {target} FROM STDIN") as sink:
                        for one in rows:
                            sink.write_row(one)
            at = last
        return time.perf_counter() - begun


def make_log(connection: psycopg.Connection[Any], signer: NoteSigner) -> None:
    """The row of the log, as its web makes it."""
    connection.execute(
        "INSERT INTO ledger_log (id, origin, clock, vkey, policy) VALUES (%s, %s, 'real', %s, %s)",
        (CASE, ORIGIN, str(signer.vkey), f"log {signer.vkey}\nquorum none\n"),
    )


if __name__ == "__main__":
    main()
