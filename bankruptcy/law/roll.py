"""The roll of a motion: who votes in which class, with which parts of which claims, and why.

It follows from the facts of the claims, the court's orders, the switches and the pack, without
the amounts: an outsider who holds only commitments computes the same lines. Only a group of
small claims, and totals, need amounts (`AmountNeeded`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bankruptcy.law.errors import AmountNeeded, NoAuthority, NotOnRoll
from bankruptcy.law.model import Rule, Seat, Switches
from bankruptcy.law.motion import Motion, Plan, Times
from bankruptcy.law.pack import RulePack
from bankruptcy.law.parts import Claim, Ordered, Part, claim_of
from bankruptcy.law.register import Designate, ExcludeRelated, Order, OrderSmallGroup, Row, Scope

__all__ = [
    "Exclusion",
    "Line",
    "Motion",
    "PartRef",
    "Plan",
    "Roll",
    "Times",
    "Total",
    "admit",
    "roll",
    "roll_of_rows",
    "seat_of",
    "unit_of",
]


@dataclass(frozen=True, slots=True, order=True)
class PartRef:
    """A part of a claim, by the ids that both have."""

    claim: str
    part: str


@dataclass(frozen=True, slots=True)
class Line:
    """One vote: a unit in a class.

    `parts`: what the weight sums; empty = a head only. `amount`: their sum in fen, None where
    there are none or where an amount is unknown. `grounds`: keys of the pack. `creditors`: the
    members of the unit whose claims stand here.
    """

    unit: str
    cls: str
    heads: int
    parts: tuple[PartRef, ...]
    amount: int | None
    grounds: tuple[str, ...]
    creditors: tuple[str, ...]
    related: bool = False

    @property
    def id(self) -> str:
        return f"{self.unit}.{self.cls}"

    @property
    def weighted(self) -> bool:
        """Whether the line has a weight, known or not."""
        return bool(self.parts)

    def reason(self, pack: RulePack) -> str:
        """The articles that give the line."""
        return "; ".join(dict.fromkeys(pack.article(ground) for ground in self.grounds))


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A unit without any line, and the ground."""

    unit: str
    ground: str
    creditors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """A class: its heads, its weighted lines, the total amount and that of unconnected lines.

    `base`: what of `amount` nobody votes (`Roll.base_only`).
    """

    heads: int
    weighted: int
    amount: int
    unconnected: int = 0
    base: int = 0


