"""Making a ballot: commitments, proofs, shares and boxes (protocol 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.log.encoding import sha256
from voting.protocol.ballot import MAX_ANSWERS, Answer, Body, associated_data, key_challenge
from voting.protocol.group import ORDER, Group, default_group
from voting.protocol.keys import KeyProof
from voting.protocol.manifest import Manifest
from voting.protocol.pedersen import commitment_bytes
from voting.protocol.randomness import Randomness, SystemRandomness
from voting.protocol.sealing import seal, shared_by_voter
from voting.protocol.sharing import Polynomials
from voting.protocol.validity import Choice, prove


@dataclass(frozen=True, slots=True)
class Question:
    """What one answer says. replaces: hash of the body that answered the pair last, or None."""

    line: str
    motion: str
    choice: Choice
    replaces: bytes | None = None


@dataclass(frozen=True, slots=True)
class AnswerSecrets:
    """Secrets of one answer: ρ and the coefficients a_l, b_l (t−1 each)."""

    choice: Choice
    rho: int
    a: tuple[int, ...]
    b: tuple[int, ...]

    def polynomials(self) -> Polynomials:
        """f and g."""
        return Polynomials((self.choice.code, *self.a), (self.rho, *self.b))


@dataclass(frozen=True, slots=True)
class Secrets:
    """All that a challenged ballot reveals: e, the salts s_j, and each answer's secrets."""

    e: int
    salts: tuple[bytes, ...]
    answers: tuple[AnswerSecrets, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A ballot: its body, its boxes in the trustees' order, and its secrets."""

    body: Body
    boxes: tuple[bytes, ...]
    secrets: Secrets


def prepare(
    manifest: Manifest,
    signer: str,
    questions: Sequence[Question],
    *,
    randomness: Randomness | None = None,
    group: Group | None = None,
) -> Prepared:
    """A fresh ballot over 1 to 20 questions of pairwise different (line, motion).

    randomness: the system's unless a test gives its own. Raises ValueError.
    """
    group, randomness = group or default_group(), randomness or SystemRandomness()
    if not 1 <= len(questions) <= MAX_ANSWERS:
        raise ValueError(f"a ballot has 1 to {MAX_ANSWERS} answers")
    if len({(q.line, q.motion) for q in questions}) != len(questions):
        raise ValueError("a line and motion is answered twice")
    secrets = draw(manifest, [q.choice for q in questions], randomness)
    e = group.encode(group.mul(group.generator, secrets.e))
    answers = []
    for question, hidden in zip(questions, secrets.answers, strict=True):
        a = hidden.polynomials().commitments(group)
        proof = prove(
            group,
            randomness,
            hidden.choice,
            hidden.rho,
            manifest.digest,
            question.line,
            question.motion,
            a,
            e,
        )
        c = commitment_bytes(group, hidden.choice.code, hidden.rho)
        answers.append(
            Answer(question.line, question.motion, question.replaces, c, a, proof),
        )
    k = randomness.scalar()
    t = group.encode(group.mul(group.generator, k))
    answered = [(a.line, a.motion, a.c) for a in answers]
    c_e = key_challenge(manifest.digest, signer, e, t, answered)
    key_proof = KeyProof(t, (k + c_e * secrets.e) % ORDER)
    boxes = seal_boxes(manifest, secrets, e, answered, group)
    hashes = tuple(sha256(box) for box in boxes)
    body = Body(manifest.digest, signer, e, key_proof, tuple(answers), hashes)
    return Prepared(body, boxes, secrets)


def draw(manifest: Manifest, choices: Sequence[Choice], randomness: Randomness) -> Secrets:
    """Fresh secrets of a ballot."""

    def coefficients() -> tuple[int, ...]:
        return tuple(randomness.scalar() for _ in range(manifest.threshold - 1))

    return Secrets(
        e=randomness.scalar(),
        salts=tuple(randomness.salt() for _ in manifest.trustees),
        answers=tuple(
            AnswerSecrets(choice, randomness.scalar(), coefficients(), coefficients())
            for choice in choices
        ),
    )


def seal_boxes(
    manifest: Manifest,
    secrets: Secrets,
    e: bytes,
    answered: Sequence[tuple[str, str, bytes]],
    group: Group,
) -> tuple[bytes, ...]:
    """The boxes of a ballot, in the trustees' order. e: E as it stands in the body."""
    associated = associated_data(manifest.digest, answered)
    polynomials = [answer.polynomials() for answer in secrets.answers]
    boxes = []
    for index, (trustee, salt) in enumerate(
        zip(manifest.trustees, secrets.salts, strict=True), start=1
    ):
        shared = shared_by_voter(group, secrets.e, group.decode(trustee.public_key))
        plaintext = b"".join(p.share(index).encode() for p in polynomials)
        boxes.append(seal(shared, manifest.digest, trustee.id, e, salt, associated, plaintext))
    return tuple(boxes)
