"""Keys of people: passkeys, the keys that they enrol, confirmed ones, revoked ones.

Every rule is broken in an act that the rules refuse, and in a bundle in which it stands recorded,
all else being signed, chained, cosigned and indexed anew: the verifier names entry and article.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.key_confirmed import ConfirmsItself
from bankruptcy.kinds.key_enrolled import (
    LONGEST,
    DeviceKeyMayNot,
    NotAPasskey,
    NotPossessed,
    NotYourKey,
    UntilTooFar,
)
from bankruptcy.kinds.key_revoked import NeedsAnotherKey
from bankruptcy.kinds.keys import KeyEnrolledLate, Standing, late_keys
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import (
    AlreadyThere,
    BadSignature,
    Disagrees,
    KeyNotGood,
    NotFound,
    NotNow,
    RoleMayNot,
)
from ledger.log.encoding import b64u, format_time
from ledger.log.errors import Refused
from ledger.log.sign import Signer
from ledger.log.statement import Role
from ledger.log.suites import possession_message
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.passkey import PasskeySigner
from tests.rules.scenes import at_stage
from tests.rules.world import CASE, DAY, ORIGIN, Said, World, fresh_signer
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Status
from voting.protocol.validity import Choice

Json = Any


@dataclass
class People:
    """Eve and Frank with passkeys that the court attested, each with a key of a device."""

    world: World
    passkeys: dict[str, PasskeySigner] = field(default_factory=dict)
    devices: dict[str, Signer] = field(default_factory=dict)

    def attest(self, person: str, signer: Signer, **changed: Json) -> None:
        self.world.say(
            "key.enrolled@1", Role.COURT, "judge", enrolment(self.world, person, signer, **changed)
        )

    def say(self, kind: str, role: Role, by: str, signer: Signer, body: Json) -> None:
        self.world.keys[by] = signer
        self.world.say(kind, role, by, body)

    def enrol(self, person: str, **changed: Json) -> Signer:
        """A key of a device, enrolled by the person's own passkey."""
        device = fresh_signer()
        body = own(self.world, person, device, **changed)
        self.say("key.enrolled@1", Role.CREDITOR, person, self.passkeys[person], body)
        self.world.keys[person] = device
        return device


def enrolment(world: World, person: str, signer: Signer, **changed: Json) -> Json:
    message = possession_message(CASE, person, ORIGIN, signer.key)
    return {
        "holder": person,
        "suite": signer.key.suite.value,
        "public_key": b64u(signer.key.public_key),
        "possession": b64u(signer.sign(message)),
        "level": "attested",
        "until": None,
        **changed,
    }


def own(world: World, person: str, device: Signer, **changed: Json) -> Json:
    until = format_time(world.now + 7 * DAY)
    return enrolment(world, person, device, **{"level": "passkey", "until": until, **changed})


def with_passkeys(world: World, *people: str, **changed: Json) -> People:
    found = People(world)
    for person in people:
        found.passkeys[person] = PasskeySigner()
        found.attest(person, found.passkeys[person], **changed)
        if not changed:
            found.devices[person] = found.enrol(person)
    return found


@pytest.fixture
def people() -> People:
    return with_passkeys(at_stage("case").world, "eve", "frank")


def ended(signer: Signer, cause: str = "lost", reason: Json = None) -> Json:
    return {"key": signer.key.id.hex(), "cause": cause, "reason": reason}


def confirmed(signer: Signer, channel: str = "own_key", contact: Json = None) -> Json:
    return {"key": signer.key.id.hex(), "channel": channel, "contact": contact}


def record_of(world: World, signer: Signer) -> records.EnrolledKey:
    found = world.state.get(records.KEYS, signer.key.id.hex())
    assert found is not None
    return found


# --- what is lawful ---


def test_a_passkey_attested_once_enrols_a_device_which_then_signs(people: People) -> None:
    world = people.world
    key = record_of(world, people.devices["eve"])
    assert (key.level, key.enrolled_by) == (records.Level.PASSKEY, "eve")
    claim = play.claim_body(world, "c-eve", 5)
    people.say("claim.filed@1", Role.CREDITOR, "eve", people.devices["eve"], claim)
    # A passkey signs everything itself, too.
    claim = play.claim_body(world, "c-eve-2", 5)
    people.say("claim.filed@1", Role.CREDITOR, "eve", people.passkeys["eve"], claim)


