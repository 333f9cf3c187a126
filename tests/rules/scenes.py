"""A meeting at each of its stages, to be taken up from there by a test; and acts that go wrong."""

from __future__ import annotations

import copy
import secrets
from dataclasses import replace
from functools import cache
from typing import Any

from bankruptcy.kinds import records
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.schema import Hash
from ledger.log.encoding import b64u, sha256
from ledger.log.merkle import Tree
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.passkey import PasskeySigner
from tests.rules.world import Documents, World
from verifier.state import ReplayedLog, ReplayState
from voting.protocol.ballot import Body, body_hash
from voting.protocol.complaint import complain
from voting.protocol.preparing import Prepared
from voting.protocol.randomness import SystemRandomness
from voting.protocol.validity import Choice

Json = Any


def copied(state: ReplayState) -> ReplayState:
    """A state of its own with the same records."""
    other = copy.copy(state)
    for name in ("_rows", "_indexed"):
        tables = getattr(state, name)
        setattr(other, name, {key: dict(rows) for key, rows in tables.items()})
    log = state.log
    other._log = ReplayedLog(log.node, log.size, dict(log.index), log.entries)
    return other


def forked(world: World) -> World:
    """The same world once more: what is said in it changes only it."""
    other = copy.copy(world)
    other.said = list(world.said)
    other.leaves = list(world.leaves)
    other.entries = list(world.entries)
    other.nodes = dict(world.nodes)
    other.tables = dict(world.tables)
    other.tree = Tree(world.tree.size, world.tree.peaks)
    for name in ("keys", "openings", "amounts", "sigmas", "documents"):
        setattr(other, name, dict(getattr(world, name)))
    other.state = copied(world.state)
    other.state._openings, other.state._amounts = other.openings, other.amounts
    other.state._documents = Documents(other.documents)
    other.state.tables = other.rows
    other.state.log.node = lambda level, index: other.nodes[level, index]
    other.state.log.entries = other.entries
    return other


def taken_up(meeting: Meeting) -> Meeting:
    """The same meeting once more, in a world of its own."""
    return replace(
        meeting,
        world=forked(meeting.world),
        secrets=dict(meeting.secrets),
        boxes=dict(meeting.boxes),
        cast=list(meeting.cast),
    )


@cache
def _stages() -> dict[str, Meeting]:
    found = {"case": Meeting(play.opened_case())}
    world = play.reviewed_case()
    found["reviewed"] = taken_up(Meeting(world))
    meeting = play.convened(world)
    for name, step in (
        ("convened", None),
        ("prepared", play.prepared),
        ("open", play.opened),
        ("closed", play.voted),
        ("checked", play.checked),
        ("counted", play.counted),
        ("summed", play.summed),
        ("declared", play.declared),
        ("published", play.published),
    ):
        if step is not None:
            step(meeting)
        found[name] = taken_up(meeting)
    return found


def at_stage(name: str) -> Meeting:
    """The clean meeting after this step: case, reviewed, convened, prepared, open, closed,
    checked, counted, summed, declared, published."""
    return taken_up(_stages()[name])


def spoiled(meeting: Meeting, voter: str, choice: Choice, index: int = 1) -> Prepared:
    """A ballot whose box for trustee `index` is rubbish, as its body says itself."""
    made = play.ballot(meeting, voter, choice)
    boxes = list(made.boxes)
    boxes[index - 1] = secrets.token_bytes(len(boxes[index - 1]))
    body = replace(made.body, boxes=tuple(sha256(box) for box in boxes))
    return Prepared(body, tuple(boxes), made.secrets)


def complaint(meeting: Meeting, body: Body, index: int = 1) -> Json:
    """The complaint of trustee `index` of his box of the ballot."""
    trustee = meeting.manifest.trustee(index)
    return complain(
        meeting.world.group,
        SystemRandomness(),
        meeting.manifest,
        index,
        meeting.secrets[trustee.id],
        body,
        meeting.boxes[body_hash(body)][index - 1],
    ).encode()


def trustee_of(meeting: Meeting, index: int) -> str:
    return play.person_of(meeting, index)


def complained(meeting: Meeting, made: Prepared, index: int = 1) -> None:
    body = complaint(meeting, made.body, index)
    meeting.world.say("ballot.complained@1", Role.TRUSTEE, trustee_of(meeting, index), body)


