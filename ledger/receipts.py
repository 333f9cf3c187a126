"""Receipts: grade 1, the intake's promise; 2, under the log's checkpoint; 3, under a quorum's.

(ledger 9.9.) The receipt of grade 2 of a statement is always the same bytes: it stands under the
first checkpoint that covers it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from django.db import connections

from ledger import keys, logs, nodes
from ledger.log import acknowledgement, proof
from ledger.log.acknowledgement import Acknowledgement
from ledger.log.errors import Category, Refused
from ledger.log.note import Note
from ledger.log.proof import Proof

WAIT: Final = 1.0
"""Seconds that a submission waits for its checkpoint before it gets an acknowledgement."""
_FIRST_LOOK: Final = 0.02
_LONGEST_PAUSE: Final = 0.05


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
    end = time.monotonic() + wait
    pause = _FIRST_LOOK
    if fresh and wait > _FIRST_LOOK:
        time.sleep(_FIRST_LOOK)
    while True:
        found = logs.covered(log, digest)
        if found is not None:
            content = _prove(log, found.n, found.size, found.note, found.body)
            return Receipt(2, content, digest, found.n)
        left = end - time.monotonic()
        if left <= 0:
            return _promise(log, digest)
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)


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
    return _prove(log, index, size, note)


def _prove(log: str, index: int, size: int, note: Note, body: bytes | None = None) -> bytes:
    with connections[logs.USING].cursor() as cursor:
        hashes = nodes.inclusion(cursor, log, index, size)
    if body is None:
        (body,) = logs.entries(log, index, index + 1)
    return Proof(index, hashes, note, body).encode()
