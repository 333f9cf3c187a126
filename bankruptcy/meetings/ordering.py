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
from bankruptcy.kinds.schema import Id, PointBytes
from bankruptcy.kinds.vote import manifest_of, vote_of_meeting, window
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
    manifest, digest = manifest_of(view, vote), vote.manifest_hash
    names = reader.names()
    keys = {k.public_key: k for k in view.find(records.TRUSTEE_KEYS, meeting=Id(meeting))}
    rows = [
        {
            "index": index,
            "name": names.get(keys[PointBytes(t.public_key)].person, t.id),
            "checked": view.get(records.BOXES_CHECKED, digest, index) is not None,
            "excused": view.get(records.NOT_AWAITED, digest, index) is not None,
            "summed": view.get(records.SUMS, digest, index) is not None,
            "destroyed": view.get(records.KEYS_DESTROYED, digest, index) is not None,
        }
        for index, t in enumerate(manifest.trustees, start=1)
    ]
    undecided = vote.stage in (Stage.CLOSED, Stage.COUNTED)
    content = {
        "meeting": convened,
        "meeting_title": reader.opened(convened.title) or "",
        "vote": vote,
        "threshold": manifest.threshold,
        "complaints_close": window(view, vote).complaints_close,
        "rows": rows,
        "silent": [r for r in rows if not r["checked"] and not r["excused"]]
        if vote.stage is Stage.CLOSED
        else [],
        "undecided": undecided,
        "void": vote.stage is Stage.VOIDED,
        "missing": len(unsupplied(view, vote)),
        "ground": cited(view.pack.article("trustee.not_awaited")),
        "draft": {"manifest_hash": b64u(digest)},
    }
    return desk_page(request, access, "court/trustees.html", content)
