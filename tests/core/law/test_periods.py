"""Statutory periods: concursus-deadlines/1 and the edges around it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bankruptcy.law.errors import PeriodOutOfBounds
from bankruptcy.law.model import Length
from bankruptcy.law.pack import builtin
from bankruptcy.law.periods import (
    Calendar,
    check_claim_period,
    china,
    counted,
    period,
    received_on,
)
from bankruptcy.law.reading import day, moment
from tests.core.law.cases import documents, params

DOCUMENTS = documents("deadlines*.json", "concursus-deadlines/1", "cases")
PACK = builtin()
SILENT = {"why"}


def computation(document: dict[str, Any], case: dict[str, Any], given: dict[str, Any]) -> Any:
    rule = PACK.period(case["deadline"], given["what"])
    found = period(PACK, Calendar.decode(document["calendar"]), rule, day(given["start"]))
    value: dict[str, Any] = {
        "what": rule.what,
        "start": str(found.start),
        "add": {"months": rule.length.months} if rule.length.months else {"days": rule.length.days},
        "counted_to": str(found.counted_to),
        "last_day": str(found.last_day),
        "ends_before": found.ends_before.isoformat(),
        "calendar_used": [{"date": str(on), "kind": kind.value} for on, kind in found.used],
        "provisional": found.provisional,
    }
    if rule.backward:
        value |= {"backward": True, "warn_after": str(found.warn_after)}
    if rule.after is not None:
        value["after"] = rule.after
    if found.target is not None:
        value["target_day"] = str(found.target)
    return value


@pytest.mark.parametrize(("document", "case"), params(DOCUMENTS, "cases"))
def test_deadline(document: dict[str, Any], case: dict[str, Any]) -> None:
    for given in case.get("computations", []):
        wanted = {name: value for name, value in given.items() if name not in SILENT}
        assert computation(document, case, given) == wanted
        law = PACK.deadlines[case["deadline"]].articles
        assert case["articles"].startswith(law) or law in case["articles"]
    for given in case.get("validations", []):
        error = None
        try:
            check_claim_period(PACK, day(given["start"]), day(given["end"]))
        except PeriodOutOfBounds as refused:
            error = refused.facts["article"]
        assert (error is None, error) == (given["accepted"], given["error"])
    for given in case.get("receipts", []):
        assert str(received_on(PACK, moment(given["reached"]))) == given["received_on"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["file"])
def test_the_calendar_of_the_file_is_the_one_that_ships(document: dict[str, Any]) -> None:
    assert Calendar.decode(document["calendar"]) == china()


def test_months_end_on_the_corresponding_day_or_the_last_of_the_month() -> None:
    assert counted(date(2026, 8, 31), Length(months=6)) == date(2027, 2, 28)
    assert counted(date(2027, 8, 31), Length(months=6)) == date(2028, 2, 29)
    assert counted(date(2026, 11, 30), Length(months=3)) == date(2027, 2, 28)
    assert counted(date(2026, 3, 31), Length(months=1), backward=True) == date(2026, 2, 28)


def test_a_backward_period_is_never_moved() -> None:
    """5 April 2026 is a Sunday."""
    found = period(PACK, china(), PACK.period("D6"), date(2026, 4, 20))
    assert found.last_day == found.counted_to == date(2026, 4, 5)
    assert found.warn_after == date(2026, 4, 4)


def test_a_year_without_a_calendar_is_provisional() -> None:
    assert period(PACK, china(), PACK.period("D9"), date(2031, 5, 5)).provisional
