"""Tiles and entry bundles: the tree as static files (C2SP tlog-tiles; ledger 1.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.log.errors import Malformed
from ledger.log.merkle import HASH_SIZE, NodeId, NodeLookup

WIDTH: Final = 256
MAX_LEVEL: Final = 6
MAX_ENTRY: Final = 0xFFFF

_PATH: Final = re.compile(
    r"tile/(entries|[0-6])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


class BadTilePath(Malformed):
    """Not the path of a tile or entry bundle. Fact: `what`."""

    slug = "bad-tile-path"
    zh = "不是瓦片文件的路径：{what}"
    en = "This is not the path of a tile: {what}"


class BadTile(Malformed):
    """The bytes are not those of a tile of its width. Fact: `what`."""

    slug = "bad-tile"
    zh = "瓦片文件的内容不符：{what}"
    en = "The tile is not what its path says: {what}"


def n_path(n: int) -> str:
    """A tile's number in groups of three digits: 1234067 is x001/x234/067."""
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03d}")
    return "/".join(groups)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A tile of hashes (`level` 0 … 6), or of entries (`level` None); `width` 1 … 256."""

    level: int | None
    index: int
    width: int

    @property
    def path(self) -> str:
        """Its path under the log's prefix; a width under 256 says so."""
        kind = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{n_path(self.index)}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """The tile of a path in its one spelling. Raises BadTilePath."""
        match = _PATH.fullmatch(path)
        if not match:
            raise BadTilePath(what=path[:100])
        kind, number, width = match.groups()
        index = int(number.replace("x", "").replace("/", ""))
        tile = cls(None if kind == "entries" else int(kind), index, int(width) if width else WIDTH)
        if tile.path != path or tile.width > WIDTH:
            raise BadTilePath(what=path[:100])
        return tile

    def nodes(self) -> tuple[NodeId, ...]:
        """The nodes whose hashes a tile of hashes holds, in order; ValueError for entries."""
        if self.level is None:
            raise ValueError("an entry bundle holds no nodes")
        first = self.index * WIDTH
        return tuple((8 * self.level, first + i) for i in range(self.width))

    def entries(self) -> range:
        """The indices of the entries of a bundle (or of the hashes at its level)."""
        return range(self.index * WIDTH, self.index * WIDTH + self.width)


def tiles_of(size: int) -> tuple[Tile, ...]:
    """All tiles of hashes and all entry bundles that a tree of `size` leaves has."""
    tiles: list[Tile] = []
    for level in (None, *range(MAX_LEVEL + 1)):
        count = size >> (8 * (level or 0))
        tiles.extend(Tile(level, index, WIDTH) for index in range(count // WIDTH))
        if count % WIDTH:
            tiles.append(Tile(level, count // WIDTH, count % WIDTH))
    return tuple(tiles)


def has_tile(size: int, tile: Tile) -> bool:
    """Whether a log of `size` leaves can serve the tile (of that size or of an earlier one)."""
    count = size >> (8 * (tile.level or 0))
    return tile.index * WIDTH + tile.width <= count


def encode_tile(hashes: Iterable[bytes]) -> bytes:
    """The bytes of a tile of hashes."""
    return b"".join(hashes)


def build_tile(tile: Tile, node: NodeLookup) -> bytes:
    """The bytes of a tile of hashes from a lookup of nodes."""
    return encode_tile(node(level, index) for level, index in tile.nodes())


def decode_tile(data: bytes, width: int) -> tuple[bytes, ...]:
    """The `width` hashes of a tile. Raises BadTile."""
    if len(data) != width * HASH_SIZE:
        raise BadTile(what=f"{len(data)} bytes, {width * HASH_SIZE} expected")
    return tuple(data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: uint16 length and bytes of each; ValueError for a longer entry."""
    if any(len(entry) > MAX_ENTRY for entry in entries):
        raise ValueError("an entry of a bundle has at most 65,535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def decode_bundle(data: bytes, width: int) -> tuple[bytes, ...]:
    """The `width` entries of a bundle. Raises BadTile."""
    entries = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise BadTile(what="an entry is cut off")
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != width:
        raise BadTile(what=f"{len(entries)} entries, {width} expected")
    return tuple(entries)
