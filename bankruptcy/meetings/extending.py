"""M/extend: administrator or chair put off the close, by as long as an outage took or otherwise."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.delivery.figures import BEIJING, day_time
from bankruptcy.delivery.problems import language
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.vote import vote_of_meeting, window
from bankruptcy.meetings.outages import Proposal, proposal
from bankruptcy.people.access import Access
from ledger.log.encoding import b64u, format_time
from ledger.log.statement import Role


@require_GET
@desk_view(Role.ADMINISTRATOR, Role.CHAIR)
def extend(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """The close as it stands, what was put off before, outages, and the form."""
    view, reader = access.view, Reader(access.view)
    convened = view.get(records.MEETINGS, meeting)
    vote = vote_of_meeting(view, Id(meeting))
    if convened is None or vote is None:
        raise Http404
    times, names = window(view, vote), reader.names()
    found = view.find(records.EXTENSIONS, manifest_hash=vote.manifest_hash)
    proposed = proposal(view, vote)
    to = times.closes + timedelta(hours=1) if proposed is None else proposed.closes
    content = {
        "meeting": convened,
        "meeting_title": reader.opened(convened.title) or "",
        "closes": times.closes,
        "possible": vote.stage in (Stage.PREPARED, Stage.OPEN) and access.now < times.closes,
        "extensions": [
            {"row": row, "who": names.get(row.by, row.by), "reason": reader.opened(row.reason)}
            for row in sorted(found, key=lambda row: row.extended)
        ],
        "proposal": proposed,
        "to": to.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M"),
        "reason": "" if proposed is None else _reason(proposed),
        "ground": cited(view.pack.article("voting.extended")),
        "draft": {
            "manifest_hash": b64u(vote.manifest_hash),
            "closes": format_time(times.closes),
        },
    }
    return desk_page(request, access, "meetings/extend.html", content)


def _reason(proposed: Proposal) -> str:
    """As the form proposes it."""
    parts = [
        f"{day_time(outage.from_, language(), True)} – {day_time(outage.to, language(), True)}"
        for outage in proposed.outages
    ]
    return _("Nothing could be cast while the system was down: %(times)s") % {
        "times": "; ".join(parts)
    }
