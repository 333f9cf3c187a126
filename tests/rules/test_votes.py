"""The vote: opening, ballots, complaints, boxes, counting, sums, disclosures, results."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.ballot_complained import ComplaintRefused
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotNow, RoleNotHeld
from bankruptcy.kinds.schema import decode
from ledger.log.encoding import b64u
from ledger.log.errors import Malformed, Refused
from ledger.log.policy import QuorumMissing
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import (
    at_stage,
    boxes_checked,
    closed,
    complained,
    complaint,
    end_body,
    spoiled,
    to_the_end,
    trustee_of,
)
from tests.rules.world import World
from verifier.looking import Looked
from voting.protocol.ballot import body_hash
from voting.protocol.counted import counted_hash
from voting.protocol.errors import (
    BallotAnswered,
    BallotClosed,
    BallotEncoding,
    BallotNotEntitled,
    BallotNotOnRoll,
    BallotProof,
    BallotReplayed,
    BallotSealed,
    BallotThreshold,
    ResultFalse,
    ShareFalse,
    SumFalse,
)
from voting.protocol.group import scalar_bytes
from voting.protocol.preparing import Question, prepare
from voting.protocol.validity import Choice

Json = Any
Change = Callable[[Json], object]


def clerk(meeting: Meeting, kind: str, **more: Json) -> None:
    play.clerk_says(meeting, kind, **more)


# --- opening and closing ---


def test_the_vote_opens_once_within_its_time_and_closes_not_before() -> None:
    meeting = at_stage("prepared")
    with pytest.raises(NotNow):
        clerk(meeting, "voting.opened@1")
    with pytest.raises(NotNow):
        clerk(meeting, "voting.closed@1")
    play.opened(meeting)
    with pytest.raises(NotNow):
        clerk(meeting, "voting.opened@1")
    meeting.world.move_clock(meeting.manifest.closes - timedelta(seconds=1))
    with pytest.raises(NotNow):
        clerk(meeting, "voting.closed@1")
    closed(meeting)
    with pytest.raises(NotNow):
        clerk(meeting, "voting.closed@1")


def test_a_vote_is_not_opened_after_its_end_nor_one_that_is_not_there() -> None:
    meeting = at_stage("prepared")
    meeting.world.move_clock(meeting.manifest.closes)
    with pytest.raises(NotNow):
        clerk(meeting, "voting.opened@1")
    body = {"manifest_hash": b64u(bytes(32))}
    with pytest.raises(NotFound):
        meeting.world.say("voting.opened@1", Role.CLERK, CLERK, body)


# --- ballots ---


def altered(meeting: Meeting, change: Change) -> None:
    """Alice's ballot with something in its body changed."""
    made = play.ballot(meeting, "alice", Choice.FOR)
    body = made.body.encode()
    change(body)
    meeting.world.say("ballot.cast@1", Role.CREDITOR, "alice", body, made.boxes)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda b: b.pop("e"), BallotEncoding),
        (lambda b: b.update(manifest_hash=b64u(bytes(32))), BallotEncoding),
        (lambda b: b.update(manifest_hash=None), BallotEncoding),
        (lambda b: b.update(answers=[]), BallotEncoding),
        (lambda b: b.update(answers=b["answers"] * 2), BallotEncoding),
        (lambda b: b["answers"][0].update(a=[]), BallotThreshold),
        (lambda b: b["boxes"].pop(), BallotSealed),
        (lambda b: b["boxes"].reverse(), BallotSealed),
        (lambda b: b["answers"][0]["proof"]["z"].reverse(), BallotProof),
        (lambda b: b["key_proof"].update(z=b64u(scalar_bytes(5))), BallotProof),
        (lambda b: b["answers"][0].update(replaces=b64u(bytes(32))), BallotReplayed),
    ],
)
def test_a_ballot_that_is_refused(change: Change, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        altered(at_stage("open"), change)


def answering(meeting: Meeting, signer: str, line: str, motion: str = "plan") -> None:
    """A ballot of the signer for any line, by who signs."""
    questions = [Question(line, motion, Choice.FOR, None)]
    made = prepare(meeting.manifest, signer, questions, group=meeting.world.group)
    meeting.world.say("ballot.cast@1", Role.CREDITOR, signer, made.body.encode(), made.boxes)


@pytest.mark.parametrize(
    ("signer", "line", "motion", "refusal"),
    [
        ("bob", "alice.ordinary", "plan", BallotNotEntitled),
        ("carol", "alice.ordinary", "plan", BallotNotEntitled),
        ("alice", "alice.tax", "plan", BallotNotOnRoll),
        ("alice", "alice.ordinary", "other", BallotNotOnRoll),
    ],
)
def test_a_ballot_for_a_line_that_is_not_the_signers(
    signer: str, line: str, motion: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        answering(at_stage("open"), signer, line, motion)


def test_a_ballot_made_by_another_than_who_signs_it() -> None:
    meeting = at_stage("open")
    made = play.ballot(meeting, "alice", Choice.FOR)
    with pytest.raises(BallotNotEntitled):
        meeting.world.say("ballot.cast@1", Role.CREDITOR, "bob", made.body.encode(), made.boxes)


@pytest.mark.parametrize("stage", ["prepared", "closed", "counted", "declared"])
def test_no_ballot_but_while_the_vote_is_open(stage: str) -> None:
    meeting = at_stage(stage)
    made = play.ballot(meeting, "alice", Choice.FOR)
    with pytest.raises(BallotClosed):
        play.cast(meeting, "alice", made)


def test_no_ballot_at_the_end_even_before_the_clerk_has_closed() -> None:
    meeting = at_stage("open")
    meeting.world.move_clock(meeting.manifest.closes)
    with pytest.raises(BallotClosed):
        play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))


