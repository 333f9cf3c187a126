"""`make crash ROUNDS=200`: kill -9 of every process in turn, at random instants, while acts arrive.

Creditors file claims without pause, each the same bytes again until they are acknowledged; some
give up after the first broken answer and say nothing more of it. Afterwards:

- every acknowledged receipt verifies against the court's bundle (`concursus-verify receipt`);
- nothing unacknowledged is half there: the bundle verifies, so that every statement on the log has
  its openings, and the projection is what follows from the log;
- the four witnesses saw one log.

Prints one line a round, and a summary. Ends with 1 if anything was lost.
"""

from __future__ import annotations

import argparse
import random
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from bankruptcy.platform.folder import DataFolder
from demo.person import Person
from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint
from ledger.log.encoding import sha256
from ledger.log.note import Note
from ledger.log.statement import Role
from tests.apps.hard.playing import Played, claim, open_case
from tests.apps.hard.whole import WITNESSES, Whole, running

POSTERS: Final = 4
AT_ONCE: Final = 500
"""Receipts given to one run of the command."""
KILLED: Final = (
    *("web", "sequencer", "cosigner", "worker", "beat", "valkey", "postgres"),
    *(f"witness-{role}" for role in WITNESSES),
)
VERIFY: Final = Path(sys.executable).with_name("concursus-verify")


@dataclass
class Posted:
    """What a poster was told. kept: receipts, each written when it arrived."""

    folder: Path
    kept: list[Path] = field(default_factory=list)
    given_up: int = 0


def post(played: Played, who: Person, patient: bool, folder: Path, stop: threading.Event) -> Posted:
    """File claim after claim until told to stop."""
    done = Posted(folder)
    with httpx.Client(base_url=played.server.url, timeout=20) as http:
        while not stop.is_set():
            made = who.compose(played.case, played.origin, "claim.filed@1", Role.CREDITOR, claim())
            while True:
                try:
                    answer = http.post(f"/ledger/{played.case}/statements", json=made.to_json())
                except httpx.TransportError:
                    answer = None
                if answer is not None and answer.status_code in (200, 202):
                    kind = "tlog-proof" if answer.status_code == 200 else "ack.json"
                    path = folder / f"{made.envelope.digest().hex()[:24]}.{kind}"
                    path.write_bytes(answer.content)
                    done.kept.append(path)
                    break
                if answer is not None and answer.status_code not in (429, 503):
                    raise AssertionError(f"{answer.status_code} {answer.text[:400]}")
                if not patient:
                    done.given_up += 1
                    break
                time.sleep(0.1)
    return done


def kill_in_turn(server: Whole, rounds: int, posting: list[Future[Posted]]) -> None:
    """One process a round; the next when everything runs again and after a random while."""
    chance = random.Random(secrets.randbits(64))
    order: list[str] = []
    for n in range(1, rounds + 1):
        order = order or chance.sample(KILLED, len(KILLED))
        name = order.pop()
        time.sleep(chance.uniform(0.05, 0.8))
        start, before = time.monotonic(), server.processes()[name]["restarts"]
        server.kill(name)
        while server.processes()[name]["restarts"] == before:
            time.sleep(0.1)
        server.wait_running()
        print(f"round {n}/{rounds}: {name}, back in {time.monotonic() - start:.1f} s", flush=True)
        for future in posting:
            if future.done():
                future.result()


def check_receipts(bundle: Path, receipts: list[Path]) -> int:
    """How many the command does not verify against the bundle; their lines are shown."""
    lost = 0
    for start in range(0, len(receipts), AT_ONCE):
        some = receipts[start : start + AT_ONCE]
        command = [VERIFY, "receipt", *some, "--bundle", bundle, "--lang", "en"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        held = [line for line in done.stdout.splitlines() if "✓" in line]
        lost += len(some) - len(held)
        if done.returncode:
            print(done.stdout + done.stderr, file=sys.stderr)
    return lost


def witnesses_agree(played: Played) -> bool:
    """Does what every witness saw last stand in the log as it is now?"""
    leaves = [merkle.leaf_hash(body) for body in played.entries()]
    origin = sha256(played.origin.encode()).hex()
    for role, port in played.server.data.read_run("witnesses.json").items():
        url = f"http://127.0.0.1:{port}/witness/{role}/{origin}/checkpoint"
        seen = Checkpoint.parse(Note.decode(httpx.get(url, timeout=20).content).text)
        if seen.size > len(leaves) or merkle.root(leaves[: seen.size]) != seen.root:
            print(f"witness {role} saw another log at {seen.size}", file=sys.stderr)
            return False
    return True


def all_numbered(played: Played) -> None:
    """Wait until nothing waits for its number and a quorum has cosigned the whole log."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        size = len(played.entries())
        time.sleep(1)
        if played.get(f"proof/{size - 1}?grade=3").status_code == 200 and size == len(
            played.entries()
        ):
            return
    raise AssertionError("the log is not cosigned")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        place = Path(folder)
        (receipts := place / "receipts").mkdir()
        with running(DataFolder(place / "data")) as server:
            return run(server, rounds, receipts, place / "bundle")


def run(server: Whole, rounds: int, receipts: Path, bundle: Path) -> int:
    """All rounds, then what must hold. 0: it does."""
    played = open_case(server, POSTERS, secrets.token_urlsafe(12))
    stop = threading.Event()
    with ThreadPoolExecutor(POSTERS) as pool:
        posting = [
            # The last one is impatient: what it gave up may be there whole, or not at all.
            pool.submit(post, played, who, i < POSTERS - 1, receipts, stop)
            for i, who in enumerate(played.creditors)
        ]
        try:
            kill_in_turn(server, rounds, posting)
        finally:
            stop.set()
        posted = [future.result() for future in posting]
    server.wait_running()
    all_numbered(played)
    kept = [path for one in posted for path in one.kept]
    server.manage("check_projection", played.case)
    server.manage("export", played.case, "--profile", "court", "--out", str(bundle))
    verified = subprocess.run([VERIFY, bundle, "--lang", "en"], check=False).returncode == 0
    lost = check_receipts(bundle, kept)
    agree = witnesses_agree(played)
    print(
        f"{rounds} rounds: {len(kept)} acknowledged, {lost} lost; "
        f"{sum(one.given_up for one in posted)} given up unanswered; "
        f"bundle {'verified' if verified else 'NOT VERIFIED'}; "
        f"the witnesses saw {'one log' if agree else 'DIFFERENT LOGS'}"
    )
    return 0 if kept and verified and not lost and agree else 1


if __name__ == "__main__":
    sys.exit(main())
