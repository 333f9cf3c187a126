"""What the register of claims shows of a line, and until when one may object to it.

The period of 15 days runs from the end of the checking at the meeting (JI-III 8): at the first
meeting that begins after the version was published which first shows the line as it stands. Who
misses it is taken as agreeing within the procedure; his right to sue does not end (P13).
"""

from __future__ import annotations

from datetime import date, datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import NotFound, NotNow
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.law.periods import Period, china, period

OBJECTION = "D8"


def next_version(view: CaseView) -> int:
    """Number of the register's version that is to be published next."""
    return len(view.find(records.REGISTERS)) + 1


def not_withdrawn(claim: records.Claim) -> None:
    """Raises NotNow where nothing of the claim stands any more."""
    if not claim.standing:
        raise NotNow(what="claim.withdrawn", ground="claim.withdrawn")


def line_of(view: CaseView, claim: Id, line: Id) -> records.ClaimLine:
    """A line that is not withdrawn. Raises NotFound."""
    found = view.get(records.CLAIMS, claim)
    for one in () if found is None else found.standing:
        if one.line == line:
            return one
    raise NotFound(what="line", id=f"{claim}.{line}")


def checking(view: CaseView, line: records.ClaimLine) -> records.Meeting | None:
    """The meeting that checks the line as it stands; None while none is convened for it."""
    shown = view.get(records.REGISTERS, line.version)
    if shown is None:
        return None
    meetings = [m for m in view.find(records.MEETINGS) if m.starts >= shown.published]
    return min(meetings, key=lambda m: (m.starts, m.number), default=None)


def objection_period(view: CaseView, line: records.ClaimLine) -> Period | None:
    """Until when one may object to the line; None while no meeting to check it is convened."""
    meeting = checking(view, line)
    if meeting is None:
        return None
    start: date = view.pack.day_of(meeting.starts)
    return period(view.pack, china(), view.pack.period(OBJECTION), start)


def period_over(view: CaseView, line: records.ClaimLine, at: datetime) -> bool:
    """Is the line, where nobody objected in time, taken as not objected to?"""
    found = objection_period(view, line)
    return found is not None and at >= found.ends_before
