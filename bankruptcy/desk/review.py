"""C/desk/claims/<id>: a claim checked line by line, beside its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.claims import words
from bankruptcy.claims.queries import Claims, ClaimShown
from bankruptcy.desk import queue
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.law.register import Nature
from bankruptcy.people.access import Access
from ledger.log.jcs import Json
from ledger.log.statement import Role

WITHDRAWN = records.Status.WITHDRAWN.value
OFFERED = (
    records.Status.ADMITTED,
    records.Status.PARTLY,
    records.Status.REJECTED,
    records.Status.DEFERRED,
)


@require_GET
@desk_view(Role.ADMINISTRATOR)
def review(request: HttpRequest, access: Access, claim: str) -> HttpResponse:
    """Evidence on the left, lines and open questions on the right."""
    shown = Claims(access).claim(claim)
    if shown is None:
        raise Http404
    everyone = queue.claims(access)
    place = next(i for i, row in enumerate(everyone) if row.claim.claim == claim)
    questions = [q for item in shown.evidence for q in item.questions]
    content = {
        "claim": shown,
        "number": everyone[place].number,
        "before": everyone[place - 1] if place else None,
        "after": everyone[place + 1] if place + 1 < len(everyone) else None,
        "next_waiting": _next_waiting(everyone, place),
        "lines": [line for line in shown.lines if line.state != WITHDRAWN],
        "questions": questions,
        "open_points": sum(q.open_points for q in questions),
        "natures": [{"value": n.value, "label": words.NATURES[n]} for n in Nature],
        "statuses": [{"value": s.value, "label": words.STATUSES[s]} for s in OFFERED],
        "reasons": [{"code": code, "label": label} for code, label in words.REASONS.items()],
        "draft": _draft(access, shown),
    }
    return desk_page(request, access, "desk/review.html", content)


def _next_waiting(everyone: Sequence[queue.Waiting], place: int) -> queue.Waiting | None:
    """The next claim that is not reviewed, after this one, else from the start."""
    others = [*everyone[place + 1 :], *everyone[:place]]
    return next((row for row in others if row.claim.waits), None)


def _draft(access: Access, shown: ClaimShown) -> Json:
    """What the script starts from; amounts in fen as decimal strings."""
    record = {str(line.line): line for line in shown.record.lines}
    lines: list[Json] = []
    for line in shown.lines:
        stands = record[line.id]
        if stands.status is records.Status.WITHDRAWN:
            continue
        security: Json = None
        if line.security is not None:
            security = {"value": str(line.security.value or 0), "waived": line.security.waived}
        lines.append(
            {
                "line": line.id,
                "number": line.number,
                "cause": line.cause,
                "nature": stands.nature.value,
                "filed": str(line.filed or 0),
                "security": security,
                "fixed": stands.security is not None and stands.security.deficiency_fixed,
                "status": line.state if line.reviewed else "",
                "admitted": "" if line.admitted is None else str(line.admitted),
                "reasons": list(stands.reasons),
                "reason": line.reason,
            }
        )
    return {"claim": shown.id, "open_points": shown.open_points, "lines": lines}
