"""creditor.excluded@1: the court excludes a related creditor from voting (domain A.4, P9).

Not in the format's list of kinds. The EBL has no rule of recusal; where the case leaves it to the
court, the order names the creditor, and the rolls fixed after it follow.
"""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.electorate import settings_of
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import is_creditor, may_act_on_case
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Id, Instant, SealedLong, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.law.meeting_rules import may_exclude
from bankruptcy.law.register import Scope
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """scope: does the amount leave the whole too, or stay in it without a vote?"""

    creditor: Id
    scope: Scope
    decision: SealedShort
    reason: SealedLong


class ExclusionNotProvided(Refused):
    """The case counts related creditors and discloses them (P9)."""

    slug = "exclusion-not-provided"
    category = Category.CONFLICT
    zh = "本案规则为关联债权人照常表决并予披露（开放问题 P9），没有排除表决权的安排"
    en = (
        "In this case related creditors vote and are disclosed (open point P9); nobody is "
        "excluded by order"
    )


class ScopeNotOffered(Refused):
    """A roll has no place for an amount that counts in the whole and that nobody votes."""

    slug = "scope-not-offered"
    category = Category.CONFLICT
    zh = "名单格式容纳不了计入总额而不参加表决的债权额；现只能裁定其债权额一并不计入总额"
    en = (
        "A roll has no place for an amount that counts in the whole without a vote; an order can "
        "only leave the amount out of the whole as well"
    )


def check(view: CaseView, act: Act[Body]) -> None:
    """A creditor with a claim that stands, in a case whose rules leave it to the court."""
    may_act_on_case(view)
    if not may_exclude(settings_of(view)):
        raise ExclusionNotProvided()
    if not is_creditor(view, act.body.creditor):
        raise NotFound(what="creditor", id=act.body.creditor)
    if act.body.scope is Scope.VOTE_ONLY:
        raise ScopeNotOffered()


def apply(state: CaseState, act: Act[Body]) -> None:
    """The last order about a creditor counts; rolls that are fixed already stay as they are."""
    state.put(
        records.EXCLUSIONS,
        records.Exclusion(
            creditor=act.body.creditor,
            scope=act.body.scope,
            ordered=Instant(act.received),
            statement=act.digest,
        ),
    )


KIND = Kind(
    name="creditor.excluded",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="creditor.excluded",
    check=check,
    apply=apply,
    zh="法院（{who}）决定关联债权人 {creditor} 不参加表决",
    en="The court ({who}) excluded the related creditor {creditor} from voting",
    facts=lambda view, body: {"creditor": body.creditor},
)
