"""Trustees that fail: missing boxes, absent trustees, too few of them; and votes held again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.ballot_complained import ComplaintRefused
from bankruptcy.kinds.box_supplied import AnotherBox
from bankruptcy.kinds.counting import counted_answers, due_left_out
from bankruptcy.kinds.motion_put import first_round
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import (
    AlreadyThere,
    Disagrees,
    NotFound,
    NotNow,
    RoleMayNot,
    TooFewTrustees,
)
from bankruptcy.kinds.schema import Hash
from ledger.log.encoding import b64u
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import (
    at_stage,
    boxes_checked,
    closed,
    complained,
    complaint,
    spoiled,
    taken_up,
    to_the_end,
    trustee_of,
)
from tests.rules.test_forged_bundles import altered, at, failures, refused
from tests.rules.trouble import (
    counts,
    deadline,
    named_missing,
    not_awaited,
    supplied,
    voided_by_clerk,
    voided_by_court,
)
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.ballot import body_hash
from voting.protocol.errors import BallotClosed, KeyRefused
from voting.protocol.preparing import Prepared
from voting.protocol.validity import Choice

Json = Any
SEVEN = {f"t{n}": f"trustee-{n}" for n in range(1, 8)}
DAY = timedelta(hours=24)


def missing_at_close() -> tuple[Meeting, Prepared]:
    """Everybody voted; Bob's box for trustee 1 was missed while voting was open."""
    meeting = at_stage("open")
    made = {}
    for voter, choice in play.BALLOTS.items():
        made[voter] = play.ballot(meeting, voter, choice)
        play.cast(meeting, voter, made[voter])
    named_missing(meeting, made["bob"])
    closed(meeting)
    return meeting, made["bob"]


# --- boxes missing and supplied ---


def test_a_missing_box_that_the_voter_supplies_is_opened_and_counted(tmp_path: Path) -> None:
    meeting, bob = missing_at_close()
    supplied(meeting, bob)
    meeting.present = (1, 3)
    for index in (1, 2, 3):
        boxes_checked(meeting, index)
    play.counted(meeting)
    assert meeting.vote.left_out == ()
    play.summed(meeting)
    play.declared(meeting)
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert report.verified
    boxes = next(check for check in report.checks() if check.name == "boxes")
    assert "1 boxes were missing, 1 of them supplied" in boxes.en


def test_a_ballot_whose_box_stays_missing_is_left_out_by_name_and_its_line_is_present(
    tmp_path: Path,
) -> None:
    meeting, bob = missing_at_close()
    ballot = Hash(body_hash(bob.body))
    boxes_checked(meeting, 1, missing=[b64u(ballot)])
    for index in (2, 3):
        boxes_checked(meeting, index)
    meeting.world.move_clock(meeting.manifest.complaints_close)
    with pytest.raises(Disagrees, match="left_out"):
        counts(meeting, left_out=[])
    play.counted(meeting)
    assert meeting.vote.left_out == (ballot,)
    play.summed(meeting)
    play.declared(meeting)
    result = meeting.world.state.get(records.RESULTS, meeting.vote.manifest_hash)
    assert result is not None
    heads = next(v for v in result.vectors if (v.class_, v.metric) == ("ordinary", "heads"))
    assert (heads.cast, heads.for_, heads.against) == (2, 1, 1)
    row = next(c for c in result.motions[0].classes if c.class_ == "ordinary")
    assert row.present == 3
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert report.verified
    boxes = next(check for check in report.checks() if check.name == "boxes")
    assert b64u(ballot) in boxes.en


def test_a_day_lies_between_the_last_missing_box_and_the_counted_set() -> None:
    meeting, bob = missing_at_close()
    supplied(meeting, bob)
    for index in (1, 3):
        boxes_checked(meeting, index)
    late = meeting.manifest.complaints_close - timedelta(hours=1)
    meeting.world.move_clock(late)
    named_missing(meeting, bob, 2)
    supplied(meeting, bob, 2, by=(Role.CLERK, CLERK))
    boxes_checked(meeting, 2)
    meeting.world.move_clock(late + DAY - timedelta(seconds=1))
    with pytest.raises(NotNow):
        counts(meeting)
    meeting.world.move_clock(late + DAY)
    counts(meeting)


