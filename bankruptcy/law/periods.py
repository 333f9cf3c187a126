"""Statutory periods: counted, moved to a working day, and shown as provisional where unsure.

The day of the event is not counted and months end on the corresponding day or the month's last
(Civil Code 201-202). A last day that is no working day moves to the next one (203); a working
Saturday does not. The last day ends at 24:00 local time. Counting backward is not spelled out in
the statute: it never moves, and an act on the last day itself is warned of.
"""

from __future__ import annotations

import calendar as months_of
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from enum import Enum
from importlib.resources import files

from bankruptcy.law.decoding import each
from bankruptcy.law.errors import PeriodOutOfBounds
from bankruptcy.law.model import Length, PeriodRule
from bankruptcy.law.pack import RulePack
from bankruptcy.law.reading import Members, day
from ledger.log.errors import Malformed

_SATURDAY = 5
_DAY = timedelta(days=1)


class DayKind(Enum):
    """What kind of day it is by the official calendar."""

    WORKING = "working"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up_working_day"


@dataclass(frozen=True, slots=True)
class Year:
    """One year's days off on weekdays and working weekend days; `published`: officially."""

    published: bool
    weekdays_off: frozenset[date]
    make_up: frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working days. A year that is missing or not published is taken as plain weeks."""

    years: Mapping[str, Year]

    @classmethod
    def decode(cls, value: object) -> Calendar:
        """From {year: {`published`, `weekdays_off`, `make_up_working_days`}}. Raises Malformed."""
        return cls(each(value, _year))

    def kind(self, on: date) -> DayKind:
        year = self.years.get(str(on.year))
        if year is not None and on in year.make_up:
            return DayKind.MAKE_UP
        if on.weekday() >= _SATURDAY:
            return DayKind.WEEKEND
        return DayKind.HOLIDAY if year is not None and on in year.weekdays_off else DayKind.WORKING

    def works(self, on: date) -> bool:
        return self.kind(on) in (DayKind.WORKING, DayKind.MAKE_UP)

    def published(self, on: date) -> bool:
        year = self.years.get(str(on.year))
        return year is not None and year.published


@dataclass(frozen=True, slots=True)
class Period:
    """A period as computed.

    `counted_to`: by counting; `last_day`: after the move; `ends_before`: the first moment that
    is too late; `used`: every day looked up; `provisional`: a year used is not published yet;
    `warn_after`: a warning, not a refusal, for an act later than this day; `target`: the day
    aimed at.
    """

    start: date
    counted_to: date
    last_day: date
    ends_before: datetime
    used: tuple[tuple[date, DayKind], ...]
    provisional: bool
    warn_after: date | None
    target: date | None


def china() -> Calendar:
    """The calendar of the People's Republic that comes with the program."""
    text = (files("bankruptcy.law") / "packs" / "calendar-CN.json").read_text("utf-8")
    return Calendar.decode(json.loads(text)["years"])


def counted(start: date, length: Length, *, backward: bool = False) -> date:
    """The day reached by counting, the day of the event not counted."""
    sign = -1 if backward else 1
    months = start.year * 12 + start.month - 1 + sign * length.months
    year, month = divmod(months, 12)
    last = months_of.monthrange(year, month + 1)[1]
    reached = date(year, month + 1, min(start.day, last))
    return reached + sign * length.days * _DAY


def period(pack: RulePack, days: Calendar, rule: PeriodRule, start: date) -> Period:
    """The period of `rule` from the day of its event."""
    reached = counted(start, rule.length, backward=rule.backward)
    last, used = reached, [(reached, days.kind(reached))]
    while not rule.backward and not days.works(last):
        last += _DAY
        used.append((last, days.kind(last)))
    return Period(
        start=start,
        counted_to=reached,
        last_day=last,
        ends_before=datetime.combine(last + _DAY, time(), _zone(pack)),
        used=tuple(used),
        provisional=not all(days.published(on) for on, _ in used),
        warn_after=last - _DAY if rule.backward else None,
        target=None if rule.target is None else counted(start, rule.target),
    )


def check_claim_period(pack: RulePack, announced: date, end: date) -> None:
    """The claim period, from the announcement, is within the law's bounds (D4).

    Raises PeriodOutOfBounds.
    """
    shortest, longest = pack.period("D4", "earliest end"), pack.period("D4", "latest end")
    earliest, latest = counted(announced, shortest.length), counted(announced, longest.length)
    if not earliest <= end <= latest:
        raise PeriodOutOfBounds(
            ground="claim.period",
            end=end,
            earliest=earliest,
            latest=latest,
            article=pack.article("claim.period"),
        )


def received_on(pack: RulePack, reached: datetime) -> date:
    """The day on which a message that reached the addressee's system is received (OLR 31)."""
    return pack.day_of(reached)


def _zone(pack: RulePack) -> timezone:
    return timezone(timedelta(hours=pack.offset_hours or 0))


def _year(name: str, value: object) -> Year:
    members = Members(value, f"calendar {name}")
    found = Year(
        published=members.flag("published"),
        weekdays_off=frozenset(day(text) for text in members.texts("weekdays_off")),
        make_up=frozenset(day(text) for text in members.texts("make_up_working_days")),
    )
    members.take_or("source", None)
    members.done()
    if any(str(on.year) != name for on in found.weekdays_off | found.make_up):
        raise Malformed(what=f"calendar {name}")
    return found
