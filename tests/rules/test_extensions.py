"""Voting extended, outages recorded, one trustee allowed, rolls corrected, the chair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.correcting import bounds
from bankruptcy.kinds.counting import due_hash
from bankruptcy.kinds.refusals import (
    AlreadyThere,
    Disagrees,
    NotFound,
    NotNow,
    RoleMayNot,
)
from bankruptcy.kinds.vote import window
from bankruptcy.kinds.voting_extended import ExtensionUnthinkable
from bankruptcy.kinds.voting_prepared import SingleTrustee
from ledger.log.encoding import b64u, format_time
from ledger.log.errors import Malformed, Refused
from ledger.log.statement import Role, Statement
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import (
    at_stage,
    closed,
    end_body,
    from_close,
    to_the_end,
    trustee_of,
)
from tests.rules.test_forged_bundles import altered, at, failures, refused
from tests.rules.trouble import (
    corrected,
    extended,
    line,
    outage,
    single_allowed,
    voided_by_court,
)
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.errors import BallotClosed, SumFalse
from voting.protocol.tally import sum_shares, terms
from voting.protocol.validity import Choice

Json = Any
HOUR = timedelta(hours=1)


def chair(meeting: Meeting, person: str) -> None:
    play.appoint(meeting.world, person, Role.CHAIR)


# --- extended ---


def test_an_extended_vote_takes_ballots_longer_and_its_complaints_end_later(
    tmp_path: Path,
) -> None:
    meeting = at_stage("open")
    first = window(meeting.world.state, meeting.vote)
    digest = meeting.vote.manifest_hash
    extended(meeting, 3 * HOUR)
    times = window(meeting.world.state, meeting.vote)
    assert times.closes == first.closes + 3 * HOUR
    assert times.complaints_close == first.complaints_close + 3 * HOUR
    assert (meeting.vote.manifest_hash, meeting.manifest.closes) == (digest, first.closes)
    meeting.world.move_clock(first.closes + 2 * HOUR)
    with pytest.raises(NotNow):
        play.clerk_says(meeting, "voting.closed@1")
    for voter, choice in play.BALLOTS.items():
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    extended(meeting, HOUR)
    meeting.world.move_clock(first.closes + 4 * HOUR)
    with pytest.raises(BallotClosed):
        play.cast(meeting, "bob", play.ballot(meeting, "bob", Choice.FOR))
    play.clerk_says(meeting, "voting.closed@1")
    meeting.world.move_clock(first.complaints_close + 3 * HOUR)
    play.checked(meeting)
    with pytest.raises(NotNow):
        play.clerk_says(meeting, "voting.counted@1", **play.counting(meeting))
    play.counted(meeting)
    play.summed(meeting)
    play.declared(meeting)
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified
    (one, two) = meeting.world.state.find(records.EXTENSIONS, manifest_hash=digest)
    assert {one.to, two.to} == {first.closes + 3 * HOUR, first.closes + 4 * HOUR}


def test_a_vote_may_be_extended_before_it_opens_and_by_the_chair() -> None:
    meeting = at_stage("prepared")
    with pytest.raises(RoleMayNot):
        extended(meeting, HOUR, (Role.CREDITOR, "alice"))
    chair(meeting, "alice")
    extended(meeting, HOUR, (Role.CREDITOR, "alice"))
    with pytest.raises(RoleMayNot):
        extended(meeting, HOUR, (Role.CREDITOR, "bob"))
    with pytest.raises(RoleMayNot):
        extended(meeting, HOUR, (Role.COURT, "judge"))
    ended = end_body(meeting.world, "alice", Role.CHAIR)
    meeting.world.say("role.ended@1", Role.COURT, "judge", ended)
    with pytest.raises(RoleMayNot):
        extended(meeting, HOUR, (Role.CREDITOR, "alice"))


def test_a_vote_that_has_expired_or_closed_is_not_extended() -> None:
    meeting = at_stage("open")
    meeting.world.move_clock(meeting.vote.closes)
    with pytest.raises(NotNow):
        extended(meeting, HOUR)
    with pytest.raises(NotNow):
        extended(at_stage("closed"), HOUR)


@pytest.mark.parametrize(
    ("by", "changed", "refusal"),
    [
        (timedelta(0), {}, Disagrees),
        (-HOUR, {}, Disagrees),
        (HOUR, {"from": "2026-01-25T00:00:00Z"}, Disagrees),
        (HOUR, {"to": "9999-12-31T23:59:59Z"}, ExtensionUnthinkable),
        (HOUR, {"manifest_hash": b64u(bytes(32))}, NotFound),
    ],
)
def test_an_extension_that_is_refused(by: timedelta, changed: Json, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        extended(at_stage("open"), by, **changed)


# --- the chair ---


def test_the_chair_is_a_creditor_whom_the_court_names_and_signs_as_one() -> None:
    meeting = at_stage("summed")
    with pytest.raises(NotFound):
        chair(meeting, "carol")
    body = play.result_body(meeting)
    for role, person in ((Role.CREDITOR, "bob"), (Role.TRUSTEE, "carol")):
        with pytest.raises(RoleMayNot):
            meeting.world.say("result.declared@1", role, person, body)
    chair(meeting, "bob")
    with pytest.raises(Malformed):
        meeting.world.say("result.declared@1", Role.CHAIR, "bob", body)
    body = play.result_body(meeting)
    meeting.world.say("result.declared@1", Role.CREDITOR, "bob", body)


def test_the_court_verifies_a_result_and_does_not_declare_it() -> None:
    """EBL 60, 61: the meeting's result is the administrator's or the chair's to declare."""
    meeting = at_stage("summed")
    body = play.result_body(meeting)
    with pytest.raises(RoleMayNot):
        meeting.world.say("result.declared@1", Role.COURT, "judge", body)
    meeting.world.say("result.declared@1", Role.ADMINISTRATOR, "administrator", body)
    play.verified(meeting)
    assert meeting.vote.stage is records.Stage.DECLARED


