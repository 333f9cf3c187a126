"""What an agent has to do for his principals, principal by principal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bankruptcy.claims.queries import Claims
from bankruptcy.claims.words import meeting_name
from bankruptcy.delivery.figures import day_time
from bankruptcy.delivery.problems import language
from bankruptcy.kinds import records
from bankruptcy.kinds.people import is_creditor
from bankruptcy.kinds.records import Item
from bankruptcy.kinds.vote import vote_of_meeting
from bankruptcy.people.access import Access
from bankruptcy.people.acting import Capacity, principals
from voting import casting
from voting.principals import missing

Task = dict[str, Any]


def tasks(access: Access, claims: Claims) -> Iterator[Task]:
    """As home.tasks, each with the name of its principal."""
    everybody = principals(access)
    if not everybody:
        return
    for item, make in ((Item.FILE, _file), (Item.EVIDENCE, _answer)):
        for one in principals(access, item):
            for task in make(access, claims, one):
                yield {**task, "principal": one.name}
    for meeting in access.view.find(records.MEETINGS):
        for one, task in _meeting(access, meeting, everybody):
            yield {**task, "principal": one.name}


def _file(access: Access, claims: Claims, one: Capacity) -> Iterator[Task]:
    if access.view.find(records.CLAIMS, creditor=one.person):
        return
    yield {
        "state": "todo",
        "urgent": True,
        "title": _("File the claim"),
        "url": f"/c/{access.case}/claims/new",
        "last": access.file.filing_ends,
        "more": _("If not: no vote and no share until it is filed"),
    }


def _answer(access: Access, claims: Claims, one: Capacity) -> Iterator[Task]:
    for exhibit, question in claims.to_answer(one.person):
        yield {
            "state": "todo",
            "urgent": True,
            "title": _("Answer a question on the evidence: %(title)s") % {"title": exhibit.title},
            "url": f"/c/{access.case}/evidence/{exhibit.id}#{question.id}",
            "when": ngettext("%(n)d point is open", "%(n)d points are open", question.open_points)
            % {"n": question.open_points},
            "more": _("If not: the claim cannot be reviewed"),
        }


def _meeting(
    access: Access, meeting: records.Meeting, everybody: tuple[Capacity, ...]
) -> Iterator[tuple[Capacity, Task]]:
    """Signing in while the meeting runs, and choices that are not cast while voting is open."""
    at, named = f"/c/{access.case}/m/{meeting.meeting}/", {"meeting": meeting_name(meeting)}
    vote = vote_of_meeting(access.view, meeting.meeting)
    if access.now < meeting.starts or (vote is not None and vote.closed is not None):
        return
    for one in principals(access, Item.SIGN_IN):
        present = access.view.get(records.PRESENCES, meeting.meeting, one.person)
        if is_creditor(access.view, one.person) and (present is None or not present.on):
            yield one, {"state": "todo", "title": _("Sign in: %(meeting)s") % named, "url": at}
    if vote is None or vote.stage is not records.Stage.OPEN:
        return
    left, closes = missing(access, vote), casting.closes(access.view, vote)
    for one in everybody:
        if n := left.get(one.person, 0):
            yield (
                one,
                {
                    "state": "todo",
                    "urgent": True,
                    "title": _("Vote: %(meeting)s") % named,
                    "url": f"{at}ballots",
                    "when": _("Voting closes %(when)s") % {"when": day_time(closes, language())},
                    "more": ngettext(
                        "%(n)d choice is not cast yet", "%(n)d choices are not cast yet", n
                    )
                    % {"n": n},
                },
            )
