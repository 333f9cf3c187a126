"""C/court: the judge's overview; C/court/amounts: amounts for voting (EBL 59(2))."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.claims.queries import Claims, register_rows
from bankruptcy.delivery.articles import cited, titled
from bankruptcy.desk import steps
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.desk.witnesses import missing
from bankruptcy.kinds import records
from bankruptcy.law.register import Nature
from bankruptcy.people import keys, membership
from bankruptcy.people.access import Access
from ledger import logs
from ledger.log.jcs import Json
from ledger.log.statement import Role


@require_GET
@desk_view(Role.COURT)
def overview(request: HttpRequest, access: Access) -> HttpResponse:
    """How the case stands, and what waits for the court."""
    view = access.view
    people = membership.people(access.case, view)
    found = view.find(records.CLAIMS)
    versions = view.find(records.REGISTERS)
    content = {
        "meetings": steps.meetings(access),
        "keys_waiting": len(keys.pending(access.case, view)),
        "administrators": [p for p in people if Role.ADMINISTRATOR in p.roles],
        "trustees": [p for p in people if Role.TRUSTEE in p.roles],
        "claims": len(found),
        "waiting": sum(claim.waits for claim in found),
        "open_points": sum(q.open_points for q in view.find(records.QUESTIONS)),
        "register": max(versions, key=lambda v: v.version, default=None),
        "orders": len(view.find(records.PROVISIONAL)),
        "size": logs.size(access.case),
        "missing": missing(access),
        "pack": view.pack,
        "pack_title": titled(view.pack.title),
        "procedure": None if access.file.procedure is None else access.file.procedure.value,
    }
    return desk_page(request, access, "court/overview.html", content)


@require_GET
@desk_view(Role.COURT)
def amounts(request: HttpRequest, access: Access) -> HttpResponse:
    """A line, an amount, the matters for which it holds; signed as amount.ordered."""
    claims = Claims(access)
    lines: list[Json] = []
    rows = []
    for number, (claim, line, name) in enumerate(register_rows(claims, access), 1):
        record = next(one for one in claim.lines if one.line == line.id)
        if record.status is records.Status.WITHDRAWN:
            continue
        rows.append(
            {
                "number": f"{number:04d}",
                "claim": claim.claim,
                "name": name,
                "line": line,
                "key": f"{claim.claim} {line.id}",
            }
        )
        lines.append(
            {
                "key": f"{claim.claim} {line.id}",
                "claim": claim.claim,
                "line": line.id,
                "nature": record.nature.value,
                "secured": record.nature is Nature.SECURED,
                "value": str(line.security.value or 0) if line.security else "0",
                "waived": bool(line.security and line.security.waived),
                "filed": str(line.filed or 0),
            }
        )
    matters = [
        {"id": matter.id, "title": titled(matter.title), "articles": cited(matter.articles)}
        for matter in access.view.pack.matters.values()
    ]
    content = {
        "rows": rows,
        "matters": matters,
        "ground": cited(access.view.pack.article("amount.ordered")),
        "draft": {"lines": lines},
    }
    return desk_page(request, access, "court/amounts.html", content)
