"""manage.py court_store [--make-key FILE]: bring the court's store up to date, or make its key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import court_keys, court_store, erasing, logs
from ledger.log.errors import Refused
from ledger.wrapping import CourtWrapping


class Command(BaseCommand):
    """For the operator after the court's folder was out of reach; for the court, its key pair."""

    help = "Add to the court's store what it lacks and erase there what was erased here."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--make-key",
            type=Path,
            metavar="FILE",
            help="for the court: make a secret key there and FILE.pub, for the operator",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        secret: Path | None = options["make_key"]
        try:
            if secret is not None:
                public = secret.with_name(f"{secret.name}.pub")
                court_keys.write_public(CourtWrapping.make(secret), public)
                self.stdout.write(f"{secret}\n{public} -> DATA/keys/{court_keys.PUBLIC}")
                return
            late = sum(erasing.carry_out(log) for log in logs.ids())
            found = court_store.make_good(settings.DATA.root)
        except Refused as error:
            raise CommandError(f"{error.sentence('zh')}\n{error.sentence('en')}") from error
        self.stdout.write(
            f"{found.records} records and {found.files} files added, {late + found.erased} erased"
        )
