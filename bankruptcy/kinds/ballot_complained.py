"""ballot.complained@1: a trustee complains of a box; upheld, the ballot is void (protocol 7)."""

from __future__ import annotations

from dataclasses import replace

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.missing_boxes import complaints_until
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Hash, Id
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import ballot_of, manifest_of, trustee_index, vote_named
from ledger.log.encoding import unb64u
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.statement import Role
from voting.protocol.ballot import Body
from voting.protocol.complaint import VerdictKind, judge
from voting.protocol.manifest import Manifest


class ComplaintRefused(Refused):
    """Anything but an upheld complaint is refused without an entry: it would publish a share.

    Facts: `verdict`, `why`.
    """

    slug = "complaint-refused"
    category = Category.CONFLICT
    zh = "异议不成立（{verdict}）：{why}"
    en = "The complaint does not stand ({verdict}): {why}"


def check(view: CaseView, act: Act[object]) -> None:
    """By the trustee whose box it is, in time, and upheld."""
    vote, ballot = _named(view, act.body)
    manifest = manifest_of(view, vote)
    stated = act.body.get("index") if isinstance(act.body, dict) else None
    index = stated if isinstance(stated, int) else 0
    trustee = trustee_index(view, vote, index, act.by)
    cast = view.get(records.BALLOTS, ballot)
    bodies: dict[bytes, Body] = {}
    barred: set[bytes] = set()
    if cast is not None and cast.manifest_hash == vote.manifest_hash:
        bodies[ballot] = ballot_of(view, cast.statement, cast.body, manifest)
        if _own(view, vote, manifest, bodies[ballot], {trustee.person, *trustee.stands_for}):
            barred.add(ballot)
    late = (
        act.received > complaints_until(view, vote, ballot, index)
        or vote.counted is not None
        or vote.voided is not None
    )
    upheld = {ballot} if cast is not None and cast.void else set()
    verdict = judge(
        act.body,
        manifest,
        bodies,
        index,
        barred=barred,
        upheld=upheld,
        late=late,
        group=view.group,
    )
    if verdict.kind is not VerdictKind.UPHELD:
        raise ComplaintRefused(verdict=verdict.kind.value, why=verdict.reason)


def apply(state: CaseState, act: Act[object]) -> None:
    """The whole ballot is void, and no earlier answer takes its place."""
    vote, ballot = _named(state, act.body)
    cast = state.get(records.BALLOTS, ballot)
    if cast is not None and isinstance(act.body, dict):
        state.put(records.BALLOTS, replace(cast, void=True))
        state.put(
            records.COMPLAINTS,
            records.Complaint(
                manifest_hash=vote.manifest_hash,
                ballot=ballot,
                index=act.body["index"],
                statement=act.digest,
            ),
        )


def _own(
    view: CaseView, vote: records.Vote, manifest: Manifest, body: Body, persons: set[Id]
) -> bool:
    """Was it signed by one of the persons, or does it name a line of theirs?"""
    if body.signer in persons:
        return True
    for answer in body.answers:
        line = view.get(records.ROLL_LINES, vote.manifest_hash, answer.motion, answer.line)
        if line is not None and persons & set(line.members):
            return True
    return False


def _named(view: CaseView, body: object) -> tuple[records.Vote, Hash]:
    """The vote and the ballot that a complaint names. Raises Malformed, NotFound."""
    if not isinstance(body, dict):
        raise Malformed(what="complaint")
    vote = vote_named(view, Hash(unb64u(body.get("manifest_hash"), 32)))
    ballot = Hash(unb64u(body.get("ballot"), 32))
    if view.get(records.BALLOTS, ballot) is None:
        raise NotFound(what="ballot", id=ballot.hex()[:12])
    return vote, ballot


KIND: Kind[object] = Kind(
    name="ballot.complained",
    version=1,
    body=object,
    roles=frozenset({Role.TRUSTEE}),
    ground="ballot.complained",
    check=check,
    apply=apply,
    zh="监票人 {who} 对一张表决票提出异议，成立，该票作废",
    en="Tally trustee {who} complained of a ballot; upheld, the ballot is void",
    reader=lambda body: body,
)
