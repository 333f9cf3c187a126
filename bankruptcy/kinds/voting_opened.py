"""voting.opened@1: the clerk opens the vote at the manifest's time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotNow
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named, window
from ledger.log.encoding import format_time
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """manifest_hash: of the vote."""

    manifest_hash: Hash


def check(view: CaseView, act: Act[Body]) -> None:
    """Not before the manifest's time, and before its end."""
    vote = vote_named(view, act.body.manifest_hash)
    at_stage(vote, records.Stage.PREPARED)
    times = window(view, vote)
    if not times.opens <= act.received < times.closes:
        raise NotNow(what=f"{format_time(times.opens)} – {format_time(times.closes)}")


def apply(state: CaseState, act: Act[Body]) -> None:
    """Ballots are accepted."""
    vote = vote_named(state, act.body.manifest_hash)
    state.put(records.VOTES, replace(vote, stage=records.Stage.OPEN, opened=act.digest))


KIND = Kind(
    name="voting.opened",
    version=1,
    body=Body,
    roles=frozenset({Role.CLERK}),
    ground="voting.opened",
    check=check,
    apply=apply,
    zh="投票开始",
    en="Voting opened",
)
