"""The lawful statements about meetings and votes, at any stage of a case.

Where the case is not there yet, or past it, it is the statement that was lawful at its stage: the
same ballot before voting opens, the same sum after the result.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.disclosing import implied
from ledger.log.encoding import b64u, format_time
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules import scenes
from tests.rules.lawful import BEFORE_MEETINGS, Act, Place
from tests.rules.meeting import Meeting
from tests.rules.stages import COMMITTEE, COURT, spoilt, stages
from tests.rules.trouble import line
from tests.rules.world import DAY
from voting.protocol.ballot import body_hash
from voting.protocol.validity import Choice

Json = Any
FINAL = 40 * DAY
"""After so long a result is final (EBL 64(2))."""


def lawful(kind: str, place: Place) -> Act:
    """The lawful statement of this kind."""
    return ACTS[kind](place)


def recorded(kind: str, by: str | None = None) -> Callable[[Place], Act]:
    """As it was said at its stage, by this person."""

    def found(place: Place) -> Act:
        for said in stages()["verified"].world.said:
            if said.kind == kind and by in (None, said.by):
                return Act(said.body, boxes=said.boxes)
        raise LookupError(kind)

    return found


def due(kind: str, time: str) -> Callable[[Place], Act]:
    """As it was said at its stage, not before the manifest's time for it."""

    def found(place: Place) -> Act:
        at = getattr(stages()["verified"].manifest, time)
        return Act(recorded(kind)(place).body, at=max(place.world.now, at))

    return found


def made(
    kind: str, at: tuple[str, ...], body: Callable[[Meeting], Json], by: str | None = None
) -> Callable[[Place], Act]:
    """As it follows from the record at these stages; as it was said, at the others.

    As a creditor Bob says it, who is the chair.
    """

    def found(place: Place) -> Act:
        said = body(place.meeting) if place.stage in at else recorded(kind, by)(place).body
        return Act(said, creditor="bob")

    return found


def convening(place: Place) -> Act:
    world = place.world
    number = 1 + sum(said.kind == "meeting.convened@1" for said in world.said)
    return Act(play.convening(world, f"meeting-{number}", number, world.now + 20 * DAY))


@cache
def trustee_key() -> Act:
    """Tina's, who is a trustee and has published none."""
    return Act(play.trustee_key_body(stages()["convened"], "tina"), trustee="tina")


def began(place: Place) -> Act:
    """Olga, whose claim is not determined: she may attend (EBL 59(2))."""
    body = {"meeting": "meeting-1", "person": "olga"}
    return Act(body, creditor="olga", at=max(place.world.now, stages()["verified"].starts))


@cache
def ballot(role: Role) -> Act:
    """Dora's, or her lawyer's for her, which replaces the one that she has cast."""
    signer = "lawyer" if role is Role.AGENT else "dora"
    prepared = play.ballot(stages()["open"], "dora", Choice.AGAINST, signer)
    return Act(prepared.body.encode(), creditor="dora", boxes=prepared.boxes)


@cache
def complaint() -> Act:
    meeting = stages()["open"]
    return Act(scenes.complaint(meeting, spoilt(meeting), COMMITTEE))


def over(**more: Json) -> Json:
    """What names the vote."""
    return {"manifest_hash": b64u(stages()["verified"].vote.manifest_hash), **more}


def reasons(place: Place, kind: str, *members: str) -> Json:
    return {name: place.world.seal(kind, f"/{name}", "（2026）某破1号之九") for name in members}


def single_allowed(place: Place) -> Act:
    sealed = reasons(place, "trustee.single_allowed@1", "decision")
    return Act({"meeting": "meeting-1", "reason": "债权人很少", **sealed})


def extended(place: Place) -> Act:
    """By the administrator, or by Bob, who is the chair."""
    closes = stages()["verified"].manifest.closes
    times = {"from": format_time(closes), "to": format_time(closes + DAY)}
    sealed = reasons(place, "voting.extended@1", "reason", "court_informed")
    return Act(over(**times, **sealed), creditor="bob")


def outage(place: Place) -> Act:
    opens = stages()["verified"].manifest.opens
    times = [opens + timedelta(hours=hours) for hours in (1, 2)]
    body = over(**{"from": format_time(times[0]), "to": format_time(times[1])})
    return Act(body, at=max(place.world.now, times[1]))