def test_a_device_key_is_known_no_better_than_the_passkey_that_enrolled_it() -> None:
    people = with_passkeys(at_stage("case").world, "eve", level="demonstration")
    with pytest.raises(Disagrees):
        people.enrol("eve")
    device = people.enrol("eve", level="demonstration")
    assert record_of(people.world, device).level is records.Level.DEMONSTRATION


def test_a_device_key_ends_at_its_time(people: People) -> None:
    world = people.world
    world.move_clock(world.now + 7 * DAY)
    claim = play.claim_body(world, "c-eve", 5)
    with pytest.raises(KeyNotGood):
        people.say("claim.filed@1", Role.CREDITOR, "eve", people.devices["eve"], claim)
    people.enrol("eve")
    world.say("claim.filed@1", Role.CREDITOR, "eve", claim)


def test_a_passkey_of_the_administrator_enrols_his_device_but_an_attested_key_attests() -> None:
    world = at_stage("case").world
    attested = world.keys["administrator"]
    people = with_passkeys(world, "administrator")
    for signer in (attested, people.passkeys["administrator"]):
        body = enrolment(world, "eve", fresh_signer())
        people.say("key.enrolled@1", Role.ADMINISTRATOR, "administrator", signer, body)


def test_a_revoked_passkey_takes_the_keys_it_enrolled_with_it(people: People) -> None:
    world = people.world
    reason = world.seal("key.revoked@1", "/reason", "电话核实：手机被盗")
    body = ended(people.passkeys["eve"], "stolen", reason)
    world.say("key.revoked@1", Role.COURT, "judge", body)
    for signer in (people.passkeys["eve"], people.devices["eve"]):
        claim = play.claim_body(world, "c-eve", 5)
        with pytest.raises(KeyNotGood):
            people.say("claim.filed@1", Role.CREDITOR, "eve", signer, claim)
    assert not record_of(world, people.devices["frank"]).revoked


def test_a_stolen_device_is_frozen_by_the_clerk_by_another_device_or_by_the_passkey(
    people: People,
) -> None:
    world = people.world
    first, second = people.devices["eve"], people.enrol("eve")
    people.say("key.revoked@1", Role.CREDITOR, "eve", second, ended(first, "stolen"))
    world.say("key.revoked@1", Role.CLERK, CLERK, ended(second, "stolen"))
    third = people.enrol("eve")
    people.say("key.revoked@1", Role.CREDITOR, "eve", people.passkeys["eve"], ended(third))
    assert all(record_of(world, key).revoked for key in (first, second, third))


# --- every rule broken: refused, and refused in a bundle ---

Act = tuple[str, Role, str, Signer, Json]


def _for_another(p: People) -> Act:
    body = own(p.world, "frank", fresh_signer())
    return "key.enrolled@1", Role.CREDITOR, "eve", p.passkeys["eve"], body


def _by_the_device(p: People) -> Act:
    body = own(p.world, "eve", fresh_signer())
    return "key.enrolled@1", Role.CREDITOR, "eve", p.devices["eve"], body


def _by_the_administrators_device(p: People) -> Act:
    more = with_passkeys(p.world, "administrator")
    body = enrolment(p.world, "frank", fresh_signer())
    device = more.devices["administrator"]
    return "key.enrolled@1", Role.ADMINISTRATOR, "administrator", device, body


def _by_an_attested_device(p: People) -> Act:
    p.world.enrol("gina")
    body = own(p.world, "gina", fresh_signer())
    return "key.enrolled@1", Role.CREDITOR, "gina", p.world.keys["gina"], body


def _own(**changed: Json) -> Callable[[People], Act]:
    def act(p: People) -> Act:
        told = {k: v(p) if callable(v) else v for k, v in changed.items()}
        body = own(p.world, "eve", fresh_signer(), **told)
        return "key.enrolled@1", Role.CREDITOR, "eve", p.passkeys["eve"], body

    return act


def _another_passkey(p: People) -> Act:
    body = own(p.world, "eve", PasskeySigner())
    return "key.enrolled@1", Role.CREDITOR, "eve", p.passkeys["eve"], body


def _the_clerk(p: People) -> Act:
    body = enrolment(p.world, CLERK, fresh_signer())
    return "key.enrolled@1", Role.COURT, "judge", p.world.keys["judge"], body


def _unpossessed_passkey(p: People) -> Act:
    body = enrolment(p.world, "gina", PasskeySigner(origin="http://localhost:8001"))
    return "key.enrolled@1", Role.COURT, "judge", p.world.keys["judge"], body


