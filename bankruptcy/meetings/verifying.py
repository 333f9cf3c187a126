"""M/court/verify: the court recounts for itself and says so (result.verified)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited, titled
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.desk.witnesses import missing, witness_names
from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.vote import vote_of_meeting
from bankruptcy.people.access import Access
from ledger import said
from ledger.log.encoding import b64u
from ledger.log.statement import Role


@require_GET
@desk_view(Role.COURT)
def verify(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """Download, recount offline, then sign over a checkpoint that the page has checked."""
    view, reader = access.view, Reader(access.view)
    convened = view.get(records.MEETINGS, meeting)
    vote = vote_of_meeting(view, Id(meeting))
    if convened is None or vote is None:
        raise Http404
    result = view.get(records.RESULTS, vote.manifest_hash)
    pack = view.pack
    motions = []
    for declared in () if result is None else result.motions:
        motion = view.get(records.MOTIONS, meeting, declared.motion)
        step = pack.next.get(declared.next)
        motions.append(
            {
                "title": (motion and reader.opened(motion.title)) or declared.motion,
                "passed": declared.passed,
                "article": cited(pack.rule(declared.rule).articles),
                "next": "" if step is None else titled(step),
            }
        )
    draft = None
    if result is not None:
        draft = {
            "manifest_hash": b64u(vote.manifest_hash),
            "declared": b64u(result.statement),
            "digest": result.statement.hex(),
            "entry": said.number(access.case, result.statement),
            "witnesses": dict(witness_names()),
        }
    content = {
        "meeting": convened,
        "meeting_title": reader.opened(convened.title) or "",
        "result": result,
        "motions": motions,
        "entry": None if result is None else said.number(access.case, result.statement),
        "verified": None
        if result is None or result.verified is None
        else said.number(access.case, result.verified),
        "missing": missing(access),
        "folder": f"{access.case}-court",
        "draft": draft,
    }
    return desk_page(request, access, "court/verify.html", content)
