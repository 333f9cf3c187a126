"""`manage.py sequencer`: numbers accepted statements until it is told to stop."""

from __future__ import annotations

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError

from ledger import keys, sequencer
from ledger.announce import Announcer
from ledger.guard import Forked, Guard

_RETRY_SECONDS = 0.5
_logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """The one process that writes the logs; a second one waits until the first is gone."""

    help = "Numbers accepted statements, chains them, signs checkpoints. Runs until SIGTERM."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batch", type=int, default=sequencer.BATCH)
        parser.add_argument("--once", action="store_true", help="empty the queue and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def asked(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        once = options["once"]
        if not once:
            signal.signal(signal.SIGTERM, asked)
            signal.signal(signal.SIGINT, asked)
        keys.make(keys.Service.LOG)
        guard = Guard(keys.folder().parent / "guard" / "signed.sqlite")
        try:
            self._keep_running(guard, stop, options["batch"], once)
        finally:
            guard.close()

    def _keep_running(self, guard: Guard, stop: threading.Event, batch: int, once: bool) -> None:
        while not stop.is_set():
            try:
                run(guard, stop, batch, once=once)
                return
            except (psycopg.OperationalError, sequencer.Overtaken):
                _logger.warning("the database is not to be had; trying again", exc_info=True)
                stop.wait(_RETRY_SECONDS)
            except Forked as error:
                raise CommandError(f"{error.sentence('zh')}\n{error.sentence('en')}") from error


def run(guard: Guard, stop: threading.Event, batch: int, *, once: bool = False) -> None:
    """Batches on one connection until `stop`, or with `once` until nothing waits."""
    announcer = Announcer()
    try:
        with sequencer.connect() as connection:
            connection.execute(f"LISTEN {sequencer.CHANNEL_IN}")
            worker = sequencer.Sequencer(
                connection,
                guard,
                keys.log_signer,
                announcer.announce,
                batch,
                keys.log_mldsa_signer,
            )
            _work(connection, worker, stop, once)
    finally:
        announcer.close()


def _work(
    connection: psycopg.Connection[Any],
    worker: sequencer.Sequencer,
    stop: threading.Event,
    once: bool,
) -> None:
    while not stop.is_set():
        began = time.monotonic()
        count = worker.run_batch()
        if worker.full(count) or (once and count):
            continue
        if once:
            return
        if count:
            # What comes in meanwhile shares the next checkpoint.
            stop.wait(max(0.0, sequencer.PERIOD - (time.monotonic() - began)))
            continue
        # Wake at the first call and forget the rest of them: one batch takes all that waits.
        list(connection.notifies(timeout=sequencer.IDLE, stop_after=1))
        list(connection.notifies(timeout=0))
