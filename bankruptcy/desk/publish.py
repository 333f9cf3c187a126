"""C/desk/register: what the next version of the register would say, and publishing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

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
from bankruptcy.kinds.schema import decode
from bankruptcy.people.access import Access
from ledger import tables
from ledger.log import jcs
from ledger.log.encoding import b64u
from ledger.log.jcs import Json
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the register, and what is new in it since the last version ("" = nothing).

    `was`: the amount admitted in the last version, where it was another.
    """

    number: str
    claim: str
    name: str
    nature: str | Promise
    filed: int | None
    admitted: int | None
    was: int | None
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
    """Every line in order of filing, and what differs from the last version's row."""
    view, reader = access.view, Reader(access.view)
    before = _last_rows(access)
    rows = {(row["claim"], row["line"]): row for row in _objects(register_rows(view))}
    ordered = {(p.claim, p.line): p for p in view.find(records.PROVISIONAL)}
    claims = claims_in_order(access)
    reader.preload(
        (claim.name for claim in claims),
        (a for claim in claims for line in claim.lines for a in (line.filed, line.admitted)),
    )
    found: list[Change] = []
    for claim in claims:
        for line in claim.lines:
            row, old = rows[claim.claim, line.line], before.get((claim.claim, line.line))
            order = ordered.get((claim.claim, line.line))
            admitted, was = reader.fen(line.admitted), _admitted(reader, old)
            found.append(
                Change(
                    number=f"{len(found) + 1:04d}",
                    claim=claim.claim,
                    name=reader.shown(claim.name) or claim.creditor,
                    nature=words.NATURES[line.nature],
                    filed=reader.fen(line.filed),
                    admitted=admitted,
                    was=None if was == admitted else was,
                    provisional=None if order is None else reader.fen(order.amount),
                    status=words.STATUSES[line.status],
                    badge=words.BADGES[line.status],
                    open_points=int(row["open_points"]),
                    change=_change(row, old),
                )
            )
    return found


Row = dict[str, Any]


def _objects(rows: Iterable[Json]) -> Iterator[Row]:
    for row in rows:
        if isinstance(row, dict):
            yield row


def _last_rows(access: Access) -> dict[tuple[str, str], Row]:
    """The rows of the last version by claim and line; none where nothing was published."""
    versions = access.view.find(records.REGISTERS)
    last = max(versions, key=lambda version: version.version, default=None)
    if last is None:
        return {}
    lines = tables.get(access.case, last.root).splitlines()
    return {(row["claim"], row["line"]): row for row in _objects(map(jcs.loads, lines))}


def _admitted(reader: Reader, old: Row | None) -> int | None:
    """What the last version admitted of a line."""
    if old is None or not old["parts"]:
        return None
    parts = decode(tuple[records.Part, ...], old["parts"])
    return sum(reader.fen(part.amount) or 0 for part in parts)


def _change(row: Row, old: Row | None) -> str:
    if old is None:
        return _("New")
    if any(row[name] != old[name] for name in ("nature", "status", "parts")):
        return _("Reviewed")
    if row["provisional"] != old["provisional"]:
        return _("Amount set by the court")
    return _("Cross-examined") if row != old else ""
