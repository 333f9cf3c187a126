"""Witness processes over HTTP: C2SP tlog-witness, races, restarts, kill -9."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import Cosigner
from ledger.log.encoding import b64, sha256
from ledger.log.merkle import EMPTY_ROOT, Tree, consistency_proof, leaf_hash, node_lookup
from ledger.log.note import ED25519, Note, NoteSigner, VerifierKey, parse_lines
from tests.apps.witness.processes import Running
from tests.core.vectors import vectors_dir

SAMPLE = vectors_dir() / "ledger" / "own-sample"
NAME = "court.example"
ORIGIN = "court.example/ledger/case-1"
SEED = sha256(b"the log's key")
LEAVES = [leaf_hash(b"entry %d" % n) for n in range(64)]
TRUSTED = str(NoteSigner("court.example/ledger", SEED).vkey)

Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Running] = []

    def one(role: str = "court", log_keys: list[str] | None = None, port: int = 0) -> Running:
        keys = [TRUSTED] if log_keys is None else log_keys
        running.append(Running(tmp_path / role, role, NAME, keys, port))
        return running[-1]

    yield one
    for witness in running:
        if witness.process.poll() is None:
            witness.kill()


def signed(size: int, origin: str = ORIGIN, leaves: list[bytes] = LEAVES) -> Note:
    tree = Tree()
    for leaf in leaves[:size]:
        tree.append(leaf)
    return Checkpoint(origin, size, tree.root()).sign(NoteSigner(origin, SEED))


def body(old: int, size: int, note: Note | None = None, proof: list[bytes] | None = None) -> bytes:
    if proof is None:
        proof = list(consistency_proof(old, size, node_lookup(LEAVES))) if 0 < old <= size else []
    lines = "".join(b64(h) + "\n" for h in proof)
    return f"old {old}\n{lines}\n".encode() + (note or signed(size)).encode()


def cosigner(witness: Running) -> Cosigner:
    return Cosigner(VerifierKey.parse(witness.get("vkey").text.strip()))


def test_a_cosignature_verifies_under_the_key_the_witness_serves(start: Start) -> None:
    witness = start()
    key = cosigner(witness)
    assert key.name == "court.example/witness/court"
    answer = witness.post(body(0, 5))
    assert answer.status_code == 200
    line, other = parse_lines(answer.text)
    assert (line.name, line.key_id) == (key.name, key.id)
    assert key.accepts(signed(5).text, line.signature)
    latest = witness.get(f"{sha256(ORIGIN.encode()).hex()}/checkpoint")
    assert Note.decode(latest.content).lines == (signed(5).lines[0], line, other)
    assert witness.get(f"{sha256(b'other').hex()}/checkpoint").status_code == 404


def own_sample() -> list[Any]:
    cases = json.loads((SAMPLE / "expect.json").read_text())["cases"]
    return [pytest.param(c, id=c["file"]) for c in cases if c["check"] == "witness"]


@pytest.mark.parametrize("case", own_sample())
def test_own_sample(case: dict[str, Any], start: Start) -> None:
    policy = (SAMPLE / "policy.txt").read_text().split("\n")
    (log,) = [line.split(" ")[1] for line in policy if line.startswith("log ")]
    witness = start(log_keys=[log])
    for before in case["after"]:
        assert witness.post((SAMPLE / before).read_bytes()).status_code == 200
    assert witness.post((SAMPLE / case["file"]).read_bytes()).status_code == case["status"]


def test_every_refusal_has_the_status_of_the_protocol(start: Start) -> None:
    witness = start()
    assert witness.post(body(0, 5)).status_code == 200
    other = [leaf_hash(b"fork %d" % n) for n in range(64)]
    spoiled = Note(signed(9).text, (signed(8).lines[0],))
    strangers = Checkpoint.parse(signed(9).text).sign(NoteSigner(ORIGIN, sha256(b"stranger")))
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT).sign(NoteSigner(ORIGIN, SEED))
    wrong_empty = Checkpoint(ORIGIN, 0, bytes(32)).sign(NoteSigner(ORIGIN, SEED))
    cases = [
        (body(0, 9), 409),
        (body(4, 9), 409),
        (body(0, 0, empty), 409),
        (body(9, 5, signed(5), []), 400),
        (b"old 05\n\n" + signed(9).encode(), 400),
        (b"old 5\n\n", 400),
        (b"new 5\n\n" + signed(9).encode(), 400),
        (b"\xff\xfe", 400),
        (b"", 400),
        (body(5, 9, proof=[bytes(32)] * 64), 400),
        (body(5, 0, wrong_empty, []), 400),
        (body(5, 9, Note(b"three\nlines\n", signed(9).lines)), 400),
        (body(0, 9, signed(9, "elsewhere.example/ledger/x")), 404),
        (body(0, 9, signed(9, "court.example/ledgers/x")), 404),
        (body(5, 9, strangers), 403),
        (body(5, 9, spoiled), 403),
        (body(5, 9, proof=[]), 422),
        (body(5, 9, proof=[bytes(32)] * 4), 422),
        (body(5, 9, signed(9, leaves=other)), 422),
        (body(5, 5, signed(5, leaves=other)), 422),
        (body(5, 5, proof=[bytes(32)]), 422),
    ]
    for sent, status in cases:
        answer = witness.post(sent)
        assert answer.status_code == status, (sent, answer.text)
        if status == 409:
            assert answer.text == "5\n"
            assert answer.headers["content-type"] == "text/x.tlog.size"
        else:
            assert answer.text.endswith("\n")
    other_log = Checkpoint("court.example/ledger/case-2", 0, bytes(32))
    unempty = other_log.sign(NoteSigner("court.example/ledger/case-2", SEED))
    assert witness.post(body(0, 0, unempty)).status_code == 422
    assert witness.post(b"x" * 1_200_000).status_code == 413
    assert witness.post(body(5, 9)).status_code == 200, "and none of it changed anything"


def test_the_same_checkpoint_again_is_cosigned_again(start: Start) -> None:
    witness = start()
    assert witness.post(body(0, 5)).status_code == 200
    assert witness.post(body(5, 5)).status_code == 200


def test_of_racing_calls_with_one_old_size_one_gets_200_and_the_others_409(start: Start) -> None:
    witness = start()
    assert witness.post(body(0, 3)).status_code == 200
    old = 3
    for size in range(6, 40, 3):
        racing = [body(old, size), body(old, size + 1), body(old, size + 2)]
        with ThreadPoolExecutor(len(racing)) as pool:
            answers = list(pool.map(witness.post, racing))
        assert sorted(a.status_code for a in answers) == [200, 409, 409]
        won = size + [a.status_code for a in answers].index(200)
        latest = witness.get(f"{sha256(ORIGIN.encode()).hex()}/checkpoint")
        assert Checkpoint.parse(Note.decode(latest.content).text).size == won
        assert {a.text for a in answers if a.status_code == 409} == {f"{won}\n"}
        old = won


def test_state_and_key_survive_stop_and_kill_9(start: Start) -> None:
    witness = start()
    vkey = witness.get("vkey").text
    size = 1
    assert witness.post(body(0, size)).status_code == 200
    for end in (Running.stop, Running.kill, Running.kill):
        end(witness)
        witness = start()
        assert witness.get("vkey").text == vkey
        assert witness.post(body(0, 9)).text == f"{size}\n", "it remembers what it signed"
        assert witness.post(body(size, size + 2)).status_code == 200
        size += 2


def test_a_log_becomes_known_without_a_restart(start: Start, tmp_path: Path) -> None:
    witness = start()
    assert witness.post(body(0, 3)).status_code == 200
    new = NoteSigner("other.example/log", sha256(b"other key"))
    note = Checkpoint("other.example/log", 1, LEAVES[0]).sign(new)
    assert witness.post(body(0, 1, note)).status_code == 404
    trust = tmp_path / "court" / "logs"
    kept = trust.read_text()
    trust.write_text(f"{kept}{new.vkey}\n")
    assert witness.post(body(0, 1, note)).status_code == 200
    trust.write_text("no key\n")
    refused = witness.post(body(1, 1, note))
    assert (refused.status_code, refused.text.count("\n")) == (503, 1)
    trust.write_text(kept)
    assert witness.post(body(1, 1, note)).status_code == 404
    assert witness.post(body(3, 5)).status_code == 200
    assert VerifierKey.parse(TRUSTED).kind == ED25519


def test_a_witness_has_nothing_of_the_servers(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGHOST", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"):
        monkeypatch.setenv(name, "/tmp/somewhere")
    witness = start()
    process = Path(f"/proc/{witness.process.pid}")
    names = {e.split(b"=")[0] for e in (process / "environ").read_bytes().split(b"\0")}
    assert not {n for n in names if n.startswith((b"PG", b"DATABASE", b"REDIS", b"DJANGO"))}
    loaded = (process / "maps").read_text()
    assert "psycopg" not in loaded
    assert "libpq" not in loaded
    for file in ("witness.key", "witness.sqlite"):
        assert (tmp_path / "court" / file).stat().st_mode & 0o077 == 0


def test_the_program_does_not_even_import_django_or_a_driver() -> None:
    code = (
        "import sys, ledger.witness.__main__\n"
        "assert not {'django', 'psycopg', 'redis'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_addresses_that_are_not_there(start: Start) -> None:
    witness = start()
    assert witness.get("nowhere").status_code == 404
    assert witness.get("add-checkpoint").status_code == 405
    assert witness.get("../regulator/vkey").status_code == 404