def test_no_statement_is_made_in_the_office_of_the_chair() -> None:
    meeting = at_stage("open")
    said = next(s for s in meeting.world.said if s.kind == "claim.filed@1")
    payload = said.changed(role=Role.CHAIR).statement().encode()
    with pytest.raises(Malformed):
        Statement.decode(payload)


# --- outages ---


def test_an_outage_within_the_voting_is_recorded_and_changes_nothing() -> None:
    meeting = at_stage("open")
    opens = meeting.manifest.opens
    meeting.world.move_clock(opens + 2 * HOUR)
    before = meeting.vote
    outage(meeting, opens + timedelta(minutes=5), opens + HOUR)
    outage(meeting, opens + HOUR, opens + timedelta(minutes=70))
    assert meeting.vote == before
    assert len(meeting.world.state.find(records.OUTAGES)) == 2


def minutes(meeting: Meeting, n: int) -> datetime:
    return meeting.manifest.opens + timedelta(minutes=n)


@pytest.mark.parametrize(
    ("first", "last"), [(-1, 10), (10, 10), (20, 10), (10, 121), (600, 700), (35, 45), (70, 110)]
)
def test_an_outage_that_was_none(first: int, last: int) -> None:
    """Outside the voting or not over; across another; with a ballot cast in it."""
    meeting = at_stage("open")
    meeting.world.move_clock(minutes(meeting, 90))
    play.cast(meeting, "bob", play.ballot(meeting, "bob", Choice.FOR))
    meeting.world.move_clock(minutes(meeting, 120))
    outage(meeting, minutes(meeting, 30), minutes(meeting, 40))
    with pytest.raises(Disagrees):
        outage(meeting, minutes(meeting, first), minutes(meeting, last))


def test_an_outage_over_the_close_is_recorded_after_it_but_not_of_a_vote_not_open() -> None:
    meeting = at_stage("open")
    meeting.world.move_clock(meeting.vote.closes + HOUR)
    play.clerk_says(meeting, "voting.closed@1")
    outage(meeting, meeting.vote.closes - HOUR, meeting.vote.closes + HOUR)
    meeting = at_stage("prepared")
    with pytest.raises(NotNow):
        outage(meeting, minutes(meeting, 1), minutes(meeting, 2))


