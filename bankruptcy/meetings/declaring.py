"""M/declare: the result that follows from the trustees' sums, for the administrator to declare.

The server only computes; the browser opens every vector again from the ballots' commitments, and
the rules judge the statement like everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited, titled
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.desk.witnesses import missing, witness_names
from bankruptcy.kinds import records
from bankruptcy.kinds.counting import (
    amounts_of,
    answers_to_disclose,
    bodies_of,
    counted_answers,
    opened_by_enough,
    shares_given,
    vectors_of,
)
from bankruptcy.kinds.deciding import outcomes
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.refusals import NotNow
from bankruptcy.kinds.schema import Code, Count, Hash, Id, ScalarBytes, Sealed, encode
from bankruptcy.kinds.vote import at_stage, manifest_of, vote_of_meeting, window
from bankruptcy.kinds.weights_published import amount_vectors
from bankruptcy.meetings.trustees import progress
from bankruptcy.people.access import Access
from bankruptcy.people.bodies import answer
from ledger import cosign, logs
from ledger.log.disclosure import field_name
from ledger.log.encoding import b64u, unb64u
from ledger.log.jcs import Json
from ledger.log.note import Note
from ledger.log.statement import Role
from voting.protocol.ballot import Body
from voting.protocol.counted import Counted
from voting.protocol.disclosure import disclose
from voting.protocol.group import scalar_bytes, scalar_of
from voting.protocol.sharing import Share
from voting.protocol.tally import Metric, cast_of, combine, split, terms

WAIT: Final = 4.0
"""Seconds for cosignatures on their way."""


@require_GET
@desk_view(Role.ADMINISTRATOR)
def declare(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """How far the tally is, and whose part is missing; the script asks for the draft and signs."""
    view, reader = access.view, Reader(access.view)
    convened = view.get(records.MEETINGS, meeting)
    vote = vote_of_meeting(view, Id(meeting))
    if convened is None or vote is None:
        raise Http404
    counted = vote.stage in (Stage.COUNTED, Stage.DECLARED)
    due = answers_to_disclose(view, vote) if counted else ()
    proven = view.get(records.WEIGHTS, vote.manifest_hash) is not None
    amounts = bool(amount_vectors(view, vote))
    shares = [set(shares_given(view, vote, answer)) for answer in due]
    given = set.intersection(*shares) if shares else set()
    content = {
        "meeting": convened,
        "meeting_title": reader.opened(convened.title) or "",
        "vote": vote,
        "stage": vote.stage.value,
        "threshold": manifest_of(view, vote).threshold,
        "complaints_close": window(view, vote).complaints_close,
        "trustees": [
            {**trustee, "given": trustee["index"] in given} for trustee in progress(view, vote)
        ],
        "disclosing": bool(due),
        "ready": vote.stage is Stage.COUNTED and opened_by_enough(view, vote),
        "declared": vote.stage is Stage.DECLARED,
        "publishes": vote.stage is Stage.DECLARED and amounts and not proven,
        "published": proven,
        "missing": missing(access),
        "ground": cited(view.pack.article("result.declared")),
        "draft": {
            "meeting": f"/c/{access.case}/m/{meeting}",
            "amounts": amounts,
            "witnesses": dict(witness_names()),
        },
    }
    return desk_page(request, access, "meetings/declare.html", content)


@require_POST
@desk_view(Role.ADMINISTRATOR)
def draft(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """The body of result.declared, and the terms by which the browser checks each vector.

    Raises QuorumMissing, which names the witnesses, NotNow, SumsTooFew, NotOpened.
    """
    vote = vote_of_meeting(access.view, Id(meeting))
    if vote is None:
        raise Http404
    return answer(Declaration(access, vote).draft())


class Declaration:
    """Computes the result of one vote from the record."""

    def __init__(self, access: Access, vote: records.Vote) -> None:
        self._access, self._view, self._vote = access, access.view, vote
        self._manifest = manifest_of(access.view, vote)
        self._counted: tuple[Counted, ...] = ()
        self._bodies: Mapping[bytes, Body] = {}

    def draft(self) -> dict[str, Json]:
        vote, view = self._vote, self._view
        at_stage(vote, Stage.COUNTED)
        self._counted = counted_answers(view, vote)
        self._bodies = bodies_of(view, vote, self._counted)
        note = self._checkpoint()
        vectors, checks = self._vectors()
        opened = self._opened()
        decided = outcomes(view, vote, vectors, opened)
        assert vote.counted_hash is not None
        body: dict[str, Json] = {
            "manifest_hash": b64u(vote.manifest_hash),
            "counted_hash": b64u(vote.counted_hash),
            "checkpoint": note,
            "vectors": [encode(vector) for vector in vectors],
            "opened": [encode(one) for one in opened],
            "motions": [encode(motion) for motion in decided],
        }
        return {
            "body": body,
            "checks": checks,
            "counted": [self._row(answer) for answer in self._counted],
            "motions": [self._shown(motion) for motion in decided],
        }

    def _checkpoint(self) -> str:
        """A note over the log as it stands, cosigned by a quorum. Raises QuorumMissing.

        The rule asks that it hold every sum and disclosure; a result is declared over no less
        than everything said so far.
        """
        view, digest = self._view, self._vote.manifest_hash
        sums = view.find(records.SUMS, manifest_hash=digest)
        shares = [shares_given(view, self._vote, a) for a in answers_to_disclose(view, self._vote)]
        statements = [s.statement for s in sums]
        statements += [share.statement for of in shares for share in of.values()]
        places = [view.log.index_of(statement) for statement in statements]
        if None in places:
            raise NotNow(what="tally.summed")
        size = logs.size(self._access.case)
        _size, note = cosign.require_quorum(self._access.case, size, WAIT)
        return cosign.newest(self._access.case).policy.brief(Note.decode(note)).encode().decode()

    def _vectors(self) -> tuple[list[records.DeclaredVector], list[Json]]:
        view, vote = self._view, self._vote
        amounts = amounts_of(view, vote)
        sums = view.find(records.SUMS, manifest_hash=vote.manifest_hash)
        vectors, checks = [], []
        for i, vector in enumerate(vectors_of(view, vote)):
            shares = {s.index: self._share(s.sums[i], i) for s in sums}
            opening = combine(self._manifest.threshold, shares)
            weighted = terms(vector, self._counted, amounts)
            result = split(opening.value, cast_of(weighted))
            vectors.append(
                records.DeclaredVector(
                    motion=Id(vector.motion),
                    class_=Code(vector.class_id),
                    metric=Code(vector.metric.value),
                    cast=Count(result.cast),
                    for_=Count(result.for_),
                    against=Count(result.against),
                    m=ScalarBytes(scalar_bytes(opening.value)),
                    r=ScalarBytes(scalar_bytes(opening.blinding)),
                )
            )
            rows: list[Json] = [
                {
                    "c": b64u(self._bodies[t.ballot].answer((t.line, t.motion)).c),
                    "w": str(t.weight),
                }
                for t in weighted
            ]
            checks.append({"hidden": vector.metric is Metric.AMOUNT, "terms": rows})
        return vectors, [*checks]

    def _opened(self) -> list[records.DeclaredOpening]:
        view, vote = self._view, self._vote
        found = []
        for due in answers_to_disclose(view, vote):
            given = shares_given(view, vote, due)
            shares = {index: _clear(share.f, share.g) for index, share in given.items()}
            sealed = self._bodies[due.ballot].answer((due.line, due.motion))
            _choice, opening = disclose(view.group, self._manifest.threshold, sealed, shares)
            found.append(
                records.DeclaredOpening(
                    ballot=Hash(due.ballot),
                    line=Id(due.line),
                    motion=Id(due.motion),
                    v=ScalarBytes(scalar_bytes(opening.value)),
                    rho=ScalarBytes(scalar_bytes(opening.blinding)),
                )
            )
        return found

    def _share(self, given: records.VectorSum, i: int) -> Share:
        return Share(self._scalar(given.f, i, "f"), self._scalar(given.g, i, "g"))

    def _scalar(self, given: ScalarBytes | Sealed, i: int, name: str) -> int:
        if isinstance(given, Sealed):
            field = field_name("tally.summed@1", f"/sums/{i}/{name}")
            return scalar_of(unb64u(self._view.opening(field, given.digest), 32))
        return scalar_of(given)

    def _row(self, one: Counted) -> Json:
        return {
            "motion": one.motion,
            "class": one.class_id,
            "line": one.line,
            "heads": one.heads,
            "weight": None if one.weight is None else b64u(one.weight),
            "ballot": b64u(one.ballot),
        }

    def _shown(self, motion: records.DeclaredMotion) -> Json:
        """The outcome in words."""
        view, pack = self._view, self._view.pack
        record = view.get(records.MOTIONS, self._vote.meeting, motion.motion)
        step = pack.next.get(motion.next)
        title = None if record is None else Reader(view).opened(record.title)
        return {
            "motion": motion.motion,
            "title": title or motion.motion,
            "passed": motion.passed,
            "article": cited(pack.rule(motion.rule).articles),
            "next": "" if step is None else titled(step),
        }


def _clear(f: object, g: object) -> Share:
    if not isinstance(f, bytes) or not isinstance(g, bytes):
        raise NotNow(what="disclosure.given")
    return Share(scalar_of(f), scalar_of(g))
