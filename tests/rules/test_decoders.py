"""Whatever comes in: rules, law and verifier take it exactly or refuse it by name."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.mutating import mutated
from tests.fuzz.rules import RULES
from tests.fuzz.target import Target

TARGETS = pytest.mark.parametrize("target", RULES, ids=lambda target: target.name)


@TARGETS
def test_what_is_right_is_taken_and_what_was_found_before_is_refused(target: Target) -> None:
    assert all(target.run(seed) for seed in target.seeds)
    for data in target.found():
        target.run(data)


@TARGETS
@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=300) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_refused_by_name(target: Target, data: bytes) -> None:
    target.run(data)


@TARGETS
@settings(max_examples=25, deadline=None)
@given(random=st.randoms(use_true_random=False))
def test_what_was_changed_is_refused_by_name_or_taken_exactly(
    target: Target, random: Random
) -> None:
    target.run(mutated(random.choice(target.seeds), random, random.choice(target.seeds)))
