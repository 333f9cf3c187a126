"""manage.py process: list, stop and start single processes of a running demonstration."""

from __future__ import annotations

import time
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

_PATIENCE: Final = 20


class Command(BaseCommand):
    """Stopping two witnesses shows what the ledger does without them."""

    help = "List the demonstration's processes, or stop or start one."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=("list", "stop", "start"))
        parser.add_argument("name", nargs="?", help="for example witness-court")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"]
        if options["act"] == "list":
            for known, state in self._processes().items():
                pid = state["pid"] or "-"
                self.stdout.write(f"{known:<22} {state['state']:<9} {pid:>8}")
            return
        if name not in self._processes():
            raise CommandError(f"no such process; there are: {', '.join(self._processes())}")
        marker = settings.DATA.run / "stopped" / name
        if options["act"] == "stop":
            marker.touch()
        else:
            marker.unlink(missing_ok=True)
        wanted = "stopped" if options["act"] == "stop" else "running"
        ends = time.monotonic() + _PATIENCE
        while self._processes()[name]["state"] != wanted:
            if time.monotonic() > ends:
                raise CommandError(f"{name} is not {wanted} after {_PATIENCE} s; see its log")
            time.sleep(0.1)
        self.stdout.write(f"{name} {wanted}")

    @staticmethod
    def _processes() -> dict[str, dict[str, Any]]:
        state = settings.DATA.read_run("supervisor.json")
        if not state:
            raise CommandError(f"no demonstration runs in {settings.DATA.root}")
        found: dict[str, dict[str, Any]] = state["processes"]
        return found
