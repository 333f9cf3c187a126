"""Batch verification: one multiplication for all, and exactly the false ones named."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.voting.meetings import CountingGroup, Meeting, cast, make_meeting
from voting.protocol.ballot import Body
from voting.protocol.batch import delta_source, verify_ballots
from voting.protocol.group import ORDER, default_group
from voting.protocol.validity import Choice

LINES = 200
CHOICES = tuple(Choice)


@cache
def meeting() -> Meeting:
    return make_meeting(1, 1, [1] * LINES)


@cache
def ballots(answers_each: int) -> tuple[Body, ...]:
    """200 answers in ballots of so many answers."""
    lines = [(f"l{i}", CHOICES[i % 3]) for i in range(LINES)]
    return tuple(
        cast(meeting(), lines[i : i + answers_each]).body for i in range(0, LINES, answers_each)
    )


def spoiled(body: Body, answer: int = 0) -> Body:
    """The ballot with one z changed: a false equation."""
    answers = list(body.answers)
    proof = answers[answer].proof
    z = ((proof.z[0] + 1) % ORDER, *proof.z[1:])
    answers[answer] = replace(answers[answer], proof=replace(proof, z=z))
    return replace(body, answers=tuple(answers))


@pytest.mark.parametrize("answers_each", [1, 4, 20])
def test_200_answers_take_one_multiplication_however_many_ballots(answers_each: int) -> None:
    group = CountingGroup(default_group())
    assert verify_ballots(ballots(answers_each), meeting().manifest, group) == ()
    assert (group.msm_calls, group.mul_calls) == (1, 0)


def test_one_ballot_of_many_answers_takes_one_multiplication() -> None:
    group = CountingGroup(default_group())
    assert verify_ballots(ballots(20)[:1], meeting().manifest, group) == ()
    assert verify_ballots([spoiled(ballots(20)[0], 19)], meeting().manifest, group) == (0,)
    assert (group.msm_calls, group.mul_calls) == (2, 0)


@settings(max_examples=12)
@given(st.sets(st.integers(0, LINES - 1), min_size=1, max_size=5))
def test_exactly_the_false_ballots_are_named_within_the_bound(false: set[int]) -> None:
    group = CountingGroup(default_group())
    bodies = [spoiled(b) if i in false else b for i, b in enumerate(ballots(1))]
    assert verify_ballots(bodies, meeting().manifest, group) == tuple(sorted(false))
    assert group.msm_calls <= 1 + 2 * len(false) * math.log2(LINES)
    assert group.mul_calls == 0


@pytest.mark.parametrize("position", [0, 99, 100, LINES - 1])
def test_one_false_ballot_anywhere_is_found_within_the_bound(position: int) -> None:
    group = CountingGroup(default_group())
    bodies = list(ballots(1))
    bodies[position] = spoiled(bodies[position])
    assert verify_ballots(bodies, meeting().manifest, group) == (position,)
    assert group.msm_calls <= 1 + 2 * math.log2(LINES)


def test_errors_that_cancel_under_a_common_factor_are_found() -> None:
    """z_0 of one answer one more, z_0 of another one less: any one δ for both would miss it."""
    first, second = ballots(1)[:2]
    proof = second.answers[0].proof
    z = ((proof.z[0] - 1) % ORDER, *proof.z[1:])
    answer = replace(second.answers[0], proof=replace(proof, z=z))
    pair = [spoiled(first), replace(second, answers=(answer,))]
    assert verify_ballots(pair, meeting().manifest) == (0, 1)


def test_no_ballots_hold() -> None:
    assert verify_ballots([], meeting().manifest) == ()


def test_deltas_are_fresh_and_of_128_bits() -> None:
    drawn = delta_source(500)
    assert len(set(drawn)) == len(drawn) == 500
    assert max(drawn).bit_length() <= 128
    assert max(drawn).bit_length() > 120
