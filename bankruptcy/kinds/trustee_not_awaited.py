"""trustee.not_awaited@1: the counted set waits no longer for some trustees (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, TooFewTrustees
from bankruptcy.kinds.schema import Hash, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, manifest_of, vote_named
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """indices: from 1, in order."""

    manifest_hash: Hash
    indices: tuple[int, ...]
    reason: SealedLong


def check(view: CaseView, act: Act[Body]) -> None:
    """After the close, trustees who have not stated, so that a threshold of them is left."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.CLOSED)
    manifest = manifest_of(view, vote)
    trustees = range(1, len(manifest.trustees) + 1)
    if not body.indices or list(body.indices) != sorted({*body.indices} & {*trustees}):
        raise Disagrees(
            what="indices", stated=list(body.indices), follows=f"1 … {len(manifest.trustees)}"
        )
    for index in body.indices:
        name = manifest.trustee(index).id
        if view.get(records.BOXES_CHECKED, body.manifest_hash, index) is not None:
            raise AlreadyThere(what="boxes.checked", id=name)
        if view.get(records.NOT_AWAITED, body.manifest_hash, index) is not None:
            raise AlreadyThere(what="trustee.not_awaited", id=name)
    excused = view.find(records.NOT_AWAITED, manifest_hash=body.manifest_hash)
    left = len(trustees) - len(excused) - len(body.indices)
    if left < manifest.threshold:
        raise TooFewTrustees(left=left, needed=manifest.threshold)


def apply(state: CaseState, act: Act[Body]) -> None:
    """Nobody waits for them; what they state in time still stands."""
    body = act.body
    for index in body.indices:
        state.put(
            records.NOT_AWAITED,
            records.NotAwaited(manifest_hash=body.manifest_hash, index=index, statement=act.digest),
        )


KIND = Kind(
    name="trustee.not_awaited",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="trustee.not_awaited",
    check=check,
    apply=apply,
    zh="法院（{who}）决定不再等待第 {indices} 名监票人",
    en="The court ({who}) decided not to wait for tally trustee(s) {indices}",
    facts=lambda view, body: {"indices": ", ".join(map(str, body.indices))},
)
