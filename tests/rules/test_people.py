"""Who may say what: genesis, case, clock, roles, keys, and what the judge looks at first."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bankruptcy.kinds import judge, records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.case_opened import DatesOutOfOrder
from bankruptcy.kinds.clock_moved import ClockAhead, ClockBackward, ClockIsReal
from bankruptcy.kinds.key_enrolled import NotPossessed
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import (
    AlreadyThere,
    BadSignature,
    Disagrees,
    KeyNotGood,
    NoAuthority,
    NotFound,
    NotNow,
    RoleMayNot,
    RoleNotHeld,
    UnknownKind,
    WrongCase,
)
from bankruptcy.law.errors import BadSwitch, PeriodOutOfBounds
from ledger.log.encoding import b64u, format_time
from ledger.log.errors import Malformed, Refused
from ledger.log.genesis import Clock, CourtKey, Genesis
from ledger.log.sign import Ed25519Signer
from ledger.log.statement import Role
from ledger.log.suites import BadPublicKey, UnknownSuite
from tests.rules import meeting as play
from tests.rules.scenes import at_stage, end_body
from tests.rules.world import DAY, World

Json = Any
Change = Callable[[World, Json], object]


def said_anew(world: World, nth: int, **changes: Json) -> None:
    """What was said as entry `nth`, changed in the statement itself, is judged again now."""
    said = world.said[nth]
    statement = replace(said.statement(), **changes)
    envelope = statement.sign(said.signer)
    kind, read, act = judge.read(envelope, world.now, world.real_now(), said.boxes)
    judge.check_signature(world.state, envelope, act)
    judge.judge(world.state, kind, read, act)


# --- what the judge looks at first ---


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"case": "case-2"}, WrongCase),
        ({"case": None}, WrongCase),
        ({"log": "court.example/ledger/case-2"}, WrongCase),
        ({"role": Role.CREDITOR}, RoleMayNot),
        ({"role": Role.ADMINISTRATOR}, RoleNotHeld),
        ({"for_": "carol"}, NoAuthority),
        ({"by": "carol", "for_": "carol"}, KeyNotGood),
        ({"kind": "role.appointed@2"}, UnknownKind),
        ({"kind": "weather.reported@1"}, UnknownKind),
    ],
)
def test_a_statement_of_somebody_elsewhere_or_else_is_refused(
    changes: Json, refusal: type[Refused]
) -> None:
    world = at_stage("case").world
    index = next(i for i, said in enumerate(world.said) if said.kind == "role.appointed@1")
    with pytest.raises(refusal):
        said_anew(world, index, **changes)


def test_a_ballot_names_its_lines_and_no_principal() -> None:
    meeting = at_stage("open")
    world, made = meeting.world, play.ballot(meeting, "alice", play.Choice.FOR)
    play.cast(meeting, "alice", made)
    with pytest.raises(Malformed):
        said_anew(world, len(world.said) - 1, for_="alice")


def test_the_rule_itself_refuses_a_ballot_for_a_principal() -> None:
    """Behind the decoder, which refuses it too."""
    meeting = at_stage("open")
    said = meeting.world.said[-1]
    kind, statement, act = judge.read(said.envelope(), said.received, said.received)
    ballot: Act[object] = replace(act, kind="ballot.cast@1", on_behalf_of=act.by)
    with pytest.raises(NoAuthority):
        judge.judge(meeting.world.state, replace(kind, check=never), statement, ballot)
    other: Act[object] = replace(act, on_behalf_of=None)
    with pytest.raises(NoAuthority):
        judge.judge(meeting.world.state, replace(kind, check=never), statement, other)


def never(view: object, act: object) -> None:
    """No rule of its own."""


def test_a_signature_by_another_key_than_the_one_named_is_refused() -> None:
    world = at_stage("case").world
    said = world.said[-1]
    envelope = replace(said.envelope(), sig=secrets.token_bytes(64))
    _kind, _statement, act = judge.read(envelope, world.now, world.now)
    with pytest.raises(BadSignature):
        judge.check_signature(world.state, envelope, act)


# --- the genesis ---


def begun(change: Callable[[Genesis], Genesis], **statement: Json) -> None:
    """A genesis, changed, on an empty case."""
    world = World()
    genesis = change(world.genesis())
    said = world.said[0].changed(body=genesis.to_json())
    envelope = replace(said.statement(), **statement).sign(said.signer)
    kind, read, act = judge.read(envelope, world.now, world.now)
    judge.check_signature(world._state(), envelope, act)
    judge.judge(world._state(), kind, read, act)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda g: replace(g, rule_pack=replace(g.rule_pack, id="CN-OTHER")), Disagrees),
        (lambda g: replace(g, rule_pack=replace(g.rule_pack, version="1")), Disagrees),
        (lambda g: replace(g, rule_pack=replace(g.rule_pack, sha256=bytes(32))), Disagrees),
        (lambda g: replace(g, clerk=Ed25519Signer(bytes(32)).key), BadSignature),
        (lambda g: replace(g, court=(CourtKey(CLERK, g.court[0].key),)), Disagrees),
        (lambda g: replace(g, case="case-2"), WrongCase),
    ],
)
def test_a_genesis_that_is_refused(
    change: Callable[[Genesis], Genesis], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        begun(change)


def test_a_genesis_is_said_by_the_clerk_under_his_own_name() -> None:
    begun(lambda genesis: genesis)
    with pytest.raises(Disagrees):
        begun(lambda genesis: genesis, by="judge", for_="judge")
    with pytest.raises(WrongCase):
        begun(lambda genesis: genesis, case=None)


def test_there_is_one_genesis() -> None:
    world = World()
    with pytest.raises(AlreadyThere):
        world.say("log.created@1", Role.CLERK, CLERK, world.genesis().to_json())


# --- the case and its clock ---


def case_body(world: World) -> Json:
    kind = "case.opened@1"
    return {
        "court_name": world.seal(kind, "/court_name", "某市中级人民法院"),
        "case_number": world.seal(kind, "/case_number", "（2026）某破1号"),
        "debtor": world.seal(kind, "/debtor", "海川公司"),
        "procedure": "liquidation",
        "accepted": "2026-01-02",
        "announced": "2026-01-05",
        "filing_ends": "2026-02-10",
        "switches": [],
    }


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"accepted": "2026-01-06"}, DatesOutOfOrder),
        ({"announced": "2026-01-06"}, DatesOutOfOrder),
        ({"filing_ends": "2026-02-03"}, PeriodOutOfBounds),
        ({"filing_ends": "2026-04-06"}, PeriodOutOfBounds),
        ({"filing_ends": "9999-12-31"}, PeriodOutOfBounds),
        ({"filing_ends": "2026-2-10"}, Malformed),
        ({"procedure": "other"}, Malformed),
        ({"switches": [{"switch": "P2", "value": "never"}]}, BadSwitch),
        ({"switches": [{"switch": "P99", "value": "voted"}]}, BadSwitch),
        ({"switches": [{"switch": "P2", "value": "voted"}] * 2}, Disagrees),
    ],
)
def test_a_case_that_is_not_opened(changed: Json, refusal: type[Refused]) -> None:
    world = World()
    with pytest.raises(refusal):
        world.say("case.opened@1", Role.COURT, "judge", {**case_body(world), **changed})


def test_a_case_is_opened_once() -> None:
    world = at_stage("case").world
    with pytest.raises(AlreadyThere):
        world.say("case.opened@1", Role.COURT, "judge", case_body(world))


def test_a_demonstration_clock_runs_forward_and_not_past_real_time() -> None:
    world = World()
    for to, refusal in (
        (world.now, ClockBackward),
        (world.now - DAY, ClockBackward),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), ClockAhead),
        (world.real_now() + timedelta(seconds=1), ClockAhead),
    ):
        with pytest.raises(refusal):
            world.move_clock(to)
    world.move_clock(world.real_now())


def test_a_real_clock_is_not_moved() -> None:
    world = RealWorld()
    with pytest.raises(ClockIsReal):
        world.move_clock(world.now + DAY)


class RealWorld(World):
    """Its log keeps real time."""

    def genesis(self) -> Genesis:
        return replace(super().genesis(), clock=Clock.REAL)


# --- roles ---


def role_body(world: World, person: str, role: str) -> Json:
    name = world.seal("role.appointed@1", "/name", "某人")
    return {"person": person, "role": role, "name": name, "decision": None}


@pytest.mark.parametrize(
    ("as_role", "by", "person", "role", "refusal"),
    [
        (Role.COURT, "judge", "eve", "clerk", RoleMayNot),
        (Role.COURT, "judge", "clerk", "court", RoleMayNot),
        (Role.ADMINISTRATOR, "administrator", "eve", "court", RoleMayNot),
        (Role.ADMINISTRATOR, "administrator", "eve", "trustee", RoleMayNot),
        (Role.ADMINISTRATOR, "administrator", "eve", "administrator", RoleMayNot),
        (Role.COURT, "judge", "administrator", "administrator", AlreadyThere),
        (Role.COURT, "judge", "eve", "king", Malformed),
    ],
)
def test_an_appointment_that_is_refused(
    as_role: Role, by: str, person: str, role: str, refusal: type[Refused]
) -> None:
    world = at_stage("case").world
    with pytest.raises(refusal):
        world.say("role.appointed@1", as_role, by, role_body(world, person, role))


def test_the_administrator_notes_creditors_and_the_debtor() -> None:
    world = at_stage("case").world
    for role in ("creditor", "debtor"):
        body = role_body(world, "eve", role)
        world.say("role.appointed@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_role_that_is_ended_speaks_no_more_and_can_be_given_again() -> None:
    world = at_stage("case").world
    for person, role, refusal in (
        ("eve", Role.TRUSTEE, NotFound),
        ("judge", Role.COURT, Disagrees),
    ):
        with pytest.raises(refusal):
            world.say("role.ended@1", Role.COURT, "judge", end_body(world, person, role))
    ended = end_body(world, "administrator", Role.ADMINISTRATOR)
    world.say("role.ended@1", Role.COURT, "judge", ended)
    with pytest.raises(NotFound):
        world.say("role.ended@1", Role.COURT, "judge", ended)
    with pytest.raises(RoleNotHeld):
        world.enrol("eve", "administrator", Role.ADMINISTRATOR)
    play.appoint(world, "administrator", Role.ADMINISTRATOR)
    world.enrol("eve", "administrator", Role.ADMINISTRATOR)


def test_the_clerk_is_nobody_else_and_holds_no_other_role() -> None:
    world = at_stage("case").world
    moved = {"to": format_time(world.now + DAY)}
    with pytest.raises(RoleNotHeld):
        world.say("clock.moved@1", Role.CLERK, "judge", moved)
    body = play.claim_body(world, "c-clerk", 5)
    with pytest.raises(RoleNotHeld):
        world.say("claim.filed@1", Role.CREDITOR, CLERK, body)


# --- keys ---


def another(world: World, body: Json, holder: str) -> None:
    """A key for somebody else, rightly possessed."""
    world.person(holder)
    body.update(world.enrolment(holder))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda w, b: b.update(suite="ed25519"), RoleMayNot),
        (lambda w, b: b.update(suite="rsa"), UnknownSuite),
        (lambda w, b: b.update(suite="webauthn-es256"), NotPossessed),
        (lambda w, b: b.update(holder="clerk"), RoleMayNot),
        (lambda w, b: b.update(holder="mallory"), NotPossessed),
        (lambda w, b: b.update(possession=b64u(bytes(64))), NotPossessed),
        (lambda w, b: b.update(possession=""), NotPossessed),
        (lambda w, b: b.update(public_key=b64u(bytes(65))), BadPublicKey),
        (lambda w, b: b.update(until="2026-01-05T01:00:00Z"), NotNow),
        (lambda w, b: b.update(until="0001-01-01T00:00:00Z"), NotNow),
        (lambda w, b: b.update(w.enrolment("judge")), RoleMayNot),
        (lambda w, b: b.update(w.enrolment("carol")), RoleMayNot),
        (lambda w, b: another(w, b, "administrator"), RoleMayNot),
        (lambda w, b: another(w, b, "judge"), RoleMayNot),
    ],
)
def test_an_enrolment_that_is_refused(change: Change, refusal: type[Refused]) -> None:
    world = at_stage("case").world
    signer = world.keys["administrator"]
    world.person("eve")
    body = world.enrolment("eve")
    change(world, body)
    world.keys["administrator"] = signer
    with pytest.raises(refusal):
        world.say("key.enrolled@1", Role.ADMINISTRATOR, "administrator", body)


def test_a_key_of_the_genesis_is_not_enrolled_once_more() -> None:
    world = at_stage("case").world
    with pytest.raises(AlreadyThere):
        world.enrol("judge")


def test_a_key_signs_until_its_time_and_not_at_it() -> None:
    world = at_stage("case").world
    world.person("eve")
    until = world.now + DAY
    body = {**world.enrolment("eve"), "until": format_time(until)}
    world.say("key.enrolled@1", Role.COURT, "judge", body)
    world.move_clock(until - timedelta(seconds=1))
    claim = play.claim_body(world, "c-1", 5)
    world.say("claim.filed@1", Role.CREDITOR, "eve", claim)
    world.move_clock(until)
    with pytest.raises(KeyNotGood):
        world.say("claim.filed@1", Role.CREDITOR, "eve", play.claim_body(world, "c-2", 5))


def test_a_revoked_key_signs_nothing() -> None:
    world = at_stage("case").world
    world.enrol("eve")
    key = world.state.get(records.KEYS, world.keys["eve"].key.id.hex())
    assert key is not None
    world.state.put(records.KEYS, replace(key, revoked=True))
    with pytest.raises(KeyNotGood):
        world.say("claim.filed@1", Role.CREDITOR, "eve", play.claim_body(world, "c-1", 5))


def test_a_key_of_the_demonstration_belongs_on_a_demonstration_clock() -> None:
    for world, allowed in ((World(), True), (RealWorld(), False)):
        world.person("eve")
        body = {**world.enrolment("eve"), "level": "demonstration"}
        if allowed:
            world.say("key.enrolled@1", Role.COURT, "judge", body)
        else:
            with pytest.raises(NotNow):
                world.say("key.enrolled@1", Role.COURT, "judge", body)
