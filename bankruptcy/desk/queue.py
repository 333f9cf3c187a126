"""C/desk: what waits for the administrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.desk import objections, steps
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.order import claims_in_order
from bankruptcy.desk.pages import desk_page
from bankruptcy.desk.publish import unpublished
from bankruptcy.kinds import records
from bankruptcy.people import keys
from bankruptcy.people.access import Access
from ledger.log.statement import Role

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim in the queue; amounts in fen."""

    claim: records.Claim
    number: str
    name: str
    filed: int
    admitted: int | None
    evidence: int
    open_points: int


@require_GET
@desk_view(Role.ADMINISTRATOR)
def desk(request: HttpRequest, access: Access) -> HttpResponse:
    """Claims, keys, the register, meetings; ?all=1 shows those that do not wait, too."""
    rows = claims(access)
    everything = request.GET.get("all") == "1"
    shown = [row for row in rows if everything or row.claim.waits]
    content = {
        "page": Paginator(shown, A_PAGE).get_page(request.GET.get("page")),
        "everything": everything,
        "waiting": sum(row.claim.waits for row in rows),
        "reviewed": sum(not row.claim.waits for row in rows),
        "keys_waiting": len(keys.pending(access.case, access.view)),
        "unpublished": unpublished(access),
        "objections": objections.waiting(access),
        "meetings": steps.meetings(access),
    }
    return desk_page(request, access, "desk/queue.html", content)


def claims(access: Access) -> list[Waiting]:
    """Every claim, in order of filing; numbered in that order."""
    view, reader = access.view, Reader(access.view)
    found = claims_in_order(access)
    reader.preload(
        (claim.name for claim in found),
        (
            amount
            for claim in found
            for line in claim.lines
            for amount in (line.filed, line.admitted)
        ),
    )
    evidence = _counts(item.claim for item in view.find(records.EVIDENCE))
    points: dict[str, int] = {}
    for question in view.find(records.QUESTIONS):
        points[question.claim] = points.get(question.claim, 0) + question.open_points
    return [
        Waiting(
            claim=claim,
            number=f"{number:04d}",
            name=reader.shown(claim.name) or claim.creditor,
            filed=sum(reader.fen(line.filed) or 0 for line in claim.standing),
            admitted=None
            if claim.waits
            else sum(reader.fen(line.admitted) or 0 for line in claim.lines),
            evidence=evidence.get(claim.claim, 0),
            open_points=points.get(claim.claim, 0),
        )
        for number, claim in enumerate(found, 1)
    ]


def _counts(claims: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for claim in claims:
        found[claim] = found.get(claim, 0) + 1
    return found
