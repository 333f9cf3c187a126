"""The task list of a case: what the visitor must do, by when, and what happens if not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bankruptcy.claims import entrusted, trustee
from bankruptcy.claims.queries import Claims
from bankruptcy.claims.words import meeting_name
from bankruptcy.delivery.figures import day_time
from bankruptcy.delivery.problems import language
from bankruptcy.kinds import records
from bankruptcy.kinds.vote import vote_of_meeting
from bankruptcy.meetings import outages
from bankruptcy.people.access import Access
from ledger.log.statement import Role
from voting import casting

Task = dict[str, Any]
"""What components/task_list.html shows: state, title, url, last, when, more, urgent."""


def tasks(access: Access, claims: Claims) -> list[Task]:
    """What waits first, then what is done."""
    found = [
        *_claim(access),
        *_questions(access, claims),
        *_meetings(access),
        *entrusted.tasks(access, claims),
        *_roles(access),
    ]
    order = {"overdue": 0, "todo": 0, "doing": 1, "later": 2, "done": 3}
    return sorted(found, key=lambda task: order[task["state"]])


def _claim(access: Access) -> Iterator[Task]:
    if access.roles - {Role.CREDITOR}:
        return
    file = access.file
    new = f"/c/{access.case}/claims/new"
    if access.is_creditor:
        own = access.view.find(records.CLAIMS, creditor=access.pseudonym)
        waits = any(claim.waits for claim in own)
        yield {
            "state": "done",
            "title": _("File your claim"),
            "url": f"/c/{access.case}/claims/{own[0].claim}",
            "more": _("Received; the administrator reviews it")
            if waits
            else _("Reviewed by the administrator"),
        }
        return
    late = file.filing_ends is not None and access.now.date() > file.filing_ends
    yield {
        "state": "overdue" if late else "todo",
        "urgent": True,
        "title": _("File your claim"),
        "url": new,
        "last": file.filing_ends,
        "more": _("You can still file until the last distribution; you bear the cost of review")
        if late
        else _("If not: no vote and no share until you file"),
    }


def _questions(access: Access, claims: Claims) -> Iterator[Task]:
    for exhibit, question in claims.to_answer(access.pseudonym):
        yield {
            "state": "todo",
            "urgent": True,
            "title": _("Answer a question on your evidence: %(title)s") % {"title": exhibit.title},
            "url": f"/c/{access.case}/evidence/{exhibit.id}#{question.id}",
            "when": ngettext("%(n)d point is open", "%(n)d points are open", question.open_points)
            % {"n": question.open_points},
            "more": _("If not: the claim cannot be reviewed"),
        }


def _meetings(access: Access) -> Iterator[Task]:
    if not access.is_creditor:
        return
    for meeting in access.view.find(records.MEETINGS):
        yield _meeting(access, meeting)
        vote = vote_of_meeting(access.view, meeting.meeting)
        if vote is not None and casting.boxes_missing(access, vote):
            yield {
                "state": "todo",
                "urgent": True,
                "title": _("A sealed box of your ballot is missing: %(meeting)s")
                % {"meeting": meeting_name(meeting)},
                "url": f"/c/{access.case}/m/{meeting.meeting}/ballot",
                "more": _("Open your ballot on the device you voted with; it sends the box again"),
            }
        if vote is None or vote.stage is records.Stage.PREPARED:
            yield {
                "state": "doing",
                "title": _("Practise voting: %(meeting)s") % {"meeting": meeting_name(meeting)},
                "url": f"/c/{access.case}/m/{meeting.meeting}/practice",
                "more": _(
                    "Five minutes: this device is checked, and you cast a ballot for practice"
                ),
            }


def _meeting(access: Access, meeting: records.Meeting) -> Task:
    at = f"/c/{access.case}/m/{meeting.meeting}/"
    vote = vote_of_meeting(access.view, meeting.meeting)
    title = meeting_name(meeting)
    starts = _("Starts %(when)s") % {"when": day_time(meeting.starts, language())}
    if vote is not None and vote.stage is records.Stage.DECLARED:
        return {
            "state": "done",
            "title": title,
            "url": f"{at}results",
            "more": _("The result is declared"),
        }
    if vote is not None and vote.stage is records.Stage.OPEN:
        mine = casting.my_votes(access, vote)
        void = any(line.void for motion in mine for line in motion.lines)
        if mine and casting.to_answer(mine):
            return {
                "state": "todo",
                "urgent": True,
                "title": _("Vote: %(meeting)s") % {"meeting": title},
                "url": f"{at}ballot",
                "when": _("Voting closes %(when)s")
                % {"when": day_time(casting.closes(access.view, vote), language())},
                "more": _("Your ballot was found void: vote again")
                if void
                else _("If not: you count as not having voted"),
            }
        if mine:
            return {
                "state": "done",
                "title": _("Vote: %(meeting)s") % {"meeting": title},
                "url": f"{at}ballot",
                "more": _("Your ballot is in"),
            }
    if access.now < meeting.starts:
        return {"state": "later", "title": title, "when": starts}
    return {"state": "doing", "title": title, "url": at, "when": starts}


def _roles(access: Access) -> Iterator[Task]:
    """Ways to the desks of those who hold an office."""
    at = f"/c/{access.case}"
    desks = (
        (Role.ADMINISTRATOR, _("Administrator’s desk"), f"{at}/desk"),
        (Role.COURT, _("The court’s desk"), f"{at}/court"),
    )
    for role, title, url in desks:
        if access.has(role):
            yield {"state": "doing", "title": title, "url": url}
    if access.has(Role.CHAIR):
        yield from _chair(access)
    if access.has(Role.TRUSTEE):
        yield from trustee.tasks(access)


def _chair(access: Access) -> Iterator[Task]:
    """Votes that the chair may still extend; an outage makes it urgent."""
    for meeting in access.view.find(records.MEETINGS):
        vote = vote_of_meeting(access.view, meeting.meeting)
        if vote is None or vote.stage not in (records.Stage.PREPARED, records.Stage.OPEN):
            continue
        found = outages.proposal(access.view, vote)
        yield {
            "state": "doing" if found is None else "todo",
            "urgent": found is not None,
            "title": _("Chair: extend voting of %(meeting)s") % {"meeting": meeting_name(meeting)},
            "url": f"/c/{access.case}/m/{meeting.meeting}/extend",
            "when": _("Voting closes %(when)s")
            % {"when": day_time(casting.closes(access.view, vote), language())},
            "more": ""
            if found is None
            else ngettext(
                "Nothing could be cast for %(n)s minute",
                "Nothing could be cast for %(n)s minutes",
                found.minutes,
            )
            % {"n": found.minutes},
        }


def notices(access: Access) -> list[dict[str, Any]]:
    """What was announced in the case, the newest first: when, what, url."""
    if not access.may_see_claims:
        return []
    view, at = access.view, f"/c/{access.case}"
    found: list[dict[str, Any]] = [
        {
            "when": version.published,
            "what": _("Register published, version %(n)s") % {"n": version.version},
            "url": f"{at}/register",
        }
        for version in view.find(records.REGISTERS)
    ]
    for meeting in view.find(records.MEETINGS):
        room, title = f"{at}/m/{meeting.meeting}/", meeting_name(meeting)
        found.append(
            {
                "when": meeting.convened,
                "what": _("Notice of meeting: %(meeting)s") % {"meeting": title},
                "url": room,
            }
        )
        found.extend(
            {
                "when": result.declared,
                "what": _("Result declared: %(meeting)s") % {"meeting": title},
                "url": f"{room}results",
            }
            for result in view.find(records.RESULTS, meeting=meeting.meeting)
        )
    return sorted(found, key=lambda notice: str(notice["when"]), reverse=True)
