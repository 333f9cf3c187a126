"""Tiles and entry bundles from the rows, computed when asked for (ledger 1.5)."""

from __future__ import annotations

from django.db import connections

from ledger import logs, nodes
from ledger.log import tiles
from ledger.log.errors import Category, Refused
from ledger.log.tiles import Tile


class NoSuchTile(Refused):
    """The log has not come so far. Facts: `path`, `size`."""

    slug = "tile-not-found"
    category = Category.NOT_FOUND
    zh = "没有瓦片 {path}：账本现有 {size} 条"
    en = "There is no tile {path}: the log has {size} entries"


def tile(log: str, path: str) -> bytes:
    """The bytes at `tile/…`, of any width that the log has reached.

    Raises NoSuchLog, BadTilePath, NoSuchTile.
    """
    wanted = Tile.parse(path)
    logs.log_row(log)
    size = logs.size(log)
    if not tiles.has_tile(size, wanted):
        raise NoSuchTile(path=path[:100], size=size)
    if wanted.level is None:
        span = wanted.entries()
        return tiles.encode_bundle(logs.entries(log, span.start, span.stop))
    with connections[logs.USING].cursor() as cursor:
        return tiles.build_tile(wanted, nodes.lookup(cursor, log, wanted.nodes()))
