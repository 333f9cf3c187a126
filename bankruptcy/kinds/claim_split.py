"""claim.split@1: which claims are parts of one, split after the acceptance (domain A.2 no. 15, P8).

Not in the format's list of kinds. Splitting one claim among several holders can make heads; whether
it does is the open point P8, and the roll can follow its answer only where the split is on record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.claim_filed import MAX_UNIT, check_id, is_unit
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import may_act_on_case
from bankruptcy.kinds.refusals import AlreadyThere, NotFound
from bankruptcy.kinds.schema import Id, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

MAX_PARTS = 50


@dataclass(frozen=True, slots=True)
class Body:
    """original: the claim that was split, filed here or not; on: the day of the assignment."""

    original: Id
    on: date
    claims: tuple[Id, ...]
    reason: SealedLong


class PartsOfSplitWrong(Refused):
    """No part, too many, or one that stands twice."""

    slug = "split-parts"
    category = Category.MALFORMED
    zh = "拆分后的债权应写明 1 至 50 项，且不得重复"
    en = "Name between 1 and 50 parts of the split claim, each once"


class SplitDay(Refused):
    """Not between the day after the acceptance and today. Facts: `first`, `last`."""

    slug = "split-day"
    zh = "拆分日期不早于受理次日 {first}，不晚于今天 {last}；受理时或之前转让的不算拆分"
    en = (
        "The day of the split must be from {first}, the day after the acceptance, to {last}, "
        "today; what was assigned before makes no split"
    )


class SplitUnit(Refused):
    """The original's id already names a creditor or a group of joint creditors. Fact: `id`."""

    slug = "split-unit"
    zh = "“{id}”已是当事人或连带债权组的编号，不能作为原债权的编号"
    en = "“{id}” already names a person or a group of joint creditors, not a claim that was split"


class SplitJoint(Refused):
    """Joint creditors are one voting unit already (EBL 50). Fact: `claim`."""

    slug = "split-joint"
    zh = "债权 {claim} 属于连带债权组，已是一个表决单位"
    en = "Claim {claim} is stated by joint creditors, who are one voting unit already"


def check(view: CaseView, act: Act[Body]) -> None:
    """After the acceptance, of claims that stand and belong to no other unit."""
    may_act_on_case(view)
    body = act.body
    check_id(body.original, MAX_UNIT)
    if not 0 < len(body.claims) <= MAX_PARTS or len(set(body.claims)) != len(body.claims):
        raise PartsOfSplitWrong()
    _check_day(view, act)
    if is_unit(view, body.original):
        raise SplitUnit(id=body.original)
    for name in body.claims:
        claim = view.get(records.CLAIMS, name)
        if claim is None or not claim.standing:
            raise NotFound(what="claim", id=name)
        if claim.joint is not None:
            raise SplitJoint(claim=name)
        if view.get(records.SPLITS, name) is not None:
            raise AlreadyThere(what="split", id=name)


def _check_day(view: CaseView, act: Act[Body]) -> None:
    file, today = records.case_file(view), view.pack.day_of(act.received)
    accepted = None if file is None else file.accepted
    first = today if accepted is None else accepted + timedelta(days=1)
    if not first <= act.body.on <= today:
        raise SplitDay(first=first.isoformat(), last=today.isoformat())


def apply(state: CaseState, act: Act[Body]) -> None:
    """Each part is known as one; rolls that are fixed already stay as they are."""
    for claim in act.body.claims:
        state.put(
            records.SPLITS,
            records.SplitClaim(
                claim=claim, original=act.body.original, on=act.body.on, statement=act.digest
            ),
        )


KIND = Kind(
    name="claim.split",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR}),
    ground="claim.split",
    check=check,
    apply=apply,
    zh="{who} 记明 {parts} 项债权由原债权 {original} 拆分转让而来（{on}）",
    en="{who} noted that {parts} claim(s) are parts of claim {original}, split on {on}",
    facts=lambda view, body: {
        "parts": len(body.claims),
        "original": body.original,
        "on": body.on.isoformat(),
    },
)
