"""How a witness is started: its command, and an environment that names no database."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


def command(
    python: str, role: str, name: str, data: Path, port: int, log_keys: Iterable[str]
) -> list[str]:
    """The arguments of one witness process; `data`: its own folder; `log_keys`: vkeys."""
    start = [python, "-m", "ledger.witness", "--role", role, "--name", name]
    trusted = [f"--log-key={vkey}" for vkey in log_keys]
    return [*start, "--data", str(data), "--port", str(port), *trusted]


def environment() -> dict[str, str]:
    """Nothing of the server's own: no address or password of database or broker."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ}
