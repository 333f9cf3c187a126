"""presence.ended@1: a creditor leaves a meeting, or the clerk notes a missed heartbeat."""

from __future__ import annotations

from dataclasses import replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.presence_began import Body
from bankruptcy.kinds.refusals import Disagrees, NotNow
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.statement import Role


def check(view: CaseView, act: Act[Body]) -> None:
    """By or for himself, or by the clerk, of somebody who is signed in."""
    body = act.body
    if act.role is not Role.CLERK and body.person != act.principal:
        raise Disagrees(what="person", stated=body.person, follows=act.principal)
    present = view.get(records.PRESENCES, body.meeting, body.person)
    if present is None or not present.on:
        raise NotNow(what="presence.ended")


def apply(state: CaseState, act: Act[Body]) -> None:
    """He is signed in no longer; that he was stays."""
    present = state.get(records.PRESENCES, act.body.meeting, act.body.person)
    if present is not None:
        state.put(records.PRESENCES, replace(present, on=False))


KIND = Kind(
    name="presence.ended",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT, Role.CLERK}),
    item=records.Item.SIGN_IN,
    ground="meeting.presence",
    check=check,
    apply=apply,
    zh="{person} 离开会议 {meeting}",
    en="{person} left meeting {meeting}",
    facts=lambda view, body: {"person": body.person, "meeting": body.meeting},
    locks=lambda body: (f"presence {body.meeting} {body.person}",),
)
