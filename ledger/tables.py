"""Tables that a body names by {root, rows}: JCS rows under an RFC 6962 root (ledger 9.7).

What stands in a table follows from the case, so the server computes it when the act is accepted
and keeps it beside the log; a stranger computes the root again from the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import connections

from bankruptcy.kinds import records, register_published, voting_prepared
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import leaf_of
from ledger import logs
from ledger.log import jcs, merkle
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from voting.protocol.manifest import Manifest
from voting.protocol.roll import Roll

Rows = Iterable[Sequence[Json]]
"""The tables of one act, each with its rows in the order stated."""


class NoSuchTable(Refused):
    """Facts: `log`, `root`."""

    slug = "table-not-found"
    category = Category.NOT_FOUND
    zh = "账本 {log} 没有根为 {root} 的表"
    en = "The log {log} has no table with the root {root}"


def root_of(rows: Iterable[bytes]) -> bytes:
    """The RFC 6962 root over rows, each its JCS bytes."""
    return merkle.root(merkle.leaf_hash(row) for row in rows)


def put(log: str, rows: Iterable[Json]) -> bytes:
    """Keep a table and return its root; keeping it again changes nothing."""
    encoded = [jcs.dumps(row) for row in rows]
    root = root_of(encoded)
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_table (log, root, rows, content) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [log, root, len(encoded), b"".join(row + b"\n" for row in encoded)],
        )
    return root


def get(log: str, root: bytes) -> bytes:
    """tables/<root>.jsonl. Raises NoSuchTable."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute("SELECT content FROM ledger_table WHERE log = %s AND root = %s", [log, root])
        row = cursor.fetchone()
    if row is None:
        raise NoSuchTable(log=log[:64], root=root.hex())
    return bytes(row[0])


def _register(view: CaseView, act: Act[register_published.Body]) -> Rows:
    yield register_published.register_rows(view)


def _rolls(view: CaseView, act: Act[voting_prepared.Body]) -> Rows:
    for head in act.body.rolls:
        digest = Hash(Manifest.decode(act.body.manifest, view.group).digest)
        lines = view.find(records.ROLL_LINES, manifest_hash=digest)
        roll = Roll.of(leaf_of(line) for line in lines if line.motion == head.motion)
        yield [leaf.encode() for leaf in roll.leaves]


PRODUCERS: Final[Mapping[str, Callable[[CaseView, Act[Any]], Rows]]] = {
    register_published.KIND.id: _register,
    voting_prepared.KIND.id: _rolls,
}
"""Kinds whose bodies name tables, with what computes the rows from the state after the act."""


def keep(log: str, state: CaseView, act: Act[Any]) -> None:
    """Keep the tables that an accepted act names."""
    produce = PRODUCERS.get(act.kind)
    for rows in produce(state, act) if produce else ():
        put(log, rows)