def _beyond_the_passkey(p: People) -> Act:
    ends = p.world.now + 3 * DAY
    more = with_passkeys(p.world, "gina", until=format_time(ends))
    body = own(p.world, "gina", fresh_signer())
    return "key.enrolled@1", Role.CREDITOR, "gina", more.passkeys["gina"], body


def _on_another_page(p: People) -> Act:
    p.passkeys["eve"]._says = {"origin": "https://evil.example"}
    body = own(p.world, "eve", fresh_signer())
    return "key.enrolled@1", Role.CREDITOR, "eve", p.passkeys["eve"], body


def _ends(who: str, by: str, role: Role, with_: str, **how: Json) -> Callable[[People], Act]:
    """`with_`: device, passkey or key of the court; `who`: whose device, or "… passkey"."""

    def act(p: People) -> Act:
        holder, _, what = who.partition(" ")
        target = (p.passkeys if what else p.devices).get(holder) or p.world.signer(holder)
        signers = {"device": p.devices, "passkey": p.passkeys}
        signer = signers[with_][by] if with_ in signers else p.world.signer(by)
        told = dict(how)
        if told.pop("reasoned", False):
            told["reason"] = p.world.seal("key.revoked@1", "/reason", "核实")
        return "key.revoked@1", role, by, signer, ended(target, **told)

    return act


def _ended_twice(p: People) -> Act:
    p.world.say("key.revoked@1", Role.CLERK, CLERK, ended(p.devices["eve"], "stolen"))
    return "key.revoked@1", Role.CLERK, CLERK, p.world.clerk, ended(p.devices["eve"], "stolen")


def _nobodys(kind: str, body: Callable[[Signer], Json]) -> Callable[[People], Act]:
    return lambda p: (kind, Role.CREDITOR, "eve", p.devices["eve"], body(fresh_signer()))


def _confirms(by: str, role: Role, with_: str, whose: str, **how: Json) -> Callable[[People], Act]:
    def act(p: People) -> Act:
        holder, _, what = whose.partition(" ")
        target = (p.passkeys if what else p.devices).get(holder) or p.world.signer(holder)
        signers = {"device": p.devices, "passkey": p.passkeys}
        signer = signers[with_][by] if with_ in signers else p.world.signer(by)
        told = dict(how)
        if told.pop("contacted", False):
            told["contact"] = p.world.seal("key.confirmed@1", "/contact", "验证器")
        return "key.confirmed@1", role, by, signer, confirmed(target, **told)

    return act


def _confirmed_twice(p: People) -> Act:
    p.enrol("eve")
    body = confirmed(p.devices["eve"])
    p.say("key.confirmed@1", Role.CREDITOR, "eve", p.passkeys["eve"], body)
    return "key.confirmed@1", Role.CREDITOR, "eve", p.passkeys["eve"], body


