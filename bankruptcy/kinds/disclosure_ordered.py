"""disclosure.ordered@1: the court orders that one answer be disclosed to it (protocol 7)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import same_counted
from bankruptcy.kinds.disclosing import counted_answer, implied, to_give
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, TooFewTrustees
from bankruptcy.kinds.schema import Hash, Id, SealedLong, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, manifest_of, vote_named
from ledger.log.statement import Role
from voting.protocol.tally import AnswerKey


@dataclass(frozen=True, slots=True)
class Body:
    """implied: lines of the motion whose answers would follow by subtraction, in order."""

    manifest_hash: Hash
    counted_hash: Hash
    ballot: Hash
    line: Id
    motion: Id
    implied: tuple[Id, ...]
    decision: SealedShort
    reason: SealedLong


def check(view: CaseView, act: Act[Body]) -> None:
    """Of a counted answer, once, after the result, while trustees hold the keys that it takes."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.DECLARED)
    same_counted(vote, body.counted_hash)
    counted_answer(view, vote, _key(body))
    if _key(body) in to_give(view, vote):
        raise AlreadyThere(what="disclosure", id=f"{body.motion} {body.line}")
    manifest = manifest_of(view, vote)
    gone = view.find(records.KEYS_DESTROYED, manifest_hash=body.manifest_hash)
    left = len(manifest.trustees) - len(gone)
    if left < manifest.threshold:
        raise TooFewTrustees(left=left, needed=manifest.threshold)


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The order itself names what it would give away: the court knew it."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    follows = implied(view, vote, counted_answer(view, vote, _key(body)))
    if body.implied != follows:
        raise Disagrees(
            what="implied", stated=", ".join(body.implied) or "-", follows=", ".join(follows) or "-"
        )


def _key(body: Body) -> AnswerKey:
    return bytes(body.ballot), str(body.line), str(body.motion)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The trustees give their shares of it."""
    body = act.body
    state.put(
        records.ORDERED,
        records.DisclosureOrder(
            manifest_hash=body.manifest_hash,
            motion=body.motion,
            line=body.line,
            ballot=body.ballot,
            implied=body.implied,
            statement=act.digest,
        ),
    )


KIND = Kind(
    name="disclosure.ordered",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="disclosure.ordered",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="法院（{who}）裁定向其公开表决权 {line} 对事项 {motion} 的一票",
    en="The court ({who}) ordered that the answer of {line} to {motion} be disclosed to it",
    facts=lambda view, body: {"line": body.line, "motion": body.motion},
)
