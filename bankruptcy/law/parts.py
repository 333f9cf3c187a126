"""Claims as parts: what the ledger commits to, and what every roll is summed from.

An admitted claim stands on the ledger as parts of one nature each, each under a commitment of
its own (protocol 2). The partition here is the canonical one and fine enough that under every
value of every switch a line's amount is a sum of whole parts. What a stranger knows of a claim
is `Claim`: its facts, and parts whose amounts may be unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from bankruptcy.law.pack import RulePack
from bankruptcy.law.register import (
    CorrectWeight,
    Nature,
    Order,
    Recourse,
    Row,
    Security,
    SetOff,
    Split,
    Status,
)


class PartNature(Enum):
    """The nature of a part; of a secured claim the covered part and the rest are two."""

    ORDINARY = "ordinary"
    TAX = "tax"
    EMPLOYEE = "employee"
    SOCIAL = "social"
    EQUITY = "equity"
    SECURED = "secured"
    DEFICIENCY = "deficiency"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one claim. `amount` > 0, None where only its commitment is known.

    `until`: the part is set off and counts only before that day.
    """

    id: str
    nature: PartNature
    amount: int | None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """An amount set for voting in place of the checked one; no parts = an amount of 0.

    `items`: the matters it covers, None = all. `ground`: why it stands.
    """

    items: tuple[str, ...] | None
    parts: tuple[Part, ...]
    ground: str = "vote.provisional"

    def covers(self, matter: str | None) -> bool:
        return self.items is None or matter in self.items


@dataclass(frozen=True, slots=True)
class Claim:
    """The facts of one register row that decide about votes, without its amounts.

    `parts`: as checked; `ordered`: what courts have set, in order of time (the last that covers
    a matter counts).
    """

    creditor: str
    claim: str
    filed: bool
    withdrawn: bool
    nature: Nature
    parts: tuple[Part, ...]
    checked_on: date | None = None
    ordered: tuple[Ordered, ...] = ()
    waived: bool = False
    deficiency_fixed: bool = False
    joint_group: str | None = None
    split_of: Split | None = None
    recourse: Recourse | None = None
    related: bool = False

    def standing(self, part: Part) -> str:
        """As what a part stands in the rule's table of seats."""
        if part.nature not in (PartNature.SECURED, PartNature.DEFICIENCY):
            return str(part.nature.value)
        if self.waived:
            return "waived"
        if part.nature is PartNature.SECURED:
            return "secured"
        return "deficiency" if self.deficiency_fixed else "estimated"


def partition(
    amount: int,
    nature: Nature,
    security: Security | None = None,
    set_off: SetOff | None = None,
    prefix: str = "",
) -> tuple[Part, ...]:
    """The disjoint parts of an amount ≥ 0; they sum to it, and none is 0.

    A set-off first eats the deficiency, then what the collateral covers, as if the lower claim
    had been secured by the same collateral.
    """
    cover = amount if security is None else min(amount, security.collateral_value)
    taken = 0 if set_off is None else min(amount, set_off.amount)
    left = amount - taken
    kept = left if security is None else min(left, security.collateral_value)
    main = PartNature(nature.value)
    until = None if set_off is None else set_off.effective_from
    wanted = (
        Part(prefix + main.value, main, kept),
        Part(f"{prefix}{main.value}.set-off", main, cover - kept, until),
        Part(prefix + PartNature.DEFICIENCY.value, PartNature.DEFICIENCY, left - kept),
        Part(
            f"{prefix}{PartNature.DEFICIENCY.value}.set-off",
            PartNature.DEFICIENCY,
            amount - cover - (left - kept),
            until,
        ),
    )
    return tuple(part for part in wanted if part.amount)


def parts_of(row: Row) -> tuple[Part, ...]:
    """The canonical parts of a row's checked amount; none while it is rejected or deferred."""
    if row.status in (Status.REJECTED, Status.DEFERRED) or not row.admitted:
        return ()
    return partition(row.admitted, row.nature, row.security, row.set_off)


def claim_of(pack: RulePack, row: Row, orders: Iterable[Order] = ()) -> Claim:
    """A row, with the orders about its amount (in order of time), as a claim with amounts.

    An amount set by a court is the whole voting amount: no set-off is taken from it again.
    """
    ordered: list[Ordered] = []
    if row.unliquidated is not None and pack.unliquidated is not None:
        value = row.unliquidated.chair_value
        put = partition(
            pack.unliquidated if value is None else value, row.nature, row.security, None, "put."
        )
        ordered.append(Ordered(None, put, "vote.unliquidated"))
    if row.provisional is not None:
        amount = row.provisional.amount
        set_ = partition(amount, row.nature, row.security, None, "provisional.")
        ordered.append(Ordered(row.provisional.items, set_))
    for number, order in enumerate(o for o in orders if isinstance(o, CorrectWeight)):
        if order.claim == row.claim:
            prefix = f"order-{number + 1}."
            parts = partition(order.amount, row.nature, row.security, None, prefix)
            ordered.append(Ordered(order.items, parts))
    return Claim(
        creditor=row.creditor,
        claim=row.claim,
        filed=row.filed is not None or row.nature.value in pack.need_not_file,
        withdrawn=row.status is Status.WITHDRAWN,
        nature=row.nature,
        parts=parts_of(row),
        checked_on=row.admitted_on,
        ordered=tuple(ordered),
        waived=row.security is not None and row.security.waived,
        deficiency_fixed=row.security is not None and row.security.deficiency_fixed,
        joint_group=row.joint_group,
        split_of=row.split_of,
        recourse=row.recourse,
        related=row.related_party,
    )
