"""manage.py export CASE --profile court|party [--party ID] --out DIR"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger.export import export
from ledger.log.bundle import Profile
from ledger.log.errors import Refused


class Command(BaseCommand):
    """Writes the bundle of a case to a new folder, for offline verification."""

    help = "Write the bundle of a case, for offline verification with concursus-verify."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", help="id of the case's log")
        parser.add_argument("--profile", choices=("court", "party"), required=True)
        parser.add_argument("--party", metavar="ID", help="pseudonym; with --profile party")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")

    def handle(self, *args: Any, **options: Any) -> None:
        profile, party = Profile(options["profile"]), options["party"]
        if (party is None) == (profile is Profile.PARTY):
            raise CommandError("--party goes with --profile party, and only with it")
        try:
            index = export(options["case"], profile, party, options["out"], self._progress)
        except Refused as error:
            raise CommandError(
                f"{error.sentence('zh')}\n{error.sentence('en')}", returncode=1
            ) from error
        self._clear()
        self.stdout.write(
            f"{options['out']}: {index.size} entries, {len(index.files)} files,"
            f" {index.profile.value}"
        )

    def _progress(self, what: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{what} {done}/{of}\x1b[K", ending="")
        elif done == of:
            self.stderr.write(f"{what} {done}/{of}")

    def _clear(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")
