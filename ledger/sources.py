"""Where a bundle's log is read from: the ledger tables, or a folder of files as they are served."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from django.db import connection

from ledger import cosign
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import Entry
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.genesis import Genesis
from ledger.log.merkle import leaf_hash, node_lookup, root_at
from ledger.log.note import Note
from ledger.log.policy import Policy
from ledger.log.tiles import WIDTH, Tile, decode_bundle, decode_tile, tiles_of


class LedgerFolderDiffers(Refused):
    """The files are not one log under its checkpoint. Fact: `what`."""

    slug = "ledger-folder-differs"
    category = Category.CONFLICT
    zh = "文件夹里的账本文件不完整，或与检查点不符：{what}"
    en = "The files of the log are not complete, or do not fit the checkpoint: {what}"


class Ledger(Protocol):
    """A log as an export reads it."""

    def checkpoint(self) -> tuple[int, bytes]:
        """Size and note of the newest checkpoint that satisfies the policy."""

    def hashes(self, tile: Tile) -> Sequence[bytes]:
        """The hashes of a tile."""

    def entries(self, tile: Tile) -> Sequence[bytes]:
        """The entries of an entry bundle."""

    def tables(self, roots: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """(root, rows) of those of these tables that are there, in order of the roots."""


class DatabaseLedger:
    """The ledger tables; no other table is looked at."""

    def __init__(self, case: str) -> None:
        self._case = case

    def checkpoint(self) -> tuple[int, bytes]:
        """See Ledger.checkpoint. Raises QuorumMissing, NoSuchLog, NoCheckpoint."""
        return cosign.require_quorum(self._case, 1)

    def hashes(self, tile: Tile) -> Sequence[bytes]:
        """See Ledger.hashes."""
        nodes = tile.nodes()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT hash FROM ledger_node WHERE log = %s AND level = %s"
                " AND index BETWEEN %s AND %s ORDER BY index",
                [self._case, nodes[0][0], nodes[0][1], nodes[-1][1]],
            )
            return _complete([bytes(found) for (found,) in cursor.fetchall()], tile)

    def entries(self, tile: Tile) -> Sequence[bytes]:
        """See Ledger.entries."""
        first = tile.index * WIDTH
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT body FROM ledger_entry WHERE log = %s AND n >= %s AND n < %s ORDER BY n",
                [self._case, first, first + tile.width],
            )
            return _complete([bytes(found) for (found,) in cursor.fetchall()], tile)

    def tables(self, roots: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """See Ledger.tables."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT root, content FROM ledger_table WHERE log = %s AND root = ANY(%s)"
                " ORDER BY root",
                [self._case, list(roots)],
            )
            for root, content in cursor.fetchall():
                yield bytes(root), bytes(content)


class FolderLedger:
    """A folder with checkpoint, tile/… and tables/… as the log serves them, or as a bundle holds
    them; nothing else in it is looked at. Needs no database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def checkpoint(self) -> tuple[int, bytes]:
        """See Ledger.checkpoint: that of the folder, under the policy of its own genesis.

        Raises LedgerFolderDiffers, QuorumMissing and what is wrong with note, genesis or policy.
        """
        data = self._read("checkpoint")
        note = Note.decode(data)
        size = Checkpoint.parse(note.text).size
        first = next(tile for tile in tiles_of(size) if tile.level is None)
        genesis = Genesis.from_json(Entry.decode(self.entries(first)[0]).statement.body)
        found = Policy.parse(genesis.policy).check(note).checkpoint
        leaves = [
            leaf_hash(entry)
            for tile in tiles_of(size)
            if tile.level is None
            for entry in self.entries(tile)
        ]
        if root_at(size, node_lookup(leaves)) != found.root:
            raise LedgerFolderDiffers(what="root")
        return size, data

    def hashes(self, tile: Tile) -> Sequence[bytes]:
        """See Ledger.hashes."""
        return decode_tile(self._read(tile.path), tile.width)

    def entries(self, tile: Tile) -> Sequence[bytes]:
        """See Ledger.entries."""
        return decode_bundle(self._read(tile.path), tile.width)

    def tables(self, roots: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """See Ledger.tables."""
        for root in sorted(roots):
            if (self._folder / _table(root)).exists():
                yield root, self._read(_table(root))

    def _read(self, path: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except OSError as error:
            raise LedgerFolderDiffers(what=path) from error


def _table(root: bytes) -> str:
    return f"tables/{root.hex()}.jsonl"


def _complete(found: list[bytes], tile: Tile) -> list[bytes]:
    if len(found) != tile.width:
        raise Malformed(what=f"{tile.path} is not complete in the database")
    return found
