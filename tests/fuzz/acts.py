"""Every kind said once in a lawful case, to be said again with something else in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bankruptcy.kinds import judge
from ledger.log.statement import Role
from tests.rules import claims, facts, scenes, trouble
from tests.rules import meeting as play
from tests.rules.scenes import copied
from tests.rules.switched import Switched
from tests.rules.world import DAY, Said
from verifier.state import ReplayState
from voting.protocol.validity import Choice


class Watched(Switched):
    """A world that keeps, of every kind, what was said and the case as it stood just before."""

    def __init__(self) -> None:
        self.moments: dict[str, list[tuple[ReplayState, Said, datetime]]] = {}
        super().__init__({"P9": "excluded_by_court_order"})

    def say(self, kind: str, *args: Any, **named: Any) -> Said:
        before = copied(self.state)
        now = self.now
        said = super().say(kind, *args, **named)
        self.moments.setdefault(kind, []).append((before, said, now))
        return said


@cache
def everything() -> Watched:
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
    facts.draw(meeting, 7)
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
    facts.split(found, "c-whole", "c-bob")
    facts.exclude(found, "dora")
    erased = scenes.erasure_body(found, scenes.first_entry(found, "claim.filed@1"))
    found.say("openings.erased@1", Role.COURT, "judge", erased)
    found.say("role.ended@1", Role.COURT, "judge", scenes.end_body(found, "carol", Role.TRUSTEE))
    return found


def judged(state: ReplayState, said: Said, now: datetime) -> None:
    """Through reading and judging, as server and verifier do. Raises Refused, or anything."""
    envelope = said.envelope()
    kind, statement, act = judge.read(envelope, now, everything().real_now(), said.boxes)
    judge.check_signature(state, envelope, act)
    judge.judge(state, kind, statement, act)
