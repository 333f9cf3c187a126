"""manage.py demo: the whole of Concursus with a demonstration case, from one terminal."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bankruptcy.platform import processes
from bankruptcy.platform.postgres import CannotRun
from bankruptcy.platform.processes import Deployment
from bankruptcy.platform.readiness import READY_FILE, Progress, report
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import CannotStart, Supervisor
from ledger import keys


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
        data = settings.DATA
        (data.run / READY_FILE).unlink(missing_ok=True)
        report(data, Progress("正在启动数据库", "Starting the database"))
        port = options["port"] or processes.free_port()
        _wait_until_free(options["host"], port)
        keys.make_all()
        name = keys.deployment_name(options["name"])
        deployment = Deployment(data, name, options["host"], port)
        data.write_run("web.json", {"url": deployment.url})
        processes.choose_witness_ports(data)

        supervisor.add((processes.web(deployment),))
        supervisor.add_and_wait(services.processes())
        services.set_up()
        report(data, Progress("正在准备数据表", "Preparing the tables"))
        supervisor.run_once(processes.migrate(deployment))
        report(data, Progress("正在启动各项服务", "Starting the services"))
        supervisor.wait_ready("web")
        self._say(f"{deployment.url} answers after {time.monotonic() - begun:.1f} s")
        if not processes.has_people():
            supervisor.add_together(processes.demonstration(deployment))
            (data.run / READY_FILE).touch()
        else:
            with ThreadPoolExecutor(1) as pool:
                account = pool.submit(supervisor.run_once, processes.court_account(deployment))
                supervisor.add_together(processes.demonstration(deployment))
                account.result()
            supervisor.add((processes.people(deployment),))
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
