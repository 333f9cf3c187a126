"""outage.recorded@1: the clerk records that nothing could be cast for a time while voting ran.

Not in the format's list of kinds: an incident of this deployment, which proposes to extend.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named, window
from ledger.log.encoding import format_time
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """from_, to: between which nothing was taken in, by the log's clock."""

    manifest_hash: Hash
    from_: datetime
    to: datetime


def check(view: CaseView, act: Act[Body]) -> None:
    """Within the time of voting, over by now, apart from others, and no ballot came in it."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.OPEN, records.Stage.CLOSED)
    times = window(view, vote)
    if not (times.opens <= body.from_ < times.closes and body.from_ < body.to <= act.received):
        raise Disagrees(
            what="from, to",
            stated=f"{format_time(body.from_)} – {format_time(body.to)}",
            follows=f"{format_time(times.opens)} – {format_time(times.closes)}",
        )
    for other in view.find(records.OUTAGES, manifest_hash=body.manifest_hash):
        if body.from_ < other.to and other.from_ < body.to:
            raise Disagrees(
                what="from", stated=format_time(body.from_), follows=f"≥ {format_time(other.to)}"
            )
    for cast in view.find(records.BALLOTS, manifest_hash=body.manifest_hash):
        if body.from_ < cast.cast < body.to:
            raise Disagrees(
                what="ballot.cast", stated=cast.ballot.hex()[:12], follows=format_time(body.to)
            )


def apply(state: CaseState, act: Act[Body]) -> None:
    """The incident is on record; nothing of the vote changes by it."""
    body = act.body
    state.put(
        records.OUTAGES,
        records.Outage(
            manifest_hash=body.manifest_hash,
            from_=body.from_,
            to=body.to,
            statement=act.digest,
        ),
    )


KIND = Kind(
    name="outage.recorded",
    version=1,
    body=Body,
    roles=frozenset({Role.CLERK}),
    ground="outage.recorded",
    check=check,
    apply=apply,
    zh="系统中断：{from_} 至 {to} 期间无法投票",
    en="Outage: nothing could be cast from {from_} to {to}",
    facts=lambda view, body: {"from_": format_time(body.from_), "to": format_time(body.to)},
)
