"""What every desk page shows: the way between them, and the demonstration clock."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bankruptcy.cases.context import case_page
from bankruptcy.desk import clock
from bankruptcy.people.access import Access
from ledger.log.statement import Role


def desk_page(
    request: HttpRequest,
    access: Access,
    template: str,
    content: Mapping[str, object],
    status: int = 200,
) -> HttpResponse:
    """A page of administrator or court."""
    return case_page(
        request,
        access,
        template,
        {
            "desk_links": _links(request, access),
            "clock_moments": clock.moments(access),
            **content,
        },
        status,
    )


def _links(request: HttpRequest, access: Access) -> list[dict[str, object]]:
    at = f"/c/{access.case}"
    wanted = []
    if access.has(Role.ADMINISTRATOR):
        wanted += [(f"{at}/desk", _("Queue")), (f"{at}/desk/register", _("Publish the register"))]
        wanted += [
            (f"{at}/desk/objections", _("Objections")),
            (f"{at}/desk/splits", _("Split claims")),
        ]
    if access.has(Role.COURT):
        wanted += [
            (f"{at}/court", _("Overview")),
            (f"{at}/court/amounts", _("Provisional amounts")),
            (f"{at}/court/related", _("Related creditors")),
            (f"{at}/court/roles", _("Roles")),
            (f"{at}/court/erasures", _("Erase values")),
        ]
    if access.is_staff:
        wanted += [
            (f"{at}/desk/keys", _("Keys")),
            (f"{at}/desk/meetings/new", _("Convene a meeting")),
        ]
    wanted.append((f"{at}/register", _("Register of claims")))
    return [{"url": url, "title": title, "current": request.path == url} for url, title in wanted]
