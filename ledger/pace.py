"""How often each of many may do something that keeps the others waiting."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

from ledger.log.errors import Category, Refused

_REMEMBERED: Final = 10_000


class TooFast(Refused):
    """Fact: `seconds` until the next one is taken."""

    slug = "too-fast"
    category = Category.LIMITED
    zh = "提交得太频繁，没有记录任何内容；请{seconds}秒后原样再提交一次"
    en = "Too many in a short time, and nothing was recorded; send the same again in {seconds} s"


class Pace:
    """`most` at once, and `a_second` more each second (a token bucket for everybody).

    It lives in one process, and remembers who was here last; `clock` gives seconds.
    """

    def __init__(
        self, most: int, a_second: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._a_second, self._clock = most, a_second, clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: Hashable) -> None:
        """One more of his. Raises TooFast."""
        with self._lock:
            now = self._clock()
            left, at = self._left.pop(who, (float(self._most), now))
            left = min(float(self._most), left + (now - at) * self._a_second)
            allowed = left >= 1
            self._left[who] = (left - 1 if allowed else left, now)
            if len(self._left) > _REMEMBERED:
                self._left.popitem(last=False)
        if not allowed:
            raise TooFast(seconds=max(1, round((1 - left) / self._a_second)))
