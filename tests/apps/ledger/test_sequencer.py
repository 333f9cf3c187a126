"""The sequencer: dense, chained, signed; whatever kills it, nothing acknowledged is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from bankruptcy.platform.process import Need
from bankruptcy.platform.services import Services
from ledger import logs, nodes, tiles
from ledger.guard import Forked, Guard, Signed
from ledger.log import checkpoint, merkle
from ledger.log import tiles as pure
from ledger.log.encoding import sha256
from ledger.log.entry import Entry, first_prev
from ledger.log.note import VerifierKey
from ledger.log.statement import Role
from tests.apps.ledger.support import Case, Person, at_work, drain, new_case

PROJECT = Path(__file__).resolve().parents[3]


def enrol(case: Case, count: int, first: int = 0) -> list[bytes]:
    """Say so many things; their digests."""
    digests = []
    for i in range(first, first + count):
        said = case.enrolling(Person(f"p-person{i:04d}", Role.CREDITOR))
        case.submit(said)
        digests.append(said.envelope.digest())
    return digests


def check_log(case: Case) -> list[bytes]:
    """Every entry follows, and every checkpoint is what the entries give; their leaves."""
    size = logs.size(case.id)
    bodies = logs.entries(case.id, 0, size)
    previous, leaves = first_prev(case.origin), []
    for n, body in enumerate(bodies):
        entry = Entry.decode(body)
        entry.check_follows(case.origin, n, previous)
        assert entry.received <= entry.at
        previous = entry.leaf()
        leaves.append(previous)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT size, note FROM ledger_checkpoint WHERE log = %s ORDER BY size", [case.id]
        )
        notes = cursor.fetchall()
    assert notes[-1][0] == size
    key = VerifierKey.parse(logs.log_row(case.id).vkey)
    for at, note in notes:
        signed = checkpoint.read(checkpoint.Note.decode(bytes(note)), key)
        assert (signed.size, signed.root) == (at, merkle.root(leaves[:at]))
    return leaves


def test_batches_of_any_size_make_one_chain() -> None:
    case = new_case()
    digests = enrol(case, 9)
    with at_work(batch=4) as worker:
        counts = []
        while count := worker.run_batch():
            counts.append(count)
    assert sum(counts) >= 10
    leaves = check_log(case)
    assert len(leaves) == 10
    assert [logs.find(case.id, d).n for d in digests] == list(range(1, 10))  # type: ignore[union-attr]


def test_two_logs_in_one_batch_each_get_one_checkpoint() -> None:
    cases = [new_case(), new_case()]
    for case in cases:
        enrol(case, 3)
    drain()
    for case in cases:
        check_log(case)
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_checkpoint WHERE log = %s", [case.id])
            assert cursor.fetchone()[0] == 1


def test_tiles_and_proofs_equal_the_pure_computation() -> None:
    case = new_case()
    enrol(case, 300)
    drain(batch=37)
    leaves = check_log(case)
    node = merkle.node_lookup(leaves)
    for tile in (*pure.tiles_of(301), *pure.tiles_of(300), *pure.tiles_of(7)):
        data = tiles.tile(case.id, tile.path)
        if tile.level is None:
            span = tile.entries()
            bodies = logs.entries(case.id, span.start, span.stop)
            assert pure.decode_bundle(data, tile.width) == tuple(bodies)
        else:
            assert data == pure.build_tile(tile, node)
    with connections["default"].cursor() as cursor:
        for index, size in ((0, 1), (0, 301), (255, 256), (256, 300), (300, 301), (7, 11)):
            (found,) = nodes.inclusion(cursor, case.id, [(index, size)])
            assert found == merkle.inclusion_proof(index, size, node)
        for old, new in ((1, 301), (256, 301), (255, 300), (37, 74)):
            found = nodes.consistency(cursor, case.id, old, new)
            assert found == merkle.consistency_proof(old, new, node)


def test_rival_sequencers_leave_no_gap_and_no_double() -> None:
    case = new_case()

    def work(_: int) -> int:
        done = 0
        with at_work(batch=3) as worker:
            until = time.monotonic() + 60
            while time.monotonic() < until and logs.size(case.id) < 41:
                done += worker.run_batch()
        connections.close_all()
        return done

    with ThreadPoolExecutor(3) as pool:
        rivals = [pool.submit(work, i) for i in range(2)]
        enrol(case, 40)
        assert sum(rival.result() for rival in rivals) >= 41
    assert len(check_log(case)) == 41


def test_a_second_one_does_nothing_while_the_first_is_at_work() -> None:
    case = new_case()
    with at_work() as first, at_work() as second:
        with first._connection.transaction():
            assert first._is_alone()
            assert first._take()
            assert second.run_batch() == 0
            raise psycopg.Rollback
        assert second.run_batch() >= 1
    assert len(check_log(case)) == 1


@pytest.fixture
def environment(server: Services, module_database: str) -> dict[str, str]:
    """The sequencer's own: it is given no other role's address."""
    given = server.addresses(module_database)
    own = {k: v for k, v in os.environ.items() if not k.endswith("_URL")}
    wanted = (Need.LEDGER_DATABASE, Need.REDIS, Need.DATA)
    return own | {need.value: given[need] for need in wanted}


def start(environment: dict[str, str], batch: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "sequencer", f"--batch={batch}"],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_kill_9_at_any_moment_loses_nothing(environment: dict[str, str]) -> None:
    case = new_case()
    digests = enrol(case, 60)
    for kill_at in (5, 20, 35):
        running = start(environment, batch=2)
        until = time.monotonic() + 20
        while logs.size(case.id) < kill_at and time.monotonic() < until:
            time.sleep(0.002)
        os.kill(running.pid, signal.SIGKILL)
        running.wait()
        check_log(case)
        digests += enrol(case, 5, first=1000 + kill_at)
    running = start(environment, batch=1000)
    until = time.monotonic() + 20
    while logs.size(case.id) < 1 + len(digests) and time.monotonic() < until:
        time.sleep(0.05)
    running.terminate()
    assert running.wait(10) == 0
    assert len(check_log(case)) == 1 + len(digests)
    assert [logs.find(case.id, d).n for d in digests] == list(range(1, 1 + len(digests)))  # type: ignore[union-attr]


def test_a_database_that_lacks_what_was_signed_is_not_signed_on(tmp_path: Path) -> None:
    case = new_case()
    enrol(case, 3)
    drain()
    enrol(case, 1, first=10)
    guard = Guard(tmp_path / "signed.sqlite")
    guard.note([(case.origin, Signed(9, sha256(b"another history")))])
    with at_work() as worker:
        kept, worker._guard = worker._guard, guard
        with pytest.raises(Forked) as refused:
            worker.run_batch()
        assert refused.value.facts == {"origin": case.origin, "signed": 9, "holds": 4}
        worker._guard = kept
    guard.close()
    drain()
    assert len(check_log(case)) == 5
