"""Objections to the register: who, to what, until when, and how they are answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.objection_answered import NotAdjusted
from bankruptcy.kinds.refusals import AlreadyThere, NotFound, NotNow, RoleMayNot, RoleNotHeld
from bankruptcy.kinds.register import checking, objection_period, period_over
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.claims import answer, object_to, objection_body
from tests.rules.scenes import at_stage
from tests.rules.world import World

Json = Any


@pytest.fixture
def reviewed() -> World:
    """The register is published; Eve has a key and no claim."""
    world = at_stage("reviewed").world
    world.enrol("eve", "administrator", Role.ADMINISTRATOR)
    return world


def line_of(world: World, claim: str) -> records.ClaimLine:
    found = world.state.get(records.CLAIMS, claim)
    assert found is not None
    return found.lines[0]


def objection(world: World, id_: str = "o-1") -> records.Objection:
    found = world.state.get(records.OBJECTIONS, id_)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("by", "change", "refusal"),
    [
        ("eve", lambda b: None, RoleNotHeld),
        ("alice", lambda b: b.update(claim="c-none"), NotFound),
        ("alice", lambda b: b.update(line="l2"), NotFound),
        ("alice", lambda b: b.update(objection="o-there"), AlreadyThere),
        ("dora", lambda b: None, AlreadyThere),
    ],
)
def test_an_objection_that_is_refused(
    reviewed: World, by: str, change: Callable[[Json], None], refusal: type[Refused]
) -> None:
    object_to(reviewed, "dora", "o-there", "c-bob")
    body = objection_body(reviewed, "o-1", "c-bob")
    change(body)
    with pytest.raises(refusal):
        reviewed.say("objection.raised@1", Role.CREDITOR, by, body)


def test_one_objects_to_what_a_published_register_shows(reviewed: World) -> None:
    play.review(reviewed, "bob", 30_000_00)
    with pytest.raises(NotNow):
        object_to(reviewed, "alice", "o-1", "c-bob")
    reviewed.publish_register()
    object_to(reviewed, "alice", "o-1", "c-bob")


def test_nobody_objects_to_a_withdrawn_claim(reviewed: World) -> None:
    reviewed.say("claim.withdrawn@1", Role.CREDITOR, "bob", {"claim": "c-bob", "reason": None})
    with pytest.raises(NotFound):
        object_to(reviewed, "alice", "o-1", "c-bob")


def test_the_debtor_objects_and_neither_court_nor_administrator(reviewed: World) -> None:
    reviewed.enrol("debtor")
    play.appoint(reviewed, "debtor", Role.DEBTOR)
    body = objection_body(reviewed, "o-1", "c-bob")
    for role, by in ((Role.COURT, "judge"), (Role.ADMINISTRATOR, "administrator")):
        with pytest.raises(RoleMayNot):
            reviewed.say("objection.raised@1", role, by, body)
    reviewed.say("objection.raised@1", Role.DEBTOR, "debtor", body)


def test_a_creditor_objects_to_his_own_line(reviewed: World) -> None:
    object_to(reviewed, "bob", "o-1", "c-bob")
    assert objection(reviewed).by == "bob"


def test_the_period_runs_fifteen_days_from_the_meeting_that_checks_the_register(
    reviewed: World,
) -> None:
    """JI-III 8, domain D8: without a meeting it has not begun."""
    assert checking(reviewed.state, line_of(reviewed, "c-bob")) is None
    assert objection_period(reviewed.state, line_of(reviewed, "c-bob")) is None
    play.convened(reviewed)  # begins on 25 January 2026
    found = objection_period(reviewed.state, line_of(reviewed, "c-bob"))
    assert found is not None
    assert (found.start, found.last_day) == (date(2026, 1, 25), date(2026, 2, 9))


def test_an_objection_after_the_period_is_recorded_as_late_and_not_refused(
    reviewed: World,
) -> None:
    """P13: taken as not objecting within the procedure; the right to sue is not extinguished."""
    play.convened(reviewed)
    line = line_of(reviewed, "c-bob")
    period = objection_period(reviewed.state, line)
    assert period is not None
    reviewed.move_clock(period.ends_before - timedelta(seconds=1))
    assert not period_over(reviewed.state, line, reviewed.now)
    object_to(reviewed, "alice", "o-1", "c-bob")
    reviewed.move_clock(period.ends_before)
    assert period_over(reviewed.state, line, reviewed.now)
    object_to(reviewed, "dora", "o-2", "c-bob")
    assert [objection(reviewed, one).late for one in ("o-1", "o-2")] == [False, True]


def test_a_line_reviewed_after_its_checking_has_a_period_of_its_own(reviewed: World) -> None:
    meeting = play.convened(reviewed)
    reviewed.move_clock(meeting.starts + timedelta(days=40))
    play.review(reviewed, "bob", 30_000_00)
    reviewed.publish_register()
    assert checking(reviewed.state, line_of(reviewed, "c-bob")) is None
    assert checking(reviewed.state, line_of(reviewed, "c-alice")) is not None
    object_to(reviewed, "dora", "o-1", "c-bob")
    object_to(reviewed, "dora", "o-2", "c-alice")
    assert [objection(reviewed, one).late for one in ("o-1", "o-2")] == [False, True]


def test_an_objection_is_answered_once_and_by_the_administrator(reviewed: World) -> None:
    with pytest.raises(NotFound):
        answer(reviewed, "o-1")
    object_to(reviewed, "alice", "o-1", "c-bob")
    answer(reviewed, "o-1", "refused")
    assert objection(reviewed).outcome is records.Outcome.REFUSED
    assert objection(reviewed).answered == reviewed.now
    with pytest.raises(NotNow):
        answer(reviewed, "o-1")
    object_to(reviewed, "alice", "o-2", "c-bob")


def test_adjusted_is_said_only_after_a_new_review_of_the_claim(reviewed: World) -> None:
    object_to(reviewed, "alice", "o-1", "c-bob")
    with pytest.raises(NotAdjusted):
        answer(reviewed, "o-1", "adjusted")
    play.review(reviewed, "bob", 30_000_00)
    answer(reviewed, "o-1", "adjusted")
    assert objection(reviewed).outcome is records.Outcome.ADJUSTED
