"""`manage.py check_projection CASE`: do the tables of a case follow from its log?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bankruptcy.cases import projection
from ledger import logs


class Command(BaseCommand):
    """Names each row that does not follow, with what stands and what follows."""

    help = "Replays a case's log and compares its tables with what follows from it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("case")
        parser.add_argument("--rebuild", action="store_true", help="put what follows in place")

    def handle(self, *args: Any, **options: Any) -> None:
        case = options["case"]
        logs.log_row(case)
        found = projection.compare(case)
        for row in found:
            self.stdout.write(f"{row.table} {row.key}")
            self.stdout.write(f"  stands:  {json.dumps(row.stands, ensure_ascii=False)}")
            self.stdout.write(f"  follows: {json.dumps(row.follows, ensure_ascii=False)}")
        if found and options["rebuild"]:
            count = projection.rebuild(case)
            self.stdout.write(f"{case}: {count} records were put in place from its log")
            return
        if found:
            raise CommandError(f"{len(found)} record(s) of {case} do not follow from its log")
        self.stdout.write(f"{case}: every record follows from its {logs.size(case)} entries")
