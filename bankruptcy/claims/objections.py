"""Objections to a claim's lines, with the last day for them, as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bankruptcy.cases.reading import Reader
from bankruptcy.claims import words
from bankruptcy.claims.queries import Claims, ClaimShown
from bankruptcy.kinds import records
from bankruptcy.kinds.people import is_creditor
from bankruptcy.kinds.register import objection_period, period_over
from bankruptcy.kinds.schema import Id
from bankruptcy.people.access import Access
from bankruptcy.people.acting import capacities
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class ObjectionShown:
    """An objection with its answer; texts are "" where they are not at hand."""

    record: records.Objection
    line: int
    """Number of the line in its claim."""
    who: str
    claim_name: str
    basis: str
    reason: str
    outcome: words.Word | None
    answer: str


@dataclass(frozen=True, slots=True)
class Period:
    """Until when one may object to a line: last day (None: it has not begun), and whether it is
    over, so that a line nobody objected to is taken as agreed to."""

    id: str
    number: int
    last: date | None
    over: bool
    deemed: bool
    published: bool


def of_row(access: Access, claim: records.Claim, line_id: str) -> dict[str, object]:
    """How many objections there are to a row of the register, and until when one may object."""
    line = next(one for one in claim.lines if one.line == line_id)
    shown = _period(access, claim, line, 0)
    found = to_line(access, claim.claim, line_id)
    return {
        "objections": len(found),
        "unanswered": sum(one.outcome is None for one in found),
        "object_by": shown.last if shown.published and not shown.over else None,
        "objected_over": shown.published and shown.over,
    }


def to_line(access: Access, claim: Id, line: str) -> Sequence[records.Objection]:
    """The objections to a line."""
    found = access.view.find(records.OBJECTIONS, claim=claim)
    return [one for one in found if one.line == line]


def of_claim(access: Access, claims: Claims, shown: ClaimShown) -> dict[str, object]:
    """What the claim's page shows of objections."""
    found = access.view.find(records.OBJECTIONS, claim=Id(shown.id))
    numbers = {line.line: i for i, line in enumerate(shown.record.lines, 1)}
    periods = [
        _period(access, shown.record, line, numbers[line.line]) for line in shown.record.standing
    ]
    role = next((r for r in (Role.CREDITOR, Role.DEBTOR) if r in access.roles), None)
    objectors = capacities(
        access, records.Item.OBJECT, role, lambda one: is_creditor(access.view, one)
    )
    return {
        "objections": [
            shown_objection(access, claims, one) for one in sorted(found, key=lambda o: o.raised)
        ],
        "periods": periods,
        "may_object": objectors if any(p.published for p in periods) else (),
    }


def shown_objection(access: Access, claims: Claims, one: records.Objection) -> ObjectionShown:
    """An objection in words."""
    reader = Reader(access.view)
    claim = access.view.get(records.CLAIMS, one.claim)
    lines = [] if claim is None else [line.line for line in claim.lines]
    return ObjectionShown(
        record=one,
        line=lines.index(one.line) + 1 if one.line in lines else 0,
        who=claims.who(one.by),
        claim_name="" if claim is None else reader.shown(claim.name) or claim.creditor,
        basis=reader.shown(one.basis),
        reason=reader.shown(one.reason),
        outcome=None if one.outcome is None else words.OUTCOMES[one.outcome],
        answer=reader.shown(one.answer),
    )


def _period(access: Access, claim: records.Claim, line: records.ClaimLine, number: int) -> Period:
    period = objection_period(access.view, line)
    over = period_over(access.view, line, access.now)
    objected = any(not one.late for one in to_line(access, claim.claim, line.line))
    return Period(
        id=line.line,
        number=number,
        last=None if period is None else period.last_day,
        over=over,
        deemed=over and not objected,
        published=access.view.get(records.REGISTERS, line.version) is not None,
    )
