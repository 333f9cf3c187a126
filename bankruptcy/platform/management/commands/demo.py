"""manage.py demo: the whole of Concursus with a demonstration case, from one terminal."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bankruptcy.platform import processes, starting
from bankruptcy.platform.postgres import CannotRun
from bankruptcy.platform.readiness import READY_FILE
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import CannotStart, Supervisor


class Command(BaseCommand):
    """Starts everything and stays until Ctrl-C; a second start resumes with all data."""

    help = "Start the demonstration: database, web, witnesses and all. Ctrl-C ends it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="of the web (8000); 0: any")
        parser.add_argument("--host", default="127.0.0.1", help="address listened on (127.0.0.1)")
        parser.add_argument(
            "--name",
            default="demo.concursus.example",
            help="begins the logs' origins; fixed when the data folder is first set up",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        services = Services(settings.DATA)
        try:
            supervisor = Supervisor(settings.DATA, services.addresses(), console=sys.stdout)
        except CannotRun as error:
            raise CommandError(str(error)) from None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.end_soon())
        try:
            with supervisor:
                self._start(supervisor, services, options)
                while not supervisor.pause(0.5):
                    pass
                self.stdout.write("stopping …")
        except (CannotStart, CannotRun) as error:
            # Being told to stop while starting is no failure.
            if not supervisor.ending:
                raise CommandError(str(error)) from None
        self.stdout.write("stopped")

    def _start(self, supervisor: Supervisor, services: Services, options: dict[str, Any]) -> None:
        begun = time.monotonic()
        port = options["port"] or processes.free_port()
        _wait_until_free(options["host"], port)
        deployment = starting.prepare(services, options["name"], options["host"], port)

        def answers() -> None:
            self._say(f"{deployment.url} answers after {time.monotonic() - begun:.1f} s")

        starting.start(supervisor, services, deployment, answers)
        if processes.has_people():
            supervisor.add((processes.people(deployment),))
        else:
            (settings.DATA.run / READY_FILE).touch()
        self._say(f"everything runs; open {deployment.url} in a browser, Ctrl-C stops it")

    def _say(self, line: str) -> None:
        self.stdout.write(f"{'concursus':>21} | {line}")
        self.stdout.flush()


def _wait_until_free(host: str, port: int) -> None:
    """Fail with a helpful word where another program has the port, after a moment's patience."""
    for attempt in range(20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if attempt == 19 or error.errno != errno.EADDRINUSE:
                    raise CannotStart(
                        f"port {port} cannot be used ({os.strerror(error.errno or 0)});"
                        f" choose another: make demo PORT={port + 1}"
                    ) from None
        time.sleep(0.25)
