"""Roots and proofs from the stored nodes: a few rows by key, whatever the log's size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.backends.utils import CursorWrapper

from ledger.log import merkle
from ledger.log.merkle import NodeId, NodeLookup


def lookup(cursor: CursorWrapper, log: str, wanted: Iterable[NodeId]) -> NodeLookup:
    """A lookup of these complete nodes, read in one query; KeyError for one that is not there."""
    places = list(dict.fromkeys(wanted))
    cursor.execute(
        "SELECT n.level, n.index, n.hash"
        " FROM unnest(%s::smallint[], %s::bigint[]) AS w (level, index)"
        " JOIN ledger_node n ON n.log = %s AND n.level = w.level AND n.index = w.index",
        [[level for level, _ in places], [index for _, index in places], log],
    )
    found = {(level, index): bytes(node) for level, index, node in cursor.fetchall()}
    return lambda level, index: found[level, index]


def size_of(cursor: CursorWrapper, log: str) -> int:
    """Entries of the log; 0 before the first."""
    cursor.execute("SELECT size FROM ledger_head WHERE log = %s", [log])
    row = cursor.fetchone()
    return 0 if row is None else int(row[0])


def root_at(cursor: CursorWrapper, log: str, size: int) -> bytes | None:
    """Root of the first `size` entries; None if the log is shorter."""
    if not 0 <= size <= size_of(cursor, log):
        return None
    return merkle.root_at(size, lookup(cursor, log, merkle.range_nodes(0, size)))


def inclusion(
    cursor: CursorWrapper, log: str, wanted: Sequence[tuple[int, int]]
) -> list[tuple[bytes, ...]]:
    """PATH(index, D[size]) for each (index, size) wanted. Raises BadSize."""
    needed = (node for at in wanted for part in merkle.inclusion_nodes(*at) for node in part)
    found = lookup(cursor, log, needed)
    return [merkle.inclusion_proof(index, size, found) for index, size in wanted]


def consistency(cursor: CursorWrapper, log: str, old: int, new: int) -> tuple[bytes, ...]:
    """PROOF(old, D[new]). Raises BadSize."""
    parts = merkle.consistency_nodes(old, new)
    return merkle.consistency_proof(old, new, lookup(cursor, log, (n for p in parts for n in p)))
