"""M/court/trustees: what the court can do where tally trustees fail (protocol 7)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.missing_boxes import unsupplied
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.vote import manifest_of, vote_of_meeting, window
from bankruptcy.meetings.trustees import progress
from bankruptcy.people.access import Access
from ledger.log.encoding import b64u
from ledger.log.statement import Role


@require_GET
@desk_view(Role.COURT)
def trustees(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """Who has done what; three acts: not to wait, a day for the sums, the vote void."""
    view, reader = access.view, Reader(access.view)
    convened = view.get(records.MEETINGS, Id(meeting))
    vote = vote_of_meeting(view, Id(meeting))
    if convened is None or vote is None:
        raise Http404
    rows = progress(view, vote)
    undecided = vote.stage in (Stage.CLOSED, Stage.COUNTED)
    content = {
        "meeting": convened,
        "meeting_title": reader.opened(convened.title) or "",
        "vote": vote,
        "threshold": manifest_of(view, vote).threshold,
        "complaints_close": window(view, vote).complaints_close,
        "rows": rows,
        "silent": [r for r in rows if not r["checked"] and not r["excused"]]
        if vote.stage is Stage.CLOSED
        else [],
        "undecided": undecided,
        "void": vote.stage is Stage.VOIDED,
        "missing": len(unsupplied(view, vote)),
        "ground": cited(view.pack.article("trustee.not_awaited")),
        "draft": {"manifest_hash": b64u(vote.manifest_hash)},
    }
    return desk_page(request, access, "court/trustees.html", content)
