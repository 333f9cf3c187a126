"""manage.py demo_bundle --out DIR [--keys FILE]: the finished meeting of the demonstration."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from bankruptcy.platform import processes, starting
from bankruptcy.platform.folder import DataFolder
from bankruptcy.platform.postgres import CannotRun
from bankruptcy.platform.process import Restart
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import CannotStart, Supervisor
from ledger import keys
from ledger.log.encoding import unb64
from ledger.log.note import NoteSigner
from ledger.log.sign import Es256Signer
from ledger.witness.keys import ROLES

NAME: Final = "demo.concursus.example"
_PATIENCE: Final = 300.0


class Command(BaseCommand):
    """Everything is built from nothing in a folder of its own, which is gone afterwards."""

    help = "Play the demonstration case from nothing and write its court bundle; nothing stays."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
        parser.add_argument(
            "--keys", type=Path, metavar="FILE", help="write the run's throw-away secrets here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"].absolute()
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(f"{out} is there already; name a new folder")
        if out.exists():
            out.rmdir()
        with tempfile.TemporaryDirectory(prefix="concursus-bundle-") as folder:
            settings.DATA = DataFolder(Path(folder).resolve())
            self._build(Services(settings.DATA, durable=False), out, options["keys"])

    def _build(self, services: Services, out: Path, keys_file: Path | None) -> None:
        try:
            supervisor = Supervisor(services.data, services.addresses(), console=sys.stdout)
        except CannotRun as error:
            raise CommandError(str(error)) from None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: supervisor.end_soon())
        try:
            with supervisor:
                deployment = starting.prepare(services, NAME, "127.0.0.1", processes.free_port())
                starting.start(supervisor, services, deployment)
                people = replace(
                    processes.people(deployment, "--until", "first"),
                    restart=Restart.ON_FAILURE,
                    ready=lambda: False,  # ready is when it has ended
                    patience=_PATIENCE,
                )
                supervisor.add_and_wait((people,))
                told = json.loads((services.data.people / "case.json").read_text("utf-8"))
                supervisor.run_once(processes.export(told["case"], out))
        except (CannotStart, CannotRun) as error:
            raise CommandError(str(error)) from None
        if keys_file is not None:
            _write_private(keys_file, secrets_of(services.data))
        self.stdout.write(f"{out}: the bundle of {told['origin']}")


def secrets_of(data: DataFolder) -> dict[str, Any]:
    """The secret keys of a data folder, for tests that forge."""
    clerk = keys.signer(keys.Service.CLERK)
    people = [json.loads(path.read_text("utf-8")) for path in data.people.glob("*.json")]
    scalars = [kept["device_key"] for kept in people if "device_key" in kept]
    witnesses = [NoteSigner.parse(_text(data.witness(role) / "witness.key")) for role in ROLES]
    return {
        "log": _text(data.keys / f"{keys.Service.LOG.value}.key"),
        "witnesses": {signer.vkey.name: _seed(signer.skey()) for signer in witnesses},
        "clerk": {clerk.key.id.hex(): _text(data.keys / f"{keys.Service.CLERK.value}.key")},
        "people": {Es256Signer(int(scalar, 16)).key.id.hex(): scalar for scalar in scalars},
    }


def _seed(skey: str) -> str:
    """PRIVATE+KEY+name+hash+base64(kind ‖ seed)."""
    return unb64(skey.split("+", 4)[4])[1:].hex()


def _text(path: Path) -> str:
    return path.read_text("ascii").strip()


def _write_private(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")
