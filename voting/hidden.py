"""A vector of amounts for who may not see them: W in the place of w, and where its proofs stand."""

from __future__ import annotations

from functools import lru_cache

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from bankruptcy.kinds.counting import bodies_of, counted_answers
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.weights_published import amount_vectors, answers_of
from ledger.log.encoding import b64u
from ledger.log.jcs import Json
from voting.protocol.tally import TallyVector
from voting.weights import RegisterNotYours

Rows = tuple[tuple[str, str, str], ...]
"""C and W in base64url, and the line, of each counted answer of a vector, in order."""


def vector(
    view: CaseView, case: str, vote: records.Vote, wanted: TallyVector, start: int, most: int
) -> dict[str, Json]:
    """At most `most` answers from the `start`-th on, and what opens their sums.

    {answers: [[C, W, line], …], total, next, hidden: {root, first, manifest_hash, cast, sigma, m,
    r}}. root: of the table, hex. first: place in it of the vector's first answer.

    Raises RegisterNotYours where no weights are published.
    """
    published = view.get(records.WEIGHTS, vote.manifest_hash)
    if published is None:
        raise RegisterNotYours()
    due = amount_vectors(view, vote)
    rows = [_rows(case, vote.manifest_hash, published.statement)[one.order] for one in due]
    place = due.index(wanted)
    given, answers = published.vectors[place], rows[place]
    end = min(start + most, len(answers))
    return {
        "answers": [list(row) for row in answers[start:end]],
        "total": len(answers),
        "next": end if end < len(answers) else None,
        "hidden": {
            "root": published.root.hex(),
            "first": sum(len(before) for before in rows[:place]),
            "manifest_hash": b64u(vote.manifest_hash),
            "cast": str(given.cast),
            "sigma": b64u(given.sigma),
            "m": b64u(given.m),
            "r": b64u(given.r),
        },
    }


@lru_cache(maxsize=8)
def _rows(case: str, manifest_hash: Hash, statement: Hash) -> dict[tuple[str, str, str], Rows]:
    """Kept by the statement that published them: nothing changes them afterwards."""
    view = PostgresState(case)
    vote = view.get(records.VOTES, manifest_hash)
    if vote is None:
        return {}
    counted = counted_answers(view, vote)
    bodies = bodies_of(view, vote, counted)
    return {
        vector.order: tuple(
            (b64u(bodies[a.ballot].answer(a.pair).c), b64u(a.weight or b""), a.line)
            for a in answers_of(vector, counted)
        )
        for vector in amount_vectors(view, vote)
    }
