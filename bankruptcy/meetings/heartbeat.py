"""Who still watches a meeting: heartbeats of open pages, kept in the cache and nowhere else.

A cache that was lost is no absence: who is signed in and was never heard of is heard of now, and
has a full period from there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from django.core.cache import cache

EVERY: Final = 10
"""Seconds between two heartbeats of a page."""
MISSED: Final = 35
"""Seconds of silence after which somebody has left: three heartbeats missed."""
_KEPT: Final = 2 * MISSED
_AT_ONCE: Final = 1_000

Present = tuple[str, str, str]
"""(case, meeting, person)."""


def heard(case: str, meeting: str, person: str) -> None:
    """The page of this person is open."""
    cache.set(_key(case, meeting, person), time.time(), _KEPT)


def silent(present: Sequence[Present]) -> list[Present]:
    """Those of whom nothing has been heard for too long."""
    now, found = time.time(), []
    for start in range(0, len(present), _AT_ONCE):
        some = {_key(*one): one for one in present[start : start + _AT_ONCE]}
        last = cache.get_many(some)
        if unknown := {key: now for key in some if key not in last}:
            cache.set_many(unknown, _KEPT)
        found += [some[key] for key, heard_at in last.items() if now - heard_at > MISSED]
    return found


def forget(case: str, meeting: str, person: str) -> None:
    """He has left; when he comes again, he is heard anew."""
    cache.delete(_key(case, meeting, person))


def _key(case: str, meeting: str, person: str) -> str:
    return f"heartbeat:{case}:{meeting}:{person}"
