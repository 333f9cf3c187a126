"""box.supplied@1: a missing box itself; its hash decides whether it is one (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.missing_boxes import ballot_under
from bankruptcy.kinds.refusals import AlreadyThere, NotFound
from bankruptcy.kinds.schema import Blob, Hash, Instant
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, ballot_of, manifest_of, vote_named
from ledger.log.encoding import b64u, sha256
from ledger.log.errors import Refused
from ledger.log.statement import SPOKEN


@dataclass(frozen=True, slots=True)
class Body:
    """index: of the trustee whose box it is. ballot: hash of the body that names the box."""

    manifest_hash: Hash
    index: int
    ballot: Hash
    box: Blob


class AnotherBox(Refused):
    """The box is not the one that the ballot names. Fact: `ballot`."""

    slug = "another-box"
    zh = "这不是表决票 {ballot} 所写明的密封份额，指纹不符"
    en = "This is not the box that ballot {ballot} names; its hash is another"


def check(view: CaseView, act: Act[Body]) -> None:
    """Of a box named as missing, before the counted set, with the hash that the ballot names.

    Only of those: a box on the ledger is ciphertext that everybody may keep.
    """
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.OPEN, records.Stage.CLOSED)
    cast = ballot_under(view, vote, body.ballot)
    missing = view.get(records.MISSING_BOXES, body.ballot, body.index)
    if missing is None:
        raise NotFound(what="box.missing", id=f"{body.ballot.hex()[:12]} {body.index}")
    if missing.supplied is not None:
        raise AlreadyThere(what="box.supplied", id=body.ballot.hex()[:12])
    boxes = ballot_of(view, cast.statement, cast.body, manifest_of(view, vote)).boxes
    if sha256(body.box) != boxes[body.index - 1]:
        raise AnotherBox(ballot=body.ballot.hex()[:12])


def apply(state: CaseState, act: Act[Body]) -> None:
    """The box is not missing, whatever a trustee says; who could not open it before, has a day."""
    body = act.body
    missing = state.get(records.MISSING_BOXES, body.ballot, body.index)
    if missing is not None:
        found = replace(missing, supplied=act.digest, supplied_at=Instant(act.received))
        state.put(records.MISSING_BOXES, found)


KIND = Kind(
    name="box.supplied",
    version=1,
    body=Body,
    roles=SPOKEN,
    ground="box.supplied",
    check=check,
    apply=apply,
    zh="{who} 补交了表决票 {ballot} 缺少的密封份额（监票人第 {index} 名）",
    en="{who} supplied the missing box of ballot {ballot} for tally trustee {index}",
    facts=lambda view, body: {"ballot": b64u(body.ballot)[:8], "index": body.index},
)