# --- one trustee alone ---


def alone(reason: str | None) -> Meeting:
    meeting = at_stage("convened")
    meeting.threshold = 1
    meeting.manifest_changes = {"single_trustee_reason": reason}
    return meeting


def test_one_trustee_of_one_opens_a_tally_where_the_court_allowed_it(tmp_path: Path) -> None:
    world = play.reviewed_case()
    meeting = play.convened(world, trustees={"court": "judge"}, threshold=1)
    meeting.manifest_changes = {"single_trustee_reason": "只有一名债权人代表"}
    with pytest.raises(SingleTrustee):
        play.prepared(meeting)
    single_allowed(meeting, "只有一名债权人代表")
    play.prepared(meeting)
    play.opened(meeting)
    play.voted(meeting)
    play.checked(meeting)
    play.counted(meeting)
    play.summed(meeting)
    play.declared(meeting)
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


def test_the_courts_reason_is_that_of_the_manifest_word_for_word() -> None:
    meeting = alone("债权人少")
    single_allowed(meeting, "别的理由")
    with pytest.raises(SingleTrustee):
        play.prepared(meeting)
    single_allowed(meeting, "债权人少")
    play.prepared(meeting)


def test_one_trustee_is_allowed_for_a_meeting_on_record_before_its_vote_by_the_court() -> None:
    with pytest.raises(NotFound):
        single_allowed(at_stage("convened"), "x", meeting="another")
    with pytest.raises(NotNow):
        single_allowed(at_stage("prepared"), "x")
    meeting = at_stage("convened")
    single_allowed(meeting, "x")
    said = meeting.world.said[-1]
    with pytest.raises(RoleMayNot):
        meeting.world.say(said.kind, Role.ADMINISTRATOR, "administrator", said.body)
    meeting = at_stage("open")
    voided_by_court(meeting)
    single_allowed(meeting, "x")


# --- corrected rolls ---


def test_a_corrected_roll_is_summed_as_it_was_and_sums_under_other_weights_are_false() -> None:
    meeting = at_stage("counted")
    digest, vote = due_hash(meeting.world.state, meeting.vote), meeting.vote
    corrected(meeting, line(meeting, "alice.ordinary", 1_00))
    assert (due_hash(meeting.world.state, meeting.vote), meeting.vote) == (digest, vote)
    body = play.sums_body(meeting, 1)
    at_amount = next(i for i, row in enumerate(body["sums"]) if row["metric"] == "amount")
    other = play.sums_body(meeting, 1)
    total = sums_with(meeting, {"alice.ordinary": 1_00})
    for name, value in (("f", total.f), ("g", total.g)):
        sealed = meeting.world.seal(
            "tally.summed@1", f"/sums/{at_amount}/{name}", b64u(value.to_bytes(32, "big"))
        )
        other["sums"][at_amount][name] = sealed
    person = trustee_of(meeting, 1)
    with pytest.raises(SumFalse):
        meeting.world.say("tally.summed@1", Role.TRUSTEE, person, other)
    meeting.world.say("tally.summed@1", Role.TRUSTEE, person, body)
    with pytest.raises(AlreadyThere):
        meeting.world.say("tally.summed@1", Role.TRUSTEE, person, other)


def sums_with(meeting: Meeting, weights: dict[str, int]) -> Any:
    """The sums of trustee 1 of the ordinary amounts, under weights that were not prepared."""
    state, vote = meeting.world.state, meeting.vote
    vector = next(v for v in play.vectors_of(state, vote) if v.order[2] == "amount")
    amounts = {
        pair: weights.get(pair[0], fen) for pair, fen in play.amounts_of(state, vote).items()
    }
    answers = play.counted_answers(state, vote)
    return sum_shares(terms(vector, answers, amounts), play.shares_of(meeting, 1))


