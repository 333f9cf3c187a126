"""The digit that the chair draws, so that some voters test their ballots (protocol 8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import AlreadyThere, NotNow, RoleMayNot
from bankruptcy.kinds.tests_drawn import DigitWrong
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.facts import draw
from tests.rules.scenes import at_stage
from verifier.bundle import Bundle
from verifier.replay import verify


def test_administrator_or_chair_draws_digits_while_ballots_are_cast(tmp_path: Path) -> None:
    meeting = at_stage("open")
    draw(meeting, 7)
    play.appoint(meeting.world, "bob", Role.CHAIR)
    draw(meeting, 0, Role.CREDITOR, "bob")
    found = meeting.world.state.find(records.DRAWN, manifest_hash=meeting.vote.manifest_hash)
    assert [(one.digit, str(one.by)) for one in found] == [(0, "bob"), (7, "administrator")]
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


def test_a_digit_that_is_refused() -> None:
    meeting = at_stage("open")
    with pytest.raises(DigitWrong):
        draw(meeting, 10)
    with pytest.raises(RoleMayNot):
        draw(meeting, 7, Role.CREDITOR, "alice")
    draw(meeting, 7)
    with pytest.raises(AlreadyThere):
        draw(meeting, 7)


def test_no_digit_is_drawn_before_the_opening_or_at_the_close() -> None:
    with pytest.raises(NotNow):
        draw(at_stage("prepared"), 7)
    meeting = at_stage("open")
    meeting.world.move_clock(meeting.manifest.closes)
    with pytest.raises(NotNow):
        draw(meeting, 7)
