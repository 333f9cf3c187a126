"""Facts on which a roll rests: a claim that was split, a related creditor who is excluded."""

from __future__ import annotations

from typing import Any

from ledger.log.encoding import b64u
from ledger.log.statement import Role
from tests.rules.meeting import Meeting
from tests.rules.world import World

Json = Any
SPLIT_ON = "2026-01-03"
"""The day after the acceptance."""


def split_body(world: World, original: str, *claims: str, on: str = SPLIT_ON) -> Json:
    reason = world.seal("claim.split@1", "/reason", "债权转让通知已到达债务人")
    return {"original": original, "on": on, "claims": list(claims), "reason": reason}


def split(world: World, original: str, *claims: str, on: str = SPLIT_ON) -> None:
    """The administrator notes that the claims are parts of one."""
    body = split_body(world, original, *claims, on=on)
    world.say("claim.split@1", Role.ADMINISTRATOR, "administrator", body)


def excluded_body(world: World, creditor: str, scope: str = "both_sides") -> Json:
    kind = "creditor.excluded@1"
    return {
        "creditor": creditor,
        "scope": scope,
        "decision": world.seal(kind, "/decision", "（2026）某破1号之五"),
        "reason": world.seal(kind, "/reason", "债务人的控股股东"),
    }


def exclude(world: World, creditor: str, scope: str = "both_sides") -> None:
    """The court excludes the creditor."""
    body = excluded_body(world, creditor, scope)
    world.say("creditor.excluded@1", Role.COURT, "judge", body)


def draw(meeting: Meeting, digit: int, role: Role = Role.ADMINISTRATOR, by: str = "") -> None:
    """The administrator, or the chair, drew a digit."""
    body = {"manifest_hash": b64u(meeting.vote.manifest_hash), "digit": digit}
    meeting.world.say("tests.drawn@1", role, by or "administrator", body)
