"""box.missing@1: a trustee cannot get a box that a ballot names (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.missing_boxes import ballot_under
from bankruptcy.kinds.refusals import AlreadyThere, NotNow
from bankruptcy.kinds.schema import Hash, Instant
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, trustee_index, vote_named
from ledger.log.encoding import b64u
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """index: of the trustee who says so. ballot: hash of the body."""

    manifest_hash: Hash
    index: int
    ballot: Hash


def check(view: CaseView, act: Act[Body]) -> None:
    """His own box, once, of a ballot that counts, until he has stated that he checked.

    Each statement puts the counted set off by a day: so none of one whom the court lets nobody
    wait for, and none after the trustee's own `boxes.checked`, which names what he misses.
    """
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    trustee_index(view, vote, body.index, act.by)
    at_stage(vote, records.Stage.OPEN, records.Stage.CLOSED)
    if ballot_under(view, vote, body.ballot).void:
        raise NotNow(what="ballot.complained")
    if view.get(records.MISSING_BOXES, body.ballot, body.index) is not None:
        # Supplied since or not: where its hash is the ballot's, no trustee says otherwise.
        raise AlreadyThere(what="box.missing", id=body.ballot.hex()[:12])
    if view.get(records.BOXES_CHECKED, body.manifest_hash, body.index) is not None:
        raise NotNow(what="boxes.checked")
    if view.get(records.NOT_AWAITED, body.manifest_hash, body.index) is not None:
        raise NotNow(what="trustee.not_awaited")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The box is missing until somebody supplies it."""
    body = act.body
    state.put(
        records.MISSING_BOXES,
        records.MissingBox(
            manifest_hash=body.manifest_hash,
            ballot=body.ballot,
            index=body.index,
            named=Instant(act.received),
            supplied=None,
            supplied_at=None,
        ),
    )


KIND = Kind(
    name="box.missing",
    version=1,
    body=Body,
    roles=frozenset({Role.TRUSTEE}),
    ground="box.missing",
    check=check,
    apply=apply,
    zh="监票人 {who} 没有收到表决票 {ballot} 的密封份额",
    en="Tally trustee {who} misses the box of ballot {ballot}",
    facts=lambda view, body: {"ballot": b64u(body.ballot)[:8]},
)
