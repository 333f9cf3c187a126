"""What the supervisor knows of a process it keeps: declared here, listed in `processes.py`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from bankruptcy.platform.folder import PROJECT

_LAUNCH: Final = Path(__file__).with_name("launch.py")


class Need(Enum):
    """What a process is given in its environment; what is not listed, it never learns."""

    APP_DATABASE = "DATABASE_URL"
    LEDGER_DATABASE = "LEDGER_DATABASE_URL"
    OWNER_DATABASE = "OWNER_DATABASE_URL"
    REDIS = "REDIS_URL"
    DATA = "CONCURSUS_DATA"


class Restart(Enum):
    """ALWAYS: keep it running. ON_FAILURE: leave it when it ends with status 0."""

    ALWAYS = "always"
    ON_FAILURE = "on failure"


def _at_once() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Process:
    """One process to keep.

    argv: program and arguments.  needs: what it is given.  env: further variables.
    ready: asked until true before the next in order is started (at most `patience` seconds).
    launch: options of launch.py.  folder: where it runs.  stop: the signal that ends it well.
    quiet: its lines go to its log file only, not to the console.  serves: others need it, so it
    is stopped after them.
    """

    name: str
    argv: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    restart: Restart = Restart.ALWAYS
    ready: Callable[[], bool] = _at_once
    patience: float = 60
    launch: tuple[str, ...] = ()
    folder: Path = PROJECT
    quiet: bool = False
    serves: bool = False
    stop: signal.Signals = signal.SIGTERM

    def command(self) -> list[str]:
        """The full command: through launch.py, so that it dies with this very process."""
        return [
            sys.executable,
            "-ISE",
            str(_LAUNCH),
            "--parent",
            str(os.getpid()),
            "--signal",
            str(int(self.stop)),
            *self.launch,
            "--",
            *self.argv,
        ]

    def environment(self, given: Mapping[Need, str]) -> dict[str, str]:
        """Its whole environment: a few harmless variables, what it needs, what it declares."""
        kept = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            **{need.value: given[need] for need in self.needs},
            **self.env,
        }
