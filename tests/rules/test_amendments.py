"""Claims amended and withdrawn: lines, evidence, what is late, and rolls that are fixed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.claim_amended import RaisedLate
from bankruptcy.kinds.claim_filed import AmountOutOfRange, IdUnfit, LinesWrong
from bankruptcy.kinds.claim_reviewed import QuestionsOpen
from bankruptcy.kinds.evidence_added import FileMissing
from bankruptcy.kinds.people import is_creditor
from bankruptcy.kinds.refusals import (
    AlreadyThere,
    Disagrees,
    NotFound,
    NotNow,
    RoleMayNot,
    RoleNotHeld,
)
from bankruptcy.kinds.register_published import register_rows
from bankruptcy.kinds.schema import Id
from ledger.log.encoding import b64u
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.claims import amended_body, line_body, with_evidence
from tests.rules.scenes import at_stage, exhibit_body, ordered_body
from tests.rules.world import World
from voting.protocol.errors import BallotNotEntitled
from voting.protocol.validity import Choice

Json = Any
Change = Callable[[World, Json], Json]
AFTER = {"month": 2, "day": 11}
"""A day after the filing period."""


@pytest.fixture
def reviewed() -> World:
    return at_stage("reviewed").world


def amend(world: World, body: Json, by: str = "alice") -> records.Claim:
    world.say("claim.amended@1", Role.CREDITOR, by, body)
    return claim_of(world)


def withdraw(world: World, creditor: str = "alice") -> None:
    body = {"claim": f"c-{creditor}", "reason": None}
    world.say("claim.withdrawn@1", Role.CREDITOR, creditor, body)


def claim_of(world: World, claim: str = "c-alice") -> records.Claim:
    found = world.state.get(records.CLAIMS, claim)
    assert found is not None
    return found


def lost(world: World, body: Json) -> Json:
    changed = with_evidence(world, body, "lost")
    world.documents.pop(next(d for d, data in world.documents.items() if data == b"lost"))
    return changed


def same_amount(world: World, body: Json) -> Json:
    filed = claim_of(world).lines[0].filed.commitment
    body["lines"][0]["amount"] = {"commitment": b64u(filed)}
    return body


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda w, b: {**b, "claim": "c-none"}, NotFound),
        (lambda w, b: {**b, "claim": "c-bob"}, RoleMayNot),
        (lambda w, b: {**b, "lines": []}, LinesWrong),
        (lambda w, b: {**b, "lines": [], "dropped": ["l1"]}, LinesWrong),
        (lambda w, b: {**b, "dropped": ["l1"]}, LinesWrong),
        (lambda w, b: {**b, "dropped": ["l2"]}, LinesWrong),
        (lambda w, b: {**b, "lines": b["lines"] * 2}, LinesWrong),
        (lambda w, b: {**b, "lines": [{**b["lines"][0], "nature": "secured"}]}, LinesWrong),
        (lambda w, b: {**b, "lines": [{**b["lines"][0], "line": "a.b"}]}, IdUnfit),
        (same_amount, LinesWrong),
        (
            lambda w, b: {**b, "lines": [*b["lines"], {**b["lines"][0], "line": "l2"}]},
            Disagrees,
        ),
        (lambda w, b: {**b, "lines": [line_body(w, 0, "l1", 0)]}, AmountOutOfRange),
        (lambda w, b: {**b, "lines": [line_body(w, 0, "l2", 2**63 - 5)]}, AmountOutOfRange),
        (lambda w, b: with_evidence(w, b, "c-bob-e1"), AlreadyThere),
        (lost, FileMissing),
    ],
)
def test_an_amendment_that_is_refused(
    reviewed: World, change: Change, refusal: type[Refused]
) -> None:
    body = change(reviewed, amended_body(reviewed, "c-alice"))
    before = claim_of(reviewed)
    with pytest.raises(refusal):
        amend(reviewed, body)
    assert claim_of(reviewed) == before


def test_a_line_stated_anew_loses_its_review_and_waits_for_another(reviewed: World) -> None:
    (line,) = amend(reviewed, amended_body(reviewed, "c-alice")).lines
    assert (line.status, line.admitted, line.parts) == (records.Status.FILED, None, ())
    assert claim_of(reviewed).reviewed is None
    play.review(reviewed, "alice", 50_000_00)
    assert claim_of(reviewed).lines[0].status is records.Status.ADMITTED


def test_a_new_line_leaves_the_others_as_they_were_reviewed(reviewed: World) -> None:
    before = claim_of(reviewed).lines[0]
    claim = amend(reviewed, amended_body(reviewed, "c-alice", line_body(reviewed, 0, "l2", 5)))
    assert claim.lines[0] == before
    assert [line.status.value for line in claim.lines] == ["admitted", "filed"]
    assert claim.reviewed is None


def test_a_line_given_up_is_withdrawn_and_neither_stated_reviewed_nor_ordered_again(
    reviewed: World,
) -> None:
    new = line_body(reviewed, 0, "l2", 5)
    claim = amend(reviewed, amended_body(reviewed, "c-alice", new, dropped=["l1"]))
    assert [line.status.value for line in claim.lines] == ["withdrawn", "filed"]
    with pytest.raises(LinesWrong):
        amend(reviewed, amended_body(reviewed, "c-alice"))
    with pytest.raises(NotFound):
        reviewed.say("amount.ordered@1", Role.COURT, "judge", ordered_body(reviewed, "c-alice", 5))
    body = play.review_body(reviewed, "c-alice", 5)
    with pytest.raises(Disagrees):
        reviewed.say("claim.reviewed@1", Role.ADMINISTRATOR, "administrator", body)
    body["lines"][0]["line"] = "l2"
    body["lines"][0]["parts"][0]["part"] = "c-alice.l2.ordinary"
    reviewed.say("claim.reviewed@1", Role.ADMINISTRATOR, "administrator", body)
    assert claim_of(reviewed).lines[0].status is records.Status.WITHDRAWN


def test_a_claim_of_which_only_lines_were_dropped_keeps_its_review(reviewed: World) -> None:
    amend(reviewed, amended_body(reviewed, "c-alice", line_body(reviewed, 0, "l2", 5)))
    body = play.review_body(reviewed, "c-alice", 40_000_00)
    second = play.review_body(reviewed, "c-alice", 5)["lines"][0]
    second.update(line="l2")
    second["parts"][0]["part"] = "c-alice.l2.ordinary"
    body["lines"].append(second)
    reviewed.say("claim.reviewed@1", Role.ADMINISTRATOR, "administrator", body)
    claim = amend(reviewed, amended_body(reviewed, "c-alice", lines=[], dropped=["l2"]))
    assert claim.reviewed is not None


def test_evidence_and_open_questions_stay_with_an_amended_claim(reviewed: World) -> None:
    question = play.question_body(reviewed, "q-9", "c-alice")
    reviewed.say("evidence.questioned@1", Role.CREDITOR, "bob", question)
    amend(reviewed, with_evidence(reviewed, amended_body(reviewed, "c-alice"), "alice-e2"))
    exhibits = reviewed.state.find(records.EVIDENCE, claim=Id("c-alice"))
    assert [item.evidence for item in exhibits] == ["alice-e2", "c-alice-e1"]
    with pytest.raises(QuestionsOpen):
        play.review(reviewed, "alice", 50_000_00)


def test_after_the_period_a_line_is_lowered_and_a_new_one_is_late_but_none_is_raised(
    reviewed: World,
) -> None:
    """EBL 56(1)."""
    reviewed.move_clock(reviewed.now.replace(**AFTER))
    with pytest.raises(RaisedLate):
        amend(reviewed, amended_body(reviewed, "c-alice"))
    lower = line_body(reviewed, 0, "l1", 39_000_00)
    more = line_body(reviewed, 1, "l2", 11_000_00)
    claim = amend(reviewed, amended_body(reviewed, "c-alice", lower, more))
    assert [(line.line, line.late) for line in claim.lines] == [("l1", False), ("l2", True)]


def test_the_history_of_a_claim_keeps_every_change_with_its_reason(reviewed: World) -> None:
    amend(reviewed, amended_body(reviewed, "c-alice"))
    withdraw(reviewed)
    found = reviewed.state.find(records.CLAIM_CHANGES, claim=Id("c-alice"))
    kept = sorted(found, key=lambda change: change.whole)
    assert [(one.by, one.whole, one.reason is None) for one in kept] == [
        ("alice", False, False),
        ("alice", True, True),
    ]
    assert [one.statement for one in kept] == [
        entry.envelope.digest() for entry in reviewed.entries[-2:]
    ]


def test_an_amendment_after_the_roll_is_fixed_changes_no_line_of_it() -> None:
    meeting = at_stage("open")
    world, vote = meeting.world, meeting.vote.manifest_hash
    before = world.state.find(records.ROLL_LINES, manifest_hash=vote)
    amend(world, amended_body(world, "c-alice", line_body(world, 0, "l1", 1)))
    assert world.state.find(records.ROLL_LINES, manifest_hash=vote) == before
    play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))


def test_an_amended_line_has_no_vote_on_the_next_roll_until_it_is_reviewed(
    reviewed: World,
) -> None:
    amend(reviewed, amended_body(reviewed, "c-alice"))
    meeting = play.convened(reviewed)
    play.prepared(meeting)
    lines = reviewed.state.find(records.ROLL_LINES, manifest_hash=meeting.vote.manifest_hash)
    assert "alice" not in {member for line in lines for member in line.members}


# --- withdrawal ---


def test_a_claim_is_withdrawn_once_and_by_whoever_filed_it(reviewed: World) -> None:
    for by, claim, refusal in (("bob", "c-alice", RoleMayNot), ("bob", "c-none", NotFound)):
        body = {"claim": claim, "reason": None}
        with pytest.raises(refusal):
            reviewed.say("claim.withdrawn@1", Role.CREDITOR, by, body)
    withdraw(reviewed)
    assert claim_of(reviewed).standing == ()
    assert not is_creditor(reviewed.state, Id("alice"))
    with pytest.raises(NotNow):
        withdraw(reviewed)


def test_nothing_more_is_said_of_a_withdrawn_claim(reviewed: World) -> None:
    withdraw(reviewed)
    sayings: list[tuple[str, Role, str, Json]] = [
        ("claim.amended@1", Role.CREDITOR, "alice", amended_body(reviewed, "c-alice")),
        ("evidence.added@1", Role.CREDITOR, "alice", exhibit_body(reviewed, "c-alice", "e-2")),
        (
            "evidence.questioned@1",
            Role.CREDITOR,
            "bob",
            play.question_body(reviewed, "q-9", "c-alice"),
        ),
        (
            "claim.reviewed@1",
            Role.ADMINISTRATOR,
            "administrator",
            play.review_body(reviewed, "c-alice", 40_000_00),
        ),
    ]
    for kind, role, by, body in sayings:
        with pytest.raises(NotNow):
            reviewed.say(kind, role, by, body)


def test_who_withdraws_before_the_roll_is_fixed_is_not_on_it_even_with_an_order(
    reviewed: World,
) -> None:
    reviewed.say("amount.ordered@1", Role.COURT, "judge", ordered_body(reviewed, "c-alice", 5))
    withdraw(reviewed)
    meeting = play.convened(reviewed)
    play.prepared(meeting)
    lines = reviewed.state.find(records.ROLL_LINES, manifest_hash=meeting.vote.manifest_hash)
    assert {member for line in lines for member in line.members} == {"bob", "dora", "tax"}


def test_who_withdraws_during_the_vote_leaves_roll_and_ballot_but_casts_no_other() -> None:
    meeting = at_stage("open")
    world, vote = meeting.world, meeting.vote.manifest_hash
    before = world.state.find(records.ROLL_LINES, manifest_hash=vote)
    play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
    withdraw(world)
    assert world.state.find(records.ROLL_LINES, manifest_hash=vote) == before
    (ballot,) = world.state.find(records.BALLOTS)
    assert not ballot.void
    with pytest.raises(BallotNotEntitled):
        play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.AGAINST))
    presence = {"meeting": meeting.name, "person": "alice"}
    with pytest.raises(RoleNotHeld):
        world.say("presence.began@1", Role.CREDITOR, "alice", presence)


def test_the_register_goes_on_showing_what_was_withdrawn(reviewed: World) -> None:
    withdraw(reviewed)
    reviewed.publish_register()
    rows = register_rows(reviewed.state)
    assert [row["status"] for row in rows if row["claim"] == "c-alice"] == ["withdrawn"]
