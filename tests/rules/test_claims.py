"""Claims: filing, evidence, cross-examination, review, provisional amounts, the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.admission import PartsWrong
from bankruptcy.kinds.amount_ordered import MattersWrong
from bankruptcy.kinds.claim_filed import AmountOutOfRange, IdUnfit, JointTaken, LinesWrong
from bankruptcy.kinds.claim_reviewed import QuestionsOpen
from bankruptcy.kinds.electorate import law_claims
from bankruptcy.kinds.evidence_added import FileMissing, TooManyFiles
from bankruptcy.kinds.evidence_answered import AnswersWrong
from bankruptcy.kinds.evidence_questioned import MayNotSee, PointsIncomplete
from bankruptcy.kinds.refusals import (
    AlreadyThere,
    Disagrees,
    NotFound,
    NotNow,
    RoleMayNot,
)
from bankruptcy.kinds.schema import Code
from bankruptcy.law.errors import UnknownRule
from ledger.log.errors import Malformed, Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import answer_body, claim_body, question_body, review_body
from tests.rules.scenes import at_stage, exhibit_body, ordered_body
from tests.rules.world import World

Json = Any
Change = Callable[[World, Json], None]


@pytest.fixture
def case() -> World:
    """An open case in which Eve's key is enrolled and Alice has filed."""
    world = at_stage("case").world
    world.enrol("eve", "administrator", Role.ADMINISTRATOR)
    play.file_claim(world, "alice", 40_000_00)
    return world


@pytest.fixture
def reviewed() -> World:
    """Claims filed and reviewed; Eve has a key and no claim."""
    world = at_stage("reviewed").world
    world.enrol("eve", "administrator", Role.ADMINISTRATOR)
    return world


def files(world: World, by: str, change: Change, claim: str = "c-new") -> None:
    body = claim_body(world, claim, 100)
    change(world, body)
    world.say("claim.filed@1", Role.CREDITOR, by, body)


def secured(world: World, body: Json) -> None:
    body["lines"][0]["nature"] = "secured"


def unsecured(world: World, body: Json) -> None:
    asset = world.seal("claim.filed@1", "/lines/0/security/asset", "机器")
    body["lines"][0]["security"] = {"asset": asset, "value": world.commit(1), "waived": False}


def a_line(world: World, body: Json, **changed: Json) -> None:
    number = len(body["lines"])
    cause = world.seal("claim.filed@1", f"/lines/{number}/cause", "货款")
    line = {**body["lines"][0], "line": "l9", "cause": cause, "amount": world.commit(7), **changed}
    body["lines"].append(line)


