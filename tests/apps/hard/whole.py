"""A whole server in processes of its own, and what a test may ask of it from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bankruptcy.platform.folder import PROJECT, DataFolder
from bankruptcy.platform.process import Need
from bankruptcy.platform.services import DATABASE, Services

STARTS_WITHIN = 120
GONE = ("postgres", "valkey", "web", "sequencer", "cosigner", "worker", "beat")
WITNESSES = ("court", "administrator", "committee", "regulator")


@dataclass(frozen=True)
class Whole:
    """A running server: its address and its data folder."""

    url: str
    data: DataFolder

    @property
    def services(self) -> Services:
        return Services(self.data, environment={})

    def processes(self) -> dict[str, dict[str, Any]]:
        """What the supervisor says of each: pid, state, restarts."""
        found: dict[str, dict[str, Any]] = self.data.read_run("supervisor.json")["processes"]
        return found

    def kill(self, name: str) -> None:
        """kill -9, if it runs at the moment."""
        pid = self.processes()[name]["pid"]
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait_running(self) -> None:
        """Until every process runs again and the web and the database answer."""
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            states = {kept["state"] for kept in self.processes().values()}
            with contextlib.suppress(httpx.TransportError):
                if (
                    states == {"running"}
                    and httpx.get(f"{self.url}/ledger/logs", timeout=10).status_code == 200
                ):
                    return
            time.sleep(0.2)
        raise AssertionError(self.processes())

    def manage(self, *arguments: str, program: str = "manage.py") -> str:
        """A management command with the addresses of the application; its output.

        Raises CalledProcessError.
        """
        addresses = self.services.addresses(DATABASE)
        given = {need.value: addresses[need] for need in (Need.APP_DATABASE, Need.REDIS, Need.DATA)}
        done = subprocess.run(
            [sys.executable, PROJECT / program, *arguments],
            env={**without_addresses(), **given},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"{arguments}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def environments(self) -> dict[str, bytes]:
        """/proc/<pid>/environ and the command line of every process of the server."""
        kept = self.data.read_run("supervisor.json")
        pids = {name: row["pid"] for name, row in kept["processes"].items() if row["pid"]}
        pids["supervisor"] = kept["pid"]
        found = {}
        for name, pid in pids.items():
            for child in (pid, *_descendants(pid)):
                with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
                    told = Path(f"/proc/{child}/environ").read_bytes()
                    found[f"{name} {child}"] = told + Path(f"/proc/{child}/cmdline").read_bytes()
        return found


def without_addresses() -> dict[str, str]:
    """This environment without what would name another server."""
    ours = {need.value for need in Need}
    return {name: value for name, value in os.environ.items() if name not in ours}


@contextlib.contextmanager
def running(data: DataFolder) -> Iterator[Whole]:
    """Everything but the demonstration's people; ended as by Ctrl-C."""
    log = data.logs / "console.log"
    with log.open("wb") as console:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.apps.hard.bare", "--port", "0"],
            env={**without_addresses(), Need.DATA.value: str(data.root)},
            cwd=PROJECT,
            stdout=console,
            stderr=subprocess.STDOUT,
        )
    try:
        ends = time.monotonic() + STARTS_WITHIN
        while not (data.run / "ready").exists() and "everything runs" not in log.read_text():
            if process.poll() is not None or time.monotonic() > ends:
                raise AssertionError(f"the server did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        yield Whole(data.read_run("web.json")["url"], data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _descendants(pid: int) -> Iterator[int]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from _descendants(int(child))
