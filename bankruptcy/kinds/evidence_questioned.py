"""evidence.questioned@1: cross-examination of evidence, point by point (OLR 14, 15)."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import may_see_claims
from bankruptcy.kinds.refusals import AlreadyThere, NotFound
from bankruptcy.kinds.register import not_withdrawn
from bankruptcy.kinds.schema import Id, Instant, SealedLong
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class PointAsked:
    """What is said of one point; a reason unless it is accepted."""

    point: records.Point
    stance: records.Stance
    reason: SealedLong | None


@dataclass(frozen=True, slots=True)
class Body:
    """points: all four, in the order of `records.Point`."""

    question: Id
    claim: Id
    evidence: Id
    points: tuple[PointAsked, ...]


class PointsIncomplete(Refused):
    """Not each of the four points once, in order, with a reason where one is needed."""

    slug = "points-incomplete"
    category = Category.MALFORMED
    zh = "真实性、合法性、关联性、证明力四项都要选；选“不认可”或“不清楚”要写理由"
    en = (
        "Choose for each of authenticity, lawfulness, relevance and probative force; "
        "“contested” and “unclear” need a reason"
    )


class MayNotSee(Refused):
    """Only who may see the claim may ask, and nobody questions his own evidence."""

    slug = "may-not-question"
    category = Category.FORBIDDEN
    zh = "只有能查看该债权的其他参与人才能质证"
    en = "Only others who may see the claim can cross-examine its evidence"


def check(view: CaseView, act: Act[Body]) -> None:
    """By who may see the claim, of another's evidence, on all four points."""
    body = act.body
    evidence = view.get(records.EVIDENCE, body.evidence)
    if evidence is None or evidence.claim != body.claim:
        raise NotFound(what="evidence", id=body.evidence)
    claim = view.get(records.CLAIMS, body.claim)
    who = act.principal
    own = evidence.by == who or (claim is not None and _is_own(view, claim, who))
    if own or not may_see_claims(view, who, act.received):
        raise MayNotSee()
    if claim is not None:
        not_withdrawn(claim)
    if view.get(records.QUESTIONS, body.question) is not None:
        raise AlreadyThere(what="question", id=body.question)
    if [asked.point for asked in body.points] != list(records.Point):
        raise PointsIncomplete()
    for asked in body.points:
        if (asked.reason is None) != (asked.stance is records.Stance.ACCEPTED):
            raise PointsIncomplete()


def _is_own(view: CaseView, claim: records.Claim, person: Id) -> bool:
    """Is it the person's claim, or one that he states jointly with its creditor?"""
    if claim.creditor == person:
        return True
    filed = view.find(records.CLAIMS, creditor=person)
    return claim.joint is not None and any(other.joint == claim.joint for other in filed)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The question stands with the evidence, its points open but for those accepted."""
    body = act.body
    state.put(
        records.QUESTIONS,
        records.Question(
            question=body.question,
            evidence=body.evidence,
            claim=body.claim,
            by=act.principal,
            asked=Instant(act.received),
            points=tuple(
                records.Questioned(
                    point=asked.point,
                    stance=asked.stance,
                    reason=asked.reason,
                    answer=None,
                    refusal=None,
                )
                for asked in body.points
            ),
        ),
    )


KIND = Kind(
    name="evidence.questioned",
    version=1,
    body=Body,
    roles=frozenset(
        {
            Role.CREDITOR,
            Role.AGENT,
            Role.DEBTOR,
            Role.ADMINISTRATOR,
            Role.COURT,
            Role.COMMITTEE,
        }
    ),
    item=records.Item.CROSS_EXAMINE,
    ground="evidence.questioned",
    check=check,
    apply=apply,
    zh="{who} 对证据 {evidence} 发表质证意见",
    en="{who} cross-examined evidence {evidence}",
    facts=lambda view, body: {"evidence": body.evidence},
)
