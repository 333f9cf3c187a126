"""Real witness processes, started as the supervisor starts them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from bankruptcy.platform.process import Process
from ledger.witness.launch import command


class Running:
    """One witness process; `port` is the one it chose."""

    def __init__(
        self, data: Path, role: str, name: str, log_keys: list[str], port: int = 0
    ) -> None:
        declared = Process(
            f"witness-{role}", tuple(command(sys.executable, role, name, data, port, log_keys))
        )
        self.process = subprocess.Popen(
            declared.argv,
            env=declared.environment({}),
            cwd=declared.folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        self.port = int(said.rsplit(" ", 1)[1])
        self.role = role
        self.url = f"http://127.0.0.1:{self.port}/witness/{role}"

    def post(self, body: bytes, **options: Any) -> httpx.Response:
        return httpx.post(f"{self.url}/add-checkpoint", content=body, timeout=20, **options)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}/{path}", timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self._ended()

    def stop(self) -> None:
        self.process.terminate()
        self._ended()

    def _ended(self) -> None:
        self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
