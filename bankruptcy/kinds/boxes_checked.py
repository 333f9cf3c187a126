"""boxes.checked@1: a trustee has opened every box up to a checkpoint (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import missing_boxes, records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, index_after, same_root, trustee_index, vote_named
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """size, root: of the log as the trustee read it. missing: hashes of ballots, in order."""

    manifest_hash: Hash
    index: int
    size: int
    root: Hash
    complaints: int
    missing: tuple[Hash, ...]


def check(view: CaseView, act: Act[Body]) -> None:
    """After the close, once, over a log that holds the close, with its complaints counted."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    trustee_index(view, vote, body.index, act.by)
    at_stage(vote, records.Stage.CLOSED)
    if view.get(records.BOXES_CHECKED, body.manifest_hash, body.index) is not None:
        raise AlreadyThere(what="boxes.checked", id=str(body.index))
    _check_missing(view, vote, body)
    if vote.closed is not None:
        index_after(view, body.size, (vote.closed,), "size")
    same_root(view, body.size, body.root)
    upheld = view.find(records.COMPLAINTS, manifest_hash=body.manifest_hash)
    own = sum(complaint.index == body.index for complaint in upheld)
    if body.complaints != own:
        raise Disagrees(what="complaints", stated=body.complaints, follows=own)


def _check_missing(view: CaseView, vote: records.Vote, body: Body) -> None:
    """Each box he named that nobody has supplied; he may not have seen the last ones supplied."""
    named = missing_boxes.named(view, vote, body.index)
    least = {b.ballot for b in missing_boxes.unsupplied(view, vote) if b.index == body.index}
    stated = set(body.missing)
    ordered = list(body.missing) == sorted(stated)
    if not ordered or not least <= stated <= named:
        raise Disagrees(what="missing", stated=len(body.missing), follows=len(least))


def apply(state: CaseState, act: Act[Body]) -> None:
    """One trustee more has checked."""
    body = act.body
    state.put(
        records.BOXES_CHECKED,
        records.BoxesChecked(
            manifest_hash=body.manifest_hash,
            index=body.index,
            size=body.size,
            complaints=body.complaints,
            missing=body.missing,
        ),
    )


KIND = Kind(
    name="boxes.checked",
    version=1,
    body=Body,
    roles=frozenset({Role.TRUSTEE}),
    ground="boxes.checked",
    check=check,
    apply=apply,
    zh="监票人 {who} 已检查全部密封份额（截至第 {size} 条）",
    en="Tally trustee {who} has checked every box (up to entry {size})",
    facts=lambda view, body: {"size": body.size},
)
