"""The two-test bar: exact verdicts, positions that add up, nothing shown while voting runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bankruptcy.delivery import bars


def _percent(text: str) -> float:
    return float(text.removesuffix("%"))


def test_the_bound_itself_is_not_more_than_half() -> None:
    bar = bars.weigh(50, 100, 1, 2, ">", (("for", 50), ("against", 50)))
    assert (bar.met, bar.short) == (False, 1)


def test_the_bound_itself_is_at_least_half() -> None:
    bar = bars.weigh(50, 100, 1, 2, ">=", (("for", 50), ("against", 50)))
    assert (bar.met, bar.short) == (True, 0)


def test_one_fen_short() -> None:
    bar = bars.weigh(4_999_999_999, 10_000_000_000, 1, 2, ">=", (("for", 4_999_999_999),))
    assert (bar.met, bar.short, bar.share, bar.mark) == (False, 1, "49.99%", "50.0%")


def test_two_thirds_of_an_indivisible_amount_are_rounded_up() -> None:
    assert bars.weigh(66, 100, 2, 3, ">=", (("for", 66),)).short == 1


def test_an_answer_nobody_gave_is_not_drawn() -> None:
    drawn = bars.segments((("for", 2), ("against", 0), ("abstain", 0), ("not_cast", 1)), 3)
    assert [segment.answer for segment in drawn] == ["for", "not_cast"]


def test_a_single_vote_of_many_stays_visible() -> None:
    drawn = bars.segments((("for", 1_000_000), ("against", 1)), 1_000_001)
    assert _percent(drawn[1].width) > 0
    assert _percent(drawn[1].x) + _percent(drawn[1].width) <= 100


@pytest.mark.parametrize(("den", "op"), [(0, ">"), (2, "=")])
def test_a_threshold_that_is_none_is_refused(den: int, op: str) -> None:
    with pytest.raises(ValueError, match=r"fraction|op is"):
        bars.weigh(1, 2, 1, den, op, (("for", 1),))


@given(
    st.integers(0, 10**15),
    st.integers(0, 10**15),
    st.sampled_from([(1, 2), (2, 3), (3, 4)]),
    st.sampled_from([">", ">="]),
)
def test_what_is_short_is_exactly_what_is_missing(
    part: int, rest: int, threshold: tuple[int, int], op: str
) -> None:
    whole = part + rest
    num, den = threshold
    bar = bars.weigh(part, whole, num, den, op, (("for", part), ("not_cast", rest)))
    if bar.met:
        assert bar.short == 0
    else:
        reached = bars.weigh(part + bar.short, whole, num, den, op, (("for", part),))
        almost = bars.weigh(part + bar.short - 1, whole, num, den, op, (("for", part),))
        assert reached.met
        assert not almost.met


@given(st.lists(st.integers(0, 10**12), min_size=4, max_size=4))
def test_the_bar_never_runs_over_its_end(counts: list[int]) -> None:
    answers = ("for", "against", "abstain", "not_cast")
    for segment in bars.segments(tuple(zip(answers, counts, strict=True)), sum(counts)):
        assert 0 <= _percent(segment.x) <= 100
        assert _percent(segment.x) + _percent(segment.width) <= 100.0001