def test_the_same_ballot_twice_and_one_held_back_are_refused() -> None:
    meeting = at_stage("open")
    held_back = play.ballot(meeting, "alice", Choice.AGAINST)
    first = play.ballot(meeting, "alice", Choice.FOR)
    play.cast(meeting, "alice", first)
    with pytest.raises(BallotEncoding):
        play.cast(meeting, "alice", first)
    with pytest.raises(BallotReplayed):
        play.cast(meeting, "alice", held_back)
    play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.AGAINST))


def test_the_proofs_found_false_in_a_batch_are_taken_at_that() -> None:
    meeting = at_stage("open")
    world, made = meeting.world, play.ballot(meeting, "alice", Choice.FOR)
    world.state.take(Looked(end=1, ballots={body_hash(made.body): False}))
    with pytest.raises(BallotProof):
        world.judged(world.signed("ballot.cast@1", Role.CREDITOR, "alice", made.body.encode()))


def final() -> Meeting:
    """An open vote in which no answer may be replaced."""
    meeting = at_stage("convened")
    body = play.preparation(meeting)
    body["manifest"]["replacement"] = False
    meeting.world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", body)
    play.opened(meeting)
    return meeting


def test_where_nothing_is_replaced_only_a_void_ballot_is_cast_again() -> None:
    meeting = final()
    bad = spoiled(meeting, "alice", Choice.FOR)
    play.cast(meeting, "alice", bad)
    with pytest.raises(BallotAnswered):
        play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
    complained(meeting, bad)
    play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
    with pytest.raises(BallotAnswered):
        play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
    assert vector(to_the_end(meeting), "ordinary", "heads") == (1, 1, 0)


# --- complaints ---


