"""M/draw: the chair draws a digit, so that some voters test their ballots (protocol 8)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.vote import vote_of_meeting, window
from bankruptcy.people.access import Access
from ledger.log.encoding import b64u
from ledger.log.statement import Role


@require_GET
@desk_view(Role.ADMINISTRATOR, Role.CHAIR)
def draw(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """The digits drawn so far, and the form for another while ballots are cast."""
    view = access.view
    convened = view.get(records.MEETINGS, meeting)
    vote = vote_of_meeting(view, Id(meeting))
    if convened is None or vote is None:
        raise Http404
    drawn = [row.digit for row in view.find(records.DRAWN, manifest_hash=vote.manifest_hash)]
    content = {
        "meeting": convened,
        "meeting_title": Reader(view).opened(convened.title) or "",
        "drawn": drawn,
        "left": [digit for digit in range(10) if digit not in drawn],
        "possible": vote.stage is Stage.OPEN and access.now < window(view, vote).closes,
        "ground": cited(view.pack.article("tests.drawn")),
        "draft": {"manifest_hash": b64u(vote.manifest_hash)},
    }
    return desk_page(request, access, "meetings/draw.html", content)
