"""manage.py rehearse: a whole meeting with simulated creditors, before the real one.

Starts everything in a folder of its own, which is gone afterwards, or works against a server that
runs already. The rehearsal itself is a program of its own (rehearsal/) that knows the server by
its addresses alone.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bankruptcy.platform import processes, starting
from bankruptcy.platform.folder import PROJECT, DataFolder
from bankruptcy.platform.postgres import CannotRun
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import CannotStart, Supervisor

NAME: Final = "rehearsal.concursus.example"


class Command(BaseCommand):
    """Exit status 0 says that all went as it must and that the bundle verifies."""

    help = "Rehearse a meeting with N simulated creditors, and print how fast every stage was."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--creditors", type=int, required=True, metavar="N")
        parser.add_argument("--motions", type=int, required=True, metavar="M", help="1 to 20")
        parser.add_argument("--bundle", type=Path, metavar="DIR", help="keep the bundle here")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write the table as JSON")
        parser.add_argument(
            "--receipts", type=Path, metavar="DIR", help="write every receipt as it arrives"
        )
        parser.add_argument("--against", metavar="URL", help="of a server that runs already")
        parser.add_argument(
            "--password-file",
            type=Path,
            metavar="FILE",
            help="of the account `judge` there (DATA/people/judge.password)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        bundle: Path | None = options["bundle"]
        if bundle is not None and bundle.exists() and any(bundle.iterdir()):
            raise CommandError(f"{bundle} is there already; name a new folder")
        password: Path | None = options["password_file"]
        if password is None:
            password = settings.DATA.root / "people" / f"{processes.JUDGE}.password"
        with tempfile.TemporaryDirectory(prefix="concursus-rehearsal-") as private:
            if options["against"]:
                if not password.exists():
                    raise CommandError(f"{password} is not there; name --password-file")
                status = self._rehearse(options["against"], password, Path(private), options)
            else:
                settings.DATA = DataFolder((Path(private) / "data").resolve())
                status = self._with_own_server(Path(private), options)
        if status:
            raise CommandError("the rehearsal failed", returncode=status)

    def _with_own_server(self, private: Path, options: dict[str, Any]) -> int:
        services = Services(settings.DATA)
        try:
            supervisor = Supervisor(services.data, services.addresses())
        except CannotRun as error:
            raise CommandError(str(error)) from None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.end_soon())
        try:
            with supervisor:
                deployment = starting.prepare(services, NAME, "127.0.0.1", processes.free_port())
                starting.start(supervisor, services, deployment)
                password = services.data.people / f"{processes.JUDGE}.password"
                return self._rehearse(deployment.url, password, private, options)
        except (CannotStart, CannotRun) as error:
            raise CommandError(str(error)) from None

    def _rehearse(self, url: str, password: Path, private: Path, options: dict[str, Any]) -> int:
        people = private / "people"
        people.mkdir(mode=0o700)
        (people / password.name).write_bytes(password.read_bytes())
        given = {
            "--url": url,
            "--data": people,
            "--creditors": options["creditors"],
            "--motions": options["motions"],
            "--bundle": options["bundle"] or private / "bundle",
            "--report": options["report"],
            "--receipts": options["receipts"],
        }
        arguments = [f"{name}={value}" for name, value in given.items() if value is not None]
        command = [sys.executable, "-m", "rehearsal", *arguments]
        process = subprocess.Popen(command, cwd=PROJECT)
        try:
            return process.wait()
        finally:
            process.kill()
            process.wait()