def test_a_replaced_or_void_ballot_with_a_missing_box_is_not_left_out() -> None:
    meeting = at_stage("open")
    first = play.ballot(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", first)
    named_missing(meeting, first)
    play.cast(meeting, "bob", play.ballot(meeting, "bob", Choice.AGAINST))
    bad = spoiled(meeting, "alice", Choice.FOR, 2)
    play.cast(meeting, "alice", bad)
    named_missing(meeting, bad, 1)
    complained(meeting, bad, 2)
    assert due_left_out(meeting.world.state, meeting.vote) == ()


@pytest.mark.parametrize(
    ("index", "changed", "refusal"),
    [
        (1, {"index": 2}, Disagrees),
        (1, {"index": 0}, Disagrees),
        (1, {"index": 4}, Disagrees),
        (1, {"ballot": b64u(bytes(32))}, NotFound),
        (1, {"manifest_hash": b64u(bytes(32))}, NotFound),
    ],
)
def test_a_missing_box_that_is_refused(index: int, changed: Json, refusal: type[Refused]) -> None:
    meeting = at_stage("open")
    made = play.ballot(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", made)
    with pytest.raises(refusal):
        named_missing(meeting, made, index, **changed)


def test_a_box_is_missed_once_before_its_trustee_has_checked_and_not_of_a_void_ballot() -> None:
    meeting, bob = missing_at_close()
    with pytest.raises(AlreadyThere):
        named_missing(meeting, bob)
    supplied(meeting, bob)
    with pytest.raises(AlreadyThere):
        named_missing(meeting, bob)
    boxes_checked(meeting, 2)
    with pytest.raises(NotNow, match="checked"):
        named_missing(meeting, bob, 2)
    not_awaited(meeting, 3)
    with pytest.raises(NotNow, match="awaited"):
        named_missing(meeting, bob, 3)
    with pytest.raises(NotNow):
        named_missing(at_stage("counted"), bob)
    meeting = at_stage("open")
    bad = spoiled(meeting, "alice", Choice.FOR, 2)
    play.cast(meeting, "alice", bad)
    complained(meeting, bad, 2)
    with pytest.raises(NotNow, match="complained"):
        named_missing(meeting, bad)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"box": b64u(b"another")}, AnotherBox),
        ({"index": 2}, NotFound),
        ({"index": 0}, NotFound),
        ({"ballot": b64u(bytes(32))}, NotFound),
        ({"manifest_hash": b64u(bytes(32))}, NotFound),
    ],
)
def test_a_supplied_box_that_is_refused(changed: Json, refusal: type[Refused]) -> None:
    meeting, bob = missing_at_close()
    with pytest.raises(refusal):
        supplied(meeting, bob, **changed)


def test_a_box_is_supplied_once_by_anybody_and_not_after_the_counted_set() -> None:
    meeting, bob = missing_at_close()
    with pytest.raises(NotFound):
        supplied(meeting, bob, 2)
    supplied(meeting, bob, by=(Role.COURT, "judge"))
    with pytest.raises(AlreadyThere):
        supplied(meeting, bob)
    meeting, bob = missing_at_close()
    boxes_checked(meeting, 1, missing=[b64u(body_hash(bob.body))])
    for index in (2, 3):
        boxes_checked(meeting, index)
    play.counted(meeting)
    with pytest.raises(NotNow):
        supplied(meeting, bob)


@pytest.mark.parametrize("stated", [(), ("bob", "bob"), ("alice", "bob"), ("alice",)])
def test_what_a_trustee_misses_is_what_he_named_and_nobody_supplied(stated: Json) -> None:
    meeting, bob = missing_at_close()
    alice = next(made for made in meeting.cast if made.body.signer == "alice")
    hashes = {"bob": b64u(body_hash(bob.body)), "alice": b64u(body_hash(alice.body))}
    with pytest.raises(Disagrees, match="missing"):
        boxes_checked(meeting, 1, missing=sorted(hashes[name] for name in stated))


