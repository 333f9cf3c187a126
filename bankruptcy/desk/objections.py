"""C/desk/objections: objections to the register, and the administrator's answers (JI-III 8)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.claims import words
from bankruptcy.claims.objections import shown_objection
from bankruptcy.claims.queries import Claims
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.people.access import Access
from ledger.log.statement import Role


@require_GET
@desk_view(Role.ADMINISTRATOR)
def objections(request: HttpRequest, access: Access) -> HttpResponse:
    """Those that wait first, the oldest first; then the answered ones."""
    claims = Claims(access)
    found = sorted(access.view.find(records.OBJECTIONS), key=lambda o: o.raised)
    content = {
        "open": [shown_objection(access, claims, one) for one in found if one.outcome is None],
        "answered": [shown_objection(access, claims, one) for one in found if one.outcome],
        "outcomes": [{"value": o.value, "label": words.OUTCOMES[o]} for o in records.Outcome],
    }
    return desk_page(request, access, "desk/objections.html", content)


def waiting(access: Access) -> int:
    """Objections without an answer."""
    return sum(one.outcome is None for one in access.view.find(records.OBJECTIONS))
