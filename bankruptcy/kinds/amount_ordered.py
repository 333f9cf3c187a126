"""amount.ordered@1: the court sets an amount for voting (EBL 59(2))."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.admission import Admitted, check_amounts, check_parts
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import NotFound
from bankruptcy.kinds.schema import Code, Committed, Id, SealedLong, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.law.register import Nature
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

PREFIX = "provisional."


@dataclass(frozen=True, slots=True)
class Body:
    """matters: for which it holds, None for all. parts: empty where the amount is zero."""

    claim: Id
    line: Id
    matters: tuple[Code, ...] | None
    amount: Committed
    security: records.Security | None
    parts: tuple[records.Part, ...]
    decision: SealedShort
    reason: SealedLong


class MattersWrong(Refused):
    """An empty list of matters, which would hold for nothing, or one that stands twice."""

    slug = "matters-wrong"
    category = Category.MALFORMED
    zh = "适用事项至少写一项且不得重复；适用于全部事项时留空（null）"
    en = "Name at least one matter, each once; null where the amount holds for all"


def check(view: CaseView, act: Act[Body]) -> None:
    """For a line that stands, in parts that fit its nature, for matters that the law knows."""
    body = act.body
    nature = _nature(view, body)
    matters = body.matters
    if matters is not None and (not matters or len(set(matters)) != len(matters)):
        raise MattersWrong()
    for matter in matters or ():
        view.pack.matter(matter)
    check_parts(_admitted(body, nature))


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """The parts are the law's partition of the amount."""
    given = _admitted(act.body, _nature(view, act.body))
    check_amounts(view, given, view.amount(act.body.amount))


def apply(state: CaseState, act: Act[Body]) -> None:
    """The last order for a line counts."""
    body = act.body
    state.put(
        records.PROVISIONAL,
        records.Provisional(
            claim=body.claim,
            line=body.line,
            matters=body.matters,
            parts=body.parts,
            amount=body.amount,
            security=body.security,
            statement=act.digest,
        ),
    )


def _nature(view: CaseView, body: Body) -> Nature:
    claim = view.get(records.CLAIMS, body.claim)
    for line in () if claim is None else claim.lines:
        if line.line == body.line and line.status is not records.Status.WITHDRAWN:
            return line.nature
    raise NotFound(what="line", id=f"{body.claim}.{body.line}")


def _admitted(body: Body, nature: Nature) -> Admitted:
    return Admitted(body.claim, body.line, nature, body.security, body.parts, PREFIX)


KIND = Kind(
    name="amount.ordered",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="amount.ordered",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="法院（{who}）为债权 {claim} 第 {line} 项临时确定债权额",
    en="The court ({who}) set a provisional amount for line {line} of claim {claim}",
    facts=lambda view, body: {"claim": body.claim, "line": body.line},
)
