"""manage.py directory --out DIR: a copy of the directory log, as it is served."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ledger import cosign, logs
from ledger.log.directory import ID
from ledger.log.errors import Refused
from ledger.log.tiles import encode_bundle, encode_tile, tiles_of
from ledger.sources import DatabaseLedger


class Command(BaseCommand):
    """For `concursus-verify directory DIR`."""

    help = "Write checkpoint, policy and tiles of the directory log to a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        if out.exists():
            raise CommandError(f"文件夹已经存在 / the folder is there already: {out}")
        try:
            size, note = cosign.require_quorum(ID, 1)
            policy = logs.log_row(ID).policy
        except Refused as error:
            raise CommandError(f"{error.sentence('zh')}\n{error.sentence('en')}") from error
        files = {"checkpoint": note, "policy": policy.encode()}
        ledger = DatabaseLedger(ID)
        for tile in tiles_of(size):
            files[tile.path] = (
                encode_bundle(ledger.entries(tile))
                if tile.level is None
                else encode_tile(ledger.hashes(tile))
            )
        for path, data in files.items():
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(data)
        self.stdout.write(f"{out}: {size} entries")
