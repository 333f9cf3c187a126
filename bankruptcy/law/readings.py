"""Other readings of the open points, and what each would change in a roll (domain A.4).

A reading gives one switch another value and leaves the rest as the case has them. Where it would
change the weight of cast ballots, the lines that it would change are named here, with their parts
before and after; what that means for a result, `sensitivity` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bankruptcy.law.model import Effect, Switches, SwitchValue
from bankruptcy.law.motion import Motion, Times
from bankruptcy.law.pack import RulePack
from bankruptcy.law.parts import Claim
from bankruptcy.law.register import ExcludeRelated, Order, Scope
from bankruptcy.law.roll import PartRef, Roll, roll, seat_of, unit_of

RELATED = "P9"
SPLIT = "P8"
BY_ORDER = "excluded_by_court_order"


@dataclass(frozen=True, slots=True)
class Reading:
    """One switch with another value.

    `label` spells what differs: the value; `+` or `-` and the item of a list; for related
    creditors the value and the scope that an order could have. `scope`: of an order that
    excludes every related creditor, which is what this reading of P9 supposes.
    """

    switch: str
    label: str
    value: SwitchValue
    effect: Effect
    scope: Scope | None = None

    def switches(self, settings: Switches) -> Switches:
        """The case's switches under this reading."""
        return {**settings, self.switch: self.value}

    def orders(
        self, made: Sequence[Order], claims: Iterable[Claim], at: datetime
    ) -> tuple[Order, ...]:
        """The orders in force under this reading."""
        if self.scope is None:
            return tuple(made)
        related = sorted({claim.creditor for claim in claims if claim.related})
        return (*made, *(ExcludeRelated(creditor, self.scope, at) for creditor in related))


@dataclass(frozen=True, slots=True)
class Place:
    """What a unit has in a class: its head, the parts that it votes, and those it does not."""

    heads: int = 0
    parts: tuple[PartRef, ...] = ()
    base: tuple[PartRef, ...] = ()


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Moved:
    """A line that a reading changes: its place under the case's switches, and under the reading."""

    line: str
    cls: str
    before: Place
    after: Place


def readings(pack: RulePack, switches: Switches | None = None) -> tuple[Reading, ...]:
    """Every other reading of the pack's open points that could change a count. Raises BadSwitch."""
    settings = pack.settings(switches)
    found: list[Reading] = []
    for switch in pack.switches.values():
        taken = settings[switch.id]
        if switch.effect is Effect.NONE:
            continue
        if isinstance(taken, tuple):
            for item in switch.values:
                if item in switch.settled:
                    continue
                held = item in taken
                value = tuple(v for v in switch.values if (v in taken) is not (v == item))
                label = f"{'-' if held else '+'}{item}"
                found.append(Reading(switch.id, label, value, switch.effect))
            continue
        for other in switch.values:
            if switch.id == RELATED and other == BY_ORDER:
                found.extend(
                    Reading(switch.id, f"{other}/{scope.value}", other, switch.effect, scope)
                    for scope in Scope
                )
            elif other != taken:
                found.append(Reading(switch.id, other, other, switch.effect))
    return tuple(found)


def moved(
    pack: RulePack,
    motion: Motion,
    claims: Sequence[Claim],
    switches: Switches | None,
    orders: Sequence[Order],
    times: Times,
    reading: Reading,
) -> tuple[Moved, ...]:
    """The lines that a reading changes in the roll of a motion, in order of line.

    Only units that have a claim which the reading sees otherwise are looked at: the others' lines
    are the same. Raises what `roll` raises.
    """
    settings = pack.settings(switches)
    other = pack.settings(reading.switches(settings))
    made = reading.orders(orders, claims, times.record)
    rule = pack.rule(motion.rule)
    standings = frozenset(
        s for s in rule.seats if seat_of(rule, s, settings) != seat_of(rule, s, other)
    )
    units = {
        unit_of(claim, read, times)
        for claim in claims
        if _seen_otherwise(claim, reading, standings)
        for read in (settings, other)
    }
    if not units:
        return ()
    # A guarantor's future recourse depends on another's claim (EBL 51(2)).
    named = {
        c.recourse.for_claim for c in claims if c.recourse and unit_of(c, settings, times) in units
    }
    some = [
        claim
        for claim in claims
        if claim.claim in named
        or unit_of(claim, settings, times) in units
        or unit_of(claim, other, times) in units
    ]
    before = _places(roll(pack, motion, some, settings, orders, times))
    after = _places(roll(pack, motion, some, other, made, times))
    return tuple(
        Moved(f"{unit}.{cls}", cls, was, becomes)
        for unit, cls in sorted(before.keys() | after.keys())
        if (was := before.get((unit, cls), NOWHERE)) != (becomes := after.get((unit, cls), NOWHERE))
    )


def _seen_otherwise(claim: Claim, reading: Reading, standings: frozenset[str]) -> bool:
    if reading.switch == RELATED:
        return claim.related
    if reading.switch == SPLIT:
        return claim.split_of is not None
    if not standings:
        return False
    parts = (*claim.parts, *(part for ordered in claim.ordered for part in ordered.parts))
    return any(claim.standing(part) in standings for part in parts)


def _places(found: Roll) -> Mapping[tuple[str, str], Place]:
    places = {(x.unit, x.cls): Place(x.heads, x.parts) for x in found.lines}
    for x in found.base_only:
        voting = places.get((x.unit, x.cls), NOWHERE)
        places[x.unit, x.cls] = Place(voting.heads, voting.parts, x.parts)
    return places