def ballot_with_a_bad_box() -> tuple[Meeting, Any]:
    meeting = at_stage("open")
    bad = spoiled(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", bad)
    return meeting, bad


@pytest.mark.parametrize(
    ("by", "change", "refusal"),
    [
        (2, lambda b: None, Disagrees),
        (1, lambda b: b.update(index=2), Disagrees),
        (1, lambda b: b.update(index=True), ComplaintRefused),
        (1, lambda b: b.update(index=2**53 - 1), Disagrees),
        (1, lambda b: b.update(index="1"), Disagrees),
        (1, lambda b: b.update(ballot=b64u(bytes(32))), NotFound),
        (1, lambda b: b.update(manifest_hash=b64u(bytes(32))), NotFound),
        (1, lambda b: b.update(manifest_hash=7), Malformed),
        (1, lambda b: b.update(box=b64u(b"other")), ComplaintRefused),
        (1, lambda b: b.update(z=b64u(scalar_bytes(3))), ComplaintRefused),
        (1, lambda b: b.update(d=b["t"][0]), ComplaintRefused),
        (1, lambda b: b.pop("t"), ComplaintRefused),
    ],
)
def test_a_complaint_that_is_refused(by: int, change: Change, refusal: type[Refused]) -> None:
    meeting, bad = ballot_with_a_bad_box()
    body = complaint(meeting, bad.body)
    change(body)
    says = meeting.world.say
    with pytest.raises(refusal):
        says("ballot.complained@1", Role.TRUSTEE, trustee_of(meeting, by), body)


def test_one_complaint_voids_a_ballot_and_another_is_late() -> None:
    meeting, bad = ballot_with_a_bad_box()
    complained(meeting, bad)
    with pytest.raises(ComplaintRefused, match="void"):
        complained(meeting, bad)


def test_a_complaint_after_their_time_or_the_counted_set_is_late() -> None:
    meeting, bad = ballot_with_a_bad_box()
    closed(meeting)
    for index in (1, 2, 3):
        boxes_checked(meeting, index)
    meeting.world.move_clock(meeting.manifest.complaints_close + timedelta(seconds=1))
    with pytest.raises(ComplaintRefused, match="late"):
        complained(meeting, bad)


def test_a_complaint_at_the_last_moment_is_taken_but_not_after_the_counted_set() -> None:
    meeting, bad = ballot_with_a_bad_box()
    other = spoiled(meeting, "dora", Choice.FOR)
    play.cast(meeting, "dora", other)
    closed(meeting)
    for index in (1, 2, 3):
        boxes_checked(meeting, index)
    meeting.world.move_clock(meeting.manifest.complaints_close)
    complained(meeting, bad)
    digest = counted_hash(
        meeting.vote.manifest_hash, counted_answers(meeting.world.state, meeting.vote)
    )
    clerk(meeting, "voting.counted@1", counted_hash=b64u(digest), left_out=[])
    with pytest.raises(ComplaintRefused, match="late"):
        complained(meeting, other)


class StandsFor(World):
    """Its trustees all stand for Bob."""

    def say(self, kind: str, role: Role, by: str, body: Json, *rest: Any, **named: Any) -> Any:
        if kind == "trustee.key_published@1":
            body = {**body, "stands_for": ["bob"]}
        return super().say(kind, role, by, body, *rest, **named)


def test_a_trustee_voids_no_ballot_of_a_creditor_he_stands_for() -> None:
    meeting = play.convened(play.reviewed_case(StandsFor()))
    play.prepared(meeting)
    play.opened(meeting)
    for voter, refused in (("bob", True), ("alice", False)):
        bad = spoiled(meeting, voter, Choice.FOR)
        play.cast(meeting, voter, bad)
        if refused:
            with pytest.raises(ComplaintRefused, match="own"):
                complained(meeting, bad)
        else:
            complained(meeting, bad)


# --- whole votes that go otherwise ---


def vector(result: records.Result, class_: str, metric: str) -> tuple[int, int, int]:
    """(cast, for, against) of a vector as declared."""
    row = next(v for v in result.vectors if (v.class_, v.metric) == (class_, metric))
    return row.cast, row.for_, row.against


def group(result: records.Result, name: str) -> records.DeclaredClass:
    return next(c for c in result.motions[0].classes if c.class_ == name)


def vote(*ballots: tuple[str, Choice]) -> records.Result:
    meeting = at_stage("open")
    for voter, choice in ballots:
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    return to_the_end(meeting)


def test_a_vote_in_which_nobody_voted_is_declared_with_nothing_passed() -> None:
    result = vote()
    assert {(v.cast, v.for_, v.against, v.m) for v in result.vectors} == {(0, 0, 0, bytes(32))}
    assert result.opened == ()
    assert not result.motions[0].passed
    assert result.motions[0].next == "SECOND_VOTE"
    assert {c.heads_ok for c in result.motions[0].classes} == {False}


def test_a_vote_in_which_everybody_abstains() -> None:
    result = vote(*((voter, Choice.ABSTAIN) for voter in ("alice", "bob", "dora", "tax")))
    assert vector(result, "ordinary", "amount") == (80_000_00, 0, 0)
    assert group(result, "ordinary").present == 3
    assert not result.motions[0].passed


@pytest.mark.parametrize(
    ("tax", "present", "passed"),
    [
        (Choice.FOR, 1, True),
        (Choice.AGAINST, 1, False),
        (Choice.ABSTAIN, 1, False),
        (None, 0, False),
    ],
)
def test_a_class_of_one_weighted_line_goes_as_its_line(
    tax: Choice | None, present: int, passed: bool
) -> None:
    ballots = [(voter, Choice.FOR) for voter in ("alice", "bob", "dora")]
    result = vote(*ballots, *([] if tax is None else [("tax", tax)]))
    row = group(result, "tax")
    assert (row.present, row.heads_ok, row.amount_ok) == (present, passed, passed)
    assert len(result.opened) == int(tax is not None)
    assert result.motions[0].passed is passed


def test_a_void_ballot_leaves_its_line_present_and_silent_and_brings_no_earlier_one_back() -> None:
    meeting = at_stage("open")
    for voter in ("alice", "bob", "dora", "tax"):
        play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))
    for voter in ("bob", "tax"):
        bad = spoiled(meeting, voter, Choice.FOR)
        play.cast(meeting, voter, bad)
        complained(meeting, bad)
    result = to_the_end(meeting)
    assert vector(result, "ordinary", "heads") == (2, 2, 0)
    assert group(result, "ordinary").present == 3
    assert group(result, "tax").present == 1
    assert not group(result, "tax").amount_ok
    assert result.opened == ()


