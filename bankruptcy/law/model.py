"""The values of a rule pack: rules, seats, matters, switches, periods. Read by `decoding`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bankruptcy.law.share import Share

SwitchValue = str | tuple[str, ...]
Switches = Mapping[str, SwitchValue]


@dataclass(frozen=True, slots=True)
class Title:
    """A name in Chinese and English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Seat:
    """What the rule gives a part of one standing: a class, a head, an amount, and why.

    `when`: the switches that must have these values (of a list switch: hold this item). `cls` is
    None where there is no vote; a seat with an amount but no head counts in the base only.
    """

    when: tuple[tuple[str, str], ...]
    cls: str | None
    heads: bool
    amount: bool
    ground: str


@dataclass(frozen=True, slots=True)
class SmallGroup:
    """Which class the court may split by amount, into which, and why."""

    source: str
    target: str
    ground: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How one class decides: two tests (None where the law has none), a veto, and the seats."""

    id: str
    title: Title
    articles: str
    heads: Share | None
    amount: Share | None
    veto: Share | None
    secured: str
    seats: Mapping[str, tuple[Seat, ...]]
    small: SmallGroup | None


@dataclass(frozen=True, slots=True)
class Step:
    """What follows, under which articles, and the deadline that it starts, if it starts one."""

    next: str
    articles: str
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """Whether the law allows something, and the article that says so."""

    allowed: bool
    articles: str


@dataclass(frozen=True, slots=True)
class Reconsideration:
    """Who may ask for it: anyone, or holders of at least `least` of the whole."""

    least: tuple[int, int] | None
    articles: str
    suspends: bool


@dataclass(frozen=True, slots=True)
class Matter:
    """A kind of motion: its rule, its item in the law's list, what follows in each round."""

    id: str
    title: Title
    rule: str
    item: int | None
    articles: str
    on_pass: Step
    on_fail: tuple[Step, ...]
    ruling: Leave
    second_vote: Leave
    second_refused: Leave
    reconsideration: Reconsideration | None

    def follows(self, passed: bool, round_: int) -> Step:
        """The step after a vote; `round_` counts from 1, and the last step repeats."""
        return self.on_pass if passed else self.on_fail[min(round_, len(self.on_fail)) - 1]


class Effect(Enum):
    """What another value of a switch would change in a count that is already made."""

    SILENT = "silent"
    """Denominators and silent lines only: the other count follows exactly from the totals."""
    WEIGHTS = "weights"
    """The weight, class or head of cast ballots: only bounds may be shown (protocol 7)."""
    NONE = "none"
    """Nothing of the count."""


@dataclass(frozen=True, slots=True)
class Switch:
    """An open point of the law: its values, and the one taken unless the meeting rules differ.

    `settled`: values of a list switch about which nobody argues. `source`: why the point is open.
    """

    id: str
    title: Title
    kind: str
    values: tuple[str, ...]
    default: SwitchValue
    effect: Effect
    settled: tuple[str, ...]
    source: Title


@dataclass(frozen=True, slots=True)
class Length:
    """Days, or months by the calendar (Civil Code 202)."""

    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """One period of a deadline: what it is for, how long, backward or not."""

    what: str
    zh: str
    length: Length
    backward: bool
    articles: str
    after: str | None
    target: Length | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A statutory period with its article."""

    id: str
    title: Title
    articles: str
    periods: Mapping[str, PeriodRule]


@dataclass(frozen=True, slots=True)
class CallRule:
    """Which share of all claims may ask for a meeting."""

    least: tuple[int, int]
    articles: str


@dataclass(frozen=True, slots=True)
class CommitteeRule:
    """Bounds of a committee."""

    members_at_most: int
    employees: int
    articles: str


@dataclass(frozen=True, slots=True)
class DelegationRule:
    """Which items of the meeting's list may be delegated."""

    items: tuple[int, ...]
    articles: str


@dataclass(frozen=True, slots=True)
class CramDown:
    """The conditions of approval without a group's consent."""

    conditions: tuple[str, ...]
    articles: str
