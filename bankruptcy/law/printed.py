"""Checking results as published: which tests, percentages and outcome follow from the print.

Sources print heads and amounts, or percentages, or only that a test was met; amounts may be
rounded. What does not follow is left open, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bankruptcy.law.model import Rule
from bankruptcy.law.share import Of, Share

# Percentages are shown with four decimals, half up.
_SCALE = 10**4


@dataclass(frozen=True, slots=True)
class Figure:
    """A percentage as printed: its value in [0, 1] and half a unit of its last digit."""

    value: Fraction
    slack: Fraction

    @classmethod
    def read(cls, text: str) -> Figure:
        """From text such as `84.54%`. Raises ValueError."""
        if not text.endswith("%"):
            raise ValueError(f"{text} is no percentage")
        digits = text.removesuffix("%")
        decimals = len(digits.partition(".")[2])
        return cls(Fraction(digits) / 100, Fraction(1, 2 * 100 * 10**decimals))

    def fits(self, low: Fraction, high: Fraction) -> bool:
        return low - self.slack <= self.value <= high + self.slack


@dataclass(frozen=True, slots=True)
class Printed:
    """One class's result as printed; None = not printed. Amounts in the currency's main unit.

    `rounding`: the unit to which amounts are rounded, 0 = exact. `base_terms`: of how many
    printed figures the base is the sum, each rounded for itself.
    """

    present: int | None = None
    for_heads: int | None = None
    against_heads: int | None = None
    base: Fraction | None = None
    base_terms: int = 1
    for_amount: Fraction | None = None
    against_amount: Fraction | None = None
    rounding: Fraction = Fraction(0)
    heads_percent: Figure | None = None
    amount_percent: Figure | None = None
    heads_met: bool | None = None
    passed: bool | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """What follows. A share is None where it cannot be computed; a test None where it is open.

    `required` flags say whether the rule has the test at all. `passed` None = undetermined.
    `contradictions`: where the text and its own figures differ.
    """

    heads_base: int | None
    heads_share: Fraction | None
    amount_share: Fraction | None
    amount_low: Fraction | None
    amount_high: Fraction | None
    heads_required: bool
    amount_required: bool
    heads_test: bool | None
    amount_test: bool | None
    passed: bool | None
    agrees: bool | None
    heads_differ: bool


def percent(share: Fraction) -> str:
    """Four decimals, half up."""
    units = (share * 100 * _SCALE * 2 + 1) // 2
    return f"{units // _SCALE}.{units % _SCALE:04d}%"


def check(rule: Rule, printed: Printed) -> Checked:
    """Recompute a published result under `rule` from what was printed."""
    base = _heads_base(rule, printed)
    heads = None
    if base and printed.for_heads is not None:
        heads = Fraction(printed.for_heads, base)
    low, high, exact = _amounts(printed)
    heads_test = _heads_test(rule.heads, printed, heads)
    amount_test = _test(rule.amount, low, high, printed.amount_percent)
    tests = [t for share, t in ((rule.heads, heads_test), (rule.amount, amount_test)) if share]
    passed = False if False in tests else None if None in tests else True
    differ = None not in (printed.heads_met, heads_test) and printed.heads_met is not heads_test
    return Checked(
        heads_base=base if heads is not None else None,
        heads_share=heads,
        amount_share=exact,
        amount_low=low if printed.rounding else None,
        amount_high=high if printed.rounding else None,
        heads_required=rule.heads is not None,
        amount_required=rule.amount is not None,
        heads_test=heads_test,
        amount_test=amount_test,
        passed=passed,
        agrees=None
        if heads_test is None and amount_test is None
        else _agrees(printed, passed, heads, low, high, differ=differ),
        heads_differ=differ,
    )


def _heads_base(rule: Rule, printed: Printed) -> int | None:
    if rule.heads is not None and rule.heads.of is Of.VOTED:
        if printed.for_heads is None or printed.against_heads is None:
            return printed.present
        return printed.for_heads + printed.against_heads
    return printed.present


def _amounts(printed: Printed) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Lowest, highest and face value of the amount share within the rounding of the source."""
    for_, half = printed.for_amount, printed.rounding / 2
    if for_ is None:
        return None, None, None
    if printed.base is not None:
        slack = half * printed.base_terms
        low = (for_ - half) / (printed.base + slack)
        return low, (for_ + half) / (printed.base - slack), for_ / printed.base
    if printed.against_amount is None:
        return None, None, None
    whole = for_ + printed.against_amount
    # What rounding adds to one side it may take from the other, so that the sum stays.
    return (for_ - half) / whole, (for_ + half) / whole, for_ / whole


def _heads_test(share: Share | None, printed: Printed, heads: Fraction | None) -> bool | None:
    if share is None:
        return None
    found = _test(share, heads, heads, printed.heads_percent)
    return printed.heads_met if found is None else found


def _test(
    share: Share | None, low: Fraction | None, high: Fraction | None, figure: Figure | None
) -> bool | None:
    """Met or not where both ends agree: by figures if there are any, else by the percentage."""
    if share is None:
        return None
    if low is None or high is None:
        if figure is None:
            return None
        low = high = figure.value
        if 0 < figure.value < 1:
            low, high = figure.value - figure.slack, figure.value + figure.slack
    verdicts = {share.met(end.numerator, end.denominator) for end in (low, high)}
    return verdicts.pop() if len(verdicts) == 1 else None


def _agrees(
    printed: Printed,
    passed: bool | None,
    heads: Fraction | None,
    low: Fraction | None,
    high: Fraction | None,
    *,
    differ: bool,
) -> bool:
    """Whether text and figures fit together as far as they can be compared."""
    if differ or (passed is not None and printed.passed is not None and passed != printed.passed):
        return False
    if heads is not None and printed.heads_percent is not None:
        return printed.heads_percent.fits(heads, heads) and _amount_fits(printed, low, high)
    return _amount_fits(printed, low, high)


def _amount_fits(printed: Printed, low: Fraction | None, high: Fraction | None) -> bool:
    if low is None or high is None or printed.amount_percent is None:
        return True
    return printed.amount_percent.fits(low, high)
