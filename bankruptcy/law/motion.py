"""What is voted on, and the times on which a roll rests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bankruptcy.law.reading import Members, day, moment


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan leaves untouched, and the classes that passed in the first vote."""

    unaffected_classes: tuple[str, ...] = ()
    unaffected_creditors: tuple[str, ...] = ()
    passed_earlier: tuple[str, ...] = ()

    @classmethod
    def decode(cls, value: object) -> Plan:
        """From `plan` of concursus-rolls/1. Raises Malformed."""
        members = Members(value, "plan")
        plan = cls(
            members.texts("unaffected_classes"),
            members.texts("unaffected_creditors"),
            members.texts("passed_earlier"),
        )
        members.done()
        return plan


@dataclass(frozen=True, slots=True)
class Motion:
    """What is voted on: the matter (None under a law without matters), the rule, the round."""

    matter: str | None
    rule: str
    round: int = 1
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """Day of acceptance, the moment the roll is fixed, and the window of voting."""

    acceptance: date
    record: datetime
    opens: datetime
    closes: datetime

    @classmethod
    def decode(cls, value: object) -> Times:
        """From `times` of concursus-rolls/1. Raises Malformed."""
        members = Members(value, "times")
        times = cls(
            day(members.take("acceptance")),
            moment(members.take("record")),
            moment(members.take("opens")),
            moment(members.take("closes")),
        )
        members.done()
        return times
