"""Powers of attorney: granted and revoked item by item, and what an agent may say under one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.authority_granted import ItemsWrong
from bankruptcy.kinds.ballot_cast import SeveralUnits, VotingNotCovered
from bankruptcy.kinds.evidence_added import FileMissing
from bankruptcy.kinds.people import may_see_claims
from bankruptcy.kinds.refusals import (
    AgentConflict,
    AlreadyThere,
    AuthorityLacks,
    Disagrees,
    NoAuthority,
    NotFound,
    NotNow,
    RoleMayNot,
    RoleNotHeld,
)
from bankruptcy.kinds.schema import Id
from bankruptcy.law.errors import UnknownRule
from ledger.log.encoding import format_time
from ledger.log.errors import Malformed, Refused
from ledger.log.statement import Role
from tests.rules import claims
from tests.rules import meeting as play
from tests.rules.claims import grant, granted_body, revoke
from tests.rules.meeting import Meeting
from tests.rules.scenes import at_stage, exhibit_body, to_the_end
from tests.rules.world import World
from voting.protocol.ballot import body_hash
from voting.protocol.errors import BallotNotEntitled
from voting.protocol.preparing import Question, prepare
from voting.protocol.validity import Choice

Json = Any


@pytest.fixture
def reviewed() -> World:
    """Claims filed and reviewed; a lawyer and Eve, who has no claim, have keys."""
    world = at_stage("reviewed").world
    for person in ("lawyer", "eve"):
        world.enrol(person, "administrator", Role.ADMINISTRATOR)
    return world


def lost_paper(world: World, body: Json) -> None:
    body["document"] = world.document("authority.granted@1", "/document", b"lost")
    world.documents.pop(next(d for d, data in world.documents.items() if data == b"lost"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda w, b: b.update(authority="a-there"), AlreadyThere),
        (lambda w, b: b.update(agent="alice"), Disagrees),
        (lambda w, b: b.update(agent="nobody"), NotFound),
        (lambda w, b: b.update(agent="administrator"), AgentConflict),
        (lambda w, b: b.update(agent="judge"), AgentConflict),
        (lambda w, b: b.update(agent="clerk"), AgentConflict),
        (lambda w, b: b.update(items=[]), ItemsWrong),
        (lambda w, b: b.update(items=["vote", "vote"]), ItemsWrong),
        (lambda w, b: b.update(items=["vote", "file"]), ItemsWrong),
        (lambda w, b: b.update(items=["settle"]), Malformed),
        (lambda w, b: b.update(items=["file"], matters=["PLAN-6"]), ItemsWrong),
        (lambda w, b: b.update(items=["file"], motions=[]), ItemsWrong),
        (lambda w, b: b.update(matters=[]), ItemsWrong),
        (lambda w, b: b.update(matters=["PLAN-6", "PLAN-6"]), ItemsWrong),
        (lambda w, b: b.update(matters=["NOTHING"]), UnknownRule),
        (lambda w, b: b.update(motions=[{"meeting": "m", "motion": "x"}]), NotFound),
        (lambda w, b: b.update(until=format_time(w.now)), NotNow),
        (lost_paper, FileMissing),
    ],
)
def test_an_authority_that_is_refused(
    reviewed: World, change: Callable[[World, Json], None], refusal: type[Refused]
) -> None:
    there = granted_body(reviewed, "a-there", "lawyer")
    reviewed.say("authority.granted@1", Role.CREDITOR, "bob", there)
    body = granted_body(reviewed, "a-new", "lawyer")
    change(reviewed, body)
    with pytest.raises(refusal):
        reviewed.say("authority.granted@1", Role.CREDITOR, "alice", body)


def test_nobody_grants_an_authority_for_another_and_no_agent_passes_his_on(
    reviewed: World,
) -> None:
    grant(reviewed, "alice", "lawyer")
    for role, by, principal in (
        (Role.AGENT, "lawyer", "alice"),
        (Role.CREDITOR, "lawyer", "alice"),
        (Role.ADMINISTRATOR, "administrator", "alice"),
    ):
        with pytest.raises((RoleMayNot, NoAuthority)):
            reviewed.say(
                "authority.granted@1",
                role,
                by,
                granted_body(reviewed, "a-sub", "eve"),
                principal=principal,
            )


def test_an_authority_ends_once_by_its_principal_or_its_agent_and_by_nobody_else(
    reviewed: World,
) -> None:
    first, second = grant(reviewed, "alice", "lawyer"), grant(reviewed, "bob", "lawyer")
    with pytest.raises(RoleMayNot):
        revoke(reviewed, "bob", first)
    with pytest.raises(RoleMayNot):
        revoke(reviewed, "lawyer", first)
    with pytest.raises(RoleNotHeld):
        revoke(reviewed, "alice", first, Role.AGENT)
    with pytest.raises(NotFound):
        revoke(reviewed, "alice", "a-none")
    revoke(reviewed, "alice", first)
    revoke(reviewed, "lawyer", second, Role.AGENT)
    with pytest.raises(NotNow):
        revoke(reviewed, "alice", first)
    for authority in (first, second):
        held = reviewed.state.get(records.AUTHORITIES, authority)
        assert held is not None
        assert held.revoked == reviewed.now


def files_for_eve(world: World, **how: Json) -> None:
    said = {"role": Role.AGENT, "by": "lawyer", "principal": "eve", **how}
    world.say("claim.filed@1", body=play.claim_body(world, "c-eve", 100), **said)


def test_what_an_agent_files_is_his_principals(reviewed: World) -> None:
    grant(reviewed, "eve", "lawyer", items=["file"])
    files_for_eve(reviewed)
    claim = reviewed.state.get(records.CLAIMS, "c-eve")
    exhibit = reviewed.state.get(records.EVIDENCE, "c-eve-e1")
    assert claim is not None
    assert exhibit is not None
    assert (claim.creditor, exhibit.by) == ("eve", "eve")


def test_nobody_acts_for_another_but_an_agent_in_that_role_with_an_authority_in_force(
    reviewed: World,
) -> None:
    with pytest.raises(RoleNotHeld):
        files_for_eve(reviewed)
    until = reviewed.now + timedelta(days=2)
    grant(reviewed, "alice", "lawyer")
    with pytest.raises(NoAuthority):
        files_for_eve(reviewed)
    authority = grant(reviewed, "eve", "lawyer", until=format_time(until))
    with pytest.raises(NoAuthority):
        files_for_eve(reviewed, role=Role.CREDITOR)
    with pytest.raises(NoAuthority):
        files_for_eve(reviewed, principal=None)
    reviewed.move_clock(until)
    with pytest.raises(NoAuthority):
        files_for_eve(reviewed)
    reviewed.say(
        "authority.granted@1",
        Role.CREDITOR,
        "eve",
        granted_body(reviewed, "a-again", "lawyer"),
    )
    revoke(reviewed, "eve", authority)
    files_for_eve(reviewed)
    revoke(reviewed, "eve", "a-again")
    body = exhibit_body(reviewed, "c-eve", "eve-e2")
    with pytest.raises(NoAuthority):
        reviewed.say("evidence.added@1", Role.AGENT, "lawyer", body, principal="eve")


SAYINGS: dict[str, tuple[str, Callable[[World], Json]]] = {
    "file": ("claim.filed@1", lambda w: play.claim_body(w, "c-two", 100)),
    "amend": ("claim.amended@1", lambda w: claims.amended_body(w, "c-alice")),
    "withdraw": ("claim.withdrawn@1", lambda w: {"claim": "c-alice", "reason": None}),
    "evidence": ("evidence.added@1", lambda w: exhibit_body(w, "c-alice", "alice-e2")),
    "cross_examine": ("evidence.questioned@1", lambda w: play.question_body(w, "q-2", "c-bob")),
    "object": ("objection.raised@1", lambda w: claims.objection_body(w, "o-1", "c-bob")),
    "sign_in": ("presence.began@1", lambda w: {"meeting": "meeting-1", "person": "alice"}),
}


@pytest.mark.parametrize("item", SAYINGS)
def test_an_agent_says_what_his_authority_covers_and_nothing_else(item: str) -> None:
    meeting = at_stage("open")
    world = meeting.world
    kind, body = SAYINGS[item]
    world.enrol("lawyer", "administrator", Role.ADMINISTRATOR)
    rest = grant(world, "alice", "lawyer", items=[i for i in claims.ITEMS if i != item])
    with pytest.raises(AuthorityLacks):
        world.say(kind, Role.AGENT, "lawyer", body(world), principal="alice")
    revoke(world, "alice", rest)
    granted = granted_body(world, "a-one", "lawyer", items=[item])
    world.say("authority.granted@1", Role.CREDITOR, "alice", granted)
    world.say(kind, Role.AGENT, "lawyer", body(world), principal="alice")


def test_an_agent_answers_questions_and_signs_out_within_his_authority() -> None:
    meeting = at_stage("open")
    world = meeting.world
    world.enrol("lawyer", "administrator", Role.ADMINISTRATOR)
    grant(world, "alice", "lawyer", items=["evidence", "sign_in"])
    question = play.question_body(world, "q-2", "c-alice")
    world.say("evidence.questioned@1", Role.CREDITOR, "bob", question)
    answer = play.answer_body(world, "q-2")
    world.say("evidence.answered@1", Role.AGENT, "lawyer", answer, principal="alice")
    presence = {"meeting": meeting.name, "person": "alice"}
    world.say("presence.began@1", Role.AGENT, "lawyer", presence, principal="alice")
    body = {**presence, "person": "bob"}
    with pytest.raises(Disagrees):
        world.say("presence.began@1", Role.AGENT, "lawyer", body, principal="alice")
    world.say("presence.ended@1", Role.AGENT, "lawyer", presence, principal="alice")


@pytest.mark.parametrize("kind", ["claim.filed@1", "claim.amended@1"])
def test_an_agent_waives_security_only_with_an_authority_for_that(
    reviewed: World, kind: str
) -> None:
    filing = kind == "claim.filed@1"
    filed = play.claim_body(reviewed, "c-two", 100)
    body = filed if filing else claims.amended_body(reviewed, "c-alice")
    asset = reviewed.seal(kind, "/lines/0/security/asset", "厂房")
    security = {"asset": asset, "value": reviewed.commit(7), "waived": True}
    body["lines"][0].update(nature="secured", security=security)
    plain = grant(reviewed, "alice", "lawyer", items=["file", "amend"])
    with pytest.raises(AuthorityLacks):
        reviewed.say(kind, Role.AGENT, "lawyer", body, principal="alice")
    revoke(reviewed, "alice", plain)
    special = granted_body(reviewed, "a-two", "lawyer", items=["file", "amend", "waive_security"])
    reviewed.say("authority.granted@1", Role.CREDITOR, "alice", special)
    reviewed.say(kind, Role.AGENT, "lawyer", body, principal="alice")


def test_who_becomes_administrator_acts_for_nobody_any_more(reviewed: World) -> None:
    grant(reviewed, "alice", "lawyer")
    play.appoint(reviewed, "lawyer", Role.ADMINISTRATOR)
    body = exhibit_body(reviewed, "c-alice", "alice-e2")
    with pytest.raises(AgentConflict):
        reviewed.say("evidence.added@1", Role.AGENT, "lawyer", body, principal="alice")


def test_an_agent_sees_the_claims_while_he_acts_for_a_creditor(reviewed: World) -> None:
    def sees() -> bool:
        return may_see_claims(reviewed.state, Id("lawyer"), reviewed.now)

    assert not sees()
    grant(reviewed, "eve", "lawyer")
    assert not sees()
    authority = grant(reviewed, "alice", "lawyer")
    assert sees()
    revoke(reviewed, "alice", authority)
    assert not sees()


# --- ballots ---


def voting(**changed: Json) -> Meeting:
    """An open vote; the lawyer may vote for Alice as `changed` says, and for Bob on everything."""
    meeting = at_stage("open")
    meeting.world.enrol("lawyer", "administrator", Role.ADMINISTRATOR)
    grant(meeting.world, "alice", "lawyer", **{"items": ["vote"], **changed})
    grant(meeting.world, "bob", "lawyer", items=["vote"])
    return meeting


def cast_for(meeting: Meeting, principal: str, choice: Choice, role: Role = Role.AGENT) -> None:
    made = play.ballot(meeting, principal, choice, "lawyer")
    meeting.world.say("ballot.cast@1", role, "lawyer", made.body.encode(), made.boxes)
    meeting.boxes[body_hash(made.body)] = made.boxes


def test_a_lawyer_votes_differently_for_two_principals_and_both_are_counted() -> None:
    meeting = voting()
    cast_for(meeting, "alice", Choice.FOR)
    cast_for(meeting, "bob", Choice.AGAINST)
    play.cast(meeting, "tax", play.ballot(meeting, "tax", Choice.FOR))
    result = to_the_end(meeting)
    heads = {v.class_: v for v in result.vectors if v.metric == "heads"}["ordinary"]
    assert (heads.cast, heads.for_, heads.against) == (2, 1, 1)


def test_a_principal_replaces_the_ballot_of_his_agent_and_the_agent_his() -> None:
    meeting = voting()
    cast_for(meeting, "alice", Choice.AGAINST)
    play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
    cast_for(meeting, "alice", Choice.ABSTAIN)
    assert len(meeting.world.state.find(records.BALLOTS)) == 3


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"items": ["file"]}, VotingNotCovered),
        ({"matters": ["ORD-9"]}, VotingNotCovered),
        ({"matters": ["PLAN-6"]}, None),
        ({"motions": [{"meeting": "meeting-1", "motion": "plan"}]}, None),
        (
            {"matters": ["ORD-9"], "motions": [{"meeting": "meeting-1", "motion": "plan"}]},
            None,
        ),
    ],
)
def test_an_agent_votes_on_the_matters_and_motions_that_his_authority_names(
    changed: Json, refusal: type[Refused] | None
) -> None:
    meeting = voting(**changed)
    if refusal is None:
        cast_for(meeting, "alice", Choice.FOR)
    else:
        with pytest.raises(refusal):
            cast_for(meeting, "alice", Choice.FOR)


def test_an_agent_votes_for_nobody_who_did_not_authorise_him_nor_in_another_role() -> None:
    meeting = voting()
    with pytest.raises(BallotNotEntitled):
        cast_for(meeting, "dora", Choice.FOR)
    with pytest.raises(BallotNotEntitled):
        cast_for(meeting, "alice", Choice.FOR, Role.CREDITOR)
    own = play.ballot(meeting, "alice", Choice.FOR)
    with pytest.raises(RoleNotHeld):
        meeting.world.say("ballot.cast@1", Role.AGENT, "alice", own.body.encode(), own.boxes)


def test_revocation_stops_the_next_ballot_and_leaves_what_was_cast() -> None:
    meeting = voting()
    cast_for(meeting, "alice", Choice.FOR)
    revoke(meeting.world, "alice", "a-alice-lawyer")
    with pytest.raises(BallotNotEntitled):
        cast_for(meeting, "alice", Choice.AGAINST)
    (ballot,) = meeting.world.state.find(records.BALLOTS)
    assert not ballot.void


def test_one_ballot_answers_for_one_voting_unit() -> None:
    meeting = voting()
    lines = meeting.world.state.find(records.ROLL_LINES, manifest_hash=meeting.vote.manifest_hash)
    questions = [
        Question(line.line, line.motion, Choice.FOR, None)
        for line in lines
        if set(line.members) & {"alice", "bob"}
    ]
    made = prepare(meeting.manifest, "lawyer", questions, group=meeting.world.group)
    with pytest.raises(SeveralUnits):
        meeting.world.say("ballot.cast@1", Role.AGENT, "lawyer", made.body.encode(), made.boxes)


def test_a_ballot_names_no_principal() -> None:
    meeting = voting()
    made = play.ballot(meeting, "alice", Choice.FOR, "lawyer")
    world = meeting.world
    said = world.say("ballot.cast@1", Role.AGENT, "lawyer", made.body.encode(), made.boxes)
    assert said.statement().for_ is None
