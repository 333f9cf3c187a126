"""Receipts: grade 1, the intake's promise; 2, under the log's checkpoint; 3, under a quorum's.

(ledger 9.9.) The receipt of grade 2 of a statement is always the same bytes: it stands under the
first checkpoint that covers it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final

from django.db import connections

from ledger import keys, logs, nodes
from ledger.log import acknowledgement, proof
from ledger.log.acknowledgement import Acknowledgement
from ledger.log.errors import Category, Refused
from ledger.log.proof import Proof
from ledger.lookout import Lookout

WAIT: Final = 1.0
"""Seconds that a submission waits for its checkpoint before it gets an acknowledgement."""
_PAUSE: Final = 0.02
"""Seconds between two looks for the checkpoints that are waited for."""


class NoQuorumYet(Refused):
    """No checkpoint over the entry has the policy's cosignatures yet. Fact: `index`."""

    slug = "no-quorum-yet"
    category = Category.UNAVAILABLE
    zh = "第 {index} 条尚无达到法定数的见证签名，请稍后再取"
    en = "Entry {index} is not yet under a checkpoint with a quorum of witnesses; ask again soon"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a submitter gets: the grade, the file's bytes, the index once there is one."""

    grade: int
    content: bytes
    digest: bytes
    index: int | None

    @property
    def content_type(self) -> str:
        """Media type of `content`."""
        return "application/json" if self.grade == 1 else "text/plain; charset=utf-8"

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return acknowledgement.SUFFIX if self.grade == 1 else proof.SUFFIX


def of(log: str, digest: bytes, wait: float = 0.0, *, fresh: bool = False) -> Receipt:
    """The best receipt of a statement within `wait` seconds: grade 2, else grade 1.

    fresh: just accepted, so that a look at once would be in vain. Raises NoSuchStatement.
    """
    wanted = log, digest
    there = None if fresh and wait > 0 else _there([wanted]).get(wanted)
    if there is None and wait > 0:
        if connections[logs.USING].pool:
            connections[logs.USING].close()  # another's, while this thread needs none
        there = _LOOKOUT.wait(wanted, wait)
    return there or _promise(log, digest)


def _there(wanted: Collection[tuple[str, bytes]]) -> dict[tuple[str, bytes], Receipt]:
    """The receipts of grade 2 that there are for these statements (log, digest)."""
    found = sorted(logs.covered(wanted), key=attrgetter("log"))
    there: dict[tuple[str, bytes], Receipt] = {}
    with connections[logs.USING].cursor() as cursor:
        for log, group in groupby(found, key=attrgetter("log")):
            rows = list(group)
            paths = nodes.inclusion(cursor, log, [(row.n, row.size) for row in rows])
            for row, path in zip(rows, paths, strict=True):
                content = Proof(row.n, path, row.note, row.body).encode()
                there[log, row.digest] = Receipt(2, content, row.digest, row.n)
    return there


_LOOKOUT: Final = Lookout(_there, _PAUSE)


def _promise(log: str, digest: bytes) -> Receipt:
    found = logs.find(log, digest)
    if found is None:
        raise logs.NoSuchStatement(log=log[:64], digest=digest.hex()[:16])
    if found.n is not None:
        return of(log, digest)  # numbered this very moment
    promise = Acknowledgement(logs.log_row(log).origin, found.received, digest)
    signed = promise.sign(keys.signer(keys.Service.INTAKE))
    return Receipt(1, signed.encode(), digest, None)


def newest(log: str, index: int, grade: int = 2) -> bytes:
    """The proof of an entry under the newest checkpoint, or (grade 3) the newest with a quorum.

    Raises NoSuchEntry, NoCheckpoint, NoQuorumYet.
    """
    size, note = logs.checkpoint(log)
    if not 0 <= index < size:
        raise logs.NoSuchEntry(log=log[:64], index=index, size=size)
    if grade == 3:
        found = logs.quorum_checkpoint(log, covering=index)
        if found is None:
            raise NoQuorumYet(index=index)
        size, note = found
    with connections[logs.USING].cursor() as cursor:
        (path,) = nodes.inclusion(cursor, log, [(index, size)])
    (body,) = logs.entries(log, index, index + 1)
    return Proof(index, path, note, body).encode()
