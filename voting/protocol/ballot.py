"""The body of a ballot: decoding, hashes, shape and boxes (protocol 1, 5, 6).

`Body.decode` finds what is `encoding`; `check_shape` what is `threshold`, or `sealed` without
boxes; `check_boxes` what is `sealed`; `batch` what is `proof`; `acceptance` what the ledger says.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.log.encoding import b64u, check_id, frames, sha256, unb64u
from ledger.log.errors import Malformed
from ledger.log.jcs import Json, dumps, loads
from voting.protocol.errors import BallotEncoding, BallotSealed, BallotThreshold
from voting.protocol.group import Group, default_group, read_point
from voting.protocol.keys import KeyProof
from voting.protocol.manifest import Manifest
from voting.protocol.sealing import box_size
from voting.protocol.shape import array, malformed_as, members
from voting.protocol.transcript import challenge
from voting.protocol.validity import ValidityProof, ballot_challenge

MAX_ANSWERS: Final = 20
HASH_SIZE: Final = 32

_BODY: Final = frozenset(("manifest_hash", "signer", "e", "key_proof", "answers", "boxes"))
_ANSWER: Final = frozenset(("line", "motion", "replaces", "c", "a", "proof"))

Pair = tuple[str, str]
"""(line, motion): what an answer answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: points as their 96 bytes.

    replaces: hash of the body with the last accepted answer for this pair, or None.
    """

    line: str
    motion: str
    replaces: bytes | None
    c: bytes
    a: tuple[bytes, ...]
    proof: ValidityProof

    @property
    def pair(self) -> Pair:
        """(line, motion)."""
        return self.line, self.motion

    @staticmethod
    def decode(value: Json, group: Group) -> Answer:
        """From the object of an answer. Raises Malformed."""
        parts = members(value, _ANSWER, "answer")
        replaces = parts["replaces"]
        return Answer(
            line=check_id(parts["line"]),
            motion=check_id(parts["motion"]),
            replaces=None if replaces is None else unb64u(replaces, HASH_SIZE),
            c=read_point(group, parts["c"]),
            a=tuple(read_point(group, a) for a in array(parts["a"], "a")),
            proof=ValidityProof.decode(parts["proof"], group),
        )

    def encode(self) -> Json:
        """The object."""
        return {
            "line": self.line,
            "motion": self.motion,
            "replaces": None if self.replaces is None else b64u(self.replaces),
            "c": b64u(self.c),
            "a": [b64u(a) for a in self.a],
            "proof": self.proof.encode(),
        }


@dataclass(frozen=True, slots=True)
class Body:
    """A ballot's body, complete before its maker chooses to cast or to challenge it.

    e: E, 96 bytes. boxes: SHA-256 of each box, in the trustees' order.
    """

    manifest_hash: bytes
    signer: str
    e: bytes
    key_proof: KeyProof
    answers: tuple[Answer, ...]
    boxes: tuple[bytes, ...]
    # What follows from the rest and costs to compute; `decode` fills both in.
    _digest: bytes | None = field(default=None, init=False, repr=False, compare=False)
    _key: bytes | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def digest(self) -> bytes:
        """SHA-256 of its canonical bytes."""
        if self._digest is None:
            object.__setattr__(self, "_digest", sha256(self.canonical()))
        assert self._digest is not None
        return self._digest

    def key(self, group: Group) -> bytes:
        """h_eff·E, 96 bytes: two E that differ by a point of small order are one key.

        ValueError where it is O, which `decode` refuses.
        """
        if self._key is None:
            cleared = group.encode(group.clear(group.decode(self.e)))
            object.__setattr__(self, "_key", cleared)
        assert self._key is not None
        return self._key

    @staticmethod
    def parse(data: bytes, manifest: Manifest, group: Group | None = None) -> Body:
        """From its canonical bytes. Raises BallotEncoding."""
        with malformed_as(BallotEncoding):
            value = loads(data)
        return Body.decode(value, manifest, group)

    @staticmethod
    def decode(value: Json, manifest: Manifest, group: Group | None = None) -> Body:
        """From its JSON value: shape, manifest, number of answers, pairs, h_eff·E ≠ O.

        Not whether E was used, which is the ledger's to say, nor anything later in the order of
        section 1. Raises BallotEncoding.
        """
        group = group or default_group()
        with malformed_as(BallotEncoding):
            return _decode(value, manifest, group)

    def encode(self) -> Json:
        """The JSON value."""
        return {
            "manifest_hash": b64u(self.manifest_hash),
            "signer": self.signer,
            "e": b64u(self.e),
            "key_proof": self.key_proof.encode(),
            "answers": [a.encode() for a in self.answers],
            "boxes": [b64u(h) for h in self.boxes],
        }

    def canonical(self) -> bytes:
        """Its canonical bytes, whose SHA-256 is its hash."""
        return dumps(self.encode())

    def associated(self) -> bytes:
        """Associated data of its boxes, 32 bytes."""
        return associated_data(self.manifest_hash, [(a.line, a.motion, a.c) for a in self.answers])

    def answer(self, pair: Pair) -> Answer:
        """Its answer for (line, motion); KeyError if it has none."""
        for answer in self.answers:
            if answer.pair == pair:
                return answer
        raise KeyError(pair)

    def key_challenge(self) -> int:
        """The challenge of its key proof."""
        answered = [(a.line, a.motion, a.c) for a in self.answers]
        return key_challenge(self.manifest_hash, self.signer, self.e, self.key_proof.t, answered)

    def answer_challenge(self, answer: Answer) -> int:
        """The challenge of the validity proof of one of its answers."""
        return ballot_challenge(
            self.manifest_hash,
            answer.line,
            answer.motion,
            answer.c,
            answer.a,
            self.e,
            answer.proof.t,
        )


def body_hash(body: Body) -> bytes:
    """SHA-256 of the body's canonical bytes."""
    return body.digest


