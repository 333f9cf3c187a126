"""/mine: all cases of an account, what waits in each, for whom and until when."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.claims import home
from bankruptcy.claims.queries import Claims
from bankruptcy.people import access as people
from bankruptcy.people.acting import principals
from bankruptcy.people.models import Person

OPEN = frozenset({"todo", "overdue"})


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The cases in which something waits first."""
    if not isinstance(request.user, User):
        return people.to_log_in(request)
    joined = Person.objects.filter(user=request.user).order_by("-joined", "-pk")
    rows = [row for person in joined if (row := _row(request, person.case)) is not None]
    rows.sort(key=lambda row: not row["tasks"])
    response = render(request, "home/mine.html", {"rows": rows})
    response["Cache-Control"] = "private, no-store"
    return response


def _row(request: HttpRequest, case: str) -> dict[str, object] | None:
    try:
        access = people.person(request, case)
    except Http404:
        return None
    waiting = [task for task in home.tasks(access, Claims(access)) if task["state"] in OPEN]
    return {
        "card": Reader(access.view).card(access.file),
        "roles": sorted(role.value for role in access.roles),
        "principals": principals(access),
        "tasks": waiting,
        "now": access.now,
    }