def test_a_correction_is_answered_by_bounds_and_the_result_stays(tmp_path: Path) -> None:
    """40 for, 30 for, 10 against of 80: 7/8 of the amount, 2 of 3 heads."""
    meeting = at_stage("declared")
    state = meeting.world.state
    result = state.get(records.RESULTS, meeting.vote.manifest_hash)
    assert result is not None
    corrected(meeting, line(meeting, "dora.ordinary", 20_000_00))
    (found,) = bounds(state, meeting.vote, result)
    ordinary = found.all_against.classes["ordinary"].amount
    assert ordinary is not None
    assert (ordinary.part, ordinary.whole) == (70_000_00, 90_000_00)
    assert found.robust
    corrected(meeting, line(meeting, "dora.ordinary", 90_000_00))
    (found,) = bounds(state, meeting.vote, result)
    assert not found.robust
    assert not found.all_against.passed
    assert found.all_for.passed
    assert state.get(records.RESULTS, meeting.vote.manifest_hash) == result
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert report.verified
    assert "plan" in next(c for c in report.checks() if c.name == "results").en


@pytest.mark.parametrize(
    ("name", "amount", "heads", "part", "whole"),
    [
        ("alice.ordinary", None, 0, 30_000_00, 40_000_00),
        ("tax.late", 5_000_00, 1, 70_000_00, 85_000_00),
    ],
)
def test_the_lower_bound_of_a_line_struck_off_and_of_one_that_was_lacking(
    name: str, amount: int | None, heads: int, part: int, whole: int
) -> None:
    meeting = at_stage("declared")
    result = meeting.world.state.find(records.RESULTS)[0]
    corrected(meeting, line(meeting, name, amount, heads))
    (found,) = bounds(meeting.world.state, meeting.vote, result)
    side = found.all_for if heads == 0 else found.all_against
    fraction = side.classes["ordinary"].amount
    assert fraction is not None
    assert (fraction.part, fraction.whole) == (part, whole)


@pytest.mark.parametrize(
    ("lines", "changed", "refusal"),
    [
        (lambda m: [], {}, Disagrees),
        (lambda m: [line(m, "alice.ordinary", 1)] * 2, {}, Disagrees),
        (lambda m: [line(m, "bob.ordinary", 1), line(m, "alice.ordinary", 1)], {}, Disagrees),
        (lambda m: [line(m, "alice.ordinary", 1, heads=2)], {}, Disagrees),
        (lambda m: [{**line(m, "alice.ordinary", 1), "class": "none"}], {}, NotFound),
        (lambda m: [{**line(m, "alice.ordinary", 1), "class": "tax"}], {}, Disagrees),
        (lambda m: [line(m, "nobody.ordinary", None, heads=0)], {}, Disagrees),
        (lambda m: [line(m, "alice.ordinary", 1)], {"motion": "other"}, NotFound),
        (lambda m: [line(m, "alice.ordinary", 1)], {"manifest_hash": b64u(bytes(32))}, NotFound),
    ],
)
def test_a_correction_that_is_refused(
    lines: Callable[[Meeting], list[Json]], changed: Json, refusal: type[Refused]
) -> None:
    meeting = at_stage("prepared")
    with pytest.raises(refusal):
        corrected(meeting, *lines(meeting), **changed)


def test_a_line_is_corrected_to_something_else_and_not_of_a_void_vote() -> None:
    meeting = at_stage("open")
    stands = meeting.world.state.get(
        records.ROLL_LINES, meeting.vote.manifest_hash, "plan", "alice.ordinary"
    )
    assert stands is not None
    assert stands.weight is not None
    same = {**line(meeting, "alice.ordinary", 1), "weight": {"commitment": b64u(stands.weight)}}
    with pytest.raises(Disagrees):
        corrected(meeting, same)
    voided_by_court(meeting)
    with pytest.raises(NotNow):
        corrected(meeting, line(meeting, "alice.ordinary", 1))


# --- forged bundles ---


