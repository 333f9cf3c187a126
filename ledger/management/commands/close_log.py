"""manage.py close_log CASE: a log ends; the directory says so, and nothing is taken in any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import closing
from ledger.log.errors import Refused
from ledger.log.note import Note


class Command(BaseCommand):
    """For a case that is over, or whose log another one is to follow."""

    help = "End the log of a case at its last cosigned checkpoint. It cannot be opened again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("case", metavar="CASE")
        parser.add_argument(
            "--checkpoint",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="the last checkpoint as a witness serves it, where this database lacks it; once"
            " for each witness of the quorum",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            notes = [Note.decode(path.read_bytes()) for path in options["checkpoint"]]
            last = closing.close(options["case"], notes)
        except OSError as error:
            raise CommandError(f"{error.filename}: {type(error).__name__}") from error
        except Refused as error:
            raise CommandError(f"{error.sentence('zh')}\n{error.sentence('en')}") from error
        self.stdout.write(last.text().decode())
