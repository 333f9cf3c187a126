"""Creditors at a screen: an account, a device enrolled on request, a page that stays open.

The others come to the administrator's desk on paper; an account costs its password's hashing,
half a second each, which no rehearsal of thousands has.
"""

from __future__ import annotations

import json
import secrets
import threading
import time
from contextlib import suppress
from typing import Any, Final

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from demo.person import Person
from demo.session import Session
from rehearsal.crowd import Simulated

MOST: Final = 4
_HEARTBEAT: Final = 10.0
_PATIENCE: Final = 600.0


class Screen:
    """One creditor's open page: it hears how far the case has come, and says that it is there."""

    def __init__(self, url: str, one: Simulated, tag: str) -> None:
        self.simulated = one
        self._url = url
        self._web = Session(url, patience=_PATIENCE)
        self._name = f"rehearsal-{tag}-{one.creditor.username}"
        self._case = self._meeting = ""
        self._size = 0
        self._heard = threading.Condition()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=self._name, daemon=True)

    def enter(self, case: str, origin: str) -> Person:
        """Make the account, join the case, ask that the device's key be enrolled."""
        self._web.register(self._name, secrets.token_urlsafe(18), self._name)
        person = Person(self._web.join(case), self.simulated.person.key)
        self._case = case
        self._web.ask_for_key(case, person.key.key.public_key, person.possession(case, origin))
        return person

    def open(self, meeting: str) -> None:
        """Open the meeting's page: its socket, and its heartbeat."""
        self._meeting = meeting
        self._thread.start()

    def heard(self, size: int, patience: float = 60.0) -> float:
        """Wait until the socket has told a size of the log that large; how long, in ms.

        Raises TimeoutError.
        """
        begun = time.perf_counter()
        with self._heard:
            if not self._heard.wait_for(lambda: self._size >= size, patience):
                raise TimeoutError(f"size {size} was not told")
        return (time.perf_counter() - begun) * 1000

    def close(self) -> None:
        """Leave."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join(5)
        self._web.close()

    def _listen(self) -> None:
        address = f"{self._url.replace('http', 'ws', 1)}/ws/c/{self._case}"
        while not self._closed.is_set():
            with suppress(WebSocketException, OSError):
                cookie = {"Cookie": self._web.cookies}
                with connect(
                    address, origin=Origin(self._url), additional_headers=cookie
                ) as socket:
                    self._follow(socket)
            # Cut off: the page connects again by itself.
            self._closed.wait(0.5)

    def _follow(self, socket: ClientConnection) -> None:
        next_beat = 0.0
        while not self._closed.is_set():
            if time.monotonic() >= next_beat:
                socket.send(json.dumps({"presence": self._meeting}))
                next_beat = time.monotonic() + _HEARTBEAT
            with suppress(TimeoutError):
                told: Any = json.loads(socket.recv(timeout=0.5))
                if isinstance(told.get("n"), int):
                    with self._heard:
                        self._size = max(self._size, told["n"])
                        self._heard.notify_all()
