"""The server as processes: quorum, addresses, secrets, and kill -9 of everything in turn."""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from bankruptcy.platform.folder import DataFolder
from demo.person import Person
from ledger.arriving import PIECE_LEAST
from ledger.log import acknowledgement, merkle
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64, b64u, sha256
from ledger.log.entry import Entry
from ledger.log.genesis import Genesis
from ledger.log.policy import Policy
from ledger.log.proof import Proof
from ledger.log.statement import Role
from tests.apps.hard import searching
from tests.apps.hard.playing import CONTACT, IDENTITY, NAME, Played, claim, open_case
from tests.apps.hard.whole import Whole, running
from tests.once import clean_environment

PASSWORD = "correct horse battery"
POSTERS = 3
KILLED = (
    *("sequencer", "web", "witness-regulator", "cosigner", "postgres", "worker", "valkey"),
    *("sequencer", "web"),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with running(DataFolder(tmp_path_factory.mktemp("whole"))) as found:
        yield found


@pytest.fixture(scope="module")
def played(server: Whole) -> Played:
    found = open_case(server, POSTERS, PASSWORD)
    found.say(found.creditors[0], "claim.filed@1", Role.CREDITOR, claim())
    return found


# --- Addresses checked from outside


def test_the_logs_are_a_line_each(played: Played) -> None:
    ready = httpx.get(f"{played.server.url}/healthz")
    assert ready.status_code == 200
    answer = httpx.get(f"{played.server.url}/ledger/logs")
    assert answer.headers["content-type"].startswith("text/plain")
    cases = [row for row in answer.text.splitlines() if "/ledger/directory " not in row]
    (line,) = cases
    origin, size, root = line.split(" ")
    leaves = [merkle.leaf_hash(body) for body in played.entries()]
    assert (origin, int(size)) == (played.origin, len(leaves))
    assert root == b64(merkle.root(leaves))


# --- Quorum


def _require_quorum(played: Played, size: int, wait: float) -> str:
    """What the server's own code says: "ok", or the refusal."""
    program = (
        "import django; django.setup()\n"
        "from ledger import cosign\n"
        "from ledger.log.errors import Refused\n"
        f"try: cosign.require_quorum({played.case!r}, {size}, {wait}); print('ok')\n"
        "except Refused as error: print(error.slug, error.facts['missing'])\n"
    )
    return played.server.manage("shell", "--no-imports", "-v0", "-c", program).strip()


def test_without_two_witnesses_there_is_no_quorum_and_with_them_again_there_is(
    played: Played,
) -> None:
    stopped = ("committee", "regulator")
    for role in stopped:
        played.server.manage("process", "stop", f"witness-{role}")
    played.say(played.creditors[0], "claim.filed@1", Role.CREDITOR, claim())
    index = len(played.entries()) - 1
    told = _require_quorum(played, index + 1, 1.5)
    assert told.startswith("quorum-missing")
    assert all(role in told for role in stopped), told
    assert not any(f"witness/{role}" in told for role in ("court", "administrator")), told
    refused = played.get(f"proof/{index}?grade=3")
    assert (refused.status_code, refused.json()["slug"]) == (503, "no-quorum-yet")
    for role in stopped:
        played.server.manage("process", "start", f"witness-{role}")
    assert _require_quorum(played, index + 1, 20) == "ok"
    policy = Policy.parse(played.get("policy").text)
    Proof.decode(played.get(f"proof/{index}?grade=3").content).verify(policy)
    assert len(played.entries()) == index + 1, "no other act was needed"


# --- What the server must not know or show


def test_no_secret_of_a_person_is_anywhere_on_the_server(played: Played) -> None:
    wanted = {
        f"key {i}": searching.spellings(scalar.to_bytes(32))
        for i, scalar in enumerate(played.scalars)
    }
    wanted["password"] = (PASSWORD.encode(),)
    assert {name.split()[0] for name in played.server.environments()} >= {
        *("web", "sequencer", "worker", "postgres", "valkey", "supervisor", "witness-court")
    }
    wanted["public"] = (b64u(played.judge.key.key.public_key).encode(),)
    server = played.server
    found = searching.found_in(searching.places(server.services, server.environments()), wanted)
    # The public key is found in the entries' payloads: the search itself works.
    assert ("public", "table ledger_entry") in found
    assert {where for where in found if where[0] != "public"} == set()


def test_names_and_contacts_are_neither_in_the_tables_nor_in_the_logs(played: Played) -> None:
    wanted = {
        text: (text.encode(), json.dumps(text).strip('"').encode(), text.encode("utf-16-le"))
        for text in (NAME, IDENTITY, CONTACT, "审判长何某", "示例有限公司")
    }
    server = played.server
    found = searching.found_in(searching.places(server.services, server.environments()), wanted)
    assert found == set()


# --- kill -9


@dataclass
class Posted:
    """What one thread was told: digest of the statement -> its receipt."""

    acknowledged: dict[bytes, bytes] = field(default_factory=dict)


def _post(played: Played, who: Person, stop: threading.Event) -> Posted:
    """File claim after claim; each is sent again, the same bytes, until it is acknowledged."""
    done = Posted()
    with httpx.Client(base_url=played.server.url, timeout=10) as http:
        while not stop.is_set():
            made = who.compose(played.case, played.origin, "claim.filed@1", Role.CREDITOR, claim())
            ends = time.monotonic() + 60
            while time.monotonic() < ends:
                try:
                    answer = http.post(f"/ledger/{played.case}/statements", json=made.to_json())
                except httpx.TransportError:
                    time.sleep(0.1)
                    continue
                if answer.status_code in (200, 202):
                    done.acknowledged[made.envelope.digest()] = answer.content
                    break
                assert answer.status_code == 503, (answer.status_code, answer.text)
                time.sleep(0.1)
            else:
                raise AssertionError("not acknowledged within a minute")
    return done


def test_a_file_in_pieces_goes_on_after_kill_9_of_web_and_database(played: Played) -> None:
    server, size = played.server, 5 * PIECE_LEAST
    content = (b"%PDF-1.7\n" + secrets.token_bytes(size))[:size]
    digest = hashlib.sha256(content).hexdigest()
    address = f"/c/{played.case}/documents"
    query = {"name": "a.pdf", "sha256": digest, "size": size}
    with httpx.Client(base_url=server.url, timeout=30) as http:
        http.headers["X-CSRFToken"] = http.get("/api/session").json()["csrf"]
        logged_in = http.post("/login", json={"username": "judge", "password": PASSWORD})
        http.headers["X-CSRFToken"] = logged_in.json()["csrf"]
        told = 0
        for name in ("web", "postgres", "web", "valkey", ""):
            piece = content[told : told + PIECE_LEAST]
            answer = http.post(address, params={**query, "from": told}, content=piece)
            assert answer.status_code in (201, 202), answer.text
            told += PIECE_LEAST
            if not name:
                break
            assert (answer.status_code, answer.json()) == (202, {"arrived": told})
            server.kill(name)
            server.wait_running()
            ends = time.monotonic() + 30
            there = http.get(f"{address}/{digest}/arrived")
            while there.status_code == 503 and time.monotonic() < ends:
                time.sleep(0.2)
                there = http.get(f"{address}/{digest}/arrived")
            assert (there.status_code, there.json()) == (200, {"arrived": told, "size": size})
    assert (answer.status_code, answer.json()["sha256"]) == (201, digest)


def test_what_was_acknowledged_survives_kill_9_of_everything(played: Played) -> None:
    server, stop = played.server, threading.Event()
    before = server.processes()
    chance = random.Random(secrets.randbits(32))
    with ThreadPoolExecutor(POSTERS) as pool:
        posting = [pool.submit(_post, played, who, stop) for who in played.creditors]
        try:
            for name in KILLED:
                time.sleep(chance.uniform(0.3, 1.2))
                server.kill(name)
            time.sleep(1)
        finally:
            stop.set()
        posted = [future.result() for future in posting]
    server.wait_running()
    after = server.processes()
    for name in set(KILLED):
        assert after[name]["restarts"] > before[name]["restarts"], name
    _all_acknowledged_stand(played, {d: r for one in posted for d, r in one.acknowledged.items()})
    server.manage("check_projection", played.case)


def _all_acknowledged_stand(played: Played, receipts: dict[bytes, bytes]) -> None:
    """Each receipt verifies, and the log that stands holds it under the roots then signed."""
    assert len(receipts) >= POSTERS
    ends = time.monotonic() + 20
    while not {_digest(body) for body in played.entries()} >= receipts.keys():
        assert time.monotonic() < ends, "acknowledged and not numbered"
        time.sleep(0.2)
    bodies = played.entries()
    leaves = [merkle.leaf_hash(body) for body in bodies]
    policy = Policy.parse(played.get("policy").text)
    genesis = Entry.decode(bodies[0])
    intake = Genesis.from_json(genesis.statement.body).intake
    for digest, receipt in receipts.items():
        assert sum(_digest(body) == digest for body in bodies) == 1
        if receipt.startswith(b"{"):
            promise = acknowledgement.verify(Envelope.decode(receipt), intake)
            assert (promise.log, promise.statement) == (played.origin, digest)
            continue
        proof = Proof.decode(receipt)
        verdict = proof.verify(policy, quorum=False)
        assert bodies[proof.index] == proof.entry()
        assert merkle.root(leaves[: verdict.checkpoint.size]) == verdict.checkpoint.root


def _digest(body: bytes) -> bytes:
    return sha256(Entry.decode(body).envelope.payload)


# --- The bundle, verified elsewhere


def test_a_bundle_verifies_where_there_is_no_django(played: Played, tmp_path: Path) -> None:
    size = len(played.entries())
    assert _require_quorum(played, size, 20) == "ok"
    party = played.creditors[0].id
    for profile, more in (("court", ()), ("party", ("--party", party))):
        out = tmp_path / profile
        played.server.manage("export", played.case, "--profile", profile, *more, "--out", str(out))
    programs = clean_environment()
    no_django = subprocess.run(
        [programs / "python", "-c", "import django"], capture_output=True, check=False
    )
    assert no_django.returncode == 1
    assert b"ModuleNotFoundError" in no_django.stderr
    verify = str(programs / "concursus-verify")
    for profile in ("court", "party"):
        done = _verify(verify, tmp_path / profile)
        report = json.loads(done.stdout)
        assert (done.returncode, report["verified"], report["profile"]) == (0, True, profile), [
            check for check in report["checks"] if check["status"] == "failed"
        ]
        assert report["size"] >= size
    spoilt = next(
        path for path in sorted((tmp_path / "court" / "tile").rglob("*")) if path.is_file()
    )
    data = bytearray(spoilt.read_bytes())
    data[len(data) // 2] ^= 1
    spoilt.write_bytes(data)
    done = _verify(verify, tmp_path / "court")
    assert (done.returncode, b"Traceback" in done.stderr) == (1, False)
    assert _verify(verify, tmp_path / "nothing").returncode == 2


def _verify(command: str, bundle: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [command, str(bundle), "--json"], capture_output=True, cwd="/", check=False
    )
