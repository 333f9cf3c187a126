"""The moments to which a demonstration clock may be moved next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _

from bankruptcy.delivery.figures import BEIJING
from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.vote import vote_of_meeting, window
from bankruptcy.people.access import Access
from ledger.log.encoding import format_time


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the case, and why one would go there."""

    at: datetime
    words: str

    @property
    def to(self) -> str:
        return format_time(self.at)


def moments(access: Access) -> list[Moment]:
    """What comes next, the first first; nothing on real time, and nothing that is still ahead."""
    if not access.demonstration:
        return []
    now, real = access.now, datetime.now(UTC)
    found = sorted(_all(access), key=lambda moment: moment.at)
    return [moment for moment in found if now < moment.at <= real][:4]


def _all(access: Access) -> Iterator[Moment]:
    ends = access.file.filing_ends
    if ends is not None:
        after = datetime.combine(ends + timedelta(days=1), time(), BEIJING)
        yield Moment(after.astimezone(UTC), _("The claim period is over"))
    for meeting in access.view.find(records.MEETINGS):
        number = {"n": meeting.number}
        yield Moment(meeting.starts, _("Meeting no. %(n)s begins") % number)
        vote = vote_of_meeting(access.view, meeting.meeting)
        if vote is None or vote.stage in (Stage.COUNTED, Stage.DECLARED, Stage.VOIDED):
            continue
        times = window(access.view, vote)
        yield Moment(times.opens, _("Meeting no. %(n)s: voting opens") % number)
        yield Moment(times.closes, _("Meeting no. %(n)s: voting closes") % number)
        words = _("Meeting no. %(n)s: complaints of trustees close") % number
        yield Moment(times.complaints_close, words)
