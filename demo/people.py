"""The program of the demonstration's people: python -m demo.people --url URL --data DATA/people

Plays the scenario, or goes on with it, says on the front page how far it is, prints the log-ins,
and stays to attest the device keys of visitors. It knows the server by its addresses alone.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, Final

import httpx

from demo.answers import Problem, TookTooLong
from demo.attesting import Attestor
from demo.cast import JUDGE, Cast
from demo.figures import figures
from demo.ledger_client import LedgerClient
from demo.players import Players
from demo.private import write_private
from demo.scenario import Scenario
from demo.script import ADMINISTRATOR, EARLY, FIRST, LAWYER, SECOND, TRUSTEES, names
from demo.session import Session

LOGINS: Final = "logins.json"
_POLL: Final = 0.3
_PAUSE: Final = 2.0


def main() -> None:
    """Runs until it is told to end (SIGTERM, Ctrl-C)."""
    options = argparse.ArgumentParser(description="The demonstration's people, over HTTP.")
    options.add_argument("--url", required=True, help="of the server, http://localhost:8000")
    options.add_argument("--data", type=Path, required=True, help="their folder, DATA/people")
    options.add_argument("--run", type=Path, help="where readiness is written, DATA/run")
    options.add_argument(
        "--until",
        choices=("first", "all", "ever"),
        default="ever",
        help="end after the first meeting, after the whole scenario, or never (the default)",
    )
    asked = options.parse_args()
    signal.signal(signal.SIGTERM, _end)
    try:
        run(asked.url, asked.data, asked.run, asked.until)
    except KeyboardInterrupt:
        sys.exit(0)
    except (Problem, TookTooLong, httpx.TransportError) as error:
        # Started again it goes on where it was.
        print(f"stopped: {type(error).__name__} {error}", flush=True)
        sys.exit(1)


def run(url: str, folder: Path, run_folder: Path | None, until: str = "ever") -> None:
    """The whole program."""
    begun = time.monotonic()
    told = figures()
    cast = Cast(folder, names(told))
    ledger = LedgerClient(url)
    wait_for_server(ledger)

    def report(zh: str, en: str, done: int, of: int) -> None:
        print(f"{time.monotonic() - begun:5.1f} s  {done}/{of} {en}", flush=True)
        if run_folder is not None:
            _write(run_folder / "progress.json", {"zh": zh, "en": en, "done": done, "of": of})

    players = Players(ledger, lambda: Session(url), cast)
    scenario = Scenario(players, told, report)
    scenario.play_first_meeting()
    if until == "first":
        return
    scenario.play_second_meeting()
    write_private(folder / LOGINS, logins(cast, players.case.id))
    if run_folder is not None:
        (run_folder / "ready").touch()
    print(f"the demonstration is loaded after {time.monotonic() - begun:.1f} s", flush=True)
    _print_logins(cast, url)
    if until == "ever":
        _attest_for_ever(Attestor(players), cast)


def wait_for_server(ledger: LedgerClient, patience: float = 60) -> None:
    """Wait until the server answers. Raises httpx.TransportError or Problem if it never does."""
    ends = time.monotonic() + patience
    while True:
        try:
            ledger.logs()
            return
        except (httpx.TransportError, Problem):
            if time.monotonic() > ends:
                raise
        time.sleep(0.2)


def logins(cast: Cast, case: str) -> dict[str, Any]:
    """What the front page shows: who one may be, and that all of it is public."""
    rows: list[dict[str, Any]] = []
    for role, username in (
        ("court", JUDGE),
        ("administrator", ADMINISTRATOR),
        *(("trustee", username) for username in TRUSTEES.values()),
        *(("creditor", username) for username in visitors(cast)),
        ("agent", LAWYER),
    ):
        member = cast[username]
        rows.append(
            {
                "role": role,
                "username": username,
                "password": member.password,
                "name": member.name,
                "key_file": str(member.key_file(SECOND)) if role == "trustee" else None,
            }
        )
    told = figures().raw
    return {
        "case": case,
        "finished": FIRST,
        "open": SECOND,
        "logins": rows,
        "source": told["source"],
        "invented": told["invented"],
    }


def visitors(cast: Cast) -> list[str]:
    """Creditors whose ballot in the open meeting is left to visitors."""
    creditors = {creditor.username for creditor in figures().creditors}
    return [m.username for m in cast.members() if m.username in creditors - EARLY]


def _print_logins(cast: Cast, url: str) -> None:
    print(f"log-ins of the demonstration at {url}", flush=True)
    for row in logins(cast, "")["logins"]:
        print(f"  {row['role']:<14} {row['username']:<22} {row['password']:<16} {row['name']}")
    print("  tally trustees' keys of the open meeting, each with its passphrase:")
    for username in TRUSTEES.values():
        member = cast[username]
        print(f"  {member.key_file(SECOND)}  {member.kept['passphrase']}")
    sys.stdout.flush()


def _attest_for_ever(attestor: Attestor, cast: Cast) -> None:
    failing = ""
    while True:
        try:
            if attestor.attest_waiting():
                print("attested a visitor's device key", flush=True)
            failing = ""
            time.sleep(_POLL)
        except (httpx.TransportError, Problem) as error:
            # The server is being restarted, or the session is over: both pass.
            if failing != type(error).__name__:
                failing = type(error).__name__
                print(f"waiting for the server: {error}", flush=True)
            for username in (ADMINISTRATOR, JUDGE):
                cast[username].leave()
            time.sleep(_PAUSE)


def _write(path: Path, value: Any) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(json.dumps(value, ensure_ascii=False) + "\n", encoding="utf-8")
    aside.replace(path)


def _end(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