@pytest.fixture(scope="module")
def changed() -> Meeting:
    """One trustee allowed, voting extended, an outage, a roll corrected; to the end."""
    meeting = alone("债权人少")
    single_allowed(meeting, "债权人少")
    play.prepared(meeting)
    play.opened(meeting)
    extended(meeting, HOUR)
    meeting.world.move_clock(meeting.manifest.opens + HOUR)
    outage(meeting, minutes(meeting, 5), minutes(meeting, 50))
    for voter, choice in play.BALLOTS.items():
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    corrected(meeting, line(meeting, "dora.ordinary", 20_000_00))
    closed(meeting)
    from_close(meeting)
    return meeting


@pytest.mark.parametrize(
    ("kind", "check", "article", "change"),
    [
        (
            "trustee.single_allowed",
            "rolls",
            "EBL 59, 64(1); JI-III 11",
            lambda b: b.update(reason="x"),
        ),
        ("voting.extended", "rules", "EBL 61(1)(11)", lambda b: b.update(to=b["from"])),
        (
            "voting.extended",
            "rules",
            "EBL 61(1)(11)",
            lambda b: b.update({"from": "2026-01-25T00:00:00Z"}),
        ),
        ("outage.recorded", "rules", "OLR 16-17", lambda b: b.update(to=b["from"])),
        ("roll.corrected", "rolls", "EBL 59, 64(2)", lambda b: b.update(motion="x")),
        ("roll.corrected", "rolls", "EBL 59, 64(2)", lambda b: b["lines"][0].update(heads=7)),
    ],
)
def test_a_forged_statement_is_refused_by_rule_and_article(
    changed: Meeting,
    tmp_path: Path,
    kind: str,
    check: str,
    article: str,
    change: Callable[[Json], object],
) -> None:
    said = changed.world.said
    index = at(said, kind)
    report = refused(changed, tmp_path, altered(said, index, lambda b: change(b) and None))
    failed = failures(report, check)[0]
    assert failed.article == article
    where = at(said, "voting.prepared") if kind == "trustee.single_allowed" else index
    assert failed.entry == where


def test_a_vote_extended_after_it_expired_is_refused(changed: Meeting, tmp_path: Path) -> None:
    said = list(changed.world.said)
    extension = said.pop(at(said, "voting.extended"))
    closes = at(said, "voting.closed")
    said.insert(closes, extension.changed(received=said[closes].received))
    failed = failures(refused(changed, tmp_path, said), "rules")
    assert failed[0].entry == closes


def test_a_vote_that_closed_at_the_time_first_set_though_extended_is_refused(
    changed: Meeting, tmp_path: Path
) -> None:
    said = list(changed.world.said)
    moved = at(said, "voting.closed") - 1
    assert said[moved].kind == "clock.moved@1"
    first = changed.manifest.closes

    def change(body: Json) -> None:
        body["to"] = format_time(first)

    forged = altered(said, moved, change)
    forged[moved + 1] = forged[moved + 1].changed(received=first)
    assert failures(refused(changed, tmp_path, forged), "rules")[0].entry == moved + 1


def test_sums_over_a_corrected_roll_are_refused_in_a_bundle(tmp_path: Path) -> None:
    meeting = at_stage("open")
    for voter, choice in play.BALLOTS.items():
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    corrected(meeting, line(meeting, "alice.ordinary", 1_00))
    to_the_end(meeting)
    index = at(meeting.world.said, "tally.summed")
    total = sums_with(meeting, {"alice.ordinary": 1_00})
    row = next(
        i for i, s in enumerate(meeting.world.said[index].body["sums"]) if s["metric"] == "amount"
    )

    def change(body: Json) -> None:
        for name, value in (("f", total.f), ("g", total.g)):
            sealed = b64u(value.to_bytes(32, "big"))
            pointer = f"/sums/{row}/{name}"
            body["sums"][row][name] = meeting.world.seal("tally.summed@1", pointer, sealed)

    report = refused(meeting, tmp_path, altered(meeting.world.said, index, change))
    failed = failures(report, "sums")
    assert failed[0].entry == index
    assert "trustee 1" in failed[0].en
