"""The clerk's sweep: each second it says what follows by itself (architecture, Deadlines).

It also deletes the boxes of votes whose keys are all destroyed. Nothing is decided here. Each
statement is judged under its case's lock by the log's time; of two workers with the same statement
one is refused, and leaves nothing. An advisory lock spares them the attempt.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from celery import shared_task
from django.db import connections

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import presence_ended
from bankruptcy.meetings import boxes, due, heartbeat
from bankruptcy.meetings.models import Silence
from ledger import clerk, logs
from ledger.intake import Busy
from ledger.log.errors import Refused
from ledger.log.jcs import Json

EVERY: Final = 1.0
"""Seconds between two sweeps."""
_LOCK: Final = 0x636C65726B
_STEPS: Final = 3

_logger = logging.getLogger(__name__)


@shared_task(name="bankruptcy.meetings.sweep")
def sweep() -> int:
    """Say everything that is due; how many statements were taken in."""
    with _alone() as alone:
        if not alone:
            return 0
        boxes.destroy()
        return _votes() + _silences() + _presences()


def _votes() -> int:
    said = 0
    # A demonstration clock may have passed opening and close in one move.
    for _step in range(_STEPS):
        before = said
        for item in due.votes():
            said += _say(item.case, item.kind, item.body)
        if said == before:
            break
    return said


def _silences() -> int:
    """Each outage that the web found; after the votes, since one may have opened meanwhile."""
    said = 0
    for silence in Silence.objects.order_by("pk"):
        try:
            for item in due.of_silence(PostgresState(silence.log), silence):
                said += _judged(item.case, item.kind, item.body)
        except Busy:
            continue  # the next sweep; what this one recorded is refused there, as overlapping
        silence.delete()
    return said


def _presences() -> int:
    said, ends = 0, time.monotonic() + EVERY
    for case, meeting, person in heartbeat.silent(list(due.present())):
        if time.monotonic() > ends:
            # Thousands may have left at once; opening and close must not wait for their sake.
            break
        heartbeat.forget(case, meeting, person)
        body: Json = {"meeting": meeting, "person": person}
        said += _say(case, presence_ended.KIND.id, body)
    return said


def _say(case: str, kind: str, body: Json) -> int:
    try:
        return _judged(case, kind, body)
    except Busy:
        return 0  # the next sweep says it


def _judged(case: str, kind: str, body: Json) -> int:
    try:
        clerk.say(case, kind, body, wait=0)
    except Refused as refused:
        # Somebody else said it first, or the clock stands before it after all.
        _logger.info("%s in %s: %s", kind, case, refused.slug)
        return 0
    _logger.info("%s in %s", kind, case)
    return 1


@contextmanager
def _alone() -> Iterator[bool]:
    """Is this the only sweep that runs now?"""
    connection = connections[logs.USING]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        (alone,) = cursor.fetchone()
    try:
        yield bool(alone)
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
