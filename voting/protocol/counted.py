"""The counted set: which answers are tallied, and its hash (protocol 6, 7).

Of each (line, motion) the last accepted answer counts. Where its ballot is void, or left out
because a box is missing, no earlier answer takes its place: the line is present and silent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ledger.log.encoding import b64u, frames, sha256
from ledger.log.jcs import dumps
from voting.protocol.ballot import Pair
from voting.protocol.roll import Roll


@dataclass(frozen=True, slots=True)
class Counted:
    """A counted answer. weight: the point W, or None. ballot: hash of the body."""

    motion: str
    class_id: str
    line: str
    heads: int
    weight: bytes | None
    ballot: bytes

    @property
    def pair(self) -> Pair:
        """(line, motion)."""
        return self.line, self.motion


def counted_set(
    last: Mapping[Pair, bytes],
    rolls: Mapping[str, Roll],
    *,
    voided: Collection[bytes] = (),
    left_out: Collection[bytes] = (),
) -> tuple[Counted, ...]:
    """The counted answers, ordered by motion, class, line.

    last: `Standing.last`. rolls: of every motion. voided: hashes of ballots whose complaint was
    upheld; left_out: of those of which a box is still missing. A pair that is on no roll was
    never accepted: KeyError.
    """
    found = []
    for (line, motion), ballot in last.items():
        if ballot in voided or ballot in left_out:
            continue
        leaf = rolls[motion].leaf(line)
        if leaf is None:
            raise KeyError((line, motion))
        found.append(Counted(motion, leaf.class_id, line, leaf.heads, leaf.weight, ballot))
    return tuple(sorted(found, key=lambda c: (c.motion, c.class_id, c.line)))


def counted_hash(manifest_hash: bytes, counted: Iterable[Counted]) -> bytes:
    """SHA-256(frames("concursus/v1/counted", manifest_hash, JCS of the ordered array))."""
    ordered = sorted(counted, key=lambda c: (c.motion, c.class_id, c.line))
    rows = [
        [
            c.motion,
            c.class_id,
            c.line,
            c.heads,
            None if c.weight is None else b64u(c.weight),
            b64u(c.ballot),
        ]
        for c in ordered
    ]
    return sha256(frames("concursus/v1/counted", manifest_hash, dumps(rows)))
