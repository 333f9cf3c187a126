"""trustee.single_allowed@1: the court allows that one trustee alone may open the tally.

Not in the format's list of kinds. Protocol 2 asks for the court's reason where the threshold is
one and votes are not disclosed by name; this is the act that gives it, for one meeting.
"""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotFound, NotNow
from bankruptcy.kinds.schema import Id, LongClear, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import may_prepare
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """reason: word for word that of the manifest, where it stands in clear; so it names nobody."""

    meeting: Id
    reason: LongClear
    decision: SealedShort


def check(view: CaseView, act: Act[Body]) -> None:
    """Before the meeting's vote is prepared."""
    meeting = view.get(records.MEETINGS, act.body.meeting)
    if meeting is None:
        raise NotFound(what="meeting", id=act.body.meeting)
    if not may_prepare(view, meeting):
        raise NotNow(what="voting.prepared")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The last reason given holds."""
    body = act.body
    state.put(
        records.SINGLE_TRUSTEES,
        records.SingleTrustee(meeting=body.meeting, reason=body.reason, order=act.digest),
    )


KIND = Kind(
    name="trustee.single_allowed",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="trustee.single_allowed",
    check=check,
    apply=apply,
    zh="法院（{who}）准许会议 {meeting} 由一名监票人打开合计：{reason}",
    en="The court ({who}) allowed one tally trustee for meeting {meeting}: {reason}",
    facts=lambda view, body: {"meeting": body.meeting, "reason": body.reason},
)
