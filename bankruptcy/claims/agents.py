"""C/agents: powers of attorney, those that I gave and those under which I act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.context import case_page
from bankruptcy.cases.reading import Reader
from bankruptcy.claims import words
from bankruptcy.delivery.problems import language
from bankruptcy.kinds import records
from bankruptcy.kinds.vote import vote_of_meeting
from bankruptcy.people.access import Access, case_view
from voting import casting, principals


@dataclass(frozen=True, slots=True)
class Shown:
    """A power of attorney; `state` is "force", "over" or "revoked"."""

    record: records.Authority
    who: str
    """The agent, or for the agent the principal."""
    items: tuple[words.Word, ...]
    scope: tuple[str, ...]
    """Titles of the matters and motions on which he votes; empty: on everything."""
    state: str


@require_GET
@case_view()
def agents(request: HttpRequest, access: Access) -> HttpResponse:
    """My agents, a form for another one, and my principals with what waits for them."""
    view, reader = access.view, Reader(access.view)
    given = view.find(records.AUTHORITIES, principal=access.pseudonym)
    held = view.find(records.AUTHORITIES, agent=access.pseudonym)
    names = reader.names()
    content = {
        "given": [
            shown(access, reader, one, reader.shown(one.name) or one.agent)
            for one in sorted(given, key=lambda a: a.granted)
        ],
        "held": [
            shown(access, reader, one, names.get(one.principal, one.principal))
            for one in sorted(held, key=lambda a: a.granted)
        ],
        "waiting": _waiting(access) if held else [],
        "items": [
            {"value": item.value, "label": words.ITEMS[item], "hint": words.ITEM_HINTS.get(item)}
            for item in records.Item
        ],
        "matters": [
            {"id": matter.id, "title": _of(matter.title)} for matter in view.pack.matters.values()
        ],
        "motions": [
            {
                "meeting": motion.meeting,
                "motion": motion.motion,
                "title": reader.opened(motion.title) or motion.motion,
            }
            for motion in view.find(records.MOTIONS)
        ],
    }
    return case_page(request, access, "claims/agents.html", content)


def shown(access: Access, reader: Reader, one: records.Authority, who: str) -> Shown:
    """A power of attorney in words."""
    view = access.view
    scope = [_of(view.pack.matter(matter).title) for matter in one.matters or ()]
    for ref in one.motions or ():
        motion = view.get(records.MOTIONS, ref.meeting, ref.motion)
        scope.append((motion and reader.opened(motion.title)) or ref.motion)
    state = "revoked" if one.revoked else "force" if one.in_force(access.now) else "over"
    items = tuple(words.ITEMS[item] for item in one.items)
    return Shown(one, who, items, tuple(scope), state)


def _waiting(access: Access) -> list[tuple[records.Meeting, datetime, int]]:
    """Open votes in which principals have choices to cast: (meeting, close, how many)."""
    found = []
    for meeting in access.view.find(records.MEETINGS):
        vote = vote_of_meeting(access.view, meeting.meeting)
        if vote is None or vote.stage is not records.Stage.OPEN:
            continue
        if missing := sum(principals.missing(access, vote).values()):
            found.append((meeting, casting.closes(access.view, vote), missing))
    return found


def _of(title: object) -> str:
    return str(getattr(title, "en" if language() == "en" else "zh"))