def test_a_complaint_of_a_replaced_ballot_takes_nothing_from_the_one_that_stands() -> None:
    meeting = at_stage("open")
    bad = spoiled(meeting, "bob", Choice.AGAINST)
    play.cast(meeting, "bob", bad)
    play.cast(meeting, "bob", play.ballot(meeting, "bob", Choice.FOR))
    complained(meeting, bad)
    assert vector(to_the_end(meeting), "ordinary", "heads") == (1, 1, 0)


def test_who_votes_again_after_a_complaint_is_counted() -> None:
    meeting, bad = ballot_with_a_bad_box()
    complained(meeting, bad)
    play.cast(meeting, "bob", play.ballot(meeting, "bob", Choice.AGAINST))
    assert vector(to_the_end(meeting), "ordinary", "heads") == (1, 0, 1)


def test_who_signed_in_and_cast_nothing_is_present_unless_the_case_says_otherwise() -> None:
    for switched, present in ((False, 2), (True, 1)):
        meeting = at_stage("open")
        world = meeting.world
        if switched:
            file = records.case_file(world.state)
            assert file is not None
            voted = decode_switch("P2", "voted")
            world.state.put(records.CASE, replace(file, switches=(voted,)))
        body = {"meeting": meeting.name, "person": "bob"}
        world.say("presence.began@1", Role.CREDITOR, "bob", body)
        play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
        assert group(to_the_end(meeting), "ordinary").present == present


def decode_switch(name: str, value: str) -> records.Switch:
    return decode(records.Switch, {"switch": name, "value": value})


# --- boxes, counted set ---


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"index": 2}, Disagrees),
        ({"index": 0}, Disagrees),
        ({"index": 4}, Disagrees),
        ({"missing": [b64u(bytes(32))]}, Disagrees),
        ({"size": 5}, Disagrees),
        ({"size": 0}, Disagrees),
        ({"size": 2**53 - 1}, Disagrees),
        ({"root": b64u(bytes(32))}, Disagrees),
        ({"complaints": 1}, Disagrees),
        ({"manifest_hash": b64u(bytes(32))}, NotFound),
    ],
)
def test_boxes_that_are_not_rightly_checked(changed: Json, refusal: type[Refused]) -> None:
    meeting = at_stage("closed")
    with pytest.raises(refusal):
        boxes_checked(meeting, 1, **changed)


def test_boxes_are_checked_once_between_close_and_counted_set() -> None:
    with pytest.raises(NotNow):
        boxes_checked(at_stage("open"), 1)
    meeting = at_stage("closed")
    boxes_checked(meeting, 1)
    with pytest.raises(AlreadyThere):
        boxes_checked(meeting, 1)
    with pytest.raises(NotNow):
        boxes_checked(at_stage("counted"), 1)


def test_the_checkpoint_of_the_boxes_holds_the_close() -> None:
    meeting = at_stage("closed")
    size = len(meeting.world.said) - 1
    with pytest.raises(Disagrees, match="size"):
        boxes_checked(meeting, 1, size=size)