def evidence_lost(world: World, body: Json) -> None:
    kind, lost = "claim.filed@1", b"lost"
    body["evidence"][0]["file"] = world.document(kind, "/evidence/0/file", lost)
    for digest in [d for d, data in world.documents.items() if data == lost]:
        del world.documents[digest]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda w, b: b.update(claim="c-alice"), AlreadyThere),
        (lambda w, b: b.update(lines=[]), LinesWrong),
        (lambda w, b: [a_line(w, b, line=f"x{i}") for i in range(50)], LinesWrong),
        (lambda w, b: a_line(w, b, line="l1"), LinesWrong),
        (secured, LinesWrong),
        (unsecured, LinesWrong),
        (lambda w, b: a_line(w, b, amount=b["lines"][0]["amount"]), Disagrees),
        (lambda w, b: a_line(w, b, amount=w.commit(0)), AmountOutOfRange),
        (lambda w, b: a_line(w, b, amount=w.commit(2**63 - 100)), AmountOutOfRange),
        (lambda w, b: b["evidence"].append(b["evidence"][0]), AlreadyThere),
        (lambda w, b: b["evidence"][0].update(evidence="c-alice-e1"), AlreadyThere),
        (lambda w, b: b.update(evidence=b["evidence"] * 41), TooManyFiles),
        (evidence_lost, FileMissing),
        (lambda w, b: b.update(claim="c.new"), IdUnfit),
        (lambda w, b: b.update(claim="c" * 31), IdUnfit),
        (lambda w, b: b["lines"][0].update(line="a.b"), IdUnfit),
        (lambda w, b: b["lines"][0].update(line="l" * 11), IdUnfit),
        (lambda w, b: b.update(joint="j.1"), IdUnfit),
        (lambda w, b: b.update(joint="j" * 49), IdUnfit),
        (lambda w, b: b.update(joint="eve"), JointTaken),
        (lambda w, b: b.update(joint="alice"), JointTaken),
        (lambda w, b: b.update(joint="judge"), JointTaken),
        (lambda w, b: b.update(joint="\u212a"), Malformed),
        (lambda w, b: b.update(identity=b["name"]), Malformed),
    ],
)
def test_a_claim_that_is_refused(case: World, change: Change, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        files(case, "eve", change)
    assert case.state.get(records.CLAIMS, "c-new") is None


def test_a_creditor_whose_pseudonym_could_be_read_as_two_ids_files_nothing(case: World) -> None:
    case.enrol("eve.ordinary", "administrator", Role.ADMINISTRATOR)
    with pytest.raises(IdUnfit):
        files(case, "eve.ordinary", lambda w, b: None)


def test_a_person_whose_pseudonym_names_a_joint_group_files_nothing(case: World) -> None:
    files(case, "eve", lambda w, b: b.update(joint="mallory"))
    case.enrol("mallory", "administrator", Role.ADMINISTRATOR)
    with pytest.raises(JointTaken):
        files(case, "mallory", lambda w, b: None, "c-mallory")


def test_nobody_files_before_the_court_has_opened_the_case() -> None:
    world = World()
    world.enrol("eve")
    with pytest.raises(NotNow):
        files(world, "eve", lambda w, b: None)


def test_a_claim_filed_after_the_period_is_late_and_stands(case: World) -> None:
    files(case, "eve", lambda w, b: None, "c-early")
    case.move_clock(case.now.replace(month=2, day=10, hour=16))
    files(case, "eve", lambda w, b: None)
    late = {c.claim: c.late for c in case.state.find(records.CLAIMS)}
    assert (late["c-early"], late["c-new"]) == (False, True)


# --- joint creditors ---


def joint_case(*creditors: str) -> World:
    world = at_stage("case").world
    for creditor in creditors:
        world.enrol(creditor, "administrator", Role.ADMINISTRATOR)
        body = {**claim_body(world, f"c-{creditor}", 100), "joint": "j1"}
        world.say("claim.filed@1", Role.CREDITOR, creditor, body)
    return world


def roll_of_case(world: World) -> tuple[records.RollLine, ...]:
    meeting = play.convened(world)
    play.prepared(meeting)
    return tuple(world.state.find(records.ROLL_LINES, manifest_hash=meeting.vote.manifest_hash))


def test_a_joint_claim_counts_once_for_one_unit_of_all_its_creditors() -> None:
    world = joint_case("alice", "bob")
    play.review(world, "alice", 100)
    play.review(world, "bob", 100)
    (line,) = roll_of_case(world)
    assert line.line == "j1.ordinary"
    assert line.members == ("alice", "bob")
    assert [part.part for part in line.parts] == ["c-alice.l1.ordinary"]
    assert line.heads == 1


def test_who_files_under_anothers_joint_group_is_no_member_until_admitted() -> None:
    world = joint_case("alice", "eve")
    play.review(world, "alice", 100)
    (line,) = roll_of_case(world)
    assert line.members == ("alice",)


def test_a_joint_creditor_does_not_question_the_common_claim() -> None:
    world = joint_case("alice", "bob")
    question = question_body(world, "q-1", "c-alice")
    with pytest.raises(MayNotSee):
        world.say("evidence.questioned@1", Role.CREDITOR, "bob", question)


# --- evidence and cross-examination ---


def test_evidence_comes_from_the_filer_or_the_administrator_and_is_new(reviewed: World) -> None:
    add = "evidence.added@1"
    with pytest.raises(RoleMayNot):
        reviewed.say(add, Role.CREDITOR, "bob", exhibit_body(reviewed, "c-alice", "e-2"))
    with pytest.raises(NotFound):
        reviewed.say(add, Role.CREDITOR, "bob", exhibit_body(reviewed, "c-none", "e-2"))
    with pytest.raises(TooManyFiles):
        reviewed.say(add, Role.CREDITOR, "bob", {"claim": "c-bob", "evidence": []})
    with pytest.raises(AlreadyThere):
        reviewed.say(add, Role.CREDITOR, "bob", exhibit_body(reviewed, "c-bob", "c-alice-e1"))
    lost = exhibit_body(reviewed, "c-bob", "e-2")
    reviewed.documents.pop(next(d for d, data in reviewed.documents.items() if data == b"e-2"))
    with pytest.raises(FileMissing):
        reviewed.say(add, Role.CREDITOR, "bob", lost)
    body = exhibit_body(reviewed, "c-alice", "e-2")
    reviewed.say(add, Role.ADMINISTRATOR, "administrator", body)
    assert reviewed.state.get(records.EVIDENCE, "e-2") is not None


@pytest.mark.parametrize(
    ("by", "change", "refusal"),
    [
        ("alice", lambda b: None, MayNotSee),
        ("eve", lambda b: None, MayNotSee),
        ("bob", lambda b: b.update(question="q-1"), AlreadyThere),
        ("bob", lambda b: b.update(evidence="c-none-e1"), NotFound),
        ("bob", lambda b: b.update(claim="c-dora"), NotFound),
        ("bob", lambda b: b["points"].pop(), PointsIncomplete),
        ("bob", lambda b: b["points"].reverse(), PointsIncomplete),
        ("bob", lambda b: b["points"].append(b["points"][3]), PointsIncomplete),
        ("bob", lambda b: b["points"][0].update(stance="accepted"), PointsIncomplete),
        ("bob", lambda b: b["points"][1].update(stance="unclear"), PointsIncomplete),
    ],
)
def test_a_question_that_is_refused(
    reviewed: World, by: str, change: Callable[[Json], None], refusal: type[Refused]
) -> None:
    body = question_body(reviewed, "q-9", "c-alice")
    change(body)
    with pytest.raises(refusal):
        reviewed.say("evidence.questioned@1", Role.CREDITOR, by, body)


def test_nobody_questions_evidence_that_he_added_himself(reviewed: World) -> None:
    body = exhibit_body(reviewed, "c-alice", "e-2")
    reviewed.say("evidence.added@1", Role.ADMINISTRATOR, "administrator", body)
    question = {**question_body(reviewed, "q-9", "c-alice"), "evidence": "e-2"}
    with pytest.raises(MayNotSee):
        reviewed.say("evidence.questioned@1", Role.ADMINISTRATOR, "administrator", question)


def asked(world: World) -> World:
    question = question_body(world, "q-9", "c-alice")
    world.say("evidence.questioned@1", Role.CREDITOR, "bob", question)
    return world


@pytest.mark.parametrize(
    ("by", "change", "refusal"),
    [
        ("bob", lambda b: None, RoleMayNot),
        ("alice", lambda b: b.update(question="q-none"), NotFound),
        ("alice", lambda b: b.update(answers=[]), AnswersWrong),
        ("alice", lambda b: b["answers"].append(b["answers"][0]), AnswersWrong),
        ("alice", lambda b: b["answers"][0].update(point="lawfulness"), AnswersWrong),
        ("alice", lambda b: b["answers"][0].update(answer=None), AnswersWrong),
    ],
)
def test_an_answer_that_is_refused(
    reviewed: World, by: str, change: Callable[[Json], None], refusal: type[Refused]
) -> None:
    world = asked(reviewed)
    body = answer_body(world, "q-9")
    change(body)
    with pytest.raises(refusal):
        world.say("evidence.answered@1", Role.CREDITOR, by, body)


def test_an_answer_that_is_a_refusal_too_is_refused_and_none_is_given_twice(
    reviewed: World,
) -> None:
    world, kind = asked(reviewed), "evidence.answered@1"
    both = answer_body(world, "q-9")
    both["answers"][0]["refusal"] = world.seal(kind, "/answers/0/refusal", "不予答复")
    with pytest.raises(AnswersWrong):
        world.say(kind, Role.CREDITOR, "alice", both)
    world.say(kind, Role.CREDITOR, "alice", answer_body(world, "q-9"))
    with pytest.raises(AnswersWrong):
        world.say(kind, Role.ADMINISTRATOR, "administrator", answer_body(world, "q-9"))


def test_a_claim_is_not_reviewed_while_a_point_waits_for_an_answer(reviewed: World) -> None:
    world = asked(reviewed)
    with pytest.raises(QuestionsOpen):
        play.review(world, "alice", 40_000_00)
    world.say("evidence.answered@1", Role.CREDITOR, "alice", answer_body(world, "q-9"))
    play.review(world, "alice", 40_000_00)


# --- review ---


def partly(world: World, body: Json, amount: int) -> None:
    line = body["lines"][0]
    line.update(status="partly", admitted=world.commit(amount), reasons=["RC05"])
    line["parts"][0]["amount"] = world.commit(amount)


def nothing(world: World, body: Json) -> None:
    body["lines"][0].update(status="deferred", admitted=None, parts=[], reasons=["RC12"])


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda w, b: b.update(claim="c-none"), NotFound),
        (lambda w, b: b.update(lines=[]), Disagrees),
        (lambda w, b: b["lines"].append(b["lines"][0]), Disagrees),
        (lambda w, b: b["lines"][0].update(status="filed"), PartsWrong),
        (lambda w, b: b["lines"][0].update(status="rejected", reasons=["RC01"]), PartsWrong),
        (lambda w, b: b["lines"][0].update(admitted=None), PartsWrong),
        (lambda w, b: b["lines"][0].update(parts=[]), PartsWrong),
        (lambda w, b: b["lines"][0].update(parts=b["lines"][0]["parts"] * 2), PartsWrong),
        (lambda w, b: b["lines"][0]["parts"][0].update(part="c-alice.l1.tax"), PartsWrong),
        (lambda w, b: b["lines"][0]["parts"][0].update(part="c-bob.l1.ordinary"), PartsWrong),
        (lambda w, b: b["lines"][0]["parts"][0].update(nature="tax"), PartsWrong),
        (lambda w, b: b["lines"][0].update(nature="secured"), PartsWrong),
        (lambda w, b: b["lines"][0].update(admitted=w.commit(1)), PartsWrong),
        (lambda w, b: b["lines"][0]["parts"][0].update(amount=w.commit(1)), Disagrees),
        (lambda w, b: b["lines"][0].update(reasons=["RC17"]), PartsWrong),
        (lambda w, b: b["lines"][0].update(reasons=["RC01", "RC01"]), PartsWrong),
        (lambda w, b: partly(w, b, 40_000_00), PartsWrong),
        (lambda w, b: partly(w, b, 40_000_01), PartsWrong),
        (lambda w, b: partly(w, b, 0), PartsWrong),
        (lambda w, b: (nothing(w, b), b["lines"][0].update(reasons=[])), PartsWrong),
        (lambda w, b: (nothing(w, b), b["lines"][0].update(admitted=w.commit(1))), PartsWrong),
    ],
)
def test_a_review_that_is_refused(reviewed: World, change: Change, refusal: type[Refused]) -> None:
    body = review_body(reviewed, "c-alice", 40_000_00)
    change(reviewed, body)
    with pytest.raises(refusal):
        reviewed.say("claim.reviewed@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_review_may_admit_a_part_or_nothing(reviewed: World) -> None:
    for change in (lambda w, b: partly(w, b, 1), nothing):
        body = review_body(reviewed, "c-alice", 40_000_00)
        change(reviewed, body)
        reviewed.say("claim.reviewed@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_review_after_the_roll_is_fixed_changes_no_weight() -> None:
    meeting = at_stage("open")
    world, vote = meeting.world, meeting.vote.manifest_hash
    before = world.state.find(records.ROLL_LINES, manifest_hash=vote)
    body = review_body(world, "c-alice", 40_000_00)
    partly(world, body, 1)
    world.say("claim.reviewed@1", Role.ADMINISTRATOR, "administrator", body)
    world.say("amount.ordered@1", Role.COURT, "judge", ordered_body(world, "c-bob", 5))
    assert world.state.find(records.ROLL_LINES, manifest_hash=vote) == before


# --- provisional amounts ---


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda w, b: b.update(claim="c-none"), NotFound),
        (lambda w, b: b.update(line="l2"), NotFound),
        (lambda w, b: b.update(matters=["NOTHING"]), UnknownRule),
        (lambda w, b: b.update(matters=[]), MattersWrong),
        (lambda w, b: b.update(matters=["PLAN-6", "PLAN-6"]), MattersWrong),
        (lambda w, b: b["parts"][0].update(part="c-alice.l1.ordinary"), PartsWrong),
        (lambda w, b: b.update(amount=w.commit(6)), Disagrees),
        (lambda w, b: b.update(parts=[]), Disagrees),
    ],
)
def test_an_order_that_is_refused(reviewed: World, change: Change, refusal: type[Refused]) -> None:
    body = ordered_body(reviewed, "c-alice", 5)
    change(reviewed, body)
    with pytest.raises(refusal):
        reviewed.say("amount.ordered@1", Role.COURT, "judge", body)


def test_an_order_of_zero_takes_the_vote_away(reviewed: World) -> None:
    reviewed.say("amount.ordered@1", Role.COURT, "judge", ordered_body(reviewed, "c-alice", 0))
    assert "alice" not in {member for line in roll_of_case(reviewed) for member in line.members}


def test_an_order_for_one_matter_changes_nothing_in_another(reviewed: World) -> None:
    body = ordered_body(reviewed, "c-alice", 5, matters=["ORD-9"])
    reviewed.say("amount.ordered@1", Role.COURT, "judge", body)
    for matter, ordered in (("ORD-9", True), ("PLAN-6", False)):
        found = {c.creditor: c for c in law_claims(reviewed.state, Code(matter))}
        assert bool(found["alice"].ordered) is ordered


# --- the register ---


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.update(version=1),
        lambda b: b.update(version=3),
        lambda b: b.update(rows=3),
        lambda b: b.update(root="A" * 43),
    ],
)
def test_a_register_that_does_not_follow_is_refused(
    reviewed: World, change: Callable[[Json], None]
) -> None:
    with pytest.raises(Disagrees):
        reviewed.publish_register(change)
