"""A tally trustee's tasks: for each meeting the step that waits for him, or for what he waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from bankruptcy.claims.words import meeting_name
from bankruptcy.delivery.figures import day_time
from bankruptcy.delivery.problems import language
from bankruptcy.kinds import records
from bankruptcy.kinds.keys_destroyed import final_from
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.vote import manifest_of, vote_of_meeting, window
from bankruptcy.people.access import Access

Task = dict[str, Any]


def tasks(access: Access) -> Iterator[Task]:
    """As components/task_list.html shows them; none of a vote that others tally."""
    for meeting in access.view.find(records.MEETINGS):
        step = _step(access, meeting)
        if step is None:
            continue
        state, more = step
        yield {
            "state": state,
            "urgent": state == "todo",
            "title": _("Tally trustee: %(meeting)s") % {"meeting": meeting_name(meeting)},
            "url": f"/c/{access.case}/m/{meeting.meeting}/trustee",
            "more": more,
        }


def _step(access: Access, meeting: records.Meeting) -> tuple[str, str] | None:
    """State and words of the task of a meeting."""
    view = access.view
    vote = vote_of_meeting(view, meeting.meeting)
    keys = view.find(records.TRUSTEE_KEYS, meeting=meeting.meeting, person=access.pseudonym)
    if vote is None or vote.stage is Stage.VOIDED:
        if any(not key.spent for key in keys):
            return "doing", _("Your key is published; the administrator fixes rolls and times")
        return "todo", _("Make and publish your key")
    ids = [trustee.id for trustee in manifest_of(view, vote).trustees]
    index = next((1 + ids.index(key.trustee) for key in keys if key.trustee in ids), None)
    if index is None:
        return None
    key = (vote.manifest_hash, index)
    if vote.stage in (Stage.PREPARED, Stage.OPEN):
        closes = day_time(window(view, vote).closes, language())
        return "doing", _("Check your sealed shares after the close, %(when)s") % {"when": closes}
    if vote.stage is Stage.CLOSED:
        if view.get(records.BOXES_CHECKED, *key) is None:
            return "todo", _("Check your sealed shares")
        return "doing", _("You have checked; the others are waited for")
    if vote.stage is Stage.COUNTED:
        if view.get(records.SUMS, *key) is None:
            return "todo", _("Open the totals and publish yours")
        return "doing", _("Your totals are published; the result is to be declared")
    if view.get(records.KEYS_DESTROYED, *key) is not None:
        return "done", _("Your key is destroyed")
    final = final_from(view, vote)
    if final is not None and access.now < final:
        when = day_time(final, language())
        return "doing", _("Keep your key until the result is final, %(when)s") % {"when": when}
    return "todo", _("Destroy your key: the result is final")
