"""What is said when trustees fail or a vote goes wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bankruptcy.kinds.counting import counted_answers
from ledger.log.encoding import b64u, format_time
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import trustee_of
from voting.protocol.ballot import body_hash
from voting.protocol.preparing import Prepared

Json = Any


def named_missing(meeting: Meeting, made: Prepared, of: int = 1, **changed: Json) -> None:
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "index": of,
        "ballot": b64u(body_hash(made.body)),
        **changed,
    }
    meeting.world.say("box.missing@1", Role.TRUSTEE, trustee_of(meeting, of), body)


def supplied(
    meeting: Meeting,
    made: Prepared,
    of: int = 1,
    by: tuple[Role, str] = (Role.CREDITOR, "bob"),
    **changed: Json,
) -> None:
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "index": of,
        "ballot": b64u(body_hash(made.body)),
        "box": b64u(made.boxes[of - 1]),
        **changed,
    }
    meeting.world.say("box.supplied@1", *by, body)


def not_awaited(meeting: Meeting, *indices: int, **changed: Json) -> None:
    kind = "trustee.not_awaited@1"
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "indices": list(indices),
        "reason": meeting.world.seal(kind, "/reason", "联系不上"),
        **changed,
    }
    meeting.world.say(kind, Role.COURT, "judge", body)


def deadline(meeting: Meeting, until: Any, **changed: Json) -> None:
    kind = "tally.deadline_set@1"
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "until": format_time(until),
        "reason": meeting.world.seal(kind, "/reason", "监票人迟迟不打开合计"),
        **changed,
    }
    meeting.world.say(kind, Role.COURT, "judge", body)


def voided_by_clerk(meeting: Meeting, **changed: Json) -> None:
    body = {"cause": "too_few_trustees", "decision": None, "reason": None, **changed}
    play.clerk_says(meeting, "voting.voided@1", **body)


def voided_by_court(meeting: Meeting, **changed: Json) -> None:
    kind = "voting.voided@1"
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "cause": "ordered",
        "decision": meeting.world.seal(kind, "/decision", "（2026）某破1号之九"),
        "reason": meeting.world.seal(kind, "/reason", "表决程序违法"),
        **changed,
    }
    meeting.world.say(kind, Role.COURT, "judge", body)


def counts(meeting: Meeting, **changed: Json) -> None:
    play.clerk_says(meeting, "voting.counted@1", **{**play.counting(meeting), **changed})


def extended(
    meeting: Meeting,
    by: timedelta,
    who: tuple[Role, str] = (Role.ADMINISTRATOR, "administrator"),
    **changed: Json,
) -> None:
    kind, world, closes = "voting.extended@1", meeting.world, meeting.vote.closes
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "from": format_time(closes),
        "to": format_time(closes + by),
        "reason": world.seal(kind, "/reason", "多家银行的内部审批尚未完成"),
        "court_informed": world.seal(kind, "/court_informed", "已书面报告法院"),
        **changed,
    }
    world.say(kind, *who, body)


def outage(meeting: Meeting, from_: datetime, to: datetime) -> None:
    times = {"from": format_time(from_), "to": format_time(to)}
    play.clerk_says(meeting, "outage.recorded@1", **times)


def single_allowed(of: Meeting, reason: str, **changed: Json) -> None:
    kind = "trustee.single_allowed@1"
    body = {
        "meeting": of.name,
        "reason": reason,
        "decision": of.world.seal(kind, "/decision", "（2026）某破1号之五"),
        **changed,
    }
    of.world.say(kind, Role.COURT, "judge", body)


def corrected(meeting: Meeting, *lines: Json, **changed: Json) -> None:
    kind, world = "roll.corrected@1", meeting.world
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "motion": "plan",
        "lines": list(lines),
        "decision": world.seal(kind, "/decision", "（2026）某破1号之七"),
        "reason": world.seal(kind, "/reason", "债权确认之诉判决生效"),
        **changed,
    }
    world.say(kind, Role.COURT, "judge", body)


def line(meeting: Meeting, name: str, amount: int | None, heads: int = 1) -> Json:
    """A corrected line of the ordinary group."""
    weight = None if amount is None else meeting.world.commit(amount)
    return {"line": name, "class": "ordinary", "heads": heads, "weight": weight}


def disclosure_ordered(meeting: Meeting, voter: str, *implied: str, **changed: Json) -> None:
    kind, world, vote = "disclosure.ordered@1", meeting.world, meeting.vote
    assert vote.counted_hash is not None
    answer = next(a for a in counted_answers(world.state, vote) if a.line == f"{voter}.ordinary")
    body = {
        "manifest_hash": b64u(vote.manifest_hash),
        "counted_hash": b64u(vote.counted_hash),
        "ballot": b64u(answer.ballot),
        "line": answer.line,
        "motion": answer.motion,
        "implied": list(implied),
        "decision": world.seal(kind, "/decision", "（2026）某破1号之八"),
        "reason": world.seal(kind, "/reason", "查明该债权人的表决意见"),
        **changed,
    }
    world.say(kind, Role.COURT, "judge", body)


def shares_given(meeting: Meeting, by: int, **changed: Json) -> None:
    body = {**play.disclosure_body(meeting, by), **changed}
    person = trustee_of(meeting, by)
    meeting.world.say("disclosure.given@1", Role.TRUSTEE, person, body)


def key_destroyed(meeting: Meeting, by: int, **changed: Json) -> None:
    body = {"manifest_hash": b64u(meeting.vote.manifest_hash), "index": by, **changed}
    meeting.world.say("keys.destroyed@1", Role.TRUSTEE, trustee_of(meeting, by), body)
