"""How often somebody may fail: counted for a while in the cache, by whom nobody can read there."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache

from ledger.log.errors import Category, Refused

PAUSE: Final = 900
"""Seconds for which failures are remembered, from the first on."""


class TooOften(Refused):
    """Too many failed attempts. Facts: `minutes`, `seconds` until the next one is looked at."""

    slug = "too-many-attempts"
    category = Category.LIMITED
    zh = "失败次数过多，{minutes}分钟后再试"
    en = "Too many failed attempts; try again in {minutes} minutes"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` failures of one `value` within PAUSE."""

    what: str
    value: str
    most: int

    @property
    def key(self) -> str:
        text = f"{self.what} {self.value}".encode()
        digest = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256)
        return f"failures/{digest.hexdigest()}"


def check(*limits: Limit, refusal: type[TooOften] = TooOften) -> None:
    """Raises `refusal` while one of the limits is reached."""
    waits = [_wait(limit) for limit in limits if cache.get(limit.key, 0) >= limit.most]
    if waits:
        seconds = max(waits)
        raise refusal(minutes=-(-seconds // 60), seconds=seconds)


def failed(*limits: Limit) -> None:
    """Count a failure."""
    for limit in limits:
        if cache.add(limit.key, 0, PAUSE):
            cache.set(f"{limit.key}/until", time.time() + PAUSE, PAUSE)
        cache.incr(limit.key)


def forget(*limits: Limit) -> None:
    """Count from nothing again."""
    cache.delete_many([limit.key for limit in limits])


def _wait(limit: Limit) -> int:
    until = cache.get(f"{limit.key}/until", time.time() + PAUSE)
    return max(1, round(until - time.time()))
