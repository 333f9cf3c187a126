"""manage.py cosign --witness NAME=URL --witness …: bring checkpoints to the witnesses."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.cosigning import CosigningProcess


class Command(BaseCommand):
    """Asks the witnesses named, each at its submission prefix."""

    help = "Ask the witnesses to cosign the newest checkpoint of every log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--witness",
            action="append",
            required=True,
            metavar="NAME=URL",
            help="a witness's key name and its submission prefix; once for each",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        addresses = {}
        for given in options["witness"]:
            name, equals, url = given.partition("=")
            if not equals or not url.startswith(("http://", "https://")):
                raise CommandError(f"{given}: NAME=URL is expected")
            addresses[name] = url.rstrip("/")
        asyncio.run(self._serve(addresses))

    async def _serve(self, addresses: dict[str, str]) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        self.stdout.write("cosigning")
        self.stdout.flush()
        await CosigningProcess(addresses).run(stop)
