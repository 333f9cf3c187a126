"""Whatever stands in a body: the rules refuse it by name, and never fail otherwise."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bankruptcy.kinds import judge
from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.registry import KINDS
from bankruptcy.kinds.schema import Committed, Sealed, committed, encode, hidden
from ledger.log import jcs
from ledger.log.errors import Refused
from ledger.log.statement import Role
from tests.rules import claims, scenes, trouble
from tests.rules import meeting as play
from tests.rules.scenes import copied
from tests.rules.world import DAY, Said, World
from verifier.state import ReplayState
from voting.protocol.validity import Choice

Json = Any
Path = tuple[str | int, ...]

TEXTS = st.sampled_from(
    [
        "",
        "a",
        "alice",
        "court",
        "-1",
        "0",
        "9" * 38,
        "9" * 50,
        "\u212a",
        "\x1b[2J",
        "0001-01-01",
        "9999-12-31",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "A" * 43,
        "A" * 128,
        "_" * 43,
        "x" * 64,
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**53 - 1) | TEXTS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


class Watched(World):
    """A world that keeps, of every kind, what was said and the case as it stood just before."""

    def __init__(self) -> None:
        self.moments: dict[str, list[tuple[ReplayState, Said, datetime]]] = {}
        super().__init__()

    def say(self, kind: str, *args: Any, **named: Any) -> Said:
        before = copied(self.state)
        now = self.now
        said = super().say(kind, *args, **named)
        self.moments.setdefault(kind, []).append((before, said, now))
        return said


@pytest.fixture(scope="module")
def world() -> Watched:
    """Every kind was said in it."""
    found = Watched()
    play.reviewed_case(found)
    found.say("amount.ordered@1", Role.COURT, "judge", scenes.ordered_body(found, "c-bob", 1_00))
    exhibit = scenes.exhibit_body(found, "c-bob", "bob-e2")
    found.say("evidence.added@1", Role.CREDITOR, "bob", exhibit)
    claims.everything_about_claims(found)
    meeting = play.convened(found)
    trouble.single_allowed(meeting, "一名监票人")
    play.prepared(meeting)
    play.opened(meeting)
    trouble.extended(meeting, timedelta(hours=1))
    opens = meeting.manifest.opens
    found.move_clock(opens + timedelta(hours=1))
    trouble.outage(meeting, opens, opens + timedelta(minutes=5))
    presence = {"meeting": meeting.name, "person": "alice"}
    found.say("presence.began@1", Role.CREDITOR, "alice", presence)
    found.say("presence.ended@1", Role.CREDITOR, "alice", presence)
    for voter in ("alice", "tax"):
        play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))
    bad = scenes.spoiled(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", bad)
    scenes.complained(meeting, bad)
    trouble.named_missing(meeting, meeting.cast[0])
    trouble.supplied(meeting, meeting.cast[0])
    scenes.closed(meeting)
    trouble.not_awaited(meeting, 3)
    trouble.deadline(meeting, meeting.manifest.complaints_close + DAY)
    scenes.from_close(meeting)
    trouble.corrected(meeting, trouble.line(meeting, "alice.ordinary", 1_00))
    trouble.disclosure_ordered(meeting, "alice")
    trouble.shares_given(meeting, 1)
    trouble.shares_given(meeting, 2)
    found.move_clock(found.now + 20 * DAY)
    trouble.key_destroyed(meeting, 1)
    trouble.voided_by_court(meeting)
    scenes.keys_settled(found)
    found.say("role.ended@1", Role.COURT, "judge", scenes.end_body(found, "carol", Role.TRUSTEE))
    return found


def nodes(value: Json, at: Path = ()) -> Iterator[Path]:
    yield at
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from nodes(inner, (*at, name))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from nodes(inner, (*at, i))


def placed(body: Json, path: Path, value: Json) -> Json:
    """The body with another value at the path."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def at(body: Json, path: Path) -> Json:
    for step in path:
        body = body[step]
    return body


def judged(state: ReplayState, said: Said, now: datetime) -> None:
    """Through reading and judging, as server and verifier do. Raises Refused, or anything."""
    envelope = said.envelope()
    kind, statement, act = judge.read(envelope, now, now, said.boxes)
    judge.check_signature(state, envelope, act)
    judge.judge(state, kind, statement, act)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_body_with_anything_in_it_is_judged_or_refused_by_name(
    world: Watched, kind: AnyKind, data: st.DataObject
) -> None:
    state, said, now = data.draw(st.sampled_from(world.moments[kind.id]))
    donor = data.draw(st.sampled_from(world.said)).body
    body = said.body
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from([p for p in nodes(body) if p]))
        taken = st.sampled_from(list(nodes(donor))).map(lambda p: at(donor, p))
        body = placed(body, path, data.draw(ANYTHING | taken | st.just([])))
        if not isinstance(body, dict):
            return
    role = data.draw(st.sampled_from([said.role, said.role, said.role, *Role]))
    with suppress(Refused):
        judged(state, said.changed(body=body, role=role), now)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.id)
@settings(max_examples=20, deadline=None)
@given(body=ANYTHING)
def test_what_a_body_decodes_to_is_refused_by_name(kind: AnyKind, body: Json) -> None:
    with suppress(Refused):
        decoded = kind.decode(body)
        if kind.locks is not None:
            kind.locks(decoded)


def test_every_act_said_is_the_exact_inverse_of_its_body_and_its_hidden_values_are_all_found(
    world: Watched,
) -> None:
    for said in world.said:
        kind = KINDS[said.kind]
        body = kind.decode(said.body)
        if kind.reader is None:
            assert jcs.dumps(encode(body)) == jcs.dumps(said.body)
            digests = sorted(spelled(said.body, "digest"))
            assert sorted(encode(Sealed(h.digest))["digest"] for h in hidden(kind.id, body)) == (
                digests
            )
            points = sorted(spelled(said.body, "commitment"))
            assert sorted(
                encode(Committed(c.commitment))["commitment"] for c in committed(body)
            ) == (points)


def spelled(value: Json, name: str) -> Iterator[str]:
    """Every value of an object that has `name` as its only member."""
    for path in nodes(value):
        inner = at(value, path)
        if isinstance(inner, dict) and inner.keys() == {name}:
            yield inner[name]
