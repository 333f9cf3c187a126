"""The lawful statement of each kind, by whose it is to make, at any stage of a case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bankruptcy.kinds import judge, registry
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, format_time
from ledger.log.errors import Refused
from ledger.log.sign import Signer
from ledger.log.statement import Role
from tests.rules import claims, facts, scenes
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.stages import SPEAKER, passkey, stages
from tests.rules.world import DAY, Said, World, fresh_signer

Json = Any
ALLOWED = "allowed"
ATTESTORS = (Role.COURT, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Act:
    """A body; who says it as creditor, or for whom an agent does; and what is not plain of it."""

    body: Json
    creditor: str = "alice"
    trustee: str = SPEAKER[Role.TRUSTEE]
    boxes: tuple[bytes, ...] | None = None
    at: datetime | None = None
    """When it is due; None: now."""
    signer: Signer | None = None
    """None: the key with which the person speaks."""

    def speaker(self, role: Role) -> str:
        """Who says it in the role."""
        own = {Role.CREDITOR: self.creditor, Role.TRUSTEE: self.trustee}
        return own.get(role, SPEAKER[role])


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said: at which stage, in which role."""

    stage: str
    role: Role

    @property
    def meeting(self) -> Meeting:
        return stages()[self.stage]

    @property
    def world(self) -> World:
        return self.meeting.world


def spoken(place: Place, kind: str, act: Act) -> Said:
    """The act as a statement of who speaks in the place's role."""
    by = act.speaker(place.role)
    for_another = place.role is Role.AGENT and registry.KINDS[kind].item is not None
    principal = act.creditor if for_another else by
    return Said(
        kind=kind,
        role=place.role,
        by=by,
        body=act.body,
        received=act.at or place.world.now,
        signer=act.signer or place.world.signer(by),
        on_behalf=None if kind == "ballot.cast@1" else principal,
        boxes=act.boxes,
    )


def answer(world: World, said: Said, envelope: Envelope | None = None) -> str:
    """What the rules answer: allowed, or the slug of the refusal. Nothing is recorded."""
    envelope = envelope or said.envelope()
    try:
        kind, statement, act = judge.read(envelope, said.received, world.real_now(), said.boxes)
        judge.check_signature(world.state, envelope, act)
        judged = judge.judge(world.state, kind, statement, act)
    except Refused as error:
        return error.slug
    return "not-opened" if judged.not_opened else ALLOWED


# --- case, people and keys ---


def erased(place: Place) -> Act:
    kind, world = "openings.erased@1", place.world
    entry = next(n for n, said in enumerate(world.said) if said.kind == "role.appointed@1")
    body = {
        "entry": entry,
        "leaf": b64u(world.leaves[entry]),
        "fields": ["/name"],
        "basis": "purpose",
        "ordered_by": "judge",
        "decision": world.seal(kind, "/decision", "（2026）某破1号之三"),
        "reason": world.seal(kind, "/reason", "不再需要"),
    }
    return Act(body)


def appointed(place: Place) -> Act:
    """The court appoints a member of the committee, the administrator notes the debtor's man."""
    role = Role.COMMITTEE if place.role is Role.COURT else Role.DEBTOR
    return Act(play.appointment(place.world, "nina", role))


def enrolled(place: Place) -> Act:
    """Court and administrator attest Nina's new key, everybody else enrols a device's key of his
    own with his passkey."""
    world, device = place.world, fresh_signer()
    if place.role in ATTESTORS:
        return Act(world.enrolment("nina", device))
    holder = Act({}).speaker(place.role)
    until = format_time(world.now + timedelta(days=29))
    body = {**world.enrolment(holder, device), "level": "passkey", "until": until}
    own = None if place.role is Role.CLERK else passkey(world, holder)
    return Act(body, signer=own)


def confirmed(place: Place) -> Act:
    """Everybody his own passkey with the key of his device; the clerk Alice's, by a channel."""
    world, by_clerk = place.world, place.role is Role.CLERK
    holder = "alice" if by_clerk else Act({}).speaker(place.role)
    contact = world.seal("key.confirmed@1", "/contact", "app") if by_clerk else None
    body = {
        "key": passkey(world, holder).key.id.hex(),
        "channel": "authenticator" if by_clerk else "own_key",
        "contact": contact,
    }
    return Act(body)


def revoked(place: Place) -> Act:
    """Everybody his own passkey; the clerk Alice's, who reported a theft."""
    by_clerk = place.role is Role.CLERK
    holder = "alice" if by_clerk else Act({}).speaker(place.role)
    body = {
        "key": passkey(place.world, holder).key.id.hex(),
        "cause": "stolen" if by_clerk else "replaced",
        "reason": None,
    }
    return Act(body)


# --- claims ---


def amended(place: Place) -> Act:
    line = claims.line_body(place.world, 0, "l1", 30_000_00)
    return Act(claims.amended_body(place.world, "c-alice", line))


def questioned(place: Place) -> Act:
    return Act(play.question_body(place.world, "q-new", "c-bob"))


BEFORE_MEETINGS: dict[str, Callable[[Place], Act]] = {
    "log.created@1": lambda p: Act(p.world.genesis().to_json(), signer=p.world.clerk),
    "case.opened@1": lambda p: Act(play.case_body(p.world)),
    "clock.moved@1": lambda p: Act({"to": format_time(p.world.now + DAY)}),
    "openings.erased@1": erased,
    "role.appointed@1": appointed,
    "role.ended@1": lambda p: Act(scenes.end_body(p.world, "carol", Role.COMMITTEE)),
    "key.enrolled@1": enrolled,
    "key.confirmed@1": confirmed,
    "key.revoked@1": revoked,
    "authority.granted@1": lambda p: Act(claims.granted_body(p.world, "a-new", "tina")),
    "authority.revoked@1": lambda p: Act({"authority": "a-alice-lawyer", "reason": None}),
    "claim.filed@1": lambda p: Act(play.claim_body(p.world, "c-nina", 1_000_00), creditor="nina"),
    "claim.amended@1": amended,
    "claim.withdrawn@1": lambda p: Act({"claim": "c-alice", "reason": None}),
    "claim.reviewed@1": lambda p: Act(play.review_body(p.world, "c-dora", 10_000_00)),
    "evidence.added@1": lambda p: Act(scenes.exhibit_body(p.world, "c-alice", "alice-e2")),
    "evidence.questioned@1": questioned,
    "evidence.answered@1": lambda p: Act(play.answer_body(p.world, "q-olga"), creditor="olga"),
    "register.published@1": lambda p: Act(p.world.register_body()),
    "objection.raised@1": lambda p: Act(claims.objection_body(p.world, "o-new", "c-bob")),
    "objection.answered@1": lambda p: Act(claims.answered_body(p.world, "o-bob")),
    "claim.split@1": lambda p: Act(facts.split_body(p.world, "c-whole", "c-dora")),
    "creditor.excluded@1": lambda p: Act(facts.excluded_body(p.world, "dora")),
    "amount.ordered@1": lambda p: Act(scenes.ordered_body(p.world, "c-olga", 3_000_00)),
}
"""By kind; those of meetings and votes stand in lawful_votes."""
