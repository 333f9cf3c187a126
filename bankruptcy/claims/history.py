"""What has happened to a claim, in order."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bankruptcy.claims.queries import Claims, ClaimShown
from bankruptcy.kinds import records
from bankruptcy.people.access import Access
from ledger import said


def timeline(claims: Claims, access: Access, shown: ClaimShown) -> list[dict[str, object]]:
    """What has happened to a claim, in order, and what comes next."""
    claim = shown.record
    case = access.case
    events: list[dict[str, object]] = [
        {
            "when": claim.filed,
            "what": _("Claim filed, late") if claim.late else _("Claim filed"),
            "who": claims.who(claim.creditor),
            "entry": shown.entry,
        }
    ]
    for item in shown.evidence:
        if item.added != claim.filed:
            what = _("Evidence added: %(title)s") % {"title": item.title}
            events.append({"when": item.added, "what": what, "who": item.who})
        for question in item.questions:
            what = _("Evidence cross-examined: %(title)s") % {"title": item.title}
            events.append({"when": question.asked, "what": what, "who": question.who})
    if claim.reviewed is not None and claim.review is not None:
        events.append(
            {
                "when": claim.reviewed,
                "what": _("Reviewed by the administrator"),
                "entry": said.number(case, claim.review),
            }
        )
        events.extend(
            {
                "when": version.published,
                "what": _("Register published, version %(n)s") % {"n": version.version},
            }
            for version in access.view.find(records.REGISTERS)
            if version.published > claim.reviewed
        )
    events.sort(key=lambda event: str(event["when"]))
    events[-1]["phase"] = "now"
    return events