def fingerprint(body: Body) -> str:
    """What a voter compares: 160 bits in base32, eight groups of four (protocol 8)."""
    digest = sha256(frames("concursus/v1/fingerprint", body.canonical()))[:20]
    text = base64.b32encode(digest).decode("ascii")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def associated_data(manifest_hash: bytes, answered: Sequence[tuple[str, str, bytes]]) -> bytes:
    """SHA-256(frames(manifest_hash, line_1, motion_1, C_1, line_2, …))."""
    return sha256(frames(manifest_hash, *(part for triple in answered for part in triple)))


def key_challenge(
    manifest_hash: bytes,
    signer: str,
    e: bytes,
    t: bytes,
    answered: Sequence[tuple[str, str, bytes]],
) -> int:
    """challenge("ballot-key", manifest_hash, signer, E, T_e, line_1, motion_1, C_1, …)."""
    parts = (part for triple in answered for part in triple)
    return challenge("ballot-key", manifest_hash, signer, e, t, *parts)


def check_shape(body: Body, manifest: Manifest) -> None:
    """Number of A_l in each answer, then number of hashes of boxes.

    All that a verifier without boxes can check of them. Raises BallotThreshold, BallotSealed.
    """
    expected = manifest.threshold - 1
    for answer in body.answers:
        if len(answer.a) != expected:
            raise BallotThreshold(expected=expected, found=len(answer.a))
    if len(body.boxes) != len(manifest.trustees):
        raise BallotSealed(what="number of hashes")


def check_boxes(body: Body, manifest: Manifest, boxes: Sequence[bytes]) -> None:
    """Every box there, of the right length and hash (after `check_shape`). Raises BallotSealed.

    boxes: in the trustees' order.
    """
    if len(boxes) != len(manifest.trustees):
        raise BallotSealed(what="number of boxes")
    for digest, box in zip(body.boxes, boxes, strict=True):
        if len(box) != box_size(len(body.answers)):
            raise BallotSealed(what="length of a box")
        if sha256(box) != digest:
            raise BallotSealed(what="hash of a box")


def _decode(value: Json, manifest: Manifest, group: Group) -> Body:
    parts = members(value, _BODY, "ballot")
    answers = array(parts["answers"], "answers")
    if not 1 <= len(answers) <= MAX_ANSWERS:
        raise Malformed(what="number of answers")
    body = Body(
        manifest_hash=unb64u(parts["manifest_hash"], HASH_SIZE),
        signer=check_id(parts["signer"]),
        e=read_point(group, parts["e"]),
        key_proof=KeyProof.decode(parts["key_proof"], group),
        answers=tuple(Answer.decode(a, group) for a in answers),
        boxes=tuple(unb64u(h, HASH_SIZE) for h in array(parts["boxes"], "boxes")),
    )
    if body.manifest_hash != manifest.digest:
        raise Malformed(what="manifest_hash of another manifest")
    if len({a.pair for a in body.answers}) != len(body.answers):
        raise Malformed(what="a line and motion answered twice")
    try:
        body.key(group)
    except ValueError as error:
        raise Malformed(what="E of small order") from error
    # Every string was read from its only spelling, so these are the bytes of `encode` too.
    object.__setattr__(body, "_digest", sha256(dumps(value)))
    return body