@dataclass(frozen=True, slots=True)
class Roll:
    """All lines in order of id; who has none; amounts in the base that nobody votes."""

    lines: tuple[Line, ...]
    excluded: tuple[Exclusion, ...] = ()
    base_only: tuple[Line, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes that have a line. A group without lines does not exist."""
        return tuple(sorted({line.cls for line in self.lines}))

    def line(self, unit: str, cls: str) -> Line | None:
        return next((x for x in self.lines if x.unit == unit and x.cls == cls), None)

    def total(self, cls: str) -> Total:
        """Heads and amount of a class, absentees included. Raises AmountNeeded."""
        lines = [line for line in self.lines if line.cls == cls]
        base = [*lines, *(line for line in self.base_only if line.cls == cls)]
        weighed = [(line, _known(line)) for line in base if line.weighted]
        return Total(
            heads=sum(line.heads for line in lines),
            weighted=sum(line.weighted for line in lines),
            amount=sum(amount for _, amount in weighed),
            unconnected=sum(amount for line, amount in weighed if not line.related),
            base=sum(_known(line) for line in self.base_only if line.cls == cls and line.weighted),
        )

    def totals(self) -> Mapping[str, Total]:
        """`total` of every class. Raises AmountNeeded."""
        return {cls: self.total(cls) for cls in self.classes}


@dataclass(slots=True)
class _Draft:
    """A line while its claims are added up."""

    heads: int = 0
    parts: dict[PartRef, int | None] = field(default_factory=dict)
    grounds: dict[str, None] = field(default_factory=dict)
    creditors: set[str] = field(default_factory=set)
    related: bool = False

    def line(self, unit: str, cls: str) -> Line:
        amounts = list(self.parts.values())
        known = [amount for amount in amounts if amount is not None]
        return Line(
            unit=unit,
            cls=cls,
            heads=self.heads,
            parts=tuple(sorted(self.parts)),
            amount=sum(known) if amounts and len(known) == len(amounts) else None,
            grounds=tuple(self.grounds),
            creditors=tuple(sorted(self.creditors)),
            related=self.related,
        )


@dataclass(frozen=True, slots=True)
class _Standing:
    """What one claim brings: seats for its parts, or a ground for none; `votes` False = base."""

    seats: tuple[tuple[Part, Seat, str], ...]
    ground: str
    votes: bool = True

    @property
    def rank(self) -> int:
        return 2 * bool(self.seats) + self.votes


def roll(
    pack: RulePack,
    motion: Motion,
    claims: Sequence[Claim],
    switches: Switches | None,
    orders: Iterable[Order],
    times: Times,
    *,
    hindsight: bool = False,
) -> Roll:
    """The roll as it stands: orders made before the close count, later ones do not.

    The amounts that orders set stand in the claims already (`Claim.ordered`); `orders` gives
    exclusions, designations and the group of small claims. `hindsight` takes later ones too.
    Raises UnknownRule, BadSwitch, AmountNeeded (only with a group of small claims).
    """
    settings, rule = pack.settings(switches), pack.rule(motion.rule)
    made = [o for o in orders if hindsight or o.at < times.closes]
    filed = {c.claim for c in claims if c.filed and not c.withdrawn}
    standings: dict[tuple[str, str], tuple[_Standing, Claim]] = {}
    members: dict[str, set[str]] = {}
    for claim in sorted(claims, key=lambda c: (c.claim, c.creditor)):
        unit = unit_of(claim, settings, times)
        standing = _stand(pack, rule, motion, claim, settings, made, times, filed)
        key = (unit, claim.claim)
        # Joint creditors state one claim in full in each of their rows: it counts once.
        if key not in standings or standing.rank > standings[key][0].rank:
            standings[key] = (standing, claim)
        members.setdefault(unit, set()).add(claim.creditor)
    voting, base, out = _gather(standings, members)
    lines = [draft.line(unit, cls) for (unit, cls), draft in voting.items()]
    rest = [draft.line(unit, cls) for (unit, cls), draft in base.items()]
    upto = next((o.upto for o in reversed(made) if isinstance(o, OrderSmallGroup)), None)
    if rule.small is not None and upto is not None:
        lines = [_small(rule, line, upto) for line in lines]
        rest = [_small(rule, line, upto) for line in rest]
    if motion.plan is not None:
        for line in lines:
            if ground := _untouched(motion.plan, line):
                out.setdefault(line.unit, ground)
        lines = [line for line in lines if not _untouched(motion.plan, line)]
        rest = [line for line in rest if not _untouched(motion.plan, line)]
    seated = {line.unit for line in lines}
    return Roll(
        lines=tuple(sorted(lines, key=lambda line: line.id)),
        excluded=tuple(
            Exclusion(unit, out[unit], tuple(sorted(members[unit])))
            for unit in sorted(out)
            if unit not in seated
        ),
        base_only=tuple(sorted(rest, key=lambda line: line.id)),
    )


def roll_of_rows(
    pack: RulePack,
    motion: Motion,
    rows: Sequence[Row],
    switches: Switches | None,
    orders: Sequence[Order],
    times: Times,
    *,
    hindsight: bool = False,
) -> Roll:
    """`roll` from register rows with amounts; `hindsight` as there."""
    ordered = sorted(orders, key=lambda order: order.at)
    made = [o for o in ordered if hindsight or o.at < times.closes]
    claims = [claim_of(pack, row, made) for row in rows]
    return roll(pack, motion, claims, switches, made, times, hindsight=hindsight)


def unit_of(claim: Claim, settings: Switches, times: Times) -> str:
    """The voting unit of a claim: its creditor, its joint group, or the claim it was split of."""
    if (
        claim.split_of is not None
        and claim.split_of.on > times.acceptance
        and settings["P8"] == "one_for_original_claim"
    ):
        return claim.split_of.claim
    return claim.creditor if claim.joint_group is None else claim.joint_group


def admit(pack: RulePack, found: Roll, unit: str, cls: str, *, authorised: bool = True) -> Line:
    """The line that a ballot answers. Raises NoAuthority, NotOnRoll with its ground."""
    if not authorised:
        ground = "authority.missing"
        raise NoAuthority(ground=ground, unit=unit, article=pack.article(ground))
    line = found.line(unit, cls)
    if line is None:
        barred = next((x.ground for x in found.excluded if x.unit == unit), "ballot.not-entitled")
        raise NotOnRoll(ground=barred, unit=unit, cls=cls, article=pack.article(barred))
    return line


def _stand(
    pack: RulePack,
    rule: Rule,
    motion: Motion,
    claim: Claim,
    settings: Switches,
    made: Sequence[Order],
    times: Times,
    filed: Collection[str],
) -> _Standing:
    barred = _barred(claim, motion, made, filed)
    if barred is not None:
        return _Standing((), barred)
    today = pack.day_of(times.record)
    chosen = next((o for o in reversed(claim.ordered) if o.covers(motion.matter)), None)
    if chosen is None:
        if claim.checked_on is not None and claim.checked_on > today:
            return _Standing((), "vote.after-record")
        chosen = Ordered(None, claim.parts, "")
    if not chosen.parts:
        return _Standing((), "vote.no-amount")
    parts = [part for part in chosen.parts if part.until is None or today < part.until]
    if not parts:
        return _Standing((), "setoff.whole")
    given = [(part, seat_of(rule, claim.standing(part), settings)) for part in parts]
    seats = tuple((part, seat, chosen.ground) for part, seat in given if seat.cls is not None)
    order = _excluding(claim, settings, made)
    if order is None:
        return _Standing(seats, given[0][1].ground)
    kept = seats if order.scope is Scope.VOTE_ONLY else ()
    return _Standing(kept, "related.excluded", votes=False)


def _barred(
    claim: Claim, motion: Motion, made: Sequence[Order], filed: Collection[str]
) -> str | None:
    """The ground why a claim as a whole has no part in the vote, if there is one."""
    if claim.withdrawn:
        return "claim.withdrawn"
    if not claim.filed:
        return "claim.not-filed"
    if claim.recourse and not claim.recourse.paid and claim.recourse.for_claim in filed:
        return "recourse.future"
    if any(isinstance(o, Designate) and o.creditor == claim.creditor for o in made):
        return "vote.designated"
    if motion.plan is not None and claim.creditor in motion.plan.unaffected_creditors:
        return "plan.unaffected"
    return None


def _excluding(claim: Claim, settings: Switches, made: Sequence[Order]) -> ExcludeRelated | None:
    if settings["P9"] != "excluded_by_court_order":
        return None
    named = [o for o in made if isinstance(o, ExcludeRelated) and o.creditor == claim.creditor]
    return named[-1] if named else None


def seat_of(rule: Rule, standing: str, settings: Switches) -> Seat:
    """The first seat whose switches hold; the last of a table always does."""
    return next(
        seat
        for seat in rule.seats[standing]
        if all(
            value in chosen if isinstance(chosen := settings[name], tuple) else value == chosen
            for name, value in seat.when
        )
    )


_Drafts = dict[tuple[str, str], _Draft]


def _gather(
    standings: Mapping[tuple[str, str], tuple[_Standing, Claim]],
    members: Mapping[str, set[str]],
) -> tuple[_Drafts, _Drafts, dict[str, str]]:
    """Lines that vote, amounts in the base only, and the ground of each claim without a seat."""
    voting: _Drafts = {}
    base: _Drafts = {}
    out: dict[str, str] = {}
    for (unit, _), (standing, claim) in standings.items():
        if not standing.seats or not standing.votes:
            out.setdefault(unit, standing.ground)
        for part, seat, origin in standing.seats:
            votes = standing.votes and seat.heads
            if seat.cls is None or not (votes or seat.amount):
                continue
            if standing.votes and not seat.heads:
                out.setdefault(unit, seat.ground)
            draft = (voting if votes else base).setdefault((unit, seat.cls), _Draft())
            draft.heads = int(votes)
            draft.related |= claim.related
            draft.creditors |= members[unit] if claim.joint_group else {claim.creditor}
            draft.grounds.update(dict.fromkeys(_grounds(seat.ground, origin)))
            if seat.amount:
                draft.parts[PartRef(claim.claim, part.id)] = part.amount
    return voting, base, out


def _grounds(seat: str, origin: str) -> tuple[str, ...]:
    """An amount set by a court is itself the reason, unless the seat says more."""
    if not origin:
        return (seat,)
    return (origin,) if seat == "vote.member" else (seat, origin)


def _small(rule: Rule, line: Line, upto: int) -> Line:
    """A unit's line in the divided class, if all its claims there are within the bound."""
    if rule.small is None or line.cls != rule.small.source or _known(line) > upto:
        return line
    return replace(line, cls=rule.small.target, grounds=(rule.small.ground,))


def _untouched(plan: Plan, line: Line) -> str | None:
    if line.cls in plan.unaffected_classes:
        return "plan.unaffected"
    return "plan.passed-earlier" if line.cls in plan.passed_earlier else None


def _known(line: Line) -> int:
    if line.amount is None:
        raise AmountNeeded(what=line.id)
    return line.amount
