"""Meetings: convening, motions, signing in, trustees' keys, and what a vote is prepared with."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.evidence_added import FileMissing
from bankruptcy.kinds.meeting_convened import NoticeTooShort, StartUnthinkable
from bankruptcy.kinds.motion_put import PlanNotHere
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound, NotNow, RoleNotHeld
from bankruptcy.kinds.voting_prepared import (
    BaseNotOffered,
    DisclosureNotOffered,
    SingleTrustee,
)
from bankruptcy.law.errors import UnknownRule
from ledger.log.encoding import b64u, format_time, sha256
from ledger.log.errors import Malformed, Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import at_stage, end_body, to_the_end
from tests.rules.switched import Switched
from tests.rules.world import CASE, DAY, World
from voting.protocol.errors import KeyRefused, ManifestRefused, RollRefused
from voting.protocol.group import scalar_bytes
from voting.protocol.keys import RECIPIENT_KEY, TRUSTEE_KEY, prove_key, public_key
from voting.protocol.randomness import SystemRandomness
from voting.protocol.validity import Choice

Json = Any
Change = Callable[[Json], object]


def meeting_body(world: World, name: str, number: int) -> Json:
    kind = "meeting.convened@1"
    return {
        "meeting": name,
        "number": number,
        "starts": format_time(world.now + 20 * DAY),
        "form": "video",
        "resolved": None,
        "form_reason": None,
        "title": world.seal(kind, "/title", "债权人会议"),
        "agenda": world.seal(kind, "/agenda", "表决"),
    }


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"meeting": "meeting-1"}, AlreadyThere),
        ({"number": 1}, Disagrees),
        ({"number": 3}, Disagrees),
        ({"starts": "2026-01-19T00:00:00Z"}, NoticeTooShort),
        ({"starts": "2020-01-01T00:00:00Z"}, NoticeTooShort),
        ({"starts": "9999-12-31T23:59:59Z"}, StartUnthinkable),
        ({"starts": "0001-01-01T00:00:00Z"}, StartUnthinkable),
    ],
)
def test_a_meeting_that_is_not_convened(changed: Json, refusal: type[Refused]) -> None:
    world = at_stage("convened").world
    body = {**meeting_body(world, "meeting-2", 2), **changed}
    with pytest.raises(refusal):
        world.say("meeting.convened@1", Role.COURT, "judge", body)


def test_no_meeting_before_the_case_is_open() -> None:
    world = World()
    with pytest.raises(NotNow):
        world.say("meeting.convened@1", Role.COURT, "judge", meeting_body(world, "m", 1))


# --- motions ---


def motion_body(world: World, meeting: str = "meeting-1", **changed: Json) -> Json:
    kind, text = "motion.put@1", "变价方案".encode()
    return {
        "meeting": meeting,
        "motion": "sale",
        "matter": "ORD-9",
        "rule": "CN-ORD",
        "round": 1,
        "title": world.seal(kind, "/title", "变价方案"),
        "text": world.document(kind, "/text", text),
        "text_sha256": b64u(sha256(text)),
        "plan": None,
        **changed,
    }


def plan(**named: Json) -> Json:
    return {"untouched_classes": [], "untouched": [], "passed_groups": [], **named}


def puts(world: World, **changed: Json) -> None:
    body = motion_body(world, **changed)
    world.say("motion.put@1", Role.ADMINISTRATOR, "administrator", body)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"meeting": "meeting-9"}, NotFound),
        ({"motion": "plan"}, AlreadyThere),
        ({"matter": "NOTHING"}, UnknownRule),
        ({"rule": "CN-DIST"}, Disagrees),
        ({"matter": "PLAN-6"}, Disagrees),
        ({"round": 0}, Disagrees),
        ({"round": 3}, Disagrees),
        ({"round": 2}, NotNow),
        ({"plan": plan()}, PlanNotHere),
        ({"plan": plan(untouched=["alice"])}, PlanNotHere),
        ({"text_sha256": b64u(bytes(32))}, Disagrees),
        ({"matter": "PLAN-6", "rule": "CN-PLAN", "plan": plan(passed_groups=["tax"])}, Disagrees),
        ({"matter": "PLAN-6", "rule": "CN-PLAN", "plan": plan(passed_groups=["x"])}, NotFound),
        ({"matter": "PLAN-6", "rule": "CN-PLAN", "plan": plan(untouched_classes=["x"])}, NotFound),
    ],
)
def test_a_motion_that_is_refused(changed: Json, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        puts(at_stage("convened").world, **changed)


def test_a_motion_without_its_text_is_refused() -> None:
    world = at_stage("convened").world
    body = motion_body(world)
    for digest in [d for d, data in world.documents.items() if data == "变价方案".encode()]:
        del world.documents[digest]
    with pytest.raises(FileMissing):
        world.say("motion.put@1", Role.COURT, "judge", body)


def test_no_motion_once_the_vote_is_prepared_and_no_more_than_a_ballot_holds() -> None:
    with pytest.raises(NotNow):
        puts(at_stage("prepared").world)
    world = at_stage("convened").world
    for number in range(19):
        puts(world, motion=f"m{number}")
    with pytest.raises(NotNow):
        puts(world, motion="one-more")


def failed_plan() -> Meeting:
    """The plan passed among tax claims and failed among ordinary ones."""
    meeting = at_stage("open")
    for voter, choice in (("tax", Choice.FOR), ("alice", Choice.AGAINST)):
        play.cast(meeting, voter, play.ballot(meeting, voter, choice))
    assert not to_the_end(meeting).motions[0].passed
    body = meeting_body(meeting.world, "meeting-2", 2)
    meeting.world.say("meeting.convened@1", Role.COURT, "judge", body)
    return meeting


def second(world: World, **changed: Json) -> None:
    puts(
        world,
        **{"meeting": "meeting-2", "matter": "PLAN-6", "rule": "CN-PLAN", "round": 2, **changed},
    )


def test_a_plan_that_failed_has_one_second_vote_without_the_groups_that_passed() -> None:
    world = failed_plan().world
    with pytest.raises(Disagrees):
        second(world, plan=plan(passed_groups=["ordinary"]))
    with pytest.raises(NotNow):
        second(world, matter="ORD-9", rule="CN-ORD")
    second(world, plan=plan(passed_groups=["tax"]))
    with pytest.raises(NotNow):
        second(world, motion="third", plan=plan(passed_groups=["tax"]))


def test_a_plan_that_passed_has_no_second_vote() -> None:
    meeting = at_stage("declared")
    body = meeting_body(meeting.world, "meeting-2", 2)
    meeting.world.say("meeting.convened@1", Role.COURT, "judge", body)
    with pytest.raises(NotNow):
        second(meeting.world)


# --- signing in ---


def presence(world: World, kind: str, role: Role, by: str, person: str, meeting: str) -> None:
    world.say(f"presence.{kind}@1", role, by, {"meeting": meeting, "person": person})


@pytest.mark.parametrize(
    ("stage", "by", "person", "meeting", "refusal"),
    [
        ("open", "alice", "alice", "meeting-9", NotFound),
        ("open", "alice", "bob", "meeting-1", Disagrees),
        ("open", "carol", "carol", "meeting-1", RoleNotHeld),
        ("prepared", "alice", "alice", "meeting-1", NotNow),
        ("closed", "bob", "bob", "meeting-1", NotNow),
        ("closed", "alice", "alice", "meeting-1", NotNow),
    ],
)
def test_a_signing_in_that_is_refused(
    stage: str, by: str, person: str, meeting: str, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        presence(at_stage(stage).world, "began", Role.CREDITOR, by, person, meeting)


def test_a_creditor_comes_and_goes_and_the_clerk_notes_who_is_gone() -> None:
    world = at_stage("open").world

    def says(kind: str, role: Role = Role.CREDITOR, by: str = "alice", of: str = "alice") -> None:
        presence(world, kind, role, by, of, "meeting-1")

    with pytest.raises(NotNow):
        says("ended")
    says("began")
    with pytest.raises(NotNow):
        says("began")
    with pytest.raises(Disagrees):
        says("ended", by="bob")
    says("ended", Role.CLERK, CLERK)
    with pytest.raises(NotNow):
        says("ended")
    says("began")
    assert len(world.state.find(records.PRESENCES)) == 1


# --- trustees' keys ---


def trustee_body(world: World, trustee: str, meeting: str, secret: int | None = None) -> Json:
    randomness = SystemRandomness()
    secret = secret or randomness.scalar()
    proof = prove_key(world.group, randomness, secret, TRUSTEE_KEY, CASE, meeting, trustee)
    return {
        "id": trustee,
        "public_key": b64u(public_key(world.group, secret)),
        "proof": proof.encode(),
        "stands_for": [],
    }


def fourth_trustee(meeting: Meeting) -> World:
    meeting.world.enrol("dave")
    play.appoint(meeting.world, "dave", Role.TRUSTEE)
    return meeting.world


def test_a_trustees_key_that_is_refused() -> None:
    meeting = at_stage("convened")
    world = fourth_trustee(meeting)
    secret = meeting.secrets["court"]
    for by, body, refusal in (
        ("dave", trustee_body(world, "court", "meeting-1"), AlreadyThere),
        ("judge", trustee_body(world, "judge", "meeting-1"), AlreadyThere),
        ("dave", trustee_body(world, "dave", "meeting-1", secret), AlreadyThere),
        ("dave", trustee_body(world, "dave", "meeting-9"), KeyRefused),
        ("dave", {**trustee_body(world, "dave", "meeting-1"), "id": "eve"}, KeyRefused),
        ("dave", {**trustee_body(world, "dave", "meeting-1"), "public_key": "A" * 128}, Refused),
        ("alice", trustee_body(world, "alice", "meeting-1"), RoleNotHeld),
    ):
        with pytest.raises(refusal):
            world.say("trustee.key_published@1", Role.TRUSTEE, by, body)


def test_a_trustees_key_of_one_meeting_serves_no_other() -> None:
    meeting = at_stage("convened")
    world = meeting.world
    world.say("meeting.convened@1", Role.COURT, "judge", meeting_body(world, "meeting-2", 2))
    body = trustee_body(world, "court", "meeting-2", meeting.secrets["court"])
    with pytest.raises(AlreadyThere):
        world.say("trustee.key_published@1", Role.TRUSTEE, "judge", body)
    fresh = trustee_body(world, "court", "meeting-2")
    world.say("trustee.key_published@1", Role.TRUSTEE, "judge", fresh)


def test_no_trustees_key_once_the_vote_is_prepared() -> None:
    world = fourth_trustee(at_stage("prepared"))
    body = trustee_body(world, "dave", "meeting-1")
    with pytest.raises(KeyRefused):
        world.say("trustee.key_published@1", Role.TRUSTEE, "dave", body)


# --- preparing ---


@pytest.fixture(scope="module")
def preparation() -> Json:
    return play.preparation(at_stage("convened"))


def shifted(body: Json, name: str, by: timedelta) -> None:
    meeting = at_stage("convened")
    times = {"opens": play.OPENS, "closes": play.OPENS + play.CLOSES}
    body["manifest"][name] = format_time(meeting.starts + times[name] + by)


def classes(body: Json, nth: int = 0) -> Json:
    return body["rolls"][0]["classes"][nth]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda b: b["manifest"].update(threshold=0), ManifestRefused),
        (
            lambda b: b["manifest"].update(threshold=1, single_trustee_reason="一人"),
            SingleTrustee,
        ),
        (lambda b: b["manifest"].update(case="case-2"), KeyRefused),
        (lambda b: b["manifest"].update(meeting="meeting-9"), KeyRefused),
        (lambda b: b["manifest"]["trustees"].pop(), Disagrees),
        (lambda b: b["manifest"]["trustees"].append(b["manifest"]["trustees"][0]), ManifestRefused),
        (lambda b: b["manifest"].update(motions=[]), ManifestRefused),
        (lambda b: b["manifest"]["motions"][0].update(rule="CN-ORD"), Disagrees),
        (lambda b: b["manifest"]["motions"][0].update(id="other"), Disagrees),
        (lambda b: b["manifest"]["motions"][0].update(text_sha256=b64u(bytes(32))), Disagrees),
        (lambda b: b["manifest"]["motions"][0].update(roll_root=b64u(bytes(32))), Disagrees),
        (lambda b: shifted(b, "opens", timedelta(hours=-2)), Disagrees),
        (lambda b: b["manifest"].update(opens="0001-01-01T00:00:00Z"), Disagrees),
        (lambda b: shifted(b, "closes", timedelta(hours=-8)), ManifestRefused),
        (lambda b: b.update(rolls=[]), Disagrees),
        (lambda b: b.update(rolls=b["rolls"] * 2), Disagrees),
        (lambda b: b["rolls"][0].update(root=b64u(bytes(32))), Disagrees),
        (lambda b: b["rolls"][0].update(lines=3), Disagrees),
        (lambda b: b["rolls"][0]["classes"].reverse(), Disagrees),
        (lambda b: classes(b).update(heads=4), Disagrees),
        (lambda b: classes(b).update(total=None), Disagrees),
        (lambda b: classes(b).update(total=None, sigma=None), Disagrees),
        (lambda b: classes(b).update(sigma=None), Disagrees),
        (lambda b: classes(b).update(total="8000001"), RollRefused),
        (lambda b: classes(b).update(sigma=b64u(scalar_bytes(1))), RollRefused),
        (lambda b: classes(b).update(sigma=b64u(b"\xff" * 32)), Malformed),
        (lambda b: classes(b, 1).update(total="1", sigma=b64u(scalar_bytes(1))), Disagrees),
        (lambda b: b.update(manifest=None), ManifestRefused),
    ],
)
def test_a_preparation_that_is_refused(
    preparation: Json, change: Change, refusal: type[Refused]
) -> None:
    world = at_stage("convened").world
    body = copy.deepcopy(preparation)
    change(body)
    with pytest.raises(refusal):
        world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", body)


def test_the_preparation_itself_is_accepted_once(preparation: Json) -> None:
    world = at_stage("convened").world
    world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", preparation)
    with pytest.raises(NotNow):
        world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", preparation)


def test_a_vote_is_not_prepared_for_a_time_that_has_come(preparation: Json) -> None:
    meeting = at_stage("convened")
    meeting.world.move_clock(meeting.starts + play.OPENS)
    with pytest.raises(Disagrees):
        meeting.world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", preparation)


def test_disclosing_only_what_the_law_asks_is_not_offered() -> None:
    world = at_stage("convened").world
    body = play.preparation(Meeting(world, starts=at_stage("convened").starts))
    rows = []
    for name in ("court",):
        randomness = SystemRandomness()
        secret = randomness.scalar()
        proof = prove_key(world.group, randomness, secret, RECIPIENT_KEY, CASE, "meeting-1", name)
        key = b64u(public_key(world.group, secret))
        rows.append({"id": name, "public_key": key, "proof": proof.encode()})
    trustees = body["manifest"]["trustees"]
    for row in trustees:
        secret = SystemRandomness().scalar()
        row["id"] = f"t-{row['id']}"
        row["public_key"] = b64u(public_key(world.group, secret))
        proof = prove_key(
            world.group, SystemRandomness(), secret, TRUSTEE_KEY, CASE, "meeting-1", row["id"]
        )
        row["proof"] = proof.encode()
    body["manifest"].update(disclosure="test", recipients=rows)
    with pytest.raises(DisclosureNotOffered):
        world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_manifest_for_no_meeting_is_refused() -> None:
    meeting = at_stage("convened")
    world = meeting.world
    body = play.preparation(meeting)
    body["manifest"]["meeting"] = "meeting-9"
    for row in body["manifest"]["trustees"]:
        proof = prove_key(
            world.group,
            SystemRandomness(),
            meeting.secrets[row["id"]],
            TRUSTEE_KEY,
            CASE,
            "meeting-9",
            row["id"],
        )
        row["proof"] = proof.encode()
    with pytest.raises(NotFound):
        world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", body)


def test_no_trustee_is_left_out_and_none_whose_role_has_ended_is_kept(preparation: Json) -> None:
    world = at_stage("convened").world
    ended = end_body(world, "carol", Role.TRUSTEE)
    world.say("role.ended@1", Role.COURT, "judge", ended)
    with pytest.raises(Disagrees, match="trustees"):
        world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", preparation)


def test_another_proof_of_the_same_key_is_not_the_one_published(preparation: Json) -> None:
    meeting = at_stage("convened")
    body = copy.deepcopy(preparation)
    row = body["manifest"]["trustees"][0]
    secret = SystemRandomness().scalar()
    row["public_key"] = b64u(public_key(meeting.world.group, secret))
    proof = prove_key(
        meeting.world.group, SystemRandomness(), secret, TRUSTEE_KEY, CASE, "meeting-1", row["id"]
    )
    row["proof"] = proof.encode()
    with pytest.raises(Disagrees, match="key_published"):
        meeting.world.say("voting.prepared@1", Role.ADMINISTRATOR, "administrator", body)


def test_claims_without_a_vote_in_the_whole_are_refused_by_name() -> None:
    world = play.opened_case(Switched({"P5": ["ordinary", "employee"]}))
    for person, nature in (("emma", "employee"), ("alice", "ordinary")):
        play.file_claim(world, person, 500, nature)
        play.review(world, person, 500, nature)
    meeting = play.convened(world)
    puts(world)
    with pytest.raises(BaseNotOffered):
        play.prepared(meeting)
