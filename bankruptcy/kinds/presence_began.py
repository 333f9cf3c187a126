"""presence.began@1: a creditor signs in to a meeting, himself or by his agent (EBL 59, 64(1))."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import is_creditor
from bankruptcy.kinds.refusals import Disagrees, NotFound, NotNow, RoleNotHeld
from bankruptcy.kinds.schema import Id, Instant
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import vote_of_meeting
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """person: the creditor who is present."""

    meeting: Id
    person: Id


def check(view: CaseView, act: Act[Body]) -> None:
    """By a creditor or for him, from the meeting's start until voting has closed."""
    body = act.body
    meeting = view.get(records.MEETINGS, body.meeting)
    if meeting is None:
        raise NotFound(what="meeting", id=body.meeting)
    if body.person != act.principal:
        raise Disagrees(what="person", stated=body.person, follows=act.principal)
    if not is_creditor(view, act.principal):
        raise RoleNotHeld(by=act.principal, role=Role.CREDITOR.value)
    vote = vote_of_meeting(view, body.meeting)
    over = vote is not None and vote.closed is not None and vote.voided is None
    if act.received < meeting.starts or over:
        raise NotNow(what="meeting")
    present = view.get(records.PRESENCES, body.meeting, body.person)
    if present is not None and present.on:
        raise NotNow(what="presence.began")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The creditor is present; when he first came stays."""
    body = act.body
    before = state.get(records.PRESENCES, body.meeting, body.person)
    if before is not None:
        state.put(records.PRESENCES, replace(before, on=True))
        return
    state.put(
        records.PRESENCES,
        records.Presence(
            meeting=body.meeting, person=body.person, began=Instant(act.received), on=True
        ),
    )


KIND = Kind(
    name="presence.began",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT}),
    item=records.Item.SIGN_IN,
    ground="meeting.presence",
    check=check,
    apply=apply,
    zh="{person} 签到（会议 {meeting}）",
    en="{person} signed in to meeting {meeting}",
    facts=lambda view, body: {"person": body.person, "meeting": body.meeting},
    locks=lambda body: (f"presence {body.meeting} {body.person}",),
)
