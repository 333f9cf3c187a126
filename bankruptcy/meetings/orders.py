"""M/court: what the court can order of a vote; a roll corrected and a single trustee here.

The others stand where they are needed: trustees that fail and a void vote on court/trustees, one
answer disclosed on disclosures. The rules judge each order; what is shown before is computed here.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from bankruptcy.cases.reading import Reader
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.articles import cited
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import correcting, records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Code, Id
from bankruptcy.kinds.vote import may_prepare, vote_of_meeting
from bankruptcy.people.access import Access
from bankruptcy.people.bodies import answer, read_json
from ledger.log import jcs
from ledger.log.encoding import b64u, check_id, parse_amount
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from ledger.log.statement import Role
from voting.results import class_name


@require_GET
@desk_view(Role.COURT)
def overview(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """The orders that can be given now, each with its article, and corrections on record."""
    convened = _meeting(access, meeting)
    vote = vote_of_meeting(access.view, convened.meeting)
    stands = vote is not None and vote.stage is not Stage.VOIDED
    content = {
        **_head(access, convened),
        "grounds": {
            kind: cited(access.view.pack.article(kind.replace("__", ".")))
            for kind in ("trustee__not_awaited", "voting__voided", "roll__corrected",
                         "disclosure__ordered", "trustee__single_allowed")
        },
        "stands": stands,
        "declared": vote is not None and vote.stage is Stage.DECLARED,
        "single": may_prepare(access.view, convened),
        "corrections": [] if vote is None else _corrections(access, vote),
    }  # fmt: skip
    return desk_page(request, access, "court/orders.html", content)


@require_GET
@desk_view(Role.COURT)
def single(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """trustee.single_allowed, with its reason in clear; before the vote is prepared."""
    convened = _meeting(access, meeting)
    draft: dict[str, Json] = {"order": "single", "meeting": meeting}
    content = {
        **_head(access, convened),
        "order": "single",
        "may": may_prepare(access.view, convened),
        "ground": cited(access.view.pack.article("trustee.single_allowed")),
        "draft": draft,
    }
    return desk_page(request, access, "court/order.html", content)


@require_GET
@desk_view(Role.COURT)
def correct(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """roll.corrected for one line; what it could change is computed before it is signed."""
    convened = _meeting(access, meeting)
    vote = _vote(access, convened)
    may = vote.stage is not Stage.VOIDED
    rows: list[dict[str, Any]] = _roll(access, vote) if may else []
    draft: dict[str, Json] = {
        "order": "correct",
        "meeting": meeting,
        "manifest_hash": b64u(vote.manifest_hash),
        "url": f"/c/{access.case}/m/{meeting}/court/correct/draft",
        "lines": [*rows],
    }
    content = {
        **_head(access, convened),
        "order": "correct",
        "may": may,
        "lines": rows,
        "ground": cited(access.view.pack.article("roll.corrected")),
        "draft": draft,
    }
    return desk_page(request, access, "court/order.html", content)


@require_POST
@desk_view(Role.COURT)
def draft(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """{motion, line, heads, amount} → {bounds}: the outcome at both; null before a result."""
    vote = _vote(access, _meeting(access, meeting))
    found = jcs.members(read_json(request), "draft", "motion", "line", "heads", "amount")
    if type(found["heads"]) is not int:
        raise Malformed(what="heads")
    motion, line = check_id(found["motion"]), check_id(found["line"])
    amount = parse_amount(found["amount"])
    row = access.view.get(records.ROLL_LINES, vote.manifest_hash, motion, line)
    if row is None:
        raise NotFound(what="line", id=line)
    result = access.view.get(records.RESULTS, vote.manifest_hash)
    if result is None:
        return answer({"bounds": None})
    proposed = correcting.Proposed(Id(motion), Id(line), Code(row.class_), found["heads"], amount)
    (bounds,) = (
        one
        for one in correcting.bounds(access.view, vote, result, proposed)
        if one.motion.motion == motion
    )
    return answer(
        {
            "bounds": {
                "declared": bounds.declared.passed,
                "all_for": bounds.all_for.passed,
                "all_against": bounds.all_against.passed,
                "robust": bounds.robust,
            }
        }
    )


def _meeting(access: Access, meeting: str) -> records.Meeting:
    found = access.view.get(records.MEETINGS, meeting)
    if found is None:
        raise Http404
    return found


def _vote(access: Access, meeting: records.Meeting) -> records.Vote:
    found = vote_of_meeting(access.view, meeting.meeting)
    if found is None:
        raise Http404
    return found


def _head(access: Access, meeting: records.Meeting) -> dict[str, Any]:
    title = Reader(access.view).opened(meeting.title) or ""
    return {"meeting": meeting, "meeting_title": title}


def _corrections(access: Access, vote: records.Vote) -> list[dict[str, Any]]:
    reader, named = Reader(access.view), _named(access, vote)
    return [
        {
            "label": named.get((row.line, row.motion), row.line),
            "heads": row.heads,
            "amount": reader.fen(row.weight),
        }
        for row in access.view.find(records.CORRECTIONS, manifest_hash=vote.manifest_hash)
    ]


def _roll(access: Access, vote: records.Vote) -> list[dict[str, Any]]:
    """Every line of every roll, as it was voted on; amounts in fen."""
    reader, named = Reader(access.view), _named(access, vote)
    found = []
    for line in access.view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        amounts = [reader.fen(part.amount) or 0 for part in line.parts]
        found.append(
            {
                "key": f"{line.motion} {line.line}",
                "motion": str(line.motion),
                "line": str(line.line),
                "class": str(line.class_),
                "heads": line.heads,
                "amount": str(sum(amounts)),
                "label": named[line.line, line.motion],
            }
        )
    return found


def _named(access: Access, vote: records.Vote) -> dict[tuple[str, str], str]:
    """(line, motion) -> the motion, who may answer, and the class, in words."""
    reader = Reader(access.view)
    names = reader.names()
    titles = {
        motion.motion: reader.opened(motion.title) or motion.motion
        for motion in access.view.find(records.MOTIONS, meeting=vote.meeting)
    }
    return {
        (str(line.line), str(line.motion)): " · ".join(
            (
                titles.get(line.motion, line.motion),
                "、".join(names.get(member, member) for member in line.members),
                class_name(line.class_),
            )
        )
        for line in access.view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash)
    }
