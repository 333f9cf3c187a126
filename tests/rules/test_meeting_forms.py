"""How a meeting may be held (P15): what the notice states, and what a later meeting rests on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.meeting_convened import (
    FormGroundMisplaced,
    FormNeedsGround,
    FormNotAllowed,
    NotSoResolved,
    resolutions,
)
from bankruptcy.law.meeting_rules import Form
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import taken_up, to_the_end
from tests.rules.switched import Switched
from tests.rules.world import DAY, World
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.validity import Choice

Json = Any
REASON: Json = "reason"
MOTIONS = [("rules", "ORD-11", "CN-ORD"), ("other", "ORD-9", "CN-ORD")]


def convene(world: World, number: int, form: str, **changed: Json) -> None:
    """A meeting in this form; a `form_reason` of REASON is sealed."""
    body = play.convening(world, f"meeting-{number}", number, world.now + 20 * DAY)
    body = {**body, "form": form, **changed}
    if body["form_reason"] is not None:
        body["form_reason"] = world.seal("meeting.convened@1", "/form_reason", "债权人遍布各地")
    world.say("meeting.convened@1", Role.ADMINISTRATOR, "administrator", body)


def opened(value: str) -> World:
    return play.opened_case(Switched({"P15": value}))


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("on_site", "video"),
        ("on_site", "other_remote"),
        ("video", "other_remote"),
    ],
)
def test_the_first_meeting_is_held_no_further_away_than_the_case_says(
    value: str, form: str
) -> None:
    world = opened(value)
    with pytest.raises(FormNotAllowed):
        convene(world, 1, form)
    convene(world, 1, value)
    (meeting,) = world.state.find(records.MEETINGS)
    assert meeting.form is Form(value)


def test_on_site_is_always_lawful_and_needs_no_ground() -> None:
    convene(opened("other_remote"), 1, "on_site")
    for form in ("on_site", "video"):
        world = opened("on_site")
        convene(world, 1, "on_site")
        with pytest.raises(FormGroundMisplaced):
            convene(world, 2, form, form_reason=REASON)
        convene(world, 2, form)
    with pytest.raises(FormGroundMisplaced):
        convene(opened("other_remote"), 1, "other_remote", form_reason=REASON)


@cache
def _resolved() -> Meeting:
    """The first meeting has passed its rules, and a motion on something else."""
    meeting = play.convened(play.reviewed_case(), MOTIONS)
    play.prepared(meeting)
    play.opened(meeting)
    for voter in ("alice", "bob", "dora", "tax"):
        play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))
    to_the_end(meeting)
    return meeting


def resolved() -> Meeting:
    return taken_up(_resolved())


def test_a_later_meeting_by_letter_rests_on_a_resolution_of_the_first(tmp_path: Path) -> None:
    world = resolved().world
    (found,) = resolutions(world.state)
    assert found == records.MotionRef("meeting-1", "rules")  # type: ignore[arg-type]
    ref = {"meeting": "meeting-1", "motion": "rules"}
    convene(world, 2, "other_remote", resolved=ref)
    assert verify(Bundle.open(world.write_bundle(tmp_path))).verified


def test_or_on_a_ground_that_the_notice_documents() -> None:
    convene(resolved().world, 2, "other_remote", form_reason=REASON)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({}, FormNeedsGround),
        ({"resolved": {"meeting": "meeting-1", "motion": "other"}}, NotSoResolved),
        ({"resolved": {"meeting": "meeting-2", "motion": "rules"}}, NotSoResolved),
    ],
)
def test_without_either_it_is_refused(changed: Json, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as refused:
        convene(resolved().world, 2, "other_remote", **changed)
    assert refused.value.ground == "meeting.form"


def test_a_motion_that_is_not_declared_yet_resolves_nothing() -> None:
    meeting = play.convened(play.reviewed_case(), MOTIONS)
    play.prepared(meeting)
    assert resolutions(meeting.world.state) == ()
    ref = {"meeting": "meeting-1", "motion": "rules"}
    with pytest.raises(NotSoResolved):
        convene(meeting.world, 2, "other_remote", resolved=ref)
