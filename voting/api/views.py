"""The meeting room and the ballot page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.context import case_page
from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.kinds import records
from bankruptcy.kinds.meeting_convened import Body as Convened
from bankruptcy.kinds.people import is_creditor
from bankruptcy.kinds.schema import decode
from bankruptcy.kinds.vote import vote_of_meeting
from bankruptcy.people.access import Access, case_view
from bankruptcy.people.acting import capacities
from bankruptcy.people.bodies import answer
from ledger import said
from ledger.log.statement import Role
from voting import casting, principals

STEPS = ("review", "sealed", "receipt")


@require_GET
@case_view()
def room(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """M/: sign in, the agenda, the motions with their papers, and what is open."""
    record = _meeting(access, meeting)
    reader = Reader(access.view)
    vote = vote_of_meeting(access.view, record.meeting)
    own = () if vote is None else casting.my_votes(access, vote)
    present = access.view.get(records.PRESENCES, record.meeting, access.pseudonym)
    here = access.view.find(records.PRESENCES, meeting=record.meeting)
    on = {row.person: row.began for row in here if row.on}
    comers = capacities(
        access,
        records.Item.SIGN_IN,
        Role.CREDITOR if access.is_creditor else None,
        lambda one: is_creditor(access.view, one),
    )
    statement = said.statement(access.case, record.statement)
    convened = None if statement is None else decode(Convened, statement.body)
    over = vote is not None and vote.closed is not None
    content: dict[str, Any] = {
        "meeting": record,
        "title": reader.opened(record.title) or "",
        "form": record.form.value,
        "may_draw": access.has(Role.ADMINISTRATOR, Role.CHAIR),
        "drawn": () if vote is None else casting.drawn(access.view, vote),
        "agenda": "" if convened is None else reader.opened(convened.agenda) or "",
        "motions": _motions(access, reader, record),
        "stage": None if vote is None else vote.stage.value,
        "opens": _opens(access, vote),
        "closes": None if vote is None else casting.closes(access.view, vote),
        "extended_from": None if vote is None else casting.extended_from(access.view, vote),
        "votes": sum(len(motion.lines) for motion in own),
        "missing": casting.to_answer(own),
        "final": all(line.final for motion in own for line in motion.lines),
        "void": any(line.void for motion in own for line in motion.lines),
        "boxes_missing": 0 if vote is None else len(casting.boxes_missing(access, vote)),
        "principals": vote is not None and principals.has_any(access, vote),
        "principals_missing": 0 if vote is None else sum(principals.missing(access, vote).values()),
        "started": access.now >= record.starts,
        "over": over,
        "present": present is not None and present.on,
        "began": None if present is None else present.began,
        "capacities": [one for one in comers if one.person not in on],
        "attending": [
            {"person": one.person, "name": one.name, "began": on[one.person]}
            for one in comers
            if not one.own and one.person in on
        ],
        "present_count": len(here) if over else sum(row.on for row in here),
        "creditors": len({claim.creditor for claim in access.view.find(records.CLAIMS)}),
    }
    return case_page(request, access, "ballot/room.html", content)


@require_GET
@case_view()
def ballot(request: HttpRequest, access: Access, meeting: str, step: str = "") -> HttpResponse:
    """M/ballot and its steps: one page, whose script shows the step that the address names."""
    record = _meeting(access, meeting)
    if step and step not in STEPS:
        raise Http404
    if vote_of_meeting(access.view, record.meeting) is None:
        raise Http404
    return case_page(request, access, "ballot/ballot.html", {"meeting": record})


@require_GET
@case_view()
def practice(request: HttpRequest, access: Access, meeting: str, step: str = "") -> HttpResponse:
    """M/practice and its steps: a ballot made, tested and not sent; all of it in the browser."""
    record = _meeting(access, meeting)
    if step and step not in STEPS:
        raise Http404
    return case_page(request, access, "ballot/practice.html", {"meeting": record})


@require_GET
@case_view()
def ballot_json(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """M/api/ballot: manifest, my lines with weights and reasons, the ballots they would replace."""
    record = _meeting(access, meeting)
    vote = vote_of_meeting(access.view, record.meeting)
    if vote is None:
        raise Http404
    return answer(casting.ballot_data(access, vote))


@require_GET
@case_view(Role.AGENT)
def ballots(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """M/ballots: an agent votes for his principals, all of them and all motions on one page."""
    record = _meeting(access, meeting)
    if vote_of_meeting(access.view, record.meeting) is None:
        raise Http404
    return case_page(request, access, "ballot/ballots.html", {"meeting": record})


@require_GET
@case_view(Role.AGENT)
def ballots_json(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """M/api/ballots: manifest, the lines of my principals, which my authority covers."""
    record = _meeting(access, meeting)
    vote = vote_of_meeting(access.view, record.meeting)
    if vote is None:
        raise Http404
    return answer(principals.data(access, vote))


def _meeting(access: Access, meeting: str) -> records.Meeting:
    record = casting.meeting_of(access, meeting)
    if record is None or not access.may_see_claims:
        raise Http404
    return record


def _opens(access: Access, vote: records.Vote | None) -> datetime | None:
    return None if vote is None else casting.opens(access.view, vote)


def _motions(access: Access, reader: Reader, meeting: records.Meeting) -> list[dict[str, object]]:
    found = []
    for motion in access.view.find(records.MOTIONS, meeting=meeting.meeting):
        file = reader.document(motion.text)
        found.append(
            {
                "record": motion,
                "title": reader.opened(motion.title) or motion.motion,
                "matter": access.view.pack.matter(motion.matter).title,
                "articles": cited(access.view.pack.rule(motion.rule).articles),
                "file": file,
                "url": None if file is None else f"/c/{access.case}/documents/{file.sha256.hex()}",
            }
        )
    return found