COURT, DESK, CREDITOR = Role.COURT, Role.ADMINISTRATOR, Role.CREDITOR
BROKEN: list[tuple[str, Callable[[People], Act], type[Refused], str]] = [
    ("enrol another's", _for_another, NotYourKey, "keys"),
    ("enrol with a device", _by_the_device, DeviceKeyMayNot, "keys"),
    ("attest with a device", _by_the_administrators_device, DeviceKeyMayNot, "keys"),
    ("no passkey", _by_an_attested_device, NotAPasskey, "keys"),
    ("level too high", _own(level="attested"), Disagrees, "keys"),
    ("level demonstration", _own(level="demonstration"), Disagrees, "keys"),
    ("no end", _own(until=None), UntilTooFar, "keys"),
    (
        "end too far",
        _own(until=lambda p: format_time(p.world.now + LONGEST + timedelta(seconds=1))),
        UntilTooFar,
        "keys",
    ),
    ("end over", _own(until=lambda p: format_time(p.world.now)), NotNow, "keys"),
    ("beyond the passkey", _beyond_the_passkey, UntilTooFar, "keys"),
    ("a second passkey", _another_passkey, RoleMayNot, "keys"),
    ("a key of the clerk", _the_clerk, RoleMayNot, "keys"),
    ("not possessed", _unpossessed_passkey, NotPossessed, "keys"),
    ("another page", _on_another_page, BadSignature, "signatures"),
    ("end itself", _ends("eve", "eve", CREDITOR, "device"), NeedsAnotherKey, "keys"),
    ("end a passkey", _ends("eve passkey", "eve", CREDITOR, "device"), NeedsAnotherKey, "keys"),
    ("end another's", _ends("frank", "eve", CREDITOR, "device"), NotYourKey, "keys"),
    ("end without reason", _ends("eve", "administrator", DESK, "own"), Disagrees, "keys"),
    (
        "end the judge's",
        _ends("judge", "administrator", DESK, "own", reasoned=True),
        RoleMayNot,
        "keys",
    ),
    ("clerk without theft", _ends("eve", CLERK, Role.CLERK, "own"), RoleMayNot, "keys"),
    ("end the clerk's", _ends(CLERK, "judge", COURT, "own", reasoned=True), NotFound, "keys"),
    ("end twice", _ended_twice, AlreadyThere, "keys"),
    ("end nobody's", _nobodys("key.revoked@1", ended), NotFound, "keys"),
    ("confirm itself", _confirms("eve", CREDITOR, "device", "eve"), ConfirmsItself, "keys"),
    (
        "confirm its passkey",
        _confirms("eve", CREDITOR, "device", "eve passkey"),
        ConfirmsItself,
        "keys",
    ),
    ("confirm another's", _confirms("eve", CREDITOR, "device", "frank"), NotYourKey, "keys"),
    (
        "a person for the clerk",
        _confirms("eve", CREDITOR, "passkey", "eve", channel="authenticator", contacted=True),
        RoleMayNot,
        "keys",
    ),
    ("the clerk for a person", _confirms(CLERK, Role.CLERK, "own", "eve"), RoleMayNot, "keys"),
    (
        "nothing looked at",
        _confirms(CLERK, Role.CLERK, "own", "eve", channel="authenticator"),
        Disagrees,
        "keys",
    ),
    (
        "a contact too many",
        _confirms("eve", CREDITOR, "passkey", "eve", contacted=True),
        Disagrees,
        "keys",
    ),
    ("a genesis key", _confirms("judge", COURT, "own", "judge"), NotFound, "keys"),
    ("confirm twice", _confirmed_twice, AlreadyThere, "keys"),
    ("confirm nobody's", _nobodys("key.confirmed@1", confirmed), NotFound, "keys"),
]


@pytest.mark.parametrize(
    ("act", "refusal", "name"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN]
)
def test_a_broken_rule_is_refused_and_found_in_a_bundle(
    people: People,
    act: Callable[[People], Act],
    refusal: type[Refused],
    name: str,
    tmp_path: Path,
) -> None:
    world = people.world
    kind, role, by, signer, body = act(people)
    before = len(world.said)
    if by != CLERK:
        world.keys[by] = signer
    with pytest.raises(refusal) as refused:
        world.say(kind, role, by, body)
    assert len(world.said) == before
    world.record(Said(kind, role, by, body, world.now, signer, by))
    report = verify(Bundle.open(world.write_bundle(tmp_path)))
    (failed,) = (c for c in report.checks() if c.status is Status.FAILED and c.entry is not None)
    assert (failed.name, failed.entry) == (name, before)
    assert str(refused.value) in failed.en
    assert failed.article == world.pack.article(kind.removesuffix("@1"))


# --- keys enrolled late ---


def late_meeting(*early: str) -> tuple[Meeting, People]:
    """A meeting open for voting; these creditors' passkeys were attested long before."""
    meeting = at_stage("convened")
    people = with_passkeys(meeting.world, *early)
    play.prepared(meeting)
    play.opened(meeting)
    return meeting, people


def vote(meeting: Meeting, voter: str, signer: Signer) -> None:
    meeting.world.keys[voter] = signer
    play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))


def late_ones(meeting: Meeting) -> dict[str, Standing]:
    (held,) = meeting.world.state.find(records.VOTES)
    found = late_keys(meeting.world.state, held)
    return {row.key.key: row.standing for row in found}


def test_an_early_passkey_enrols_a_device_during_the_vote_which_votes() -> None:
    meeting, people = late_meeting("alice")
    device = people.enrol("alice")
    vote(meeting, "alice", device)
    assert late_ones(meeting) == {device.key.id.hex(): Standing.PASSKEY}


