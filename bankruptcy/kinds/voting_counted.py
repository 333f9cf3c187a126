"""voting.counted@1: the clerk fixes the counted set, which follows from the log (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import awaited, counts_from, due_hash, due_left_out
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees, NotNow
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named
from ledger.log.encoding import format_instant
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """left_out: ballots of which a box is still missing, in order of hash."""

    manifest_hash: Hash
    counted_hash: Hash
    left_out: tuple[Hash, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """Complaints are over, no box was missed for a day, and every trustee that is waited for has
    checked its boxes; what is left out and what counts follow."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.CLOSED)
    may_count = counts_from(view, vote)
    if act.received < may_count:
        raise NotNow(what=format_instant(may_count))
    waited = awaited(view, vote)
    if waited:
        raise NotNow(what=", ".join(waited))
    left_out = due_left_out(view, vote)
    if body.left_out != left_out:
        raise Disagrees(what="left_out", stated=len(body.left_out), follows=len(left_out))
    follows = due_hash(view, vote)
    if body.counted_hash != follows:
        raise Disagrees(
            what="counted_hash", stated=body.counted_hash.hex()[:12], follows=follows.hex()[:12]
        )


def apply(state: CaseState, act: Act[Body]) -> None:
    """The counted set is fixed; the first such entry counts."""
    vote = vote_named(state, act.body.manifest_hash)
    state.put(
        records.VOTES,
        replace(
            vote,
            stage=records.Stage.COUNTED,
            counted=act.digest,
            counted_hash=act.body.counted_hash,
            left_out=act.body.left_out,
        ),
    )


KIND = Kind(
    name="voting.counted",
    version=1,
    body=Body,
    roles=frozenset({Role.CLERK}),
    ground="voting.counted",
    check=check,
    apply=apply,
    zh="计票范围确定",
    en="The counted set was fixed",
)
