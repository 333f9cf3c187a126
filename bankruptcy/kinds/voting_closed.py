"""voting.closed@1: the clerk closes the vote; the ledger's order alone says what came before."""

from __future__ import annotations

from dataclasses import replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotNow
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named, window
from bankruptcy.kinds.voting_opened import Body
from ledger.log.encoding import format_time
from ledger.log.statement import Role


def check(view: CaseView, act: Act[Body]) -> None:
    """Not before the manifest's time, as extended."""
    vote = vote_named(view, act.body.manifest_hash)
    at_stage(vote, records.Stage.OPEN)
    closes = window(view, vote).closes
    if act.received < closes:
        raise NotNow(what=format_time(closes))


def apply(state: CaseState, act: Act[Body]) -> None:
    """No ballot is accepted any more."""
    vote = vote_named(state, act.body.manifest_hash)
    state.put(records.VOTES, replace(vote, stage=records.Stage.CLOSED, closed=act.digest))


KIND = Kind(
    name="voting.closed",
    version=1,
    body=Body,
    roles=frozenset({Role.CLERK}),
    ground="voting.closed",
    check=check,
    apply=apply,
    zh="投票截止",
    en="Voting closed",
)
