"""Whether ballots could come in: each process of the web writes so every few seconds.

Who can write this row has a running event loop and the database, which is what a ballot needs.
After a silence the first process that comes back notes it, and the clerk's sweep records it as
an outage of every vote that it fell into. Silence is measured by the database's clock, what is
recorded stands in the log's: a demonstration's clock that was moved is no outage.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from channels.db import database_sync_to_async
from django.db import connections, transaction
from psycopg.errors import UndefinedTable

from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.meetings.models import Pulse, Silence
from ledger import logs

EVERY: Final = 5.0
"""Seconds between two pulses."""
SILENT: Final = timedelta(seconds=30)
"""Without any pulse for longer, the web was down or cut off from its database."""
_BEFORE_CLOSE: Final = (Stage.PREPARED, Stage.OPEN)

_logger = logging.getLogger(__name__)


def beat(silent: timedelta = SILENT) -> None:
    """Write a pulse for each log with a vote before its close, and note a silence before it."""
    for log in _logs():
        with transaction.atomic(using=logs.USING), connections[logs.USING].cursor() as cursor:
            cursor.execute("SELECT clock_timestamp(), ledger_now(%s)", [log])
            at, log_time = cursor.fetchone()
            last = Pulse.objects.select_for_update().filter(log=log).first()
            if last is not None and at - last.at > silent and last.log_time < log_time:
                Silence.objects.create(log=log, began=last.log_time, ended=log_time)
                _logger.warning("no ballot could come in to %s for %s", log, at - last.at)
            Pulse.objects.update_or_create(log=log, defaults={"at": at, "log_time": log_time})


async def beating() -> None:
    """Beat until cancelled, whatever fails: a failure is what the next pulse finds."""
    while True:
        try:
            await database_sync_to_async(beat)()
        except Exception as error:
            # Before the first migration there is no table to write to, and nothing to miss.
            if not isinstance(error.__cause__, UndefinedTable):
                _logger.info("no pulse: %s", type(error).__name__)
        await asyncio.sleep(EVERY)


async def lifespan(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """A process of the web beats from its start to its end (ASGI lifespan)."""
    task: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            task = asyncio.create_task(beating())
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if task is not None:
                task.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _logs() -> list[str]:
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT r.log FROM ledger_log l"
            " JOIN cases_record r ON r.log = l.id AND r.name = %s"
            " WHERE r.record->>'stage' = ANY(%s) ORDER BY 1",
            [records.VOTES.name, [stage.value for stage in _BEFORE_CLOSE]],
        )
        return [log for (log,) in cursor.fetchall()]
