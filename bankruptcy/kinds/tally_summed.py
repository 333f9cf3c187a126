"""tally.summed@1: a trustee's sums over the counted set, one pair a vector (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import over_counted, sums_of, vectors_of
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.schema import Hash, ScalarBytes, Sealed, decode
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import manifest_of, vote_named
from ledger.log.disclosure import field_name
from ledger.log.statement import Role
from voting.protocol.group import scalar_of
from voting.protocol.sharing import Share
from voting.protocol.tally import Metric, check_sum


@dataclass(frozen=True, slots=True)
class Body:
    """sums: of every vector, in order; f and g of amounts are sealed (protocol 11)."""

    manifest_hash: Hash
    counted_hash: Hash
    index: int
    sums: tuple[records.VectorSum, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """Once, over the counted set, all vectors in order; every sum of heads holds."""
    body = act.body
    vote = over_counted(view, body, act.by, records.Stage.COUNTED)
    if view.get(records.SUMS, body.manifest_hash, body.index) is not None:
        raise AlreadyThere(what="tally.summed", id=str(body.index))
    follows = [v.order for v in vectors_of(view, vote)]
    stated = [(s.motion, s.class_, s.metric) for s in body.sums]
    if stated != follows:
        raise Disagrees(what="sums", stated=len(stated), follows=len(follows))
    for given in body.sums:
        if isinstance(given.f, Sealed) != isinstance(given.g, Sealed) or (
            isinstance(given.f, Sealed) != (given.metric == Metric.AMOUNT.value)
        ):
            raise Disagrees(what=f"{given.motion} {given.class_}", stated="f, g", follows="sealed")
    _check_sums(view, vote, body, Metric.HEADS, act.kind)


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """Every sum of amounts holds."""
    vote = vote_named(view, act.body.manifest_hash)
    _check_sums(view, vote, act.body, Metric.AMOUNT, act.kind)


def _check_sums(view: CaseView, vote: records.Vote, body: Body, metric: Metric, kind: str) -> None:
    sums = sums_of(view, vote, metric, manifest_of(view, vote).threshold)
    for i, (vector, given) in enumerate(zip(vectors_of(view, vote), body.sums, strict=True)):
        if vector.metric is not metric:
            continue
        share = Share(
            _scalar(view, kind, f"/sums/{i}/f", given.f),
            _scalar(view, kind, f"/sums/{i}/g", given.g),
        )
        check_sum(view.group, vector, sums[vector].commitments, body.index, share)


def _scalar(view: CaseView, kind: str, pointer: str, value: ScalarBytes | Sealed) -> int:
    if isinstance(value, Sealed):
        opened = view.opening(field_name(kind, pointer), value.digest)
        return scalar_of(decode(ScalarBytes, opened))
    return scalar_of(value)


def apply(state: CaseState, act: Act[Body]) -> None:
    """One trustee more has summed."""
    body = act.body
    state.put(
        records.SUMS,
        records.Summed(
            manifest_hash=body.manifest_hash,
            index=body.index,
            statement=act.digest,
            sums=body.sums,
        ),
    )


KIND = Kind(
    name="tally.summed",
    version=1,
    body=Body,
    roles=frozenset({Role.TRUSTEE}),
    ground="tally.summed",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="监票人 {who} 打开合计",
    en="Tally trustee {who} gave the sums",
)