def test_the_counted_set_waits_for_time_and_trustees_and_follows() -> None:
    meeting = at_stage("closed")
    found = counted_answers(meeting.world.state, meeting.vote)
    digest = b64u(counted_hash(meeting.vote.manifest_hash, found))

    def counts(**changed: Json) -> None:
        clerk(meeting, "voting.counted@1", **{"counted_hash": digest, "left_out": [], **changed})

    boxes_checked(meeting, 1)
    boxes_checked(meeting, 2)
    with pytest.raises(NotNow):
        counts()
    meeting.world.move_clock(meeting.manifest.complaints_close)
    with pytest.raises(NotNow, match="court"):
        counts()
    boxes_checked(meeting, 3)
    with pytest.raises(Disagrees):
        counts(left_out=[b64u(bytes(32))])
    with pytest.raises(Disagrees):
        counts(counted_hash=b64u(bytes(32)))
    counts()
    with pytest.raises(NotNow):
        counts()


def test_no_counted_set_before_its_time_though_all_have_checked() -> None:
    meeting = at_stage("checked")
    digest = b64u(
        counted_hash(meeting.vote.manifest_hash, counted_answers(meeting.world.state, meeting.vote))
    )
    with pytest.raises(NotNow):
        clerk(meeting, "voting.counted@1", counted_hash=digest, left_out=[])


# --- sums and disclosures ---


def sums_of(body: Json, metric: str) -> Json:
    return next(row for row in body["sums"] if row["metric"] == metric)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda b: b.update(index=2), Disagrees),
        (lambda b: b.update(counted_hash=b64u(bytes(32))), Disagrees),
        (lambda b: b.update(manifest_hash=b64u(bytes(32))), NotFound),
        (lambda b: b.update(sums=[]), Disagrees),
        (lambda b: b["sums"].reverse(), Disagrees),
        (lambda b: b["sums"].pop(), Disagrees),
        (lambda b: b["sums"].append(b["sums"][0]), Disagrees),
        (lambda b: sums_of(b, "amount").update(f=b64u(scalar_bytes(1))), Disagrees),
        (
            lambda b: sums_of(b, "amount").update(f=b64u(scalar_bytes(1)), g=b64u(scalar_bytes(1))),
            Disagrees,
        ),
        (lambda b: sums_of(b, "heads").update(f=sums_of(b, "amount")["f"]), Disagrees),
        (lambda b: sums_of(b, "heads").update(f=b64u(scalar_bytes(1))), SumFalse),
        (lambda b: sums_of(b, "heads").update(g=b64u(b"\xff" * 32)), Malformed),
    ],
)
def test_sums_that_are_refused(change: Change, refusal: type[Refused]) -> None:
    meeting = at_stage("counted")
    body = play.sums_body(meeting, 1)
    change(body)
    with pytest.raises(refusal):
        meeting.world.say("tally.summed@1", Role.TRUSTEE, trustee_of(meeting, 1), body)


def test_a_sum_of_amounts_that_is_false() -> None:
    meeting = at_stage("counted")
    body = play.sums_body(meeting, 1)
    at = next(i for i, row in enumerate(body["sums"]) if row["metric"] == "amount")
    value = b64u(scalar_bytes(12345))
    body["sums"][at]["g"] = meeting.world.seal("tally.summed@1", f"/sums/{at}/g", value)
    with pytest.raises(SumFalse):
        meeting.world.say("tally.summed@1", Role.TRUSTEE, trustee_of(meeting, 1), body)


