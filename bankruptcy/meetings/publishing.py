"""M/declare, the second act: the proofs by which everybody checks the amounts (protocol 11).

The server drafts what the administrator may see anyway; the browser draws the secrets and proves.
The table comes before the statement that names its root, and holds weight proofs alone.
"""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from bankruptcy.desk.access import desk_view
from bankruptcy.kinds import records
from bankruptcy.kinds.counting import bodies_of, counted_answers
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotNow
from bankruptcy.kinds.schema import Id, ScalarBytes, Sealed, decode
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import at_stage, vote_of_meeting
from bankruptcy.kinds.weights_published import NoAmounts, amount_vectors, answers_of
from bankruptcy.people.access import Access
from bankruptcy.people.bodies import answer
from ledger import tables
from ledger.log import jcs
from ledger.log.disclosure import field_name
from ledger.log.encoding import b64u, unhex32
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from ledger.log.statement import Role
from voting import weights
from voting.protocol.tally import Metric
from voting.protocol.weights import WeightProof

MOST: Final = 64_000_000
"""Bytes of a table: a hundred thousand proofs."""


class TableTooLarge(Refused):
    """Fact: `most`, in bytes."""

    slug = "table-too-large"
    category = Category.TOO_LARGE
    zh = "表超过上限 {most} 字节"
    en = "The table has more than {most} bytes"


@require_POST
@desk_view(Role.ADMINISTRATOR)
def draft(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """{manifest_hash, counted_hash, declared, vectors}: of every amount vector {motion, class,
    cast, m, r, answers}, of every answer {line, weight, c, amount, sigma}.

    Raises NotNow, AlreadyThere, NoAmounts, NotOpened.
    """
    return answer(_draft(access.view, _vote(access, meeting)))


@require_POST
@desk_view(Role.ADMINISTRATOR)
def table(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """Keep the rows sent, one weight proof a line, under the root that ?root= names.

    Raises NotNow, AlreadyThere, TableTooLarge, Malformed, Disagrees.
    """
    _vote(access, meeting)
    wanted = unhex32(request.GET.get("root", ""))
    data = request.read(MOST + 1)
    if len(data) > MOST:
        raise TableTooLarge(most=MOST)
    rows = _rows(data, access.view)
    follows = tables.root_of(map(jcs.dumps, rows))
    if follows != wanted:
        raise Disagrees(what="root", stated=wanted.hex()[:12], follows=follows.hex()[:12])
    tables.put(access.case, rows)
    return JsonResponse({"root": follows.hex(), "rows": len(rows)}, status=201)


def _vote(access: Access, meeting: str) -> records.Vote:
    """The vote whose result stands and whose amounts are not proven yet."""
    vote = vote_of_meeting(access.view, Id(meeting))
    if vote is None:
        raise Http404
    at_stage(vote, Stage.DECLARED)
    if access.view.get(records.WEIGHTS, vote.manifest_hash) is not None:
        raise AlreadyThere(what="weights.published", id=vote.manifest_hash.hex()[:12])
    return vote


def _rows(data: bytes, view: CaseView) -> list[Json]:
    if data and not data.endswith(b"\n"):
        raise Malformed(what="jsonl")
    rows = [jcs.loads(line) for line in data.split(b"\n")[:-1]]
    for row in rows:
        WeightProof.decode(row, view.group)
    return rows


def _draft(view: CaseView, vote: records.Vote) -> dict[str, Json]:
    due = amount_vectors(view, vote)
    if not due:
        raise NoAmounts()
    result = view.get(records.RESULTS, vote.manifest_hash)
    if result is None or vote.counted_hash is None:
        raise NotNow(what="result.declared")
    counted = counted_answers(view, vote)
    bodies = bodies_of(view, vote, counted)
    known = {(row["line"], row["motion"]): row for row in weights.of_vote(view, vote)}
    places = {
        (given.motion, given.class_): (i, given)
        for i, given in enumerate(result.vectors)
        if given.metric == Metric.AMOUNT.value
    }
    vectors: list[Json] = []
    for vector in due:
        i, given = places[Id(vector.motion), vector.class_id]
        answers: list[Json] = [
            {
                "line": one.line,
                "weight": None if one.weight is None else b64u(one.weight),
                "c": b64u(bodies[one.ballot].answer(one.pair).c),
                "amount": known[one.pair]["amount"],
                "sigma": known[one.pair]["sigma"],
            }
            for one in answers_of(vector, counted)
        ]
        vectors.append(
            {
                "motion": vector.motion,
                "class": vector.class_id,
                "cast": str(given.cast),
                "m": b64u(given.m),
                "r": b64u(_blinding(view, i, given)),
                "answers": answers,
            }
        )
    return {
        "manifest_hash": b64u(vote.manifest_hash),
        "counted_hash": b64u(vote.counted_hash),
        "declared": b64u(result.statement),
        "vectors": vectors,
    }


def _blinding(view: CaseView, i: int, given: records.DeclaredVector) -> bytes:
    if isinstance(given.r, Sealed):
        field = field_name("result.declared@1", f"/vectors/{i}/r")
        return decode(ScalarBytes, view.opening(field, given.r.digest))
    return given.r
