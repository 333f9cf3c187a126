"""What a ballot meets on the ledger: used keys, last answers (protocol 1, 5, 6).

A body already accepted (`Standing.holds`) is answered with its receipt before any check. Else the
order of errors of section 1: `Body.decode` · `check_form` (encoding, threshold, sealed) ·
proofs (`batch`) · the rules' own closed, not-entitled, not-on-roll · `check_standing` (replayed,
answered). Server and verifier fold the same `Standing` over the accepted ballots of a manifest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from voting.protocol.ballot import Body, Pair, check_boxes, check_shape
from voting.protocol.errors import BallotAnswered, BallotEncoding, BallotReplayed
from voting.protocol.group import Group
from voting.protocol.manifest import Manifest


@dataclass(slots=True)
class Standing:
    """The accepted ballots of one manifest, in ledger order. It only grows.

    bodies: by hash, in order. last: hash of the body with the last accepted answer of each pair,
    void or not. used: h_eff·E of each, 96 bytes. released: bodies declared void while voting was
    open, whose voters may answer again even where no answer may be replaced.
    """

    bodies: dict[bytes, Body] = field(default_factory=dict)
    last: dict[Pair, bytes] = field(default_factory=dict)
    used: set[bytes] = field(default_factory=set)
    released: set[bytes] = field(default_factory=set)

    def holds(self, body: Body) -> bool:
        """Whether this very body was accepted: it is answered with its receipt."""
        return body.digest in self.bodies

    def accept(self, body: Body, group: Group) -> None:
        """Add a ballot that passed every check; one that should have been refused is not added."""
        self.bodies[body.digest] = body
        self.used.add(body.key(group))
        for answer in body.answers:
            self.last[answer.pair] = body.digest

    def release(self, digest: bytes) -> None:
        """Note that a ballot was declared void while voting was open."""
        self.released.add(digest)

    def copy(self) -> Standing:
        """An independent copy."""
        return Standing(dict(self.bodies), dict(self.last), set(self.used), set(self.released))


def check_form(
    body: Body,
    manifest: Manifest,
    standing: Standing,
    group: Group,
    boxes: Sequence[bytes] | None,
) -> None:
    """E not used before, then number of A_l, then hashes and boxes.

    boxes: in the trustees' order; None for a verifier of the ledger, who has none. Raises
    BallotEncoding, BallotThreshold, BallotSealed.
    """
    if body.key(group) in standing.used:
        raise BallotEncoding(what="E was used by an earlier ballot")
    check_shape(body, manifest)
    if boxes is not None:
        check_boxes(body, manifest, boxes)


def check_standing(body: Body, manifest: Manifest, standing: Standing) -> None:
    """Every `replaces` true; no second answer where none is allowed (last of all checks).

    Raises BallotReplayed, BallotAnswered.
    """
    for answer in body.answers:
        if standing.last.get(answer.pair) != answer.replaces:
            raise BallotReplayed(line=answer.line, motion=answer.motion)
    if manifest.replacement:
        return
    for answer in body.answers:
        if answer.replaces is not None and answer.replaces not in standing.released:
            raise BallotAnswered(line=answer.line, motion=answer.motion)
