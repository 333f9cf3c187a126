"""What the kinds of a vote share: finding it, its manifest, its trustees, its ballots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import Disagrees, NotFound, NotNow
from bankruptcy.kinds.schema import Hash, Id
from bankruptcy.kinds.tables import CaseView
from ledger.log.encoding import format_time
from ledger.log.jcs import Json
from voting.protocol.ballot import Body
from voting.protocol.manifest import Manifest
from voting.protocol.roll import Leaf, Roll


@dataclass(frozen=True, slots=True)
class Window:
    """The times of a vote as they stand, by the log's clock."""

    opens: datetime
    closes: datetime
    complaints_close: datetime


def vote_of_meeting(view: CaseView, meeting: Id) -> records.Vote | None:
    """The vote last prepared for a meeting, void or not, or None."""
    found = view.get(records.MEETINGS, meeting)
    if found is None or found.manifest_hash is None:
        return None
    return view.get(records.VOTES, found.manifest_hash)


def may_prepare(view: CaseView, meeting: records.Meeting) -> bool:
    """May a vote be prepared: is there none, or was the last one declared void?"""
    vote = vote_of_meeting(view, meeting.meeting)
    return vote is None or vote.stage is records.Stage.VOIDED


def window(view: CaseView, vote: records.Vote) -> Window:
    """When a vote opens, closes and takes no more complaints, as extended.

    The one place to ask: the manifest holds only the times first set (protocol 2).
    """
    return Window(manifest_of(view, vote).opens, vote.closes, vote.complaints_close)


def vote_named(view: CaseView, manifest_hash: Hash) -> records.Vote:
    """The vote with this manifest. Raises NotFound."""
    vote = view.get(records.VOTES, manifest_hash)
    if vote is None:
        raise NotFound(what="manifest", id=manifest_hash.hex()[:12])
    return vote


def at_stage(vote: records.Vote, *stages: records.Stage) -> None:
    """Raises NotNow unless the vote stands at one of the stages."""
    if vote.stage not in stages:
        raise NotNow(what=f"{vote.stage.value} ≠ {', '.join(s.value for s in stages)}")


def manifest_of(view: CaseView, vote: records.Vote) -> Manifest:
    """The decoded manifest of a vote."""
    return _decoded(_Named(vote.manifest_hash, vote.manifest))


@dataclass(frozen=True, slots=True)
class _Named:
    """A manifest's value, which its hash names."""

    digest: Hash
    value: Json = field(compare=False)


@lru_cache(maxsize=64)
def _decoded(named: _Named) -> Manifest:
    # Its keys' proofs are costly to check, and every ballot asks for it.
    return Manifest.decode(named.value)


def ballot_of(view: CaseView, statement: Hash, body: Json, manifest: Manifest) -> Body:
    """The ballot in the body of a statement, named by its digest. Raises BallotEncoding."""
    decoded = view.worked.ballots
    known = decoded.get(statement)
    if known is None or known.manifest_hash != manifest.digest:
        known = decoded[statement] = Body.decode(body, manifest, view.group)
    return known


def trustee_index(view: CaseView, vote: records.Vote, index: int, person: Id) -> records.TrusteeKey:
    """The trustee of index j, who must be the signer. Raises Disagrees."""
    manifest = manifest_of(view, vote)
    if 1 <= index <= len(manifest.trustees):
        named = manifest.trustee(index)
        key = view.get(records.TRUSTEE_KEYS, vote.meeting, named.id, named.public_key)
        if key is not None and key.person == person:
            return key
    raise Disagrees(what="index", stated=index, follows=person)


def rolls_of(view: CaseView, vote: records.Vote) -> Mapping[str, Roll]:
    """The rolls of all motions, in the manifest's order. They stand from `voting.prepared` on."""
    rolls = view.worked.rolls
    if vote.manifest_hash not in rolls:
        rolls[vote.manifest_hash] = _rolls(view, vote)
    return rolls[vote.manifest_hash]


def _rolls(view: CaseView, vote: records.Vote) -> Mapping[str, Roll]:
    leaves: dict[str, list[Leaf]] = {m.id: [] for m in manifest_of(view, vote).motions}
    for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
        leaves[line.motion].append(leaf_of(line))
    return {motion: Roll.of(found) for motion, found in leaves.items()}


def leaf_of(line: records.RollLine) -> Leaf:
    """The leaf of a line on record."""
    return Leaf(line.line, line.class_, line.heads, line.weight)


def before_close(view: CaseView, vote: records.Vote, at: datetime) -> datetime:
    """When the vote closes, as it stands, which is later than `at`. Raises NotNow."""
    closes = window(view, vote).closes
    if at >= closes:
        raise NotNow(what=format_time(closes))
    return closes


def index_after(view: CaseView, size: int, statements: tuple[Hash, ...], what: str) -> None:
    """Do the first `size` entries of the log hold all these statements? Raises Disagrees."""
    for digest in statements:
        index = view.log.index_of(digest)
        if index is None or index >= size:
            raise Disagrees(what=what, stated=size, follows="-" if index is None else index + 1)


def same_root(view: CaseView, size: int, root: bytes) -> None:
    """Is `root` the log's root at `size`? Raises Disagrees."""
    follows = view.log.root_at(size)
    if follows != root:
        shown = "-" if follows is None else follows.hex()[:12]
        raise Disagrees(what="root", stated=root.hex()[:12], follows=shown)