def test_a_trustee_need_not_have_seen_that_a_box_was_just_supplied() -> None:
    meeting, bob = missing_at_close()
    supplied(meeting, bob)
    boxes_checked(meeting, 1, missing=[b64u(body_hash(bob.body))])


def test_a_box_supplied_during_complaints_may_be_complained_of() -> None:
    meeting = at_stage("open")
    bad = spoiled(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", bad)
    named_missing(meeting, bad)
    closed(meeting)
    supplied(meeting, bad)
    meeting.world.say(
        "ballot.complained@1", Role.TRUSTEE, trustee_of(meeting, 1), complaint(meeting, bad.body)
    )


def test_a_false_share_that_is_supplied_after_complaints_have_closed_is_complained_of(
    tmp_path: Path,
) -> None:
    """The attack: the box stays away until complaints are over, and its trustee, whose sums need
    the share, could neither complain nor sum."""
    meeting = at_stage("open")
    bad = spoiled(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", bad)
    play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
    closed(meeting)
    until = meeting.vote.complaints_close
    meeting.world.move_clock(until - timedelta(minutes=1))
    named_missing(meeting, bad)
    meeting.world.move_clock(until + timedelta(hours=12))
    supplied(meeting, bad)
    for index in (1, 2, 3):
        boxes_checked(meeting, index)
    meeting.world.move_clock(until + timedelta(hours=35))
    with pytest.raises(NotNow):
        counts(meeting)
    complained(meeting, bad, 1)
    meeting.world.move_clock(until + timedelta(hours=36))
    counts(meeting)
    assert {a.line for a in counted_answers(meeting.world.state, meeting.vote)} == {
        "alice.ordinary"
    }
    play.summed(meeting)
    play.declared(meeting)
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


@pytest.mark.parametrize(("supplied_to", "after"), [(2, 1), (1, 25)])
def test_of_a_supplied_box_its_own_trustee_may_complain_for_a_day(
    supplied_to: int, after: int
) -> None:
    meeting = at_stage("open")
    bad = spoiled(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", bad)
    closed(meeting)
    until = meeting.vote.complaints_close
    meeting.world.move_clock(until - timedelta(minutes=1))
    named_missing(meeting, bad, supplied_to)
    supplied(meeting, bad, supplied_to)
    meeting.world.move_clock(until + timedelta(hours=after))
    with pytest.raises(ComplaintRefused, match="late"):
        complained(meeting, bad, 1)


# --- trustees that nobody waits for ---


def test_a_vote_of_which_a_trustee_never_comes_back_is_counted_and_declared(
    tmp_path: Path,
) -> None:
    meeting = at_stage("closed")
    meeting.present = (1, 3)
    for index in meeting.present:
        boxes_checked(meeting, index)
    meeting.world.move_clock(meeting.manifest.complaints_close)
    with pytest.raises(NotNow, match=meeting.manifest.trustee(2).id):
        counts(meeting)
    not_awaited(meeting, 2)
    counts(meeting)
    play.summed(meeting)
    play.declared(meeting)
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


def test_at_least_a_threshold_has_checked_whoever_is_not_waited_for() -> None:
    meeting = at_stage("closed")
    boxes_checked(meeting, 1)
    not_awaited(meeting, 2)
    meeting.world.move_clock(meeting.manifest.complaints_close)
    with pytest.raises(NotNow):
        counts(meeting)


def test_who_is_not_waited_for_may_still_check_and_sum() -> None:
    meeting = at_stage("closed")
    not_awaited(meeting, 2)
    for index in (1, 2, 3):
        boxes_checked(meeting, index)
    play.counted(meeting)
    play.summed(meeting)
    play.declared(meeting)


@pytest.mark.parametrize(
    ("indices", "refusal"),
    [
        ((), Disagrees),
        ((0,), Disagrees),
        ((4,), Disagrees),
        ((2, 2), Disagrees),
        ((3, 2), Disagrees),
        ((2, 3), TooFewTrustees),
        ((1,), AlreadyThere),
    ],
)
def test_trustees_of_whom_it_cannot_be_said(indices: Json, refusal: type[Refused]) -> None:
    meeting = at_stage("closed")
    boxes_checked(meeting, 1)
    with pytest.raises(refusal):
        not_awaited(meeting, *indices)


def test_it_is_said_once_after_the_close_by_the_court_alone() -> None:
    for stage in ("open", "counted"):
        with pytest.raises(NotNow):
            not_awaited(at_stage(stage), 2)
    meeting = at_stage("closed")
    not_awaited(meeting, 2)
    with pytest.raises(AlreadyThere):
        not_awaited(meeting, 2)
    with pytest.raises(TooFewTrustees):
        not_awaited(meeting, 3)
    kind = "trustee.not_awaited@1"
    with pytest.raises(RoleMayNot):
        meeting.world.say(kind, Role.ADMINISTRATOR, "administrator", meeting.world.said[-1].body)


# --- too few trustees: void, held again ---


def test_the_court_sets_a_day_to_come_between_close_and_result() -> None:
    for stage in ("open", "declared"):
        meeting = at_stage(stage)
        with pytest.raises(NotNow):
            deadline(meeting, meeting.manifest.complaints_close + 9 * DAY)
    meeting = at_stage("closed")
    with pytest.raises(Disagrees):
        deadline(meeting, meeting.manifest.complaints_close)
    deadline(meeting, meeting.manifest.complaints_close + DAY)
    meeting = at_stage("counted")
    with pytest.raises(Disagrees):
        deadline(meeting, meeting.world.now)
    deadline(meeting, meeting.world.now + DAY)
    deadline(meeting, meeting.world.now + 2 * DAY)
    assert meeting.vote.tally_deadline == meeting.world.now + 2 * DAY


@pytest.mark.parametrize("stage", ["closed", "counted"])
def test_too_few_sums_by_the_day_set_make_the_vote_void(stage: str) -> None:
    meeting = at_stage(stage)
    with pytest.raises(NotNow):
        voided_by_clerk(meeting)
    if stage == "counted":
        meeting.present = (1,)
        play.summed(meeting)
    until = meeting.manifest.complaints_close + DAY
    deadline(meeting, until)
    meeting.world.move_clock(until - timedelta(seconds=1))
    with pytest.raises(NotNow):
        voided_by_clerk(meeting)
    meeting.world.move_clock(until)
    voided_by_clerk(meeting)
    assert meeting.vote.stage is records.Stage.VOIDED


def test_enough_sums_keep_a_vote_from_being_void_though_the_day_is_past() -> None:
    meeting = at_stage("counted")
    deadline(meeting, meeting.world.now + DAY)
    meeting.present = (2, 3)
    play.summed(meeting)
    meeting.world.move_clock(meeting.world.now + DAY)
    with pytest.raises(NotNow):
        voided_by_clerk(meeting)
    play.declared(meeting)


@pytest.mark.parametrize(
    "void",
    [
        lambda m: voided_by_clerk(m, cause="ordered"),
        lambda m: voided_by_clerk(m, reason=m.world.seal("voting.voided@1", "/reason", "x")),
        lambda m: voided_by_court(m, cause="too_few_trustees"),
        lambda m: voided_by_court(m, decision=None),
        lambda m: voided_by_court(m, reason=None),
    ],
)
def test_a_void_vote_says_why_and_who_says_so(void: Callable[[Meeting], None]) -> None:
    meeting = at_stage("counted")
    deadline(meeting, meeting.world.now + DAY)
    meeting.world.move_clock(meeting.world.now + DAY)
    with pytest.raises(Disagrees):
        void(meeting)


@pytest.mark.parametrize(
    "stage", ["prepared", "open", "closed", "checked", "counted", "summed", "declared"]
)
def test_the_court_declares_a_vote_void_at_any_stage_and_once(stage: str) -> None:
    meeting = at_stage(stage)
    voided_by_court(meeting)
    with pytest.raises(NotNow):
        voided_by_court(meeting)


def test_nothing_of_a_void_vote_is_taken_any_more() -> None:
    for stage, act in (
        ("prepared", lambda m: play.clerk_says(m, "voting.opened@1")),
        ("open", lambda m: play.clerk_says(m, "voting.closed@1")),
        ("closed", lambda m: boxes_checked(m, 1)),
        ("closed", lambda m: not_awaited(m, 1)),
        ("checked", counts),
        ("counted", lambda m: deadline(m, m.world.now + DAY)),
        ("counted", play.summed),
        ("declared", play.verified),
    ):
        meeting = at_stage(stage)
        voided_by_court(meeting)
        with pytest.raises(NotNow, match="voided"):
            act(meeting)
    meeting = at_stage("summed")
    body = play.result_body(meeting)
    voided_by_court(meeting)
    with pytest.raises(NotNow, match="voided"):
        meeting.world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", body)
    meeting = at_stage("open")
    made = play.ballot(meeting, "bob", Choice.FOR)
    bad = spoiled(meeting, "alice", Choice.FOR)
    play.cast(meeting, "alice", bad)
    voided_by_court(meeting)
    with pytest.raises(BallotClosed):
        play.cast(meeting, "bob", made)
    with pytest.raises(Refused, match="late"):
        complained(meeting, bad)


def held_again(meeting: Meeting) -> Meeting:
    """The same meeting after its vote was void: fresh keys, another manifest, and open."""
    play.publish_trustee_keys(meeting)
    play.prepared(meeting)
    meeting.cast.clear()
    play.opened(meeting)
    return meeting


def test_a_void_vote_is_held_again_with_fresh_keys_on_the_same_motions(tmp_path: Path) -> None:
    meeting = at_stage("counted")
    void = meeting.vote.manifest_hash
    old = play.ballot(meeting, "bob", Choice.FOR)
    until = meeting.world.now + DAY
    deadline(meeting, until)
    meeting.world.move_clock(until)
    voided_by_clerk(meeting)
    held_again(meeting)
    assert meeting.vote.manifest_hash != void
    with pytest.raises(BallotClosed):
        play.cast(meeting, "bob", old)
    for voter, choice in play.BALLOTS.items():
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    result = to_the_end(meeting)
    assert result.motions[0].passed
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert report.verified
    assert report.counts["results"] == 1


def test_a_vote_is_held_again_only_where_it_is_void_and_not_with_keys_that_served() -> None:
    meeting = at_stage("counted")
    with pytest.raises(KeyRefused):
        play.publish_trustee_key(meeting, "fourth", "judge")
    earlier = [s for s in meeting.world.said if s.kind == "trustee.key_published@1"]
    voided_by_court(meeting)
    for said in earlier:
        with pytest.raises(AlreadyThere):
            meeting.world.say(said.kind, Role.TRUSTEE, said.by, said.body)
    put = next(s for s in meeting.world.said if s.kind == "motion.put@1")
    changed = {**put.body, "motion": "another"}
    with pytest.raises(NotNow):
        meeting.world.say(put.kind, Role.ADMINISTRATOR, "administrator", changed)


def test_the_second_vote_of_a_matter_does_not_rest_on_a_result_that_was_set_aside() -> None:
    meeting = at_stage("declared")
    for row in meeting.world.state.find(records.RESULTS):
        assert row.motions[0].passed
    voided_by_court(meeting)
    matter = meeting.world.state.find(records.MOTIONS)[0].matter
    assert first_round(meeting.world.state, matter) is None


# --- thresholds ---


def seven_trustees() -> Meeting:
    world = play.opened_case()
    for person in SEVEN.values():
        world.enrol(person)
        play.appoint(world, person, Role.TRUSTEE)
    for creditor, amount in (*play.CREDITORS.items(), ("tax", 17_528_919_94)):
        nature = "tax" if creditor == "tax" else "ordinary"
        play.file_claim(world, creditor, amount, nature)
        play.review(world, creditor, amount, nature)
    return play.convened(world, trustees=SEVEN, threshold=4)


def test_four_of_seven_open_a_tally_of_which_three_never_come_back(tmp_path: Path) -> None:
    meeting = seven_trustees()
    play.prepared(meeting)
    play.opened(meeting)
    play.voted(meeting)
    meeting.present = (1, 3, 6, 7)
    with pytest.raises(TooFewTrustees):
        not_awaited(taken_up(meeting), 2, 4, 5, 6)
    play.checked(meeting)
    not_awaited(meeting, 2, 4)
    not_awaited(meeting, 5)
    play.counted(meeting)
    play.summed(meeting)
    play.declared(meeting)
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


# --- forged bundles ---


@pytest.fixture(scope="module")
def troubled() -> Meeting:
    """A box missed and supplied, one trustee not awaited, a day set, the vote void."""
    meeting, bob = missing_at_close()
    supplied(meeting, bob)
    boxes_checked(meeting, 1)
    boxes_checked(meeting, 2)
    not_awaited(meeting, 3)
    until = meeting.manifest.complaints_close + DAY
    deadline(meeting, until)
    play.counted(meeting)
    meeting.world.move_clock(until)
    voided_by_clerk(meeting)
    return meeting


@pytest.mark.parametrize(
    ("kind", "check", "article", "change"),
    [
        ("box.missing", "boxes", "EBL 64(1)", lambda b: b.update(index=2)),
        ("box.missing", "boxes", "EBL 64(1)", lambda b: b.update(ballot=b64u(bytes(32)))),
        ("box.supplied", "boxes", "EBL 64(1)", lambda b: b.update(box=b64u(b"another"))),
        ("box.supplied", "boxes", "EBL 64(1)", lambda b: b.update(index=2)),
        ("boxes.checked", "boxes", "EBL 64(1)", lambda b: b.update(missing=[b64u(bytes(32))])),
        ("boxes.checked", "boxes", "EBL 64(1)", lambda b: b.update(complaints=1)),
        ("trustee.not_awaited", "counted", "EBL 64(1)", lambda b: b.update(indices=[1])),
        ("trustee.not_awaited", "counted", "EBL 64(1)", lambda b: b.update(indices=[2, 3])),
        (
            "tally.deadline_set",
            "sums",
            "EBL 64(1)",
            lambda b: b.update(until="2026-01-01T00:00:00Z"),
        ),
        ("voting.counted", "counted", "EBL 64(1)", lambda b: b.update(left_out=[b64u(bytes(32))])),
        ("voting.voided", "results", "EBL 64(2)", lambda b: b.update(cause="ordered")),
    ],
)
def test_a_forged_statement_is_refused_by_rule_and_article(
    troubled: Meeting,
    tmp_path: Path,
    kind: str,
    check: str,
    article: str,
    change: Callable[[Json], object],
) -> None:
    said = troubled.world.said
    index = at(said, kind)
    report = refused(troubled, tmp_path, altered(said, index, lambda b: change(b) and None))
    failed = failures(report, check)[0]
    assert (failed.entry, failed.article) == (index, article)


def test_a_box_missed_within_a_day_of_the_counted_set_makes_it_false(
    troubled: Meeting, tmp_path: Path
) -> None:
    said = list(troubled.world.said)
    missed = at(said, "box.missing")
    counted = at(said, "voting.counted")
    moved = said.pop(missed)
    # After the close, when the clock has moved to the end of complaints: an hour before.
    said.insert(counted - 1, moved.changed(received=said[counted - 1].received))
    assert failures(refused(troubled, tmp_path, said), "counted")


def test_a_vote_made_void_before_the_day_that_the_court_set(
    troubled: Meeting, tmp_path: Path
) -> None:
    said = list(troubled.world.said)
    voided = said.pop(at(said, "voting.voided"))
    index = at(said, "tally.deadline_set") + 1
    said.insert(index, voided.changed(received=said[index - 1].received))
    failed = failures(refused(troubled, tmp_path, said), "results")
    assert failed[0].entry == index
