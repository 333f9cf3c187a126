"""Split claims (P8) and related creditors excluded by the court (P9): facts that rolls follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.claim_filed import IdUnfit, UnitSplit
from bankruptcy.kinds.claim_split import PartsOfSplitWrong, SplitDay, SplitJoint, SplitUnit
from bankruptcy.kinds.creditor_excluded import ExclusionNotProvided, ScopeNotOffered
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotNow, RoleMayNot
from bankruptcy.kinds.sensitivity import sheets
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.facts import exclude, excluded_body, split, split_body
from tests.rules.meeting import Meeting
from tests.rules.scenes import copied, to_the_end
from tests.rules.switched import Switched
from tests.rules.world import World
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.validity import Choice

Json = Any
BY_ORDER = {"P9": "excluded_by_court_order"}


def heads(meeting: Meeting) -> dict[str, tuple[str, ...]]:
    """The lines of the roll, with who may answer for each."""
    found = meeting.world.state.find(records.ROLL_LINES, manifest_hash=meeting.vote.manifest_hash)
    return {str(line.line): tuple(map(str, line.members)) for line in found}


def fresh(switches: dict[str, Json]) -> World:
    return play.reviewed_case(Switched(switches))


def prepared(world: World) -> Meeting:
    meeting = play.convened(world)
    play.prepared(meeting)
    return meeting


def verified(meeting: Meeting, folder: Path) -> None:
    assert verify(Bundle.open(meeting.world.write_bundle(folder))).verified


# --- Split claims


def test_the_parts_of_a_split_claim_are_one_voting_unit_with_all_their_weight(
    tmp_path: Path,
) -> None:
    world = fresh({})
    split(world, "c-whole", "c-bob", "c-dora")
    meeting = prepared(world)
    lines = heads(meeting)
    assert lines["c-whole.ordinary"] == ("bob", "dora")
    assert "bob.ordinary" not in lines
    assert "dora.ordinary" not in lines
    (head,) = (h for h in meeting.vote.rolls[0].classes if h.class_ == "ordinary")
    assert (head.heads, head.total) == (2, 80_000_00)
    play.opened(meeting)
    for voter in ("alice", "dora"):
        play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))
    result = to_the_end(meeting)
    (counts,) = (v for v in result.vectors if (v.class_, v.metric) == ("ordinary", "amount"))
    assert counts.for_ == 80_000_00
    verified(meeting, tmp_path)


def test_under_the_other_reading_each_holder_has_his_head(tmp_path: Path) -> None:
    world = fresh({"P8": "one_for_each_holder"})
    split(world, "c-whole", "c-bob", "c-dora")
    meeting = prepared(world)
    assert {"alice.ordinary", "bob.ordinary", "dora.ordinary"} <= heads(meeting).keys()
    verified(meeting, tmp_path)


def test_the_sensitivity_sheet_says_whether_the_result_rests_on_the_split(tmp_path: Path) -> None:
    """One head for the parts: 2 of 2. A head for each holder: bob's and dora's may be against."""
    world = fresh({})
    split(world, "c-whole", "c-bob", "c-dora")
    meeting = prepared(world)
    (reading,) = world.state.find(records.READINGS, manifest_hash=meeting.vote.manifest_hash)
    assert (reading.switch, reading.label) == ("P8", "one_for_each_holder")
    assert [str(line.line) for line in reading.lines] == [
        "bob.ordinary",
        "c-whole.ordinary",
        "dora.ordinary",
    ]
    play.opened(meeting)
    for voter in ("alice", "dora", "tax"):
        play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))
    result = to_the_end(meeting)
    (judged,) = sheets(world.state, meeting.vote, result.vectors, result.opened)
    assert "P8" in judged.sheet.depends
    verified(meeting, tmp_path)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"claims": []}, PartsOfSplitWrong),
        ({"claims": ["c-bob", "c-bob"]}, PartsOfSplitWrong),
        ({"claims": ["c-nobody"]}, NotFound),
        ({"on": "2026-01-02"}, SplitDay),
        ({"on": "2026-12-01"}, SplitDay),
        ({"original": "alice"}, SplitUnit),
        ({"original": "c.whole"}, IdUnfit),
    ],
)
def test_a_split_that_is_refused(change: Json, refusal: type[Refused]) -> None:
    world = fresh({})
    body = {**split_body(world, "c-whole", "c-bob"), **change}
    with pytest.raises(refusal):
        world.say("claim.split@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_claim_is_part_of_one_split_and_no_joint_claim_is() -> None:
    world = fresh({})
    split(world, "c-whole", "c-bob")
    with pytest.raises(AlreadyThere):
        split(world, "c-other", "c-bob")
    world.enrol("gina")
    body = {**play.claim_body(world, "c-gina", 5_00), "joint": "j-1"}
    world.say("claim.filed@1", Role.CREDITOR, "gina", body)
    with pytest.raises(SplitJoint):
        split(world, "c-other", "c-gina")
    with pytest.raises(SplitUnit):
        split(world, "j-1", "c-dora")


def test_nobody_files_under_the_id_of_a_split_claim() -> None:
    """He would vote on the line of its holders."""
    world = fresh({})
    split(world, "eve", "c-bob", "c-dora")
    world.enrol("eve")
    with pytest.raises(UnitSplit):
        world.say("claim.filed@1", Role.CREDITOR, "eve", play.claim_body(world, "c-eve", 1_00))
    split(world, "j-whole", "c-alice")
    body = {**play.claim_body(world, "c-alice2", 1_00), "joint": "j-whole"}
    with pytest.raises(UnitSplit):
        world.say("claim.filed@1", Role.CREDITOR, "alice", body)


def test_a_split_noted_before_the_case_is_open_is_refused() -> None:
    world = World()
    world.enrol("administrator")
    play.appoint(world, "administrator", Role.ADMINISTRATOR)
    with pytest.raises(NotNow):
        split(world, "c-whole", "c-bob")
    with pytest.raises(NotNow):
        exclude(world, "bob")


# --- Related creditors


def test_who_is_excluded_by_order_has_no_line_and_counts_in_no_total(tmp_path: Path) -> None:
    world = fresh(BY_ORDER)
    exclude(world, "bob")
    meeting = prepared(world)
    assert "bob.ordinary" not in heads(meeting)
    (head,) = (h for h in meeting.vote.rolls[0].classes if h.class_ == "ordinary")
    assert (head.heads, head.total) == (2, 50_000_00)
    verified(meeting, tmp_path)


def test_a_roll_that_counts_him_all_the_same_is_refused() -> None:
    world = fresh(BY_ORDER)
    meeting = play.convened(world)
    body = play.preparation(meeting)
    exclude(world, "bob")
    with pytest.raises(Disagrees, match="roll_root"):
        world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", body)


def test_an_order_after_the_roll_is_fixed_changes_no_roll() -> None:
    world = fresh(BY_ORDER)
    meeting = prepared(world)
    before = heads(meeting)
    exclude(world, "bob")
    assert heads(meeting) == before


def test_the_sheet_says_whether_the_result_rests_on_the_exclusion(tmp_path: Path) -> None:
    world = fresh(BY_ORDER)
    exclude(world, "bob")
    meeting = prepared(world)
    found = world.state.find(records.READINGS, manifest_hash=meeting.vote.manifest_hash)
    assert {(r.switch, r.label) for r in found} == {
        ("P9", "counted_and_disclosed"),
        ("P9", "excluded_by_court_order/vote_only"),
    }
    play.opened(meeting)
    for voter, choice in (("alice", Choice.FOR), ("dora", Choice.FOR), ("tax", Choice.FOR)):
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    result = to_the_end(meeting)
    (judged,) = sheets(world.state, meeting.vote, result.vectors, result.opened)
    assert "P9" in judged.sheet.depends
    verified(meeting, tmp_path)


def test_an_exclusion_that_is_refused() -> None:
    world = fresh({})
    with pytest.raises(ExclusionNotProvided):
        exclude(world, "bob")
    world = fresh(BY_ORDER)
    with pytest.raises(NotFound):
        exclude(world, "carol")
    with pytest.raises(ScopeNotOffered):
        exclude(world, "bob", "vote_only")
    body = excluded_body(world, "bob")
    with pytest.raises(RoleMayNot):
        world.say("creditor.excluded@1", Role.ADMINISTRATOR, "administrator", body)
    assert not copied(world.state).find(records.EXCLUSIONS)
