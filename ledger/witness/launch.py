"""How a witness is started: its command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def command(
    python: str, role: str, name: str, data: Path, port: int, log_keys: Iterable[str]
) -> list[str]:
    """The arguments of one witness process; `data`: its own folder; `log_keys`: vkeys.

    Give it an environment without any address of the database or the broker: it needs none.
    """
    start = [python, "-m", "ledger.witness", "--role", role, "--name", name]
    trusted = [f"--log-key={vkey}" for vkey in log_keys]
    return [*start, "--data", str(data), "--port", str(port), *trusted]
