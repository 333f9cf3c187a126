"""voting.voided@1: a vote is void and is held again (protocol 7; EBL 64(2))."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.counting import too_few_by
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import Disagrees, NotNow
from bankruptcy.kinds.schema import Hash, SealedLong, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, vote_named
from ledger.log.statement import Role


class Cause(Enum):
    """Why a vote is void."""

    TOO_FEW_TRUSTEES = "too_few_trustees"
    """Too few could give their sums by the day the court set; the clerk says it."""
    ORDERED = "ordered"
    """The court so ordered."""


@dataclass(frozen=True, slots=True)
class Body:
    """decision, reason: the court's; null where the cause follows from the record."""

    manifest_hash: Hash
    cause: Cause
    decision: SealedShort | None
    reason: SealedLong | None


def check(view: CaseView, act: Act[Body]) -> None:
    """By the clerk where it follows, by the court with its decision and reason, once.

    The court may also set aside a result that was declared; keys and boxes of the vote stay as
    they are, and nothing of it counts.
    """
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, *(stage for stage in records.Stage if stage is not records.Stage.VOIDED))
    follows = Cause.ORDERED if act.role is Role.COURT else Cause.TOO_FEW_TRUSTEES
    if body.cause is not follows:
        raise Disagrees(what="cause", stated=body.cause.value, follows=follows.value)
    reasoned = body.decision is not None and body.reason is not None
    bare = body.decision is None and body.reason is None
    if not (reasoned if follows is Cause.ORDERED else bare):
        raise Disagrees(what="decision, reason", stated=reasoned, follows=follows.value)
    if follows is Cause.TOO_FEW_TRUSTEES and not too_few_by(view, vote, act.received):
        raise NotNow(what="tally.deadline_set")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The vote is void; the next one of the meeting takes fresh keys of its trustees."""
    vote = vote_named(state, act.body.manifest_hash)
    voided = replace(vote, stage=records.Stage.VOIDED, voided=act.digest)
    state.put(records.VOTES, voided)
    for key in state.find(records.TRUSTEE_KEYS, meeting=vote.meeting):
        state.put(records.TRUSTEE_KEYS, replace(key, spent=True))


KIND = Kind(
    name="voting.voided",
    version=1,
    body=Body,
    roles=frozenset({Role.CLERK, Role.COURT}),
    ground="voting.voided",
    check=check,
    apply=apply,
    zh="本次表决作废（{cause}），须重新表决",
    en="The vote is void ({cause}) and is to be held again",
    facts=lambda view, body: {"cause": body.cause.value},
)
