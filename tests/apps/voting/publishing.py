"""weights.published for tests: what the administrator's browser does, in Python."""

from __future__ import annotations

from typing import Any

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import bodies_of, counted_answers, vectors_of
from bankruptcy.kinds.schema import Sealed
from bankruptcy.kinds.weights_published import amount_vectors, answers_of
from ledger import openings, tables
from ledger.log.encoding import b64u, parse_amount
from tests.apps.voting.support import RANDOM, Meeting
from voting.protocol.group import read_scalar, write_scalar
from voting.protocol.pedersen import Opening
from voting.protocol.roll import sum_openings
from voting.protocol.weights import KnownAnswer, publish_vector


def amount_row(commitment: bytes) -> dict[str, Any]:
    """{amount, commitment, sigma} from the store."""
    row = openings.store().amount_row(commitment)
    assert isinstance(row, dict)
    return row


def publish_weights(meeting: Meeting) -> None:
    """The administrator publishes the proofs of the amounts, with their table."""
    view, vote = meeting.view, meeting.vote
    result = view.get(records.RESULTS, vote.manifest_hash)
    assert result is not None
    counted = counted_answers(view, vote)
    bodies = bodies_of(view, vote, counted)
    rows: list[Any] = []
    heads = []
    for vector in amount_vectors(view, vote):
        (i,) = (i for i, v in enumerate(vectors_of(view, vote)) if v == vector)
        given = result.vectors[i]
        assert isinstance(given.r, Sealed)
        r = view.opening(f"result.declared@1#/vectors/{i}/r", given.r.digest)
        known = []
        for answer in answers_of(vector, counted):
            line = view.get(records.ROLL_LINES, vote.manifest_hash, answer.motion, answer.line)
            assert line is not None
            parts = [amount_row(part.amount.commitment) for part in line.parts]
            opening = sum_openings(
                Opening(parse_amount(p["amount"]), read_scalar(p["sigma"])) for p in parts
            )
            c = bodies[answer.ballot].answer(answer.pair).c
            known.append(KnownAnswer(answer.line, c, opening))
        made = publish_vector(
            view.group, RANDOM, vote.manifest_hash, vector.motion, read_scalar(r), known
        )
        rows += [proof.encode() for proof in made.proofs]
        heads.append(
            {
                "motion": vector.motion,
                "class": vector.class_id,
                "cast": str(given.cast),
                "sigma": write_scalar(made.sigma),
                "m": b64u(given.m),
                "r": write_scalar(made.r),
            }
        )
    root = tables.put(meeting.id, rows)
    meeting.act(
        meeting.administrator,
        "weights.published@1",
        {
            "manifest_hash": b64u(vote.manifest_hash),
            "counted_hash": b64u(vote.counted_hash or b""),
            "declared": b64u(result.statement),
            "root": b64u(root),
            "rows": len(rows),
            "vectors": heads,
        },
    )
    meeting.settle()