def closed(meeting: Meeting) -> None:
    play.closed(meeting)


def boxes_checked(meeting: Meeting, by: int, **changed: Json) -> None:
    """Trustee `by` says so, with the complaints that he made."""
    body = {**checked_body(meeting, by), **changed}
    meeting.world.say("boxes.checked@1", Role.TRUSTEE, trustee_of(meeting, by), body)


def checked_body(meeting: Meeting, by: int) -> Json:
    world, vote = meeting.world, meeting.vote
    made = world.state.find(records.COMPLAINTS, manifest_hash=vote.manifest_hash)
    return {
        "manifest_hash": b64u(vote.manifest_hash),
        "index": by,
        "size": len(world.said),
        "root": b64u(world.tree.root()),
        "complaints": sum(complaint.index == by for complaint in made),
        "missing": [],
    }


def to_the_end(meeting: Meeting) -> records.Result:
    """From an open vote: closed, checked, counted, summed, declared, verified."""
    closed(meeting)
    return from_close(meeting)


def from_close(meeting: Meeting) -> records.Result:
    """From a closed vote: checked, counted, summed, declared, verified."""
    for index in meeting.indices:
        boxes_checked(meeting, index)
    play.counted(meeting)
    play.summed(meeting)
    play.declared(meeting)
    play.published(meeting)
    play.verified(meeting)
    found = meeting.world.state.get(records.RESULTS, Hash(meeting.vote.manifest_hash))
    assert found is not None
    return found


def ordered_body(world: World, claim: str, amount: int, **changed: Json) -> Json:
    """The court sets an amount for an ordinary line."""
    kind = "amount.ordered@1"
    parts = [
        {
            "part": f"{claim}.l1.provisional.ordinary",
            "nature": "ordinary",
            "amount": world.commit(amount),
        }
    ]
    return {
        "claim": claim,
        "line": "l1",
        "matters": None,
        "amount": world.commit(amount),
        "security": None,
        "parts": parts if amount else [],
        "decision": world.seal(kind, "/decision", "（2026）某破1号之三"),
        "reason": world.seal(kind, "/reason", "债权尚在诉讼中"),
        **changed,
    }


def exhibit_body(world: World, claim: str, evidence: str) -> Json:
    kind = "evidence.added@1"
    return {
        "claim": claim,
        "evidence": [
            {
                "evidence": evidence,
                "file": world.document(kind, "/evidence/0/file", evidence.encode()),
                "title": world.seal(kind, "/evidence/0/title", "对账单"),
                "purpose": world.seal(kind, "/evidence/0/purpose", "证明欠款"),
            }
        ],
    }


def end_body(world: World, person: str, role: Role) -> Json:
    reason = world.seal("role.ended@1", "/reason", "回避")
    return {"person": person, "role": role.value, "reason": reason}


def keys_settled(world: World) -> None:
    """A passkey is attested, confirmed by the clerk, and ended by the court."""
    world.keys["gina"] = PasskeySigner()
    world.enrol("gina")
    key = world.keys["gina"].key.id.hex()
    contact = world.seal("key.confirmed@1", "/contact", "authenticator app")
    body = {"key": key, "channel": "authenticator", "contact": contact}
    world.say("key.confirmed@1", Role.CLERK, CLERK, body)
    reason = world.seal("key.revoked@1", "/reason", "手机被盗")
    body = {"key": key, "cause": "stolen", "reason": reason}
    world.say("key.revoked@1", Role.COURT, "judge", body)


def first_entry(world: World, kind: str) -> int:
    """The number of the first entry of a kind."""
    return next(n for n, said in enumerate(world.said) if said.kind == kind)


def erasure_body(world: World, at: int, **changed: Json) -> Json:
    """Contact and identity of a claim are erased, as the judge decided."""
    kind = "openings.erased@1"
    return {
        "entry": at,
        "leaf": b64u(world.leaves[at]),
        "fields": ["/contact", "/identity"],
        "basis": "purpose",
        "ordered_by": "judge",
        "decision": world.seal(kind, "/decision", "（2026）示01破1号之三"),
        "reason": world.seal(kind, "/reason", "债权已清偿，不再需要"),
        **changed,
    }
