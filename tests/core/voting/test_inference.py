"""What totals give away: each reason where it holds, and not a line beyond where it does not."""

from __future__ import annotations

from itertools import product
from math import log2

import pytest

from voting.protocol.inference import Inference, RollLine, Why, determined, inferences


def roll(amounts: dict[str, int | None], class_id: str = "all") -> list[RollLine]:
    return [
        RollLine(line, class_id, None if amount is None else f"W {line}".encode(), amount)
        for line, amount in amounts.items()
    ]


def named(found: tuple[Inference, ...], why: Why) -> list[tuple[str, ...]]:
    return [one.lines for one in found if one.why is why]


def many(count: int, amount: int = 1) -> dict[str, int | None]:
    return {f"l{i}": amount for i in range(count)}


def test_a_class_of_one_line_shows_all() -> None:
    for amount in (5, None):
        found = inferences([("m", roll({"a": amount}))])
        assert [(one.why, one.lines) for one in found] == [(Why.ONE_LINE, ("a",))]


def test_a_class_of_one_weighted_line_has_its_answer_disclosed() -> None:
    found = inferences([("m", roll({"a": 5, "b": None}))])
    assert [(one.why, one.lines) for one in found] == [(Why.ONE_WEIGHT, ("a",))]


def test_heads_without_amounts_give_nothing_away_beforehand() -> None:
    assert inferences([("m", roll({"a": None, "b": None}))]) == ()


@pytest.mark.parametrize(("largest", "shown"), [(3, False), (4, True)])
def test_only_more_than_half_is_more_than_half(largest: int, shown: bool) -> None:
    found = inferences([("m", roll({"a": largest, "b": 2, "c": 1}))])
    assert named(found, Why.OVER_HALF) == ([("a",)] if shown else [])


def test_amounts_are_compared_exactly_up_to_the_largest() -> None:
    half = 2**62
    assert named(inferences([("m", roll({"a": half, "b": half - 1, "c": 1}))]), Why.OVER_HALF) == []
    assert named(inferences([("m", roll({"a": half, "b": half - 1}))]), Why.OVER_HALF) == [("a",)]


def test_the_estimate_is_n_times_log2_of_3_against_two_totals_of_b_bits() -> None:
    for count, bits in product(range(1, 90), range(1, 64)):
        assert determined(count, bits) == (count * log2(3) <= 2 * bits), (count, bits)
    assert not determined(10**6, 63)


def test_few_lines_of_large_amounts_are_named_and_many_of_small_ones_are_not() -> None:
    (few,) = (one for one in inferences([("m", roll(many(20, 10**9)))]) if one.why is Why.FEW_LINES)
    assert (few.count, few.lines, few.bits) == (20, (), (20 * 10**9).bit_length())
    assert named(inferences([("m", roll(many(2_000)))]), Why.FEW_LINES) == []


def test_of_two_lines_each_is_the_other_ones_silence() -> None:
    assert named(inferences([("m", roll({"a": 3, "b": 3}))]), Why.ONE_SILENT) == [("a", "b")]
    assert named(inferences([("m", roll(many(5)))]), Why.ONE_SILENT) == [()]


def test_rolls_that_differ_in_one_line_name_it_and_the_other_motion() -> None:
    both = [("m1", roll({"a": 3, "b": 2, "c": 1})), ("m2", roll({"a": 3, "b": 2}))]
    for order in (both, both[::-1]):
        found = [one for one in inferences(order) if one.why is Why.ROLLS_DIFFER]
        assert [(f.motion, f.lines, f.other) for f in found] == [(order[1][0], ("c",), order[0][0])]


def test_a_total_already_on_the_ledger_is_subtracted_from_too() -> None:
    before = [("old", roll({"a": 3, "b": 2, "c": 1}))]
    found = inferences([("m", roll({"a": 3, "b": 2}))], before)
    assert named(found, Why.ROLLS_DIFFER) == [("c",)]
    assert {one.motion for one in found} == {"m"}


def test_rolls_that_are_equal_or_differ_in_two_lines_name_nobody() -> None:
    first = ("m1", roll({"a": 3, "b": 2, "c": 1, "d": 1}))
    for other in ({"a": 3, "b": 2, "c": 1, "d": 1}, {"a": 3, "b": 2}):
        assert named(inferences([first, ("m2", roll(other))]), Why.ROLLS_DIFFER) == []


def test_a_class_without_a_total_is_not_subtracted() -> None:
    """One weighted line has no total (protocol 2), so nothing is left to take from the other."""
    rolls = [("m1", roll({"a": 3, "b": 2})), ("m2", roll({"a": 3, "c": None}))]
    assert named(inferences(rolls), Why.ROLLS_DIFFER) == []


def test_classes_of_one_motion_are_told_apart() -> None:
    lines = roll({"a": 9, "b": 1, "c": 1}, "secured") + roll({"d": 5, "e": None}, "ordinary")
    found = inferences([("m", lines)])
    assert [(f.class_id, f.why) for f in found] == [
        ("ordinary", Why.ONE_WEIGHT),
        ("secured", Why.OVER_HALF),
        ("secured", Why.FEW_LINES),
        ("secured", Why.ONE_SILENT),
    ]
