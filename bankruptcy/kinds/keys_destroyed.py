"""keys.destroyed@1: a trustee has destroyed his key, the result being final (protocol 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.disclosing import waiting_for
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, NotNow
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, trustee_index, vote_named
from bankruptcy.law.periods import china, period
from ledger.log.encoding import format_instant
from ledger.log.statement import Role

CHALLENGE: Final = "D10"
"""The period in which a creditor may apply for annulment (EBL 64(2))."""


@dataclass(frozen=True, slots=True)
class Body:
    """index: of the trustee who says so."""

    manifest_hash: Hash
    index: int


def final_from(view: CaseView, vote: records.Vote) -> datetime | None:
    """From when a declared result is final: its period of challenge is over; None: no result."""
    result = view.get(records.RESULTS, vote.manifest_hash)
    if result is None:
        return None
    declared = view.pack.day_of(result.declared)
    return period(view.pack, china(), view.pack.period(CHALLENGE), declared).ends_before


def check(view: CaseView, act: Act[Body]) -> None:
    """Once, of a final or void vote, with every answer given that the court ordered disclosed."""
    body = act.body
    vote = vote_named(view, body.manifest_hash)
    trustee_index(view, vote, body.index, act.by)
    at_stage(vote, records.Stage.DECLARED, records.Stage.VOIDED)
    if view.get(records.KEYS_DESTROYED, body.manifest_hash, body.index) is not None:
        raise AlreadyThere(what="keys.destroyed", id=str(body.index))
    if vote.stage is records.Stage.VOIDED:
        return
    final = final_from(view, vote)
    if final is not None and act.received < final:
        raise NotNow(what=format_instant(final))
    if waiting_for(view, vote, body.index):
        raise NotNow(what="disclosure.given")


def apply(state: CaseState, act: Act[Body]) -> None:
    """The trustee can open nothing of this vote any more."""
    body = act.body
    state.put(
        records.KEYS_DESTROYED,
        records.KeyDestroyed(
            manifest_hash=body.manifest_hash, index=body.index, statement=act.digest
        ),
    )


KIND = Kind(
    name="keys.destroyed",
    version=1,
    body=Body,
    roles=frozenset({Role.TRUSTEE}),
    ground="keys.destroyed",
    check=check,
    apply=apply,
    zh="监票人 {who} 已销毁本次表决的私钥",
    en="Tally trustee {who} has destroyed the key of this vote",
)
