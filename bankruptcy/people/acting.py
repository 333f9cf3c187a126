"""For whom a visitor may act: for himself, and as agent for his principals, item by item.

Shown by components/acting.html, read by claims/acting.ts; what is done in another's name is decided
by the rules (bankruptcy.kinds.people).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bankruptcy.cases.reading import Reader
from bankruptcy.kinds import people as rules
from bankruptcy.kinds.records import Item
from bankruptcy.kinds.schema import Id
from bankruptcy.people.access import Access
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Capacity:
    """Acting for somebody in a role. name: the principal's; "" for the visitor himself."""

    role: Role
    person: Id
    name: str

    @property
    def own(self) -> bool:
        return self.role is not Role.AGENT


def capacities(
    access: Access,
    item: Item,
    own: Role | None,
    may: Callable[[Id], bool] = lambda principal: True,
) -> tuple[Capacity, ...]:
    """Himself, if he has the role `own` for it, then his principals whose authority covers it.

    may: whether it can be done for this principal at all.
    """
    mine = () if own is None else (Capacity(own, access.pseudonym, ""),)
    return (*mine, *(one for one in principals(access, item) if may(one.person)))


def principals(access: Access, item: Item | None = None) -> tuple[Capacity, ...]:
    """For whom the visitor acts as agent now, by name; with `item`, for whom he may do this."""
    held = rules.authorities_of(access.view, access.pseudonym, access.now)
    found = {one.principal for one in held if item is None or item in one.items}
    if not found:
        return ()
    names = Reader(access.view).names()
    return tuple(
        Capacity(Role.AGENT, principal, names.get(principal, principal))
        for principal in sorted(found, key=lambda one: names.get(one, one))
    )


def in_header(access: Access) -> tuple[Sequence[str], int]:
    """Names for the page's header: at most two, and how many principals there are besides."""
    if Role.AGENT not in access.roles:
        return (), 0
    found = [one.name for one in principals(access)]
    return found[:2], len(found[2:])
