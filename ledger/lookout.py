"""Many who wait for something to appear look together: at any time one looks, for all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(eq=False, slots=True)
class _Place(Generic[K, V]):
    """In the row of those who wait; the first of the row looks."""

    wanted: K
    found: V | None = None
    called: threading.Event = field(default_factory=threading.Event)
    """Set when it was found, and when it is this one's turn to look."""


class Lookout(Generic[K, V]):
    """Where threads wait; `look` finds what is there of the things wanted, every `pause` seconds.

    It is called by one of the waiting threads, for as long as that one waits itself; then another
    takes its turn. What it raises ends only the waiting of the thread that called it.
    """

    def __init__(self, look: Callable[[Collection[K]], Mapping[K, V]], pause: float) -> None:
        self._look = look
        self._pause = pause
        self._lock = threading.Lock()
        self._row: list[_Place[K, V]] = []

    def wait(self, wanted: K, seconds: float) -> V | None:
        """It, as soon as it is there; None if it is not within `seconds`."""
        end = time.monotonic() + seconds
        place: _Place[K, V] = _Place(wanted)
        with self._lock:
            self._row.append(place)
        try:
            while place.found is None and (left := end - time.monotonic()) > 0:
                if self._row[0] is place:
                    time.sleep(min(self._pause, left))
                    self._tell()
                else:
                    place.called.wait(left)
            return place.found
        finally:
            with self._lock:
                self._row.remove(place)
                if self._row:
                    self._row[0].called.set()

    def _tell(self) -> None:
        with self._lock:
            row = [place for place in self._row if place.found is None]
        there = self._look({place.wanted for place in row})
        for place in row:
            if place.wanted in there:
                place.found = there[place.wanted]
                place.called.set()
