"""A whole log made by another implementation: every checkpoint, tile and bundle made again."""

from __future__ import annotations

import pathlib

import pytest

from ledger.log import checkpoint, merkle, tiles
from ledger.log.note import Note, NoteSigner, VerifierKey
from tests.core.ledger import sources

ORIGIN = "example.com/log/testdata"
VKEY = f"{ORIGIN}+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
SKEY = f"PRIVATE+KEY+{ORIGIN}+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
ENTRIES = (
    b"one",
    b"two",
    b"three",
    b"four",
    b"five",
    b"six",
    b"seven",
    b"eit",
    b"nain",
    b"ten",
    b"ileven",
    b"twelf",
    b"threeten",
    b"fourten",
    b"fivten",
)
LEAVES = tuple(map(merkle.leaf_hash, ENTRIES))

CHECKPOINTS = sources.files(sources.TESSERA, "checkpoint*")
TILES = sources.files(sources.TESSERA, "tile/**/*")


@pytest.mark.parametrize("path", CHECKPOINTS, ids=sources.name)
def test_checkpoint_is_reproduced_bit_for_bit(path: pathlib.Path) -> None:
    note = Note.decode(path.read_bytes())
    found = checkpoint.read(note, VerifierKey.parse(VKEY))
    size = int(path.suffix.removeprefix(".") or len(ENTRIES))
    again = checkpoint.Checkpoint(ORIGIN, size, merkle.root(LEAVES[:size]))
    assert found == again
    assert again.sign(NoteSigner.parse(SKEY)).encode() == path.read_bytes()


@pytest.mark.parametrize("path", TILES, ids=sources.name)
def test_tile_is_reproduced_bit_for_bit(path: pathlib.Path) -> None:
    tile = tiles.Tile.parse(path.relative_to(sources.TESSERA).as_posix())
    data = path.read_bytes()
    if tile.level is None:
        wanted = tuple(ENTRIES[i] for i in tile.entries())
        assert tiles.decode_bundle(data, tile.width) == wanted
        assert tiles.encode_bundle(wanted) == data
    else:
        assert tiles.build_tile(tile, merkle.node_lookup(LEAVES)) == data
        assert tiles.encode_tile(tiles.decode_tile(data, tile.width)) == data
    assert tile in tiles.tiles_of(tile.width)
