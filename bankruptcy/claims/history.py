"""What has happened to a claim, in order."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from django.utils.translation import gettext as _

from bankruptcy.cases.reading import Reader
from bankruptcy.claims.queries import Claims, ClaimShown
from bankruptcy.kinds import records
from bankruptcy.people.access import Access
from ledger import said


def timeline(claims: Claims, access: Access, shown: ClaimShown) -> list[dict[str, object]]:
    """What has happened to a claim, in order, and what comes next."""
    claim = shown.record
    case, reader = access.case, Reader(access.view)
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
    events.extend(
        {
            "when": change.at,
            "what": _change(reader, change),
            "who": claims.who(change.by),
            "entry": said.number(case, change.statement),
        }
        for change in access.view.find(records.CLAIM_CHANGES, claim=claim.claim)
    )
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
    events.sort(key=_order)
    events[-1]["phase"] = "now"
    return events


def _change(reader: Reader, change: records.ClaimChange) -> str:
    what = _("Claim withdrawn") if change.whole else _("Claim amended")
    reason = reader.opened(change.reason)
    return f"{what} · {reason}" if reason else what


def _order(event: Mapping[str, object]) -> tuple[str, int]:
    """A demonstration's clock stands, so that the log tells the order where it can."""
    entry = event.get("entry")
    return str(event["when"]), entry if isinstance(entry, int) else sys.maxsize
