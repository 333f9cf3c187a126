"""manage.py court_bundle --store DIR --key FILE (--ledger DIR | --case ID) --out DIR"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import court_store
from ledger.export import export_from
from ledger.log.bundle import Profile
from ledger.log.errors import Refused
from ledger.sources import DatabaseLedger, FolderLedger, Ledger


class Command(BaseCommand):
    """The court makes its bundle by itself: from its own store, and the log."""

    help = "Write the court's bundle from the court's own store and a copy of the log."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--store", type=Path, required=True, help="the court's store")
        parser.add_argument("--key", type=Path, required=True, help="file of the court's secret")
        log = parser.add_mutually_exclusive_group(required=True)
        log.add_argument(
            "--ledger", type=Path, metavar="DIR", help="checkpoint, tile/ and tables/ as served"
        )
        log.add_argument("--case", help="id of a log in the ledger tables of the database")
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")

    def handle(self, *args: Any, **options: Any) -> None:
        ledger: Ledger = (
            DatabaseLedger(options["case"])
            if options["ledger"] is None
            else FolderLedger(options["ledger"])
        )
        try:
            openings, files = court_store.opened(options["store"], options["key"])
            index = export_from(ledger, openings, files, Profile.COURT, None, options["out"])
        except Refused as error:
            raise CommandError(
                f"{error.sentence('zh')}\n{error.sentence('en')}", returncode=1
            ) from error
        self.stdout.write(f"{options['out']}: {index.size} entries, {len(index.files)} files")
