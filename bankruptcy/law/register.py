"""Register rows (债权表) with their amounts, and the court's orders that bear on a vote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from bankruptcy.law.reading import Members, day, moment, optional_amount
from ledger.log.encoding import parse_amount
from ledger.log.errors import Malformed


class Nature(Enum):
    """What a claim is by its rank."""

    ORDINARY = "ordinary"
    TAX = "tax"
    EMPLOYEE = "employee"
    SOCIAL = "social"
    SECURED = "secured"
    EQUITY = "equity"


class Status(Enum):
    """How the administrator has checked a claim."""

    ADMITTED = "admitted"
    PARTLY = "partly"
    DISPUTED = "disputed"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    WITHDRAWN = "withdrawn"


class Scope(Enum):
    """What an order that excludes a related creditor leaves in the base."""

    BOTH_SIDES = "both_sides"
    VOTE_ONLY = "vote_only"


@dataclass(frozen=True, slots=True)
class Provisional:
    """An amount set by the court for voting; `items`: the matters it covers, None = all."""

    amount: int
    items: tuple[str, ...] | None
    decision: str


@dataclass(frozen=True, slots=True)
class Security:
    """Security on property of the debtor; `deficiency_fixed`: the uncovered part is settled."""

    collateral_value: int
    waived: bool
    deficiency_fixed: bool


@dataclass(frozen=True, slots=True)
class Split:
    """The original claim of which this is a part, and the day it was split."""

    claim: str
    on: date


@dataclass(frozen=True, slots=True)
class Assigned:
    """The previous holder and the day of the assignment."""

    creditor: str
    on: date


@dataclass(frozen=True, slots=True)
class Recourse:
    """Recourse of a guarantor or co-debtor for another's claim."""

    for_claim: str
    paid: bool


@dataclass(frozen=True, slots=True)
class SetOff:
    """A set-off that lowers the amount on and after `effective_from`."""

    amount: int
    effective_from: date


@dataclass(frozen=True, slots=True)
class Unliquidated:
    """A debt not liquidated; `chair_value`: what the chair put on it."""

    chair_value: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the register. Amounts in fen (or the case's smallest unit), None = none."""

    creditor: str
    claim: str
    nature: Nature
    filed: int | None
    filed_late: bool
    admitted: int | None
    admitted_on: date | None
    status: Status
    provisional: Provisional | None = None
    security: Security | None = None
    joint_group: str | None = None
    assigned_from: Assigned | None = None
    split_of: Split | None = None
    recourse: Recourse | None = None
    related_party: bool = False
    set_off: SetOff | None = None
    conditional: bool = False
    unmatured: bool = False
    unliquidated: Unliquidated | None = None

    @classmethod
    def decode(cls, value: object) -> Row:
        """From a row of concursus-rolls/1. Raises Malformed."""
        members = Members(value, "register row")
        joint, on = members.take("joint_group"), members.take("admitted_on")
        try:
            row = cls(
                creditor=members.text("creditor"),
                claim=members.text("claim"),
                nature=Nature(members.text("nature")),
                filed=optional_amount(members.take("filed")),
                filed_late=members.flag("filed_late"),
                admitted=optional_amount(members.take("admitted")),
                admitted_on=None if on is None else day(on),
                status=Status(members.text("status")),
                provisional=_provisional(members.take("provisional")),
                security=_security(members.take("security")),
                joint_group=None if joint is None else str(joint),
                assigned_from=_assigned(members.take("assigned_from")),
                split_of=_split(members.take("split_of")),
                recourse=_recourse(members.take("recourse")),
                related_party=members.flag("related_party"),
                set_off=_set_off(members.take("set_off")),
                conditional=members.flag("conditional"),
                unmatured=members.flag("unmatured"),
                unliquidated=_unliquidated(members.take_or("unliquidated", None)),
            )
        except ValueError as error:
            raise Malformed(what="register row") from error
        members.done()
        if (row.nature is Nature.SECURED) != (row.security is not None):
            raise Malformed(what=f"security of claim {row.claim}")
        return row


@dataclass(frozen=True, slots=True)
class CorrectWeight:
    """The court sets the amount for voting of one claim."""

    claim: str
    amount: int
    items: tuple[str, ...] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ExcludeRelated:
    """The court excludes a related creditor from voting (open point P9)."""

    creditor: str
    scope: Scope
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderSmallGroup:
    """The court lets ordinary claims up to and including an amount vote in a group of their own."""

    upto: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Designate:
    """The court designates a vote as not in good faith (US law)."""

    creditor: str
    at: datetime


Order = CorrectWeight | ExcludeRelated | OrderSmallGroup | Designate


def decode_order(value: object) -> Order:
    """From an order of concursus-rolls/1. Raises Malformed."""
    members = Members(value, "order")
    kind, at = members.text("kind"), moment(members.take("at"))
    order: Order
    if kind == "correct_weight":
        amount = parse_amount(members.take("amount"))
        order = CorrectWeight(members.text("claim"), amount, _items(members.take("items")), at)
    elif kind == "exclude_related":
        try:
            scope = Scope(members.text("scope"))
        except ValueError as error:
            raise Malformed(what="scope of an order") from error
        order = ExcludeRelated(members.text("creditor"), scope, at)
    elif kind == "small_group":
        order = OrderSmallGroup(parse_amount(members.take("upto")), at)
    elif kind == "designate":
        order = Designate(members.text("creditor"), at)
    else:
        raise Malformed(what=f"order {kind}")
    members.done()
    return order


def _items(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Malformed(what="items of an order")
    return tuple(value)


def _provisional(value: object) -> Provisional | None:
    if value is None:
        return None
    members = Members(value, "provisional amount")
    found = Provisional(
        parse_amount(members.take("amount")),
        _items(members.take("items")),
        members.text("decision"),
    )
    members.done()
    return found


def _security(value: object) -> Security | None:
    if value is None:
        return None
    members = Members(value, "security")
    found = Security(
        parse_amount(members.take("collateral_value")),
        members.flag("waived"),
        members.flag("deficiency_fixed"),
    )
    members.done()
    return found


def _assigned(value: object) -> Assigned | None:
    if value is None:
        return None
    members = Members(value, "assignment")
    found = Assigned(members.text("creditor"), day(members.take("on")))
    members.done()
    return found


def _split(value: object) -> Split | None:
    if value is None:
        return None
    members = Members(value, "split")
    found = Split(members.text("claim"), day(members.take("on")))
    members.done()
    return found


def _recourse(value: object) -> Recourse | None:
    if value is None:
        return None
    members = Members(value, "recourse")
    found = Recourse(members.text("for_claim"), members.flag("paid"))
    members.done()
    return found


def _set_off(value: object) -> SetOff | None:
    if value is None:
        return None
    members = Members(value, "set-off")
    found = SetOff(parse_amount(members.take("amount")), day(members.take("effective_from")))
    members.done()
    return found


def _unliquidated(value: object) -> Unliquidated | None:
    if value is None:
        return None
    members = Members(value, "unliquidated debt")
    found = Unliquidated(optional_amount(members.take("chair_value")))
    members.done()
    return found
