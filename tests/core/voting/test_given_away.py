"""What a disclosed answer gives away beside itself, from the totals of its class."""

from __future__ import annotations

from itertools import product

import pytest

from voting.protocol.disclosure import EXACT, MAX_KNOWN, Line, given_away
from voting.protocol.tally import Result


def equal(count: int, weight: int | None = None) -> list[Line]:
    return [Line(f"l{n:02}", 1, weight) for n in range(count)]


def totals(lines: list[Line], choices: str) -> tuple[Result, Result]:
    """Heads and fen of these lines answering f, a or s."""
    heads = {c: sum(x.heads for x, y in zip(lines, choices, strict=True) if y == c) for c in "fas"}
    fen = {
        c: sum(x.weight or 0 for x, y in zip(lines, choices, strict=True) if y == c) for c in "fas"
    }
    return (
        Result(sum(heads.values()), heads["f"], heads["a"], heads["s"]),
        Result(sum(fen.values()), fen["f"], fen["a"], fen["s"]),
    )


def test_of_two_that_differ_one_gives_the_other_away() -> None:
    lines = equal(2)
    heads, _fen = totals(lines, "fa")
    assert given_away(lines, heads, None, (), "l00") == ("l01",)


def test_what_the_totals_show_already_is_not_named() -> None:
    lines = equal(3)
    heads, _fen = totals(lines, "fff")
    assert given_away(lines, heads, None, (), "l00") == ()


def test_of_three_the_only_one_against_gives_the_rest_away() -> None:
    lines = equal(3)
    heads, _fen = totals(lines, "aff")
    assert given_away(lines, heads, None, (), "l01") == ("l00", "l02")


def test_answers_known_before_count() -> None:
    lines = equal(4)
    heads, _fen = totals(lines, "ffaa")
    assert given_away(lines, heads, None, (), "l00") == ()
    assert given_away(lines, heads, None, ("l01",), "l00") == ("l02", "l03")


def test_amounts_give_away_more_than_heads() -> None:
    lines = [Line("l00", 1, 5), Line("l01", 1, 5), Line("l02", 1, 9), Line("l03", 1, 9)]
    heads, fen = totals(lines, "fafa")
    assert given_away(lines, heads, fen, (), "l00") == ("l01",)


@pytest.mark.parametrize("size", [EXACT, EXACT + 1, 40])
def test_in_a_class_of_any_size_the_last_one_against_gives_all_away(size: int) -> None:
    lines = equal(size)
    heads, _fen = totals(lines, "a" + "f" * (size - 1))
    others = tuple(line.line for line in lines[:-1])
    assert given_away(lines, heads, None, (), lines[-1].line) == others


def test_in_a_large_class_a_line_larger_than_what_remains_is_found() -> None:
    lines = [Line("big1", 1, 100), Line("big2", 1, 100), *equal(EXACT, 1)]
    heads, fen = totals(lines, "fa" + "fas" * (EXACT // 3))
    assert given_away(lines, heads, fen, (), "big1") == ("big2",)


def test_beyond_what_can_be_tried_every_answer_is_named() -> None:
    lines = equal(30)
    heads, _fen = totals(lines, "fas" * 10)
    known = [line.line for line in lines[:MAX_KNOWN]]
    found = given_away(lines, heads, None, known, lines[MAX_KNOWN].line)
    assert found == tuple(line.line for line in lines[MAX_KNOWN + 1 :])


def test_bounds_name_nothing_that_trying_all_does_not() -> None:
    """On small classes, both ways, over all answers: bounds are sound."""
    from voting.protocol.disclosure import _bounded, _parts, _searched

    lines = [Line("l0", 1, 3), Line("l1", 1, 3), Line("l2", 1, 4), Line("l3", 1, None)]
    for choices in product("fas", repeat=4):
        heads, fen = totals(lines, "".join(choices))
        whole = (_parts(heads), _parts(fen))
        assert _bounded(lines, whole) <= _searched([], lines, whole)
