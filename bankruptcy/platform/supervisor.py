"""Starts the processes of one data folder in order, keeps them running, stops them in order.

All starting and restarting is done by one thread, the keeper: Linux sends a child's death signal
when the *thread* that made it ends. Every process holds the data folder's lock open, so a second
supervisor begins only when the last process of the former one is gone, however it was killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TextIO

from bankruptcy.platform.folder import DataFolder
from bankruptcy.platform.process import Need, Process, Restart

_TICK: Final = 0.1
_BACK_OFF: Final = (0.2, 0.5, 1, 2, 5, 10)
_STEADY_AFTER: Final = 30
_FORMER_ENDS_WITHIN: Final = 30
_GRACE: Final = 8


class CannotStart(Exception):
    """The supervisor or a process could not be started; the text says why."""


@dataclass(slots=True)
class _Kept:
    """The life of one process: what it is, whether it is wanted, and how it fares."""

    process: Process
    wanted: bool = True
    child: subprocess.Popen[bytes] | None = None
    started: float = 0
    failures: int = 0
    restarts: int = 0
    not_before: float = 0
    done: bool = False

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.poll() is None


class Supervisor:
    """Keeps processes; usable as a context manager, from tests as from `manage.py demo`.

    data: whose lock, logs and state file.  given: the addresses processes may need.
    console: where prefixed log lines go besides DATA/logs, or None.
    """

    def __init__(
        self,
        data: DataFolder,
        given: Mapping[Need, str],
        *,
        console: TextIO | None = None,
    ) -> None:
        self._data, self._given, self._console = data, dict(given), console
        self._kept: dict[str, _Kept] = {}
        self._change = threading.Condition()
        self._ending = False
        self._lock: IO[str] | None = None
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    def __enter__(self) -> Supervisor:
        self._take_lock()
        for marker in self._stopped_markers().glob("*"):
            marker.unlink()
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    # --- What callers ask

    def add(self, processes: Iterable[Process]) -> None:
        """Start processes without waiting for them."""
        with self._change:
            for process in processes:
                if process.name in self._kept:
                    raise ValueError(f"there is a process {process.name} already")
                self._kept[process.name] = _Kept(process)

    def add_and_wait(self, processes: Iterable[Process]) -> None:
        """Start processes one after the other, each once the one before is ready."""
        for process in processes:
            self.add((process,))
            self.wait_ready(process.name)

    def add_together(self, processes: Iterable[Process]) -> None:
        """Start processes side by side and wait until all are ready."""
        started = tuple(processes)
        self.add(started)
        for process in started:
            self.wait_ready(process.name)

    def wait_ready(self, name: str) -> None:
        """Wait until the process runs and says it is ready. Raises CannotStart."""
        kept = self._kept[name]
        ends = time.monotonic() + kept.process.patience
        while time.monotonic() < ends:
            if self._ending:
                raise CannotStart("stopped while starting")
            if kept.done or (kept.running and kept.process.ready()):
                return
            time.sleep(_TICK)
        log = self._data.logs / f"{name}.log"
        raise CannotStart(f"{name} was not ready in {kept.process.patience:.0f} s; see {log}")

    def stop(self, name: str) -> None:
        """Stop one process and leave it stopped; returns when it is gone."""
        (self._stopped_markers() / name).touch()
        self._wait(lambda: not self._kept[name].running and not self._kept[name].wanted)

    def start(self, name: str) -> None:
        """Start a stopped process again; returns when it is ready."""
        (self._stopped_markers() / name).unlink(missing_ok=True)
        self._kept[name].failures = 0
        self._wait(lambda: self._kept[name].running)
        self.wait_ready(name)

    def pid(self, name: str) -> int | None:
        """The process id, None while it does not run."""
        kept = self._kept[name]
        return kept.child.pid if kept.child and kept.running else None

    def run_once(self, process: Process) -> None:
        """Run a process that ends by itself. Raises CannotStart with its words if it fails."""
        done = subprocess.run(
            process.command(),
            cwd=process.folder,
            env=process.environment(self._given),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=False,
        )
        (self._data.logs / f"{process.name}.log").write_bytes(done.stdout)
        if done.returncode:
            raise CannotStart(f"{process.name} failed:\n{done.stdout.decode(errors='replace')}")

    def pause(self, seconds: float) -> bool:
        """Wait; True if meanwhile the end was asked for."""
        with self._change:
            self._change.wait_for(lambda: self._ending, timeout=seconds)
            return self._ending

    @property
    def ending(self) -> bool:
        """True once the end was asked for."""
        return self._ending

    def end_soon(self) -> None:
        """Ask for the end; safe in a signal handler, which may not wait for a lock."""
        self._ending = True

    def end(self) -> None:
        """Stop everything, the services last; nothing is left when this returns."""
        self._ending = True
        if self._keeper.is_alive():
            self._keeper.join()
        if self._lock:
            self._lock.close()
            self._lock = None

    # --- The keeper

    def _keep(self) -> None:
        try:
            while not self._ending:
                self._look_at_all()
                with self._change:
                    self._change.notify_all()
                time.sleep(_TICK)
        finally:
            self._end_all()
            self._write_state()

    def _look_at_all(self) -> None:
        changed = False
        with self._change:
            everyone = list(self._kept.values())
        for kept in everyone:
            name = kept.process.name
            kept.wanted = not (self._stopped_markers() / name).exists()
            if not kept.wanted and kept.running:
                self._end_one(kept)
                changed = True
            if kept.child is not None and not kept.running:
                self._note_death(kept)
                changed = True
            if (
                kept.wanted
                and kept.child is None
                and not kept.done
                and time.monotonic() >= kept.not_before
            ):
                self._launch(kept)
                changed = True
        if changed:
            self._write_state()

    def _launch(self, kept: _Kept) -> None:
        assert self._lock is not None
        kept.child = subprocess.Popen(
            kept.process.command(),
            cwd=kept.process.folder,
            env=kept.process.environment(self._given),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal is for the supervisor alone, which stops in order.
            start_new_session=True,
            pass_fds=(self._lock.fileno(),),
        )
        kept.started = time.monotonic()
        threading.Thread(
            target=self._copy_lines,
            args=(kept.process.name, kept.child.stdout, kept.process.quiet),
            daemon=True,
        ).start()

    def _note_death(self, kept: _Kept) -> None:
        assert kept.child is not None
        status, kept.child = kept.child.returncode, None
        if not kept.wanted:
            return
        if status == 0 and kept.process.restart is Restart.ON_FAILURE:
            kept.done = True
            return
        if time.monotonic() - kept.started > _STEADY_AFTER:
            kept.failures = 0
        delay = _BACK_OFF[min(kept.failures, len(_BACK_OFF) - 1)]
        kept.failures += 1
        kept.restarts += 1
        kept.not_before = time.monotonic() + delay
        self._say(kept.process.name, f"ended with status {status}; again in {delay} s")

    def _end_all(self) -> None:
        """First all who use the services, side by side; then the services."""
        users = [kept for kept in self._kept.values() if not kept.process.serves]
        for kept in users:
            if kept.child is not None and kept.running:
                kept.child.send_signal(kept.process.stop)
        for kept in users:
            self._end_one(kept, asked=True)
        for kept in reversed(list(self._kept.values())):
            self._end_one(kept)

    def _end_one(self, kept: _Kept, *, asked: bool = False) -> None:
        child = kept.child
        if child is None or child.poll() is not None:
            return
        if not asked:
            child.send_signal(kept.process.stop)
        try:
            child.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._say(kept.process.name, f"did not end in {_GRACE} s and is killed")
        # Whatever it left behind is of its session.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    # --- Logs, lock and state

    def _copy_lines(self, name: str, lines: IO[bytes], quiet: bool) -> None:
        with lines, open(self._data.logs / f"{name}.log", "ab", buffering=0) as log:
            for line in lines:
                log.write(line)
                if not quiet:
                    self._print(name, line.decode(errors="replace").rstrip("\n"))

    def _say(self, name: str, line: str) -> None:
        with open(self._data.logs / "supervisor.log", "a", encoding="utf-8") as log:
            log.write(f"{name}: {line}\n")
        self._print(name, line)

    def _print(self, name: str, line: str) -> None:
        if self._console:
            with contextlib.suppress(BrokenPipeError, ValueError):
                self._console.write(f"{name:>21} | {line}\n")
                self._console.flush()

    def _take_lock(self) -> None:
        path = self._data.run / "supervisor.lock"
        self._lock = open(path, "a", encoding="ascii")  # noqa: SIM115 (held until the end)
        ends = time.monotonic() + _FORMER_ENDS_WITHIN
        told = False
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError:
                former = self._data.read_run("supervisor.json") or {}
            if _alive(former.get("pid")) or time.monotonic() > ends:
                self._lock.close()
                self._lock = None
                raise CannotStart(
                    f"{self._data.root} is in use by process {former.get('pid')};"
                    " stop that one or choose another DATA"
                )
            if not told:
                self._print("supervisor", "waiting for the former processes to end")
                told = True
            time.sleep(0.2)

    def _write_state(self) -> None:
        processes: dict[str, Any] = {
            name: {
                "pid": self.pid(name),
                "state": "running"
                if kept.running
                else "ended"
                if kept.done
                else "stopped"
                if not kept.wanted
                else "waiting",
                "restarts": kept.restarts,
            }
            for name, kept in list(self._kept.items())
        }
        self._data.write_run("supervisor.json", {"pid": os.getpid(), "processes": processes})

    def _stopped_markers(self) -> Path:
        """A file here stops the process of its name: how `manage.py process` tells us."""
        folder = self._data.run / "stopped"
        folder.mkdir(exist_ok=True)
        return folder

    def _wait(self, condition: Callable[[], bool]) -> None:
        with self._change:
            if not self._change.wait_for(condition, timeout=_GRACE + 5):
                raise CannotStart("the supervisor did not get there in time")


def _alive(pid: int | None) -> bool:
    """True if it runs; a zombie, which no longer does anything, does not."""
    if pid is None or pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
    except OSError:
        return True
