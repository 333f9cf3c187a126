"""What a declared result starts: notices, remedies and applications, with their last days (A.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from bankruptcy.law.model import Length, Matter, Step, Title
from bankruptcy.law.pack import RulePack
from bankruptcy.law.periods import Calendar, period
from bankruptcy.law.process import COURT_RULING

RESULT_NOTICE, ANNULMENT, RECONSIDERATION = "D9", "D10", "D11"


class Start(Enum):
    """The event from which a period runs."""

    VOTE_ENDED = "vote ended"
    DECLARED = "declared"
    NOTICE_RECEIVED = "notice received"
    RULING = "ruling"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One period.

    `last_day`: None where its event is yet to come and everybody's is his own; for the receipt of
    the notice, as if it were received on the day of the declaration. `provisional`: it rests on a
    calendar not published yet. `least`: the share of all claims that an applicant must hold.
    """

    what: Title
    start: Start
    length: Length
    last_day: date | None
    provisional: bool
    articles: str
    least: tuple[int, int] | None = None


def follow_ups(
    pack: RulePack, days: Calendar, matter: Matter, step: Step, ended: date, declared: date
) -> tuple[FollowUp, ...]:
    """The periods that run after a declared result, in the order of the pack's deadlines."""
    found = []
    for name, start, day in (
        (RESULT_NOTICE, Start.VOTE_ENDED, ended),
        (ANNULMENT, Start.NOTICE_RECEIVED, declared),
        (RECONSIDERATION, Start.RULING, None),
        (step.deadline, Start.DECLARED, declared),
    ):
        if name is None or name not in pack.deadlines:
            continue
        if name == RECONSIDERATION and not (matter.reconsideration and step.next == COURT_RULING):
            continue
        rule = pack.period(name)
        counted = None if day is None else period(pack, days, rule, day)
        least = None
        if name == RECONSIDERATION and matter.reconsideration is not None:
            least = matter.reconsideration.least
        found.append(
            FollowUp(
                what=pack.deadlines[name].title,
                start=start,
                length=rule.length,
                last_day=None if counted is None else counted.last_day,
                provisional=counted is not None and counted.provisional,
                articles=rule.articles,
                least=least,
            )
        )
    return tuple(found)