def test_nobody_votes_for_the_silent_by_enrolling_a_key_in_their_name(tmp_path: Path) -> None:
    """The attack: the administrator enrols a key, a passkey and its device for a silent creditor,
    and lets them confirm one another."""
    meeting, people = late_meeting("alice")
    world, quiet = meeting.world, world_key(meeting, "bob")
    false, passkey = fresh_signer(), PasskeySigner()
    for signer in (false, passkey):
        body = enrolment(world, "bob", signer)
        world.say("key.enrolled@1", Role.ADMINISTRATOR, "administrator", body)
    people.passkeys["bob"] = passkey
    device = people.enrol("bob")
    people.say("key.confirmed@1", CREDITOR, "bob", device, confirmed(false))
    people.say("key.confirmed@1", CREDITOR, "bob", false, confirmed(passkey))
    for signer in (false, device, passkey):
        with pytest.raises(KeyEnrolledLate):
            vote(meeting, "bob", signer)
    assert set(late_ones(meeting).values()) == {Standing.UNCONFIRMED}
    made = play.ballot(meeting, "bob", Choice.AGAINST)
    index = len(world.said)
    forged = Said(
        "ballot.cast@1", CREDITOR, "bob", made.body.encode(), world.now, false, None, made.boxes
    )
    world.record(forged)
    report = verify(Bundle.open(world.write_bundle(tmp_path)))
    (failed,) = (c for c in report.checks() if c.status is Status.FAILED)
    assert (failed.name, failed.entry, failed.article) == (
        "ballots",
        index,
        world.pack.article("key.late"),
    )
    (listed,) = (c for c in report.checks() if c.name == "keys")
    assert "not confirmed in a second way: bob" in listed.en
    vote(meeting, "bob", quiet)  # his own key, enrolled long ago, votes


def world_key(meeting: Meeting, person: str) -> Signer:
    return meeting.world.keys[person]


@pytest.mark.parametrize("channel", ["own_key", "authenticator"])
def test_a_late_key_votes_once_its_holder_confirmed_it(channel: str) -> None:
    meeting, people = late_meeting("alice")
    world, old, new = meeting.world, world_key(meeting, "bob"), fresh_signer()
    people.attest("bob", new)
    with pytest.raises(KeyEnrolledLate):
        vote(meeting, "bob", new)
    if channel == "own_key":
        people.say("key.confirmed@1", CREDITOR, "bob", old, confirmed(new))
    else:
        contact = world.seal("key.confirmed@1", "/contact", "验证器，2026-01-03绑定")
        world.say("key.confirmed@1", Role.CLERK, CLERK, confirmed(new, channel, contact))
    vote(meeting, "bob", new)
    assert late_ones(meeting) == {new.key.id.hex(): Standing.CONFIRMED}


def test_a_late_passkey_that_is_confirmed_enrols_devices_that_vote() -> None:
    meeting, people = late_meeting("alice")
    old = world_key(meeting, "bob")
    people.passkeys["bob"] = PasskeySigner()
    people.attest("bob", people.passkeys["bob"])
    device = people.enrol("bob")
    people.say("key.confirmed@1", CREDITOR, "bob", old, confirmed(people.passkeys["bob"]))
    vote(meeting, "bob", device)


def test_without_passkeys_or_in_a_demonstration_late_keys_are_only_listed() -> None:
    meeting, people = late_meeting()
    new = fresh_signer()
    people.attest("bob", new)
    vote(meeting, "bob", new)
    # A passkey that comes within the vote does not change its rule.
    people.passkeys["dora"] = PasskeySigner()
    people.attest("dora", people.passkeys["dora"])
    vote(meeting, "bob", new)

    meeting, people = late_meeting("alice")
    visitor = fresh_signer()
    people.attest("bob", visitor, level="demonstration")
    vote(meeting, "bob", visitor)
    assert late_ones(meeting) == {visitor.key.id.hex(): Standing.DEMONSTRATION}


def test_a_key_is_late_from_48_hours_before_the_close_or_from_the_opening() -> None:
    meeting, people = late_meeting("alice")
    manifest = meeting.manifest
    world = meeting.world
    body = enrolment(world, "bob", fresh_signer())
    first = manifest.closes - timedelta(hours=48)
    key = replace(record_of(world, people.passkeys["alice"]), key=body["public_key"])
    for enrolled, late in ((first - timedelta(seconds=1), False), (first, True)):
        at = replace(key, enrolled=enrolled, key="0" * 64)
        world.state.put(records.KEYS, at)
        assert (at.key in late_ones(meeting)) is late


def test_a_ballot_of_a_revoked_key_is_refused() -> None:
    meeting, people = late_meeting("alice")
    device = people.enrol("alice")
    meeting.world.say("key.revoked@1", Role.CLERK, CLERK, ended(device, "stolen"))
    with pytest.raises(KeyNotGood):
        vote(meeting, "alice", device)
    vote(meeting, "alice", people.enrol("alice"))
