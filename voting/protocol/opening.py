"""A challenged ballot: everything recomputed from its secrets (protocol 8, ledger 9.11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.errors import Malformed
from ledger.log.jcs import Json, loads
from voting.protocol.ballot import MAX_ANSWERS, Body, check_boxes, check_shape, fingerprint
from voting.protocol.batch import check_proofs
from voting.protocol.errors import OpeningFalse
from voting.protocol.group import Group, Point, default_group, read_scalar, same, write_scalar
from voting.protocol.manifest import Manifest
from voting.protocol.pedersen import commit
from voting.protocol.preparing import AnswerSecrets, Prepared, Secrets, seal_boxes
from voting.protocol.sealing import SALT_SIZE
from voting.protocol.shape import array, malformed_as, members
from voting.protocol.validity import Choice

FORMAT: Final = "concursus-challenge/1"


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a challenged ballot says: its fingerprint and (line, motion, choice) of each answer."""

    fingerprint: str
    answers: tuple[tuple[str, str, Choice], ...]


def decode_secrets(value: Json) -> Secrets:
    """From {`e`, `salts`, `answers`: [{`choice`, `rho`, `a`, `b`}]}. Raises OpeningFalse."""
    with malformed_as(OpeningFalse):
        parts = members(value, frozenset(("e", "salts", "answers")), "opening")
        answers = array(parts["answers"], "answers")
        if not 1 <= len(answers) <= MAX_ANSWERS:
            raise Malformed(what="number of answers")
        return Secrets(
            e=read_scalar(parts["e"]),
            salts=tuple(unb64u(s, SALT_SIZE) for s in array(parts["salts"], "salts")),
            answers=tuple(_answer(answer) for answer in answers),
        )


def encode_secrets(secrets: Secrets) -> Json:
    """The object of `decode_secrets`."""
    return {
        "e": write_scalar(secrets.e),
        "salts": [b64u(salt) for salt in secrets.salts],
        "answers": [
            {
                "choice": answer.choice.value,
                "rho": write_scalar(answer.rho),
                "a": [write_scalar(a) for a in answer.a],
                "b": [write_scalar(b) for b in answer.b],
            }
            for answer in secrets.answers
        ],
    }


def challenge_file(manifest: Manifest, prepared: Prepared) -> Json:
    """The export of a challenged ballot (ledger 9.11)."""
    return {
        "format": FORMAT,
        "manifest": manifest.encode(),
        "body": prepared.body.encode(),
        "boxes": [b64u(box) for box in prepared.boxes],
        "opening": encode_secrets(prepared.secrets),
    }


def check_challenge_file(data: bytes, group: Group | None = None) -> Encoded:
    """Check the bytes of a challenge file and say what the ballot encodes.

    Raises what `read_challenge` and `check_challenged` raise.
    """
    group = group or default_group()
    return check_challenged(*read_challenge(data, group), group)


def read_challenge(data: bytes, group: Group | None = None) -> tuple[Manifest, Prepared]:
    """The vote and the ballot with its secrets; nothing is recomputed yet.

    Raises OpeningFalse, and what `Manifest.decode` and `Body.decode` raise.
    """
    group = group or default_group()
    with malformed_as(OpeningFalse):
        names = frozenset(("format", "manifest", "body", "boxes", "opening"))
        parts = members(loads(data), names, "challenge file")
        if parts["format"] != FORMAT:
            raise Malformed(what="format")
        boxes = tuple(unb64u(box) for box in array(parts["boxes"], "boxes"))
    manifest = Manifest.decode(parts["manifest"], group)
    body = Body.decode(parts["body"], manifest, group)
    return manifest, Prepared(body, boxes, decode_secrets(parts["opening"]))


def check_challenged(
    manifest: Manifest, challenged: Prepared, group: Group | None = None
) -> Encoded:
    """Recompute E, C and A_l (cofactored, like every equation), the boxes and their hashes to
    the byte, and verify the proofs.

    Raises OpeningFalse with what differs, and what `check_shape`, `check_boxes` and
    `check_proofs` raise.
    """
    group = group or default_group()
    body, boxes, secrets = challenged.body, challenged.boxes, challenged.secrets
    check_shape(body, manifest)
    check_boxes(body, manifest, boxes)
    check_proofs(body, manifest, group)
    if len(secrets.answers) != len(body.answers) or len(secrets.salts) != len(boxes):
        raise OpeningFalse(what="number of answers or salts")
    if not _gives(group, body.e, group.mul(group.generator, secrets.e)):
        raise OpeningFalse(what="E")
    for answer, hidden in zip(body.answers, secrets.answers, strict=True):
        where = f"{answer.line}/{answer.motion}"
        if len(hidden.a) != len(answer.a) or len(hidden.b) != len(answer.a):
            raise OpeningFalse(what=f"number of coefficients of {where}")
        if not _gives(group, answer.c, commit(group, hidden.choice.code, hidden.rho)):
            raise OpeningFalse(what=f"C of {where}")
        for point, a, b in zip(answer.a, hidden.a, hidden.b, strict=True):
            if not _gives(group, point, commit(group, a, b)):
                raise OpeningFalse(what=f"A of {where}")
    answered = [(a.line, a.motion, a.c) for a in body.answers]
    again = seal_boxes(manifest, secrets, body.e, answered, group)
    for index, (box, hash_, expected) in enumerate(
        zip(again, body.boxes, boxes, strict=True), start=1
    ):
        if box != expected or sha256(box) != hash_:
            raise OpeningFalse(what=f"the box of trustee {index}")
    choices = zip(body.answers, secrets.answers, strict=True)
    return Encoded(fingerprint(body), tuple((a.line, a.motion, s.choice) for a, s in choices))


def _gives(group: Group, given: bytes, point: Point) -> bool:
    return same(group, group.decode(given), point)


def _answer(value: Json) -> AnswerSecrets:
    parts = members(value, frozenset(("choice", "rho", "a", "b")), "opening of an answer")
    return AnswerSecrets(
        Choice.of_word(parts["choice"]),
        read_scalar(parts["rho"]),
        tuple(read_scalar(a) for a in array(parts["a"], "a")),
        tuple(read_scalar(b) for b in array(parts["b"], "b")),
    )
