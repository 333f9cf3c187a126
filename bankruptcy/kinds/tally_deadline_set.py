"""tally.deadline_set@1: the court sets the time by which trustees give their sums (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees
from bankruptcy.kinds.schema import Hash, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named, window
from ledger.log.encoding import format_time
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """until: by the log's clock; from then on too few sums make the vote void."""

    manifest_hash: Hash
    until: datetime
    reason: SealedLong


def check(view: CaseView, act: Act[Body]) -> None:
    """Between close and result, for a time to come, no earlier than complaints end."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.CLOSED, records.Stage.COUNTED)
    least = max(act.received, window(view, vote).complaints_close)
    if body.until <= least:
        raise Disagrees(
            what="until", stated=format_time(body.until), follows=f"> {least.isoformat()}"
        )


def apply(state: CaseState, act: Act[Body]) -> None:
    """The last time set holds."""
    vote = vote_named(state, act.body.manifest_hash)
    state.put(records.VOTES, replace(vote, tally_deadline=act.body.until))


KIND = Kind(
    name="tally.deadline_set",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="tally.deadline_set",
    check=check,
    apply=apply,
    zh="法院（{who}）定于 {until} 前打开合计",
    en="The court ({who}) set {until} as the time for the sums",
    facts=lambda view, body: {"until": format_time(body.until)},
)
