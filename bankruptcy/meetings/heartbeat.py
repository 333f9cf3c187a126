"""Who still watches a meeting: heartbeats of open pages, kept in the cache and nowhere else.

A cache that was lost is no absence: who is signed in and was never heard of is heard of now, and
has a full period from there.
"""

from __future__ import annotations

import time
from typing import Final

from django.core.cache import cache

EVERY: Final = 10
"""Seconds between two heartbeats of a page."""
MISSED: Final = 35
"""Seconds of silence after which somebody has left: three heartbeats missed."""
_KEPT: Final = 2 * MISSED


def heard(case: str, meeting: str, person: str) -> None:
    """The page of this person is open."""
    cache.set(_key(case, meeting, person), time.time(), _KEPT)


def silent(case: str, meeting: str, person: str) -> bool:
    """Has nothing been heard for too long?"""
    key = _key(case, meeting, person)
    last = cache.get(key)
    if last is None:
        cache.add(key, time.time(), _KEPT)
        return False
    return bool(time.time() - last > MISSED)


def forget(case: str, meeting: str, person: str) -> None:
    """He has left; when he comes again, he is heard anew."""
    cache.delete(_key(case, meeting, person))


def _key(case: str, meeting: str, person: str) -> str:
    return f"heartbeat:{case}:{meeting}:{person}"
