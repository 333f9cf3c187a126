"""The supervisor with real processes: restarts, single stops, ends without leftovers, kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.platform import supervisor as supervising
from bankruptcy.platform.folder import DataFolder
from bankruptcy.platform.process import Need, Process, Restart
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import CannotStart, Supervisor

_SLEEPER = Process("sleeper", ("sleep", "600"))


def _eventually(condition: Callable[[], bool], seconds: float = 15) -> None:
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come about in time"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """False for a zombie too: it waits for its parent and does nothing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_dies_is_started_again(tmp_path: Path) -> None:
    with Supervisor(DataFolder(tmp_path), {}) as supervisor:
        supervisor.add_and_wait((_SLEEPER,))
        first = supervisor.pid("sleeper")
        assert first
        os.kill(first, signal.SIGKILL)
        _eventually(lambda: supervisor.pid("sleeper") not in (None, first))


def test_one_process_is_stopped_and_started_alone(tmp_path: Path) -> None:
    other = Process("other", ("sleep", "600"))
    with Supervisor(DataFolder(tmp_path), {}) as supervisor:
        supervisor.add_together((_SLEEPER, other))
        untouched = supervisor.pid("other")
        supervisor.stop("sleeper")
        assert supervisor.pid("sleeper") is None
        state = DataFolder(tmp_path).read_run("supervisor.json")
        assert state["processes"]["sleeper"]["state"] == "stopped"
        supervisor.start("sleeper")
        assert supervisor.pid("sleeper")
        assert supervisor.pid("other") == untouched


def test_nothing_is_left_not_even_grandchildren_who_do_not_listen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervising, "_GRACE", 1)
    stubborn = "trap '' TERM; sleep 600 & echo $! > child; sleep 600"
    process = Process("stubborn", ("bash", "-c", stubborn), folder=tmp_path)
    child = tmp_path / "child"
    with Supervisor(DataFolder(tmp_path), {}) as supervisor:
        supervisor.add_and_wait((process, _SLEEPER))
        _eventually(lambda: child.exists() and bool(child.read_text().strip()))
        pids = [supervisor.pid("stubborn"), supervisor.pid("sleeper"), int(child.read_text())]
    _eventually(lambda: not any(_runs(pid) for pid in pids if pid))


def test_a_process_that_ends_well_is_left_alone_if_so_declared(tmp_path: Path) -> None:
    once = Process("once", ("true",), restart=Restart.ON_FAILURE)
    with Supervisor(DataFolder(tmp_path), {}) as supervisor:
        supervisor.add_and_wait((once,))

        def told() -> dict[str, Any]:
            state = DataFolder(tmp_path).read_run("supervisor.json") or {"processes": {}}
            return dict(state["processes"].get("once", {}))

        _eventually(lambda: told().get("state") == "ended")
        supervisor.pause(0.5)
        assert (told()["state"], told()["restarts"]) == ("ended", 0)


def test_a_folder_in_use_is_refused_by_name(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path\n"
        "from bankruptcy.platform.folder import DataFolder\n"
        "from bankruptcy.platform.supervisor import Supervisor\n"
        "data = DataFolder(Path(sys.argv[1]))\n"
        "from bankruptcy.platform.process import Process\n"
        "with Supervisor(data, {}) as s:\n"
        "    s.add_and_wait((Process('sleeper', ('sleep', '600')),))\n"
        "    time.sleep(0.3); print(s.pid('sleeper'), flush=True); time.sleep(600)\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", holder, tmp_path], stdout=subprocess.PIPE, text=True
    )
    assert first.stdout
    sleeper = int(first.stdout.readline())
    with pytest.raises(CannotStart, match="in use"), Supervisor(DataFolder(tmp_path), {}):
        pass
    # Killed so, it can clean nothing up; its processes die with it and the next may begin.
    first.kill()
    first.wait()
    first.stdout.close()
    _eventually(lambda: not _runs(sleeper))
    with Supervisor(DataFolder(tmp_path), {}) as supervisor:
        supervisor.add_and_wait((_SLEEPER,))


def test_a_process_learns_only_what_it_needs() -> None:
    given = dict.fromkeys(Need, "secret-address")
    process = Process("web", ("true",), needs=(Need.REDIS,), env={"MORE": "1"})
    environment = process.environment(given)
    assert environment["REDIS_URL"] == "secret-address"
    assert environment["MORE"] == "1"
    assert [name for name, value in environment.items() if value == "secret-address"] == [
        "REDIS_URL"
    ]
    assert "secret-address" not in Process("witness", ("true",)).environment(given).values()


def test_committed_rows_survive_kill_9_of_the_database(tmp_path: Path) -> None:
    services = Services(DataFolder(tmp_path), environment={})
    with Supervisor(services.data, services.addresses()) as supervisor:
        supervisor.add_and_wait(services.processes())
        services.set_up()
        with services.administrator("concursus") as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        killed = supervisor.pid("postgres")
        assert killed
        os.kill(killed, signal.SIGKILL)
        _eventually(lambda: supervisor.pid("postgres") not in (None, killed))
        supervisor.wait_ready("postgres")
        with services.administrator("concursus") as connection:
            found = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert found == (1000,)
    with Supervisor(services.data, services.addresses()) as supervisor:
        supervisor.add_and_wait(services.processes())
        services.set_up()
        with services.administrator("concursus") as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
