"""The creditor's pages: task list, filing, a claim, evidence with its questions, the register."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bankruptcy.cases.context import case_page
from bankruptcy.claims import amending, history, objections, queries, words
from bankruptcy.claims import home as task_list
from bankruptcy.claims.queries import Claims
from bankruptcy.kinds import records
from bankruptcy.kinds.counting import is_last
from bankruptcy.law.register import Nature
from bankruptcy.people import keys
from bankruptcy.people.access import Access, case_view
from bankruptcy.people.acting import capacities
from ledger import said
from ledger.log.statement import Role

PAGE = 100


@require_GET
@case_view()
def home(request: HttpRequest, access: Access) -> HttpResponse:
    """C/: what I must do, by when, and what happens if not."""
    claims = Claims(access)
    content = {
        "tasks": task_list.tasks(access, claims),
        "claims": claims.mine(),
        "meetings": [
            {"record": meeting, "name": words.meeting_name(meeting)}
            for meeting in access.view.find(records.MEETINGS)
        ]
        if access.may_see_claims
        else [],
        "notices": task_list.notices(access),
    }
    return case_page(request, access, "home/home.html", content)


@require_GET
@case_view()
def new(request: HttpRequest, access: Access) -> HttpResponse:
    """C/claims/new: filing, one question a page; everything stays on the device until signed."""
    steps = [
        {"id": "who", "title": _("Who you are")},
        {"id": "lines", "title": _("What is owed")},
        {"id": "security", "title": _("Security")},
        {"id": "evidence", "title": _("Evidence")},
        {"id": "check", "title": _("Check and sign")},
    ]
    natures = [
        {"value": nature.value, "label": words.NATURES[nature], "more": words.NATURE_HINTS[nature]}
        for nature in Nature
    ]
    content = {
        "steps": steps,
        "natures": natures,
        "capacities": capacities(access, records.Item.FILE, Role.CREDITOR),
    }
    return case_page(request, access, "claims/new.html", content)


@require_GET
@case_view()
def claim(request: HttpRequest, access: Access, claim: str) -> HttpResponse:
    """C/claims/<id>: lines, evidence, questions, history; to be added to by the filer."""
    claims = Claims(access)
    shown = claims.claim(claim)
    if shown is None or not access.may_see_claims:
        raise Http404
    content = {
        "claim": shown,
        "events": history.timeline(claims, access, shown),
        "may_add": queries.may_answer(access, shown.record) if shown.record.standing else None,
        "may_amend": amending.may_change(access, shown.record),
        **objections.of_claim(access, claims, shown),
    }
    return case_page(request, access, "claims/claim.html", content)


@require_GET
@case_view()
def evidence(request: HttpRequest, access: Access, evidence: str) -> HttpResponse:
    """C/evidence/<id>: the exhibit, its cross-examination point by point, the answers."""
    claims = Claims(access)
    record = access.view.get(records.EVIDENCE, evidence)
    shown = claims.evidence(evidence)
    if record is None or shown is None or not access.may_see_claims:
        raise Http404
    owner = access.view.get(records.CLAIMS, record.claim)
    if owner is None:
        raise Http404
    content = {
        "evidence": shown,
        "claim": claims.shown(owner),
        "points": [
            {"value": point.value, "label": words.POINTS[point], "hint": words.POINT_HINTS[point]}
            for point in records.Point
        ],
        "stances": [
            {"value": stance.value, "label": words.STANCES[stance]} for stance in records.Stance
        ],
        "asks": queries.askers(access, owner, record),
        "answer_role": role.value if (role := queries.may_answer(access, owner)) else None,
        "already_asked": any(question.mine for question in shown.questions),
    }
    return case_page(request, access, "claims/evidence.html", content)


@require_GET
@case_view()
def register(request: HttpRequest, access: Access) -> HttpResponse:
    """C/register: every line with what is admitted and what is open. Filters stand in the URL."""
    if not access.may_see_claims:
        raise Http404
    claims = Claims(access)
    wanted = request.GET.get("q", "").strip()
    state = request.GET.get("state", "")
    mine = request.GET.get("mine") == "1"
    rows = []
    for number, (record, line, name) in enumerate(queries.register_rows(claims, access), 1):
        points = sum(
            question.open_points
            for question in access.view.find(records.QUESTIONS, claim=record.claim)
        )
        if mine and record.creditor != access.pseudonym:
            continue
        if wanted and wanted.casefold() not in name.casefold() and wanted != f"{number:04d}":
            continue
        if state == "open" and not points:
            continue
        if state and state not in ("open", line.state):
            continue
        rows.append(
            {
                "number": f"{number:04d}",
                "name": claims.who(record.creditor),
                "kind": line.nature,
                "claimed": line.filed or 0,
                "stands": line.stands,
                "admitted": line.admitted if line.reviewed else None,
                "state": line.status,
                "state_kind": line.badge,
                "points": points,
                "reason": line.reason or ", ".join(str(reason) for reason in line.reasons),
                "url": f"/c/{access.case}/claims/{record.claim}",
                "of": (record, line),
            }
        )
    pages = Paginator(rows, PAGE)
    page = pages.get_page(request.GET.get("page"))
    versions = access.view.find(records.REGISTERS)
    content = {
        "page": page,
        "rows": [_with_objections(access, row) for row in page.object_list],
        "total_claimed": sum(int(str(row["claimed"])) for row in rows if row["stands"]),
        "total_admitted": sum(int(str(row["admitted"] or 0)) for row in rows),
        "versions": sorted(versions, key=lambda version: -version.version),
        "states": [
            {"value": "open", "label": _("With open questions")},
            *(
                {"value": status.value, "label": words.STATUSES[status]}
                for status in records.Status
            ),
        ],
        "q": wanted,
        "state": state,
        "mine": mine,
        "is_creditor": access.is_creditor,
    }
    return case_page(request, access, "claims/register.html", content)


@require_GET
@case_view()
def me(request: HttpRequest, access: Access) -> HttpResponse:
    """C/me: what I said in this case with its receipts, and my devices."""
    view, case = access.view, access.case
    claims = Claims(access)
    entries: list[dict[str, Any]] = [
        {
            "what": _("Claim filed"),
            "when": claim.filed,
            "url": f"/c/{case}/claims/{claim.claim}",
            "digest": claim.statement.hex(),
            "sealed": True,
            "entry": said.number(case, claim.statement),
        }
        for claim in view.find(records.CLAIMS, creditor=access.pseudonym)
    ]
    entries += [
        {
            "what": _("Ballot cast"),
            "when": ballot.cast,
            "digest": ballot.statement.hex(),
            "entry": said.number(case, ballot.statement),
            "replaced": not is_last(view, ballot),
        }
        for vote in view.find(records.VOTES)
        for ballot in view.find(
            records.BALLOTS, manifest_hash=vote.manifest_hash, signer=access.pseudonym
        )
    ]
    content = {
        "entries": sorted(entries, key=_newest, reverse=True),
        "devices": keys.devices(access),
        "claims": claims.mine(),
    }
    return case_page(request, access, "claims/me.html", content)


def _with_objections(access: Access, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row that is shown; what is withdrawn can no longer be objected to."""
    record, line = row["of"]
    return {**row, **(objections.of_row(access, record, line.id) if line.stands else {})}


def _newest(entry: Mapping[str, Any]) -> tuple[datetime, int]:
    """A demonstration's clock stands, so that only the log tells the order."""
    number = entry["entry"]
    return entry["when"], sys.maxsize if number is None else number
