"""Weight proofs checked ahead of the replay (protocol 11), piece by piece.

Which answer and which line of the roll a proof is of, the replay alone can tell. Here it is taken
to be the last one in the log, which it nearly always is; where the replay comes to another, it
checks the proof itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from bankruptcy.kinds import ballot_cast, voting_prepared, weights_published
from bankruptcy.kinds.schema import Hash
from ledger.log import jcs
from ledger.log.encoding import b64u, frames, sha256
from ledger.log.entry import Entry
from ledger.log.errors import Refused
from ledger.log.jcs import Json
from voting.protocol.group import Group, read_point, scalar_bytes
from voting.protocol.roll import Leaf
from voting.protocol.weights import WeightedAnswer, WeightProof, false_weights

BATCH: Final = 2_048
"""Answers in one multi-scalar multiplication: enough that more would cost no less a point."""

Lines = Callable[[Hash], Sequence[bytes]]
"""The lines of a table by its root. Raises NoTable."""


@dataclass(frozen=True, slots=True)
class Proven:
    """digest: of the answers whose proofs were checked. false: positions of those that fail."""

    digest: bytes
    false: tuple[int, ...]

    @classmethod
    def of(cls, group: Group, manifest_hash: bytes, answers: Sequence[WeightedAnswer]) -> Proven:
        """Check the proofs of these answers."""
        false = false_weights(group, manifest_hash, answers)
        return cls(digest_of(manifest_hash, answers), false)


def digest_of(manifest_hash: bytes, answers: Sequence[WeightedAnswer]) -> bytes:
    """What tells answers apart: two that are checked alike have the same (SHA-256 of all parts)."""
    return sha256(
        frames(
            manifest_hash,
            *(
                frames(p.line, p.motion, a.weight, a.c, p.sum_point, *p.t, *map(scalar_bytes, p.z))
                for a in answers
                for p in (a.proof,)
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Piece:
    """`BATCH` rows, from `start` on, of the table that entry `n` publishes."""

    n: int
    start: int


def body_of(entry: Entry) -> dict[str, Json]:
    """The body of an entry's statement, read anew from the payload.

    A process that only looks at what it shares with another copies it by that: of a ballot as it
    was read some ten pages, of its payload one.
    """
    payload = jcs.loads(entry.envelope.payload)
    body = payload["body"] if isinstance(payload, dict) else None
    assert isinstance(body, dict)  # a statement was read from it before
    return body


class Proving:
    """The weight proofs of a log: which pieces there are, and the checking of one."""

    def __init__(self, entries: Sequence[Entry | None], lines: Lines, group: Group) -> None:
        self._entries, self._lines, self._group = entries, lines, group
        self._tables: dict[bytes, Sequence[bytes]] = {}
        self._weights: dict[bytes, dict[str, bytes]] = {}

    def pieces(self, most: int) -> Iterator[Piece]:
        """All of them, or the first `most`."""
        for n, entry in enumerate(self._entries):
            if entry is not None and entry.kind == weights_published.KIND.id:
                try:
                    rows = weights_published.KIND.decode(entry.statement.body).rows
                except Refused:
                    continue
                for start in range(0, min(rows, most * BATCH), BATCH):
                    if most == 0:
                        return
                    most -= 1
                    yield Piece(n, start)

    def check(self, piece: Piece) -> Proven | None:
        """None where the log does not say what the proofs would be of."""
        entry = self._entries[piece.n]
        assert entry is not None
        try:
            body = weights_published.KIND.decode(entry.statement.body)
            rows = self._table(body.root)[piece.start : piece.start + BATCH]
            proofs = [WeightProof.decode(jcs.loads(row), self._group) for row in rows]
            answers = [
                WeightedAnswer(
                    self._weight(body.manifest_hash, proof),
                    read_point(
                        self._group,
                        self._answers[b64u(body.manifest_hash), proof.line, proof.motion],
                    ),
                    proof,
                )
                for proof in proofs
            ]
            return Proven.of(self._group, body.manifest_hash, answers)
        except (Refused, KeyError):
            return None

    def _table(self, root: Hash) -> Sequence[bytes]:
        """The rows of a table; none where it is not to be had, which is found out once."""
        if root not in self._tables:
            try:
                self._tables[root] = self._lines(root)
            except Refused:
                self._tables[root] = ()
        return self._tables[root]

    def _weight(self, manifest_hash: Hash, proof: WeightProof) -> bytes:
        root = self._rolls[manifest_hash, proof.motion]
        if root not in self._weights:
            self._weights[root] = dict(self._weights_of(self._table(root)))
        return self._weights[root][proof.line]

    def _weights_of(self, rows: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
        for row in rows:
            try:
                leaf = Leaf.decode(jcs.loads(row), self._group)
            except Refused:
                continue
            if leaf.weight is not None:
                yield leaf.line, leaf.weight

    @cached_property
    def _rolls(self) -> dict[tuple[bytes, str], Hash]:
        """The root of each motion's roll, by manifest hash and motion."""
        found: dict[tuple[bytes, str], Hash] = {}
        for entry in self._of(voting_prepared.KIND.id):
            try:
                body = voting_prepared.KIND.decode(entry.statement.body)
            except Refused:
                continue
            manifest_hash = sha256(jcs.dumps(body.manifest))
            found |= {(manifest_hash, head.motion): head.root for head in body.rolls}
        return found

    @cached_property
    def _answers(self) -> dict[tuple[Json, Json, Json], Json]:
        """C of the last answer of each line, all as the ballots spell them."""
        found: dict[tuple[Json, Json, Json], Json] = {}
        for entry in self._of(ballot_cast.KIND.id):
            body = body_of(entry)
            named, answers = body.get("manifest_hash"), body.get("answers")
            for answer in answers if isinstance(answers, list) else []:
                if isinstance(answer, dict):
                    line, motion = answer.get("line"), answer.get("motion")
                    if isinstance(named, str) and isinstance(line, str) and isinstance(motion, str):
                        found[named, line, motion] = answer.get("c")
        return found

    def _of(self, kind: str) -> Iterator[Entry]:
        return (entry for entry in self._entries if entry is not None and entry.kind == kind)
