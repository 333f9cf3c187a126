"""What every page of a case has: its card, the visitor's roles, and the context for its script.

Templates extend `case_base.html`; scripts read the context by `context()` of app/act.ts.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render

from bankruptcy.cases.reading import CaseCard, Reader
from bankruptcy.delivery import problems
from bankruptcy.people import acting
from bankruptcy.people.access import Access
from ledger.log.encoding import format_time
from ledger.log.jcs import Json
from ledger.log.statement import Role


def script_context(request: HttpRequest, access: Access) -> dict[str, Json]:
    """{case, origin, person, roles, language, csrf, clock, now}; `now` is the log's time."""
    return {
        "case": access.case,
        "origin": access.file.origin,
        "person": access.pseudonym,
        "roles": [role.value for role in _ordered(access)],
        "language": problems.language(),
        "csrf": get_token(request),
        "clock": access.file.clock.value,
        "now": format_time(access.now),
    }


def page_context(request: HttpRequest, access: Access) -> dict[str, object]:
    """What `case_base.html` needs."""
    card: CaseCard = Reader(access.view).card(access.file)
    acting_for, acting_more = acting.in_header(access)
    return {
        "access": access,
        "case": access.case,
        "card": card,
        "roles": _ordered(access),
        "acting_for": acting_for,
        "acting_more": acting_more,
        "now": access.now,
        "clock": access.now if access.demonstration else None,
        "script_context": script_context(request, access),
    }


def case_page(
    request: HttpRequest,
    access: Access,
    template: str,
    content: Mapping[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the case; what it shows of people is kept by nobody on the way."""
    response = render(
        request, template, {**page_context(request, access), **(content or {})}, status=status
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _ordered(access: Access) -> list[Role]:
    return sorted(access.roles, key=list(Role).index)
