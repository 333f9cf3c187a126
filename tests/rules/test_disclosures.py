"""Single answers disclosed: by name, or on the court's order; and keys destroyed at the end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds.counting import bodies_of, counted_answers, shares_given
from bankruptcy.kinds.disclosing import to_give
from bankruptcy.kinds.keys_destroyed import final_from
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotNow, TooFewTrustees
from bankruptcy.kinds.schema import Sealed
from ledger.log.bundle import Profile
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import at_stage, taken_up, to_the_end, trustee_of
from tests.rules.test_forged_bundles import altered, at, failures, refused
from tests.rules.trouble import disclosure_ordered, key_destroyed, voided_by_court
from tests.rules.trouble import shares_given as gives
from tests.rules.world import CASE
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.disclosure import disclose
from voting.protocol.errors import ShareFalse
from voting.protocol.group import scalar_bytes, scalar_of
from voting.protocol.keys import RECIPIENT_KEY, prove_key, public_key
from voting.protocol.randomness import SystemRandomness
from voting.protocol.sharing import Share
from voting.protocol.validity import Choice

Json = Any
DAY = timedelta(days=1)


def recipients(meeting: Meeting) -> list[Json]:
    randomness, group, rows = SystemRandomness(), meeting.world.group, []
    for name in ("administrator", "court"):
        secret = randomness.scalar()
        proof = prove_key(group, randomness, secret, RECIPIENT_KEY, CASE, meeting.name, name)
        key = b64u(public_key(group, secret))
        rows.append({"id": name, "public_key": key, "proof": proof.encode()})
    return rows


@cache
def _named() -> Meeting:
    meeting = play.convened(
        play.reviewed_case(), trustees={"t1": "judge", "t2": "administrator", "t3": "carol"}
    )
    meeting.manifest_changes = {"disclosure": "named", "recipients": recipients(meeting)}
    play.prepared(meeting)
    play.opened(meeting)
    play.voted(meeting)
    play.checked(meeting)
    play.counted(meeting)
    return meeting


def named() -> Meeting:
    """A vote disclosed by name, counted."""
    return taken_up(_named())


def choice_of(meeting: Meeting, voter: str) -> Choice:
    """A disclosed answer as who may see it opens it."""
    world, vote = meeting.world, meeting.vote
    answer = next(a for a in counted_answers(world.state, vote) if a.line.startswith(f"{voter}."))
    shares = {}
    for index, share in shares_given(world.state, vote, answer).items():
        scalars = []
        for name, value in (("f", share.f), ("g", share.g)):
            assert isinstance(value, Sealed)
            pointer = f"disclosure.given@1#/answers/{share.place}/{name}"
            scalars.append(scalar_of(unb64u(world.state.opening(pointer, value.digest), 32)))
        shares[index] = Share(*scalars)
    body = bodies_of(world.state, vote, (answer,))[answer.ballot]
    sealed = body.answer((answer.line, answer.motion))
    choice, _opening = disclose(world.group, meeting.threshold, sealed, shares)
    return choice


# --- by name ---


def test_a_vote_by_name_gives_every_answer_to_those_who_may_see_it(tmp_path: Path) -> None:
    meeting = named()
    play.summed(meeting)
    for voter, choice in play.BALLOTS.items():
        if voter != "tax":
            assert choice_of(meeting, voter) is choice
    play.declared(meeting)
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert report.verified


def test_a_public_bundle_of_a_vote_by_name_opens_no_single_answer(tmp_path: Path) -> None:
    meeting = named()
    play.summed(meeting)
    folder = meeting.world.write_bundle(tmp_path, profile=Profile.PUBLIC)
    given = next(s for s in meeting.world.said if s.kind == "disclosure.given@1")
    sealed = [row for row in given.body["answers"] if isinstance(row["f"], dict)]
    assert len(sealed) == 3
    assert not (folder / "openings.jsonl").exists()
    assert verify(Bundle.open(folder)).verified


def test_shares_may_be_given_in_parts_each_answer_once() -> None:
    meeting = named()
    body = play.disclosure_body(meeting, 1)
    rows = body["answers"]
    seal = meeting.world.seal
    parts = [rows[:1], rows[1:]]
    for part in parts:
        again = []
        for i, row in enumerate(part):
            fresh = dict(row)
            for name in ("f", "g"):
                if isinstance(row[name], dict):
                    opening = next(
                        o
                        for o in meeting.world.openings.values()
                        if b64u(o.digest) == row[name]["digest"]
                    )
                    pointer = f"/answers/{i}/{name}"
                    fresh[name] = seal("disclosure.given@1", pointer, opening.value)
            again.append(fresh)
        gives(meeting, 1, answers=again)
    with pytest.raises(AlreadyThere):
        gives(meeting, 1, answers=again)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda b: b["answers"].reverse(), Disagrees),
        (lambda b: b["answers"].append(b["answers"][0]), Disagrees),
        (lambda b: b.update(answers=[]), Disagrees),
        (lambda b: b["answers"][0].update(line="nobody.ordinary"), Disagrees),
        (lambda b: b["answers"][0].update(f=b64u(scalar_bytes(1))), Disagrees),
        (
            lambda b: b["answers"][0].update(f=b64u(scalar_bytes(1)), g=b64u(scalar_bytes(1))),
            Disagrees,
        ),
        (lambda b: b["answers"][-1].update(f=b64u(scalar_bytes(1))), ShareFalse),
        (lambda b: b.update(counted_hash=b64u(bytes(32))), Disagrees),
    ],
)
def test_shares_by_name_that_are_refused(
    change: Callable[[Json], object], refusal: type[Refused]
) -> None:
    meeting = named()
    body = play.disclosure_body(meeting, 1)
    change(body)
    with pytest.raises(refusal):
        gives(meeting, 1, **body)


def test_a_sealed_share_that_is_false_is_refused() -> None:
    meeting = named()
    body = play.disclosure_body(meeting, 1)
    value = b64u(scalar_bytes(5))
    body["answers"][0]["g"] = meeting.world.seal("disclosure.given@1", "/answers/0/g", value)
    with pytest.raises(ShareFalse):
        gives(meeting, 1, **body)


# --- on the court's order ---


def test_an_answer_that_the_court_ordered_is_opened_to_it(tmp_path: Path) -> None:
    meeting = at_stage("declared")
    before = set(to_give(meeting.world.state, meeting.vote))
    disclosure_ordered(meeting, "bob")
    assert len(to_give(meeting.world.state, meeting.vote).keys() - before) == 1
    gives(meeting, 1)
    gives(meeting, 3)
    assert choice_of(meeting, "bob") is Choice.FOR
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


def test_the_order_names_the_answers_that_would_follow_by_subtraction() -> None:
    """40 and 30 for, 10 against: from the totals alone all three follow already."""
    meeting = at_stage("open")
    choices = {"alice": Choice.FOR, "bob": Choice.AGAINST, "dora": Choice.AGAINST}
    for voter, choice in choices.items():
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    to_the_end(meeting)
    with pytest.raises(Disagrees, match="implied"):
        disclosure_ordered(meeting, "alice", "bob.ordinary")
    disclosure_ordered(meeting, "alice")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"ballot": b64u(bytes(32))}, NotFound),
        ({"line": "nobody.ordinary"}, NotFound),
        ({"motion": "other"}, NotFound),
        ({"manifest_hash": b64u(bytes(32))}, NotFound),
        ({"counted_hash": b64u(bytes(32))}, Disagrees),
        ({"implied": ["bob.ordinary"]}, Disagrees),
    ],
)
def test_an_order_that_is_refused(changed: Json, refusal: type[Refused]) -> None:
    meeting = at_stage("declared")
    with pytest.raises(refusal):
        disclosure_ordered(meeting, "alice", **changed)


def test_an_answer_is_ordered_once_after_the_result_and_none_that_is_open_anyway() -> None:
    with pytest.raises(NotNow):
        disclosure_ordered(at_stage("summed"), "alice")
    meeting = at_stage("declared")
    disclosure_ordered(meeting, "alice")
    with pytest.raises(AlreadyThere):
        disclosure_ordered(meeting, "alice")
    tax = next(a for a in counted_answers(meeting.world.state, meeting.vote) if a.class_id == "tax")
    with pytest.raises(AlreadyThere):
        disclosure_ordered(meeting, "bob", ballot=b64u(tax.ballot), line=tax.line)
    voided_by_court(meeting)
    with pytest.raises(NotNow):
        disclosure_ordered(meeting, "bob")


def test_no_answer_is_given_that_nobody_ordered() -> None:
    meeting = at_stage("declared")
    body = play.disclosure_body(meeting, 1)
    assert body["answers"] == []
    with pytest.raises(Disagrees):
        gives(meeting, 1)


# --- keys destroyed ---


def finally_(meeting: Meeting) -> Any:
    found = final_from(meeting.world.state, meeting.vote)
    assert found is not None
    return found


def test_keys_are_destroyed_when_the_period_of_challenge_is_over_and_once(tmp_path: Path) -> None:
    meeting = at_stage("declared")
    final = finally_(meeting)
    assert final > meeting.world.now + 14 * DAY
    meeting.world.move_clock(final - timedelta(seconds=1))
    with pytest.raises(NotNow):
        key_destroyed(meeting, 1)
    meeting.world.move_clock(final)
    for index in (1, 2):
        key_destroyed(meeting, index)
    with pytest.raises(AlreadyThere):
        key_destroyed(meeting, 1)
    with pytest.raises(Disagrees):
        key_destroyed(meeting, 1, index=2)
    with pytest.raises(TooFewTrustees):
        disclosure_ordered(taken_up(meeting), "alice")
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


def test_no_key_is_destroyed_while_the_court_waits_for_its_share() -> None:
    meeting = at_stage("declared")
    disclosure_ordered(meeting, "alice")
    meeting.world.move_clock(finally_(meeting))
    with pytest.raises(NotNow, match="disclosure"):
        key_destroyed(meeting, 1)
    gives(meeting, 1)
    key_destroyed(meeting, 1)
    gives(meeting, 2)
    key_destroyed(meeting, 3)
    with pytest.raises(NotNow, match="destroyed"):
        gives(meeting, 3, answers=[])


def test_keys_of_a_vote_without_a_result_are_kept_and_of_a_void_one_may_go_at_once() -> None:
    for stage in ("open", "counted", "summed"):
        with pytest.raises(NotNow):
            key_destroyed(at_stage(stage), 1)
    meeting = at_stage("counted")
    voided_by_court(meeting)
    key_destroyed(meeting, 1)
    with pytest.raises(Disagrees):
        meeting.world.say(
            "keys.destroyed@1",
            Role.TRUSTEE,
            trustee_of(meeting, 1),
            {"manifest_hash": b64u(meeting.vote.manifest_hash), "index": 2},
        )


# --- forged bundles ---


@pytest.fixture(scope="module")
def ended() -> Meeting:
    meeting = at_stage("declared")
    disclosure_ordered(meeting, "bob")
    gives(meeting, 1)
    gives(meeting, 2)
    meeting.world.move_clock(finally_(meeting))
    key_destroyed(meeting, 1)
    return meeting


@pytest.mark.parametrize(
    ("kind", "nth", "check", "article", "change"),
    [
        (
            "disclosure.ordered",
            0,
            "sums",
            "EBL 64(2)",
            lambda b: b.update(implied=["alice.ordinary"]),
        ),
        (
            "disclosure.ordered",
            0,
            "sums",
            "EBL 64(2)",
            lambda b: b.update(ballot=b64u(secrets.token_bytes(32))),
        ),
        ("disclosure.given", 3, "sums", "EBL 64(1), 84(2)", lambda b: b.update(index=2)),
        (
            "disclosure.given",
            3,
            "sums",
            "EBL 64(1), 84(2)",
            lambda b: b["answers"][0].update(line="alice.ordinary"),
        ),
        ("keys.destroyed", 0, "rules", "EBL 64(2); PIPL 5-6", lambda b: b.update(index=2)),
    ],
)
def test_a_forged_statement_is_refused_by_rule_and_article(
    ended: Meeting,
    tmp_path: Path,
    kind: str,
    nth: int,
    check: str,
    article: str,
    change: Callable[[Json], object],
) -> None:
    said = ended.world.said
    index = at(said, kind, nth)
    report = refused(ended, tmp_path, altered(said, index, lambda b: change(b) and None))
    failed = failures(report, check)[0]
    assert (failed.entry, failed.article) == (index, article)


def test_a_key_destroyed_before_the_result_was_final(ended: Meeting, tmp_path: Path) -> None:
    said = list(ended.world.said)
    destroyed = said.pop(at(said, "keys.destroyed"))
    index = at(said, "clock.moved", sum(s.kind == "clock.moved@1" for s in said) - 1)
    said.insert(index, destroyed.changed(received=said[index - 1].received))
    failed = failures(refused(ended, tmp_path, said), "rules")
    assert failed[0].entry == index
