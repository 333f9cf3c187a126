"""The data folder: everything one deployment or demonstration keeps, in one place.

keys/        secrets of this deployment, one file each, readable by its owner alone
logs/        one log file a process
run/         what lives while it runs: sockets, ports, state, readiness
postgres/    the embedded PostgreSQL's cluster       valkey/  the embedded Valkey's file
witness/     a folder a witness: its key and store    people/  keys of the demonstration's people
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parent.parent.parent
# sun_path holds 108 bytes with its zero; PostgreSQL adds "/.s.PGSQL.5432" and ".lock".
_LONGEST_SOCKET_FOLDER: Final = 85


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Paths under `root`, which is absolute; nothing is made before it is asked for."""

    root: Path

    @classmethod
    def from_environment(cls) -> DataFolder:
        """CONCURSUS_DATA, else `.demo` in the project."""
        return cls(Path(os.environ.get("CONCURSUS_DATA") or PROJECT / ".demo").resolve())

    @property
    def keys(self) -> Path:
        return self._made("keys")

    @property
    def logs(self) -> Path:
        return self._made("logs")

    @property
    def run(self) -> Path:
        return self._made("run")

    @property
    def people(self) -> Path:
        return self._made("people")

    @property
    def sockets(self) -> Path:
        """Where Unix sockets lie: `run`, or a short private folder if that path is too long."""
        if len(os.fsencode(self.root / "run")) <= _LONGEST_SOCKET_FOLDER:
            return self.run
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:16]
        short = Path(tempfile.gettempdir()) / f"concursus-{os.getuid()}-{name}"
        short.mkdir(mode=0o700, exist_ok=True)
        if short.stat().st_uid != os.getuid():
            raise PermissionError(f"{short} belongs to somebody else")
        return short

    def witness(self, role: str) -> Path:
        return self._made("witness", role)

    def secret(self, name: str) -> str:
        """The secret text of that name, drawn at first use (43 characters, 256 bits)."""
        path = self.keys / name
        try:
            return path.read_text(encoding="ascii")
        except FileNotFoundError:
            pass
        # Written aside and linked, so that of two processes that draw at once one wins whole.
        aside = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
        return path.read_text(encoding="ascii")

    def write_run(self, name: str, value: Any) -> None:
        """Put a JSON value under `run/`, whole or not at all."""
        path = self.run / name
        aside = path.with_name(f".{name}.{os.getpid()}")
        aside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        aside.replace(path)

    def read_run(self, name: str) -> Any:
        """The JSON value under `run/`; None where there is none."""
        try:
            return json.loads((self.root / "run" / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None

    def _made(self, *parts: str) -> Path:
        path = self.root.joinpath(*parts)
        if not path.is_dir():
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path