def test_the_sums_of_one_trustee_are_not_anothers_and_are_given_once() -> None:
    meeting = at_stage("counted")
    body = {**play.sums_body(meeting, 1), "index": 2}
    with pytest.raises(SumFalse):
        meeting.world.say("tally.summed@1", Role.TRUSTEE, trustee_of(meeting, 2), body)
    body = play.sums_body(meeting, 1)
    meeting.world.say("tally.summed@1", Role.TRUSTEE, trustee_of(meeting, 1), body)
    with pytest.raises(AlreadyThere):
        meeting.world.say("tally.summed@1", Role.TRUSTEE, trustee_of(meeting, 1), body)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda b: b.update(index=2), Disagrees),
        (lambda b: b.update(counted_hash=b64u(bytes(32))), Disagrees),
        (lambda b: b.update(answers=[]), Disagrees),
        (lambda b: b["answers"].append(b["answers"][0]), Disagrees),
        (lambda b: b["answers"][0].update(line="alice.ordinary"), Disagrees),
        (lambda b: b["answers"][0].update(ballot=b64u(bytes(32))), Disagrees),
        (lambda b: b["answers"][0].update(f=b64u(scalar_bytes(1))), ShareFalse),
    ],
)
def test_a_disclosure_that_is_refused(change: Change, refusal: type[Refused]) -> None:
    meeting = at_stage("counted")
    body = play.disclosure_body(meeting, 1)
    change(body)
    with pytest.raises(refusal):
        meeting.world.say("disclosure.given@1", Role.TRUSTEE, trustee_of(meeting, 1), body)


def test_a_disclosure_is_given_once_in_clear_and_only_where_one_is_due() -> None:
    meeting = at_stage("counted")
    world, kind, body = meeting.world, "disclosure.given@1", play.disclosure_body(meeting, 1)
    sealed = copy.deepcopy(body)
    for name in ("f", "g"):
        value = sealed["answers"][0][name]
        sealed["answers"][0][name] = world.seal(kind, f"/answers/0/{name}", value)
    with pytest.raises(Disagrees):
        world.say(kind, Role.TRUSTEE, trustee_of(meeting, 1), sealed)
    world.say(kind, Role.TRUSTEE, trustee_of(meeting, 1), body)
    with pytest.raises(AlreadyThere):
        world.say(kind, Role.TRUSTEE, trustee_of(meeting, 1), body)


@pytest.mark.parametrize("stage", ["closed", "declared"])
def test_no_sums_or_disclosures_at_another_stage(stage: str) -> None:
    meeting, counted = at_stage(stage), at_stage("counted")
    for kind, body in (
        ("tally.summed@1", play.sums_body(counted, 1)),
        ("disclosure.given@1", play.disclosure_body(counted, 1)),
    ):
        with pytest.raises((NotNow, AlreadyThere)):
            meeting.world.say(kind, Role.TRUSTEE, trustee_of(meeting, 1), body)


def test_a_trustee_whose_role_has_ended_gives_no_sums() -> None:
    meeting = at_stage("counted")
    person = trustee_of(meeting, 1)
    body = end_body(meeting.world, person, Role.TRUSTEE)
    meeting.world.say("role.ended@1", Role.COURT, "judge", body)
    with pytest.raises(RoleNotHeld):
        meeting.world.say("tally.summed@1", Role.TRUSTEE, person, play.sums_body(meeting, 1))


# --- results ---


def note(world: World, **how: Json) -> str:
    return str(world.checkpoint_note(**how).encode().decode())


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda b: b.update(counted_hash=b64u(bytes(32))), Disagrees),
        (lambda b: b.update(manifest_hash=b64u(bytes(32))), NotFound),
        (lambda b: b["vectors"].pop(), Disagrees),
        (lambda b: b["vectors"].reverse(), Disagrees),
        (lambda b: b["vectors"][0].update(m=b64u(b"\xff" * 32)), ResultFalse),
        (lambda b: b["vectors"][0].update(r=b64u(scalar_bytes(1))), Disagrees),
        (lambda b: b["vectors"][1].update(r=b["vectors"][0]["r"]), Disagrees),
        (lambda b: b["vectors"][1].update(r=b64u(scalar_bytes(1))), ResultFalse),
        (lambda b: b["vectors"][1].update(cast="9"), Disagrees),
        (lambda b: b["vectors"][1].update(against="0"), Disagrees),
        (lambda b: b["opened"].pop(), Disagrees),
        (lambda b: b["opened"].append(b["opened"][0]), Disagrees),
        (lambda b: b["opened"][0].update(rho=b64u(scalar_bytes(1))), Refused),
        (lambda b: b["motions"].pop(), Disagrees),
        (lambda b: b["motions"].append(b["motions"][0]), Disagrees),
        (lambda b: b["motions"][0]["classes"].pop(), Disagrees),
        (lambda b: b["motions"][0].update(rule="CN-ORD"), Disagrees),
        (lambda b: b.update(checkpoint="no note"), Malformed),
        (lambda b: b.update(checkpoint="x" * 32_001), Malformed),
    ],
)
def test_a_result_that_is_refused(change: Change, refusal: type[Refused]) -> None:
    meeting = at_stage("summed")
    body = play.result_body(meeting)
    change(body)
    with pytest.raises(refusal):
        meeting.world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_result_whose_sum_of_amounts_does_not_open() -> None:
    meeting = at_stage("summed")
    body = play.result_body(meeting)
    value = b64u(scalar_bytes(1))
    body["vectors"][0]["r"] = meeting.world.seal("result.declared@1", "/vectors/0/r", value)
    with pytest.raises(ResultFalse):
        meeting.world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", body)
    body = play.result_body(meeting)
    for cast in ("7999999", "8000001"):
        body["vectors"][0]["cast"] = cast
        with pytest.raises(Refused, match=r"amount|cast"):
            declare(meeting, body)


