"""M/court: what the court can order of a vote; a roll corrected and a single trustee here.

The others stand where they are needed: trustees that fail and a void vote on court/trustees, one
answer disclosed on disclosures. The rules judge each order; what is shown before is computed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import correcting, records
from bankruptcy.kinds.electorate import units_of
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Code, Id
from bankruptcy.kinds.vote import manifest_of, may_prepare, vote_of_meeting
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
    rolls, units = _lacking(access, vote) if may else ([], [])
    draft: dict[str, Json] = {
        "order": "correct",
        "meeting": meeting,
        "manifest_hash": b64u(vote.manifest_hash),
        "url": f"/c/{access.case}/m/{meeting}/court/correct/draft",
        "lines": [*rows],
        "rolls": [*rolls],
        "units": [*units],
    }
    content = {
        **_head(access, convened),
        "order": "correct",
        "may": may,
        "lines": rows,
        "rolls": rolls,
        "units": units,
        "ground": cited(access.view.pack.article("roll.corrected")),
        "draft": draft,
    }
    return desk_page(request, access, "court/order.html", content)


@require_POST
@desk_view(Role.COURT)
def draft(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """{motion, line, class, heads, amount} → {bounds}: the outcome at both; null before a result.

    The line may be one that the roll lacks.
    """
    vote = _vote(access, _meeting(access, meeting))
    found = jcs.members(read_json(request), "draft", "motion", "line", "class", "heads", "amount")
    if type(found["heads"]) is not int:
        raise Malformed(what="heads")
    motion, line = check_id(found["motion"]), check_id(found["line"])
    amount = parse_amount(found["amount"])
    named = check_id(found["class"])
    if (motion, named) not in {
        (head.motion, row.class_) for head in vote.rolls for row in head.classes
    }:
        raise NotFound(what="class", id=named)
    result = access.view.get(records.RESULTS, vote.manifest_hash)
    if result is None:
        return answer({"bounds": None})
    proposed = correcting.Proposed(Id(motion), Id(line), Code(named), found["heads"], amount)
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
    reader, words = Reader(access.view), _Words(access, vote)
    members = {
        (line.motion, line.line): line.members
        for line in access.view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash)
    }
    units = _units(access, vote)
    return [
        {
            "label": words.line(
                row.motion,
                members.get((row.motion, row.line))
                or units.get(row.line.removesuffix(f".{row.class_}"), ()),
                row.class_,
            ),
            "heads": row.heads,
            "amount": reader.fen(row.weight),
        }
        for row in access.view.find(records.CORRECTIONS, manifest_hash=vote.manifest_hash)
    ]


def _roll(access: Access, vote: records.Vote) -> list[dict[str, Any]]:
    """Every line of every roll, as it was voted on; amounts in fen."""
    reader, words = Reader(access.view), _Words(access, vote)
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
                "label": words.line(line.motion, line.members, line.class_),
            }
        )
    return found


def _lacking(
    access: Access, vote: records.Vote
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What a line that a roll lacks is made of: a motion's class, and a voting unit."""
    words = _Words(access, vote)
    rolls = [
        {
            "key": f"{head.motion} {row.class_}",
            "motion": str(head.motion),
            "class": str(row.class_),
            "label": f"{words.motion(head.motion)} · {class_name(row.class_)}",
        }
        for head in vote.rolls
        for row in head.classes
    ]
    units = [
        {"unit": unit, "label": words.people(members)}
        for unit, members in _units(access, vote).items()
    ]
    return rolls, units


def _units(access: Access, vote: records.Vote) -> dict[str, tuple[Id, ...]]:
    return units_of(access.view, access.file, manifest_of(access.view, vote), access.now)


class _Words:
    """Names of motions and people, as the court reads them."""

    def __init__(self, access: Access, vote: records.Vote) -> None:
        reader = Reader(access.view)
        self._names = reader.names()
        self._titles = {
            motion.motion: reader.opened(motion.title) or motion.motion
            for motion in access.view.find(records.MOTIONS, meeting=vote.meeting)
        }

    def motion(self, motion: Id) -> str:
        return self._titles.get(motion, motion)

    def people(self, members: Sequence[Id]) -> str:
        return "、".join(self._names.get(member, member) for member in members)

    def line(self, motion: Id, members: Sequence[Id], class_: Code) -> str:
        """The motion, who may answer, and the class."""
        return f"{self.motion(motion)} · {self.people(members)} · {class_name(class_)}"
