"""voting.counted@1: the clerk fixes the counted set, which follows from the log (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees, NotNow
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, manifest_of, vote_named
from ledger.log.encoding import format_time
from ledger.log.statement import Role
from voting.protocol.counted import counted_hash


@dataclass(frozen=True, slots=True)
class Body:
    """left_out: ballots of which a box is still missing."""

    manifest_hash: Hash
    counted_hash: Hash
    left_out: tuple[Hash, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """After complaints have closed and every trustee has checked its boxes; and it follows."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.CLOSED)
    manifest = manifest_of(view, vote)
    if act.received < manifest.complaints_close:
        raise NotNow(what=format_time(manifest.complaints_close))
    checked = {c.index for c in view.find(records.BOXES_CHECKED, manifest_hash=vote.manifest_hash)}
    waited = [t.id for j, t in enumerate(manifest.trustees, 1) if j not in checked]
    if waited:
        raise NotNow(what=", ".join(waited))
    if body.left_out:
        raise Disagrees(what="left_out", stated=len(body.left_out), follows=0)
    follows = counted_hash(vote.manifest_hash, counted_answers(view, vote))
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