def declare(meeting: Meeting, body: Json) -> None:
    meeting.world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_result_rests_on_a_cosigned_checkpoint_of_this_log_that_holds_every_sum() -> None:
    meeting = at_stage("summed")
    world = meeting.world
    body = play.result_body(meeting)

    def declares(checkpoint: str) -> None:
        changed = {**body, "checkpoint": checkpoint}
        world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", changed)

    with pytest.raises(QuorumMissing):
        declares(note(world, cosigners=("court",)))
    with pytest.raises(Disagrees, match="checkpoint"):
        declares(note(world, leaves=world.leaves[:-1]))
    with pytest.raises(Disagrees, match="root"):
        declares(note(world, leaves=[*world.leaves[:-1], bytes(32)]))
    with pytest.raises(Disagrees, match="root"):
        declares(note(world, leaves=[*world.leaves, bytes(32)]))
    with pytest.raises(Refused):
        declares(note(World(), leaves=world.leaves))
    declares(note(world))


def test_a_result_waits_for_sums_and_disclosures_of_a_threshold() -> None:
    meeting = at_stage("counted")
    done = at_stage("summed")
    ready = play.result_body(done)

    def declares() -> None:
        meeting.world.openings.update(done.world.openings)
        body = {**ready, "checkpoint": note(meeting.world)}
        meeting.world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", body)

    def gives(kind: str, index: int) -> None:
        body = play.sums_body if kind == "tally.summed@1" else play.disclosure_body
        meeting.world.say(kind, Role.TRUSTEE, trustee_of(meeting, index), body(meeting, index))

    gives("tally.summed@1", 1)
    gives("disclosure.given@1", 1)
    gives("disclosure.given@1", 2)
    with pytest.raises(NotNow, match="summed"):
        declares()
    meeting = at_stage("counted")
    gives("tally.summed@1", 1)
    gives("tally.summed@1", 3)
    gives("disclosure.given@1", 1)
    with pytest.raises(NotNow, match="disclosure"):
        declares()
    gives("disclosure.given@1", 3)
    declares()
    with pytest.raises(NotNow):
        declares()


def verdict(meeting: Meeting, **changed: Json) -> None:
    result = meeting.world.state.get(records.RESULTS, meeting.vote.manifest_hash)
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "declared": b64u(bytes(32) if result is None else result.statement),
        "size": len(meeting.world.said),
        "root": b64u(meeting.world.tree.root()),
        "verdict": "verified",
        "note": None,
        **changed,
    }
    meeting.world.say("result.verified@1", Role.COURT, "judge", body)


def test_the_court_verifies_a_result_over_a_log_that_holds_it_and_its_last_word_stands() -> None:
    with pytest.raises(NotFound):
        verdict(at_stage("summed"))
    meeting = at_stage("declared")
    for changed in (
        {"declared": b64u(bytes(32))},
        {"size": len(meeting.world.said) - 1},
        {"root": b64u(bytes(32))},
    ):
        with pytest.raises(Disagrees):
            verdict(meeting, **changed)
    for word, good in (("not_verified", False), ("verified", True), ("not_verified", False)):
        verdict(meeting, verdict=word)
        result = meeting.world.state.get(records.RESULTS, meeting.vote.manifest_hash)
        assert result is not None
        assert (result.verified is not None) is good
