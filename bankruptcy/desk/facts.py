"""C/desk/splits and C/court/related: facts that rolls follow, noted before a roll is fixed.

The administrator notes which claims are parts of one that was split (P8), the court excludes a
related creditor where the case leaves that to it (P9).
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited, titled
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.electorate import settings_of
from bankruptcy.law.meeting_rules import may_exclude
from bankruptcy.people.access import Access
from ledger.log.statement import Role


@require_GET
@desk_view(Role.ADMINISTRATOR)
def splits(request: HttpRequest, access: Access) -> HttpResponse:
    """claim.split: the original's id, the day, the claims that are its parts."""
    view, names = access.view, Reader(access.view).names()
    noted = {split.claim: split for split in view.find(records.SPLITS)}
    claims = [
        {"claim": claim.claim, "name": names.get(claim.creditor, claim.creditor)}
        for claim in view.find(records.CLAIMS)
        if claim.standing and claim.joint is None and claim.claim not in noted
    ]
    content = {
        "fact": "split",
        "claims": claims,
        "noted": [
            {"what": split.claim, "of": split.original, "on": split.on} for split in noted.values()
        ],
        "may": True,
        "point": titled(view.pack.switches["P8"].title),
        "value": _value(access, "P8"),
        "ground": cited(view.pack.article("claim.split")),
        "draft": {"fact": "split"},
    }
    return desk_page(request, access, "desk/fact.html", content)


@require_GET
@desk_view(Role.COURT)
def related(request: HttpRequest, access: Access) -> HttpResponse:
    """creditor.excluded: one creditor; who said at filing that he is related stands first."""
    view, names = access.view, Reader(access.view).names()
    excluded = {one.creditor for one in view.find(records.EXCLUSIONS)}
    said: dict[str, bool] = {}
    for claim in view.find(records.CLAIMS):
        if claim.standing and claim.creditor not in excluded:
            said[claim.creditor] = said.get(claim.creditor, False) or claim.related
    creditors = [
        {"id": creditor, "name": names.get(creditor, creditor), "related": is_related}
        for creditor, is_related in sorted(said.items(), key=lambda one: (not one[1], one[0]))
    ]
    content = {
        "fact": "exclude",
        "creditors": creditors,
        "noted": [{"what": names.get(creditor, creditor)} for creditor in sorted(excluded)],
        "may": may_exclude(settings_of(view)),
        "point": titled(view.pack.switches["P9"].title),
        "value": _value(access, "P9"),
        "ground": cited(view.pack.article("creditor.excluded")),
        "draft": {"fact": "exclude"},
    }
    return desk_page(request, access, "desk/fact.html", content)


def _value(access: Access, point: str) -> str:
    """How the case decides the point."""
    return str(settings_of(access.view)[point])
