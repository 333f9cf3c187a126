"""Telling the live pages that a case has reached entry n. What they show they fetch."""

from __future__ import annotations

import logging
import threading
from typing import Final

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

GROUP: Final = "bankruptcy"
TYPE: Final = "case.moved"
"""The message: {"type": "case.moved", "case": <id>, "n": <index of the newest entry>}."""

_LAST_SECONDS: Final = 2.0
_logger = logging.getLogger(__name__)


def announce(case: str, n: int) -> None:
    """Send to the hub, at most once; who misses it catches up by n. Never raises."""
    try:
        layer = get_channel_layer()
        if layer is not None:
            async_to_sync(layer.group_send)(GROUP, {"type": TYPE, "case": case, "n": n})
    except Exception:
        # Clients fetch again by themselves, so a broker that is down costs seconds, not entries.
        _logger.warning("announcing an entry was not possible", exc_info=True)


class Announcer:
    """Announces from a thread of its own: a broker that hangs must not stop the log.

    Of several entries of a case that wait, only the newest is announced.
    """

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        self._thread.start()

    def announce(self, case: str, n: int) -> None:
        """Announce soon."""
        with self._changed:
            self._newest[case] = n
            self._changed.notify()

    def close(self) -> None:
        """Send what waits, if that is possible within two seconds."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(_LAST_SECONDS)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest or self._closed)
                waiting, self._newest = self._newest, {}
                closed = self._closed
            for case, n in waiting.items():
                announce(case, n)
            if closed:
                return
