"""C/claims/<id>/amend: lines stated anew, added or given up; and the whole claim withdrawn."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.context import case_page
from bankruptcy.claims import queries, words
from bankruptcy.claims.queries import Claims
from bankruptcy.kinds import records
from bankruptcy.kinds.claim_filed import is_late
from bankruptcy.law.register import Nature
from bankruptcy.people.access import Access, case_view
from ledger.log.jcs import Json

UNSECURED = tuple(nature for nature in Nature if nature is not Nature.SECURED)


@require_GET
@case_view()
def amend(request: HttpRequest, access: Access, claim: str) -> HttpResponse:
    """For who filed the claim, and for his agent within his authority."""
    shown = Claims(access).claim(claim)
    if shown is None or not access.may_see_claims or not may_change(access, shown.record):
        raise Http404
    amends = queries.acts_for(access, shown.record, records.Item.AMEND)
    withdraws = queries.acts_for(access, shown.record, records.Item.WITHDRAW)
    stand = [line for line in shown.lines if line.stands]
    natures = {line.line: line.nature.value for line in shown.record.lines}
    lines: list[Json] = [
        {
            "line": line.id,
            "nature": natures[line.id],
            "cause": line.cause,
            "filed": str(line.filed or 0),
            "asset": line.security.asset if line.security else "",
            "value": str(line.security.value or 0) if line.security else "0",
            "waived": bool(line.security and line.security.waived),
        }
        for line in stand
    ]
    content = {
        "claim": shown,
        "lines": stand,
        "amends": None if amends is None else amends.value,
        "withdraws": None if withdraws is None else withdraws.value,
        "late": is_late(access.view, access.now),
        "natures": [{"value": n.value, "label": words.NATURES[n]} for n in UNSECURED],
        "draft": {"claim": shown.id, "principal": shown.record.creditor, "lines": lines},
    }
    return case_page(request, access, "claims/amend.html", content)


def may_change(access: Access, claim: records.Claim) -> bool:
    """May the visitor amend or withdraw what stands of the claim?"""
    return bool(claim.standing) and any(
        queries.acts_for(access, claim, item)
        for item in (records.Item.AMEND, records.Item.WITHDRAW)
    )