def corrected(place: Place) -> Act:
    sealed = reasons(place, "roll.corrected@1", "decision", "reason")
    lines = [line(place.meeting, "alice.ordinary", 35_000_00)]
    return Act(over(motion="plan", lines=lines, **sealed))


def named_missing(place: Place) -> Act:
    """Carol does not find her box of Alice's ballot."""
    ballot = stages()["open"].cast[0]
    return Act(over(index=COMMITTEE, ballot=b64u(body_hash(ballot.body))))


def supplied(place: Place) -> Act:
    """The box that the court misses, of the tax authority's ballot."""
    ballot = stages()["open"].cast[-1]
    box = b64u(ballot.boxes[COURT - 1])
    return Act(over(index=COURT, ballot=b64u(body_hash(ballot.body)), box=box))


def not_awaited(place: Place) -> Act:
    return Act(over(indices=[COMMITTEE], **reasons(place, "trustee.not_awaited@1", "reason")))


def deadline(place: Place) -> Act:
    until = stages()["overdue"].world.now + DAY
    sealed = reasons(place, "tally.deadline_set@1", "reason")
    return Act(over(until=format_time(until), **sealed))


def disclosure_ordered(place: Place) -> Act:
    """Of Alice's answer."""
    declared = stages()["declared"]
    state, vote = declared.world.state, declared.vote
    answer = next(a for a in counted_answers(state, vote) if a.line == "alice.ordinary")
    body = over(
        counted_hash=b64u(declared.vote.counted_hash),
        ballot=b64u(answer.ballot),
        line=answer.line,
        motion=answer.motion,
        implied=list(implied(state, vote, answer)),
        **reasons(place, "disclosure.ordered@1", "decision", "reason"),
    )
    return Act(body)


def voided(place: Place) -> Act:
    """By the court with its decision, else for too few trustees."""
    if place.role is Role.COURT:
        sealed = reasons(place, "voting.voided@1", "decision", "reason")
        return Act(over(cause="ordered", **sealed))
    return Act(over(cause="too_few_trustees", decision=None, reason=None))


def destroyed(place: Place) -> Act:
    at = max(place.world.now, stages()["declared"].world.now + FINAL)
    return Act(over(index=COMMITTEE), at=at)


ACTS: dict[str, Callable[[Place], Act]] = {
    **BEFORE_MEETINGS,
    "meeting.convened@1": convening,
    "motion.put@1": lambda p: Act(play.motion_body(p.meeting, "other", "ORD-8", "CN-ORD")),
    "presence.began@1": began,
    "presence.ended@1": lambda p: Act({"meeting": "meeting-1", "person": "tax"}, creditor="tax"),
    "trustee.key_published@1": lambda p: trustee_key(),
    "voting.prepared@1": recorded("voting.prepared@1"),
    "voting.opened@1": due("voting.opened@1", "opens"),
    "voting.closed@1": due("voting.closed@1", "closes"),
    "voting.counted@1": due("voting.counted@1", "complaints_close"),
    "ballot.cast@1": lambda p: ballot(p.role),
    "ballot.complained@1": lambda p: complaint(),
    "boxes.checked@1": made(
        "boxes.checked@1", ("closed",), lambda m: scenes.checked_body(m, COMMITTEE), "carol"
    ),
    "tally.summed@1": made(
        "tally.summed@1", ("counted", "overdue"), lambda m: play.sums_body(m, COMMITTEE), "carol"
    ),
    "disclosure.given@1": recorded("disclosure.given@1", "carol"),
    "result.declared@1": made("result.declared@1", ("summed",), play.result_body),
    "result.verified@1": made(
        "result.verified@1", ("declared", "published", "verified"), play.verified_body
    ),
    "weights.published@1": made("weights.published@1", ("declared",), play.weights_body),
    "trustee.single_allowed@1": single_allowed,
    "voting.extended@1": extended,
    "outage.recorded@1": outage,
    "tests.drawn@1": lambda p: Act(over(digit=7), creditor="bob"),
    "roll.corrected@1": corrected,
    "box.missing@1": named_missing,
    "box.supplied@1": supplied,
    "trustee.not_awaited@1": not_awaited,
    "tally.deadline_set@1": deadline,
    "disclosure.ordered@1": disclosure_ordered,
    "voting.voided@1": voided,
    "keys.destroyed@1": destroyed,
}
"""By kind. A kind that is new is written here or in lawful, and in tests/permissions/acts.toml."""
