"""C/desk/register: what the next version of the register would say, and publishing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.claims import words
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.order import claims_in_order
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.register_published import register_rows, table_root
from bankruptcy.people.access import Access
from ledger import logs
from ledger.log.encoding import b64u
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the register, and what is new in it since the last version ("" = nothing)."""

    number: str
    claim: str
    name: str
    nature: str | Promise
    filed: int | None
    admitted: int | None
    provisional: int | None
    status: str | Promise
    badge: str
    open_points: int
    change: str


@require_GET
@desk_view(Role.ADMINISTRATOR)
def register(request: HttpRequest, access: Access) -> HttpResponse:
    """The rows as they stand; the script signs register.published over their root."""
    rows = register_rows(access.view)
    versions = sorted(access.view.find(records.REGISTERS), key=lambda v: -v.version)
    root = table_root(rows)
    lines = changes(access)
    content = {
        "lines": lines,
        "changed": sum(bool(line.change) for line in lines),
        "unreviewed": sum(line.badge == "doing" for line in lines),
        "open_points": sum(line.open_points for line in lines),
        "total_filed": sum(line.filed or 0 for line in lines),
        "total_admitted": sum(line.admitted or 0 for line in lines),
        "versions": versions,
        "last": versions[0] if versions else None,
        "version": len(versions) + 1,
        "same": bool(versions) and versions[0].root == root,
        "draft": {"version": len(versions) + 1, "root": b64u(root), "rows": rows},
    }
    return desk_page(request, access, "desk/register.html", content)


def unpublished(access: Access) -> int:
    """Lines that differ from the last published version; all where there is none."""
    return sum(bool(line.change) for line in changes(access))


def changes(access: Access) -> list[Change]:
    """Every line in order of filing, with what happened since the last version."""
    view, reader = access.view, Reader(access.view)
    published = [version.published for version in view.find(records.REGISTERS)]
    last = max(published, default=None)
    ordered = {(p.claim, p.line): p for p in view.find(records.PROVISIONAL)}
    found = []
    claims = claims_in_order(access)
    reader.preload(
        (claim.name for claim in claims),
        (a for claim in claims for line in claim.lines for a in (line.filed, line.admitted)),
    )
    number = 0
    for claim in claims:
        points = sum(q.open_points for q in view.find(records.QUESTIONS, claim=claim.claim))
        for line in claim.lines:
            number += 1
            order = ordered.get((claim.claim, line.line))
            found.append(
                Change(
                    number=f"{number:04d}",
                    claim=claim.claim,
                    name=reader.opened(claim.name) or claim.creditor,
                    nature=words.NATURES[line.nature],
                    filed=reader.fen(line.filed),
                    admitted=reader.fen(line.admitted),
                    provisional=None if order is None else reader.fen(order.amount),
                    status=words.STATUSES[line.status],
                    badge=words.BADGES[line.status],
                    open_points=points,
                    change=_change(access, claim, order, last),
                )
            )
    return found


def _change(
    access: Access,
    claim: records.Claim,
    order: records.Provisional | None,
    last: datetime | None,
) -> str:
    if last is None or claim.filed > last:
        return _("New")
    if claim.reviewed is not None and claim.reviewed > last:
        return _("Reviewed")
    if order is not None:
        said = logs.find(access.case, order.statement)
        if said is not None and said.received > last:
            return _("Amount set by the court")
    return ""
