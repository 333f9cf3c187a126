"""The openings store on real files, from several processes."""

from __future__ import annotations

import hashlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ledger.durable import DurableFile
from ledger.log.encoding import b64u
from ledger.openings import OpeningDiffers, OpeningsStore
from ledger.wrapping import BadKeyFile, StoreDamaged, Wrapping

VALUE = "张三的身份证号"


def opened(tmp_path: Path) -> OpeningsStore:
    return OpeningsStore(
        tmp_path / "openings" / "o.sqlite", Wrapping.of(tmp_path / "keys" / "openings.key")
    )


def row(n: int, value: object = VALUE) -> dict[str, object]:
    digest = hashlib.sha256(n.to_bytes(4, "big")).digest()
    return {
        "digest": b64u(digest),
        "field": "claim.filed@1#/identity",
        "salt": b64u(b"s" * 32),
        "value": value,
    }


def amount(n: int) -> dict[str, object]:
    return {"amount": str(n), "commitment": b64u(bytes([n]) * 96), "sigma": b64u(b"g" * 32)}


def address(n: int) -> bytes:
    return hashlib.sha256(n.to_bytes(4, "big")).digest()


def test_rows_come_back_by_what_they_open(tmp_path: Path) -> None:
    opened(tmp_path).put_many([row(1), amount(7)])
    again = opened(tmp_path)
    assert again.digest_row(address(1)) == row(1)
    assert again.amount_row(bytes([7]) * 96) == amount(7)
    assert again.digest_row(address(2)) is None
    found = again.many([address(1), address(2)], [bytes([7]) * 96])
    assert found == {address(1): row(1), bytes([7]) * 96: amount(7)}


def test_a_row_put_again_changes_nothing_and_another_is_refused(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.put_many([row(1)])
    store.put_many([row(1)])
    with pytest.raises(OpeningDiffers):
        opened(tmp_path).put_many([row(2), row(1, "别的内容")])
    assert opened(tmp_path).digest_row(address(1)) == row(1)
    assert opened(tmp_path).digest_row(address(2)) is None, "all or none"


def test_boxes_of_a_ballot_keep_their_order(tmp_path: Path) -> None:
    opened(tmp_path).put_boxes(address(1), [b"third", b"first", b""])
    assert opened(tmp_path).boxes(address(1)) == (b"third", b"first", b"")
    assert opened(tmp_path).boxes(address(2)) is None
    assert opened(tmp_path).digest_row(address(1)) is None, "a ballot's hash is no digest"


def test_files_hold_no_plain_value_and_are_private(tmp_path: Path) -> None:
    opened(tmp_path).put_many([row(1)])
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert VALUE.encode() not in file.read_bytes()
            assert file.stat().st_mode & 0o077 == 0, file


def test_a_record_moved_to_another_address_is_not_believed(tmp_path: Path) -> None:
    opened(tmp_path).put_many([row(1)])
    with sqlite3.connect(tmp_path / "openings" / "o.sqlite") as connection:
        connection.execute("UPDATE record SET name = ?", (b"digest:" + address(2),))
    connection.close()
    with pytest.raises(StoreDamaged):
        opened(tmp_path).digest_row(address(2))


def test_another_key_file_opens_nothing(tmp_path: Path) -> None:
    opened(tmp_path).put_many([row(1)])
    (tmp_path / "keys" / "openings.key").unlink()
    with pytest.raises(StoreDamaged):
        opened(tmp_path).digest_row(address(1))
    (tmp_path / "keys" / "openings.key").write_bytes(b"short")
    with pytest.raises(BadKeyFile):
        opened(tmp_path)


WRITER = """
import hashlib, sys, time
from pathlib import Path
from tests.apps.stores.test_openings import opened, row
store = opened(Path(sys.argv[1]))
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    store.put_many([row(n)])
    print(n, flush=True)
"""


def test_processes_write_at_once_and_all_rows_are_there(tmp_path: Path) -> None:
    """They also race to make the store and the key file."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(start), "40"],
            stdout=subprocess.DEVNULL,
        )
        for start in (0, 10, 20)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(opened(tmp_path).many([address(n) for n in range(40)])) == 40


def test_threads_share_a_commit_and_one_that_is_refused_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path)
    commits: list[str] = []
    connect = DurableFile._connect

    def watched(file: DurableFile) -> sqlite3.Connection:
        connection = connect(file)
        connection.set_trace_callback(
            lambda said: commits.append(said) if said == "COMMIT" else None
        )
        return connection

    monkeypatch.setattr(DurableFile, "_connect", watched)
    store.put_many([row(0)])
    commits.clear()

    def put(n: int) -> str:
        try:
            store.put_many([row(n + 1), row(0, "李四" if n % 10 == 0 else VALUE)])
        except OpeningDiffers:
            return "differs"
        return "kept"

    with ThreadPoolExecutor(16) as pool:
        # While this transaction stands nobody can write, and everybody queues.
        with sqlite3.connect(tmp_path / "openings" / "o.sqlite", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            told = [pool.submit(put, n) for n in range(16)]
            time.sleep(0.5)
            other.execute("ROLLBACK")
        answers = [one.result() for one in told]
    other.close()
    assert answers == ["differs" if n % 10 == 0 else "kept" for n in range(16)]
    assert 1 <= len(commits) <= 3
    again = opened(tmp_path)
    there = [again.digest_row(address(n + 1)) is not None for n in range(16)]
    assert there == [n % 10 != 0 for n in range(16)]


def test_what_was_put_survives_kill_9(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path), "0", "1000000"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    said = [int(writer.stdout.readline()) for _ in range(20)]
    os.kill(writer.pid, signal.SIGKILL)
    said += [int(line) for line in writer.stdout.read().split("\n")[:-1]]
    writer.stdout.close()
    writer.wait(10)
    assert len(opened(tmp_path).many([address(n) for n in said])) == len(said) >= 20


def test_threads_one_after_another_share_a_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[DurableFile] = []
    connect = DurableFile._connect
    monkeypatch.setattr(DurableFile, "_connect", lambda file: made.append(file) or connect(file))
    store = opened(tmp_path)
    for n in range(5):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.put_many, [row(n)]).result()
    assert len(made) == 1
    assert len(store.many([address(n) for n in range(5)])) == 5


def test_a_forked_child_reads_with_its_own_connection(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.put_many([row(1)])
    fresh = opened(tmp_path)
    assert fresh.digest_row(address(2)) is None
    child = os.fork()
    if child == 0:
        os._exit(0 if fresh.digest_row(address(1)) == row(1) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert fresh.digest_row(address(1)) == row(1)
