"""Weight proofs verified together: the batch agrees with one by one, and names who is false."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from bankruptcy.kinds.schema import Hash
from verifier import weights as batches
from voting.protocol.culprits import culprits
from voting.protocol.errors import WeightFalse
from voting.protocol.group import ORDER, default_group
from voting.protocol.pedersen import Opening, commitment_bytes
from voting.protocol.randomness import SystemRandomness
from voting.protocol.weights import WeightedAnswer, check_weight, false_weights, prove_weight

GROUP, RANDOM, VOTE = default_group(), SystemRandomness(), bytes(range(32))


@cache
def answers() -> tuple[WeightedAnswer, ...]:
    found = []
    for i in range(7):
        opening = Opening(10**i, RANDOM.scalar())
        c = commitment_bytes(GROUP, 2**64 * (i % 2), RANDOM.scalar())
        proof = prove_weight(GROUP, RANDOM, VOTE, f"l{i}", "m", c, opening, RANDOM.scalar())
        found.append(WeightedAnswer(commitment_bytes(GROUP, *_pair(opening)), c, proof))
    return tuple(found)


def _pair(opening: Opening) -> tuple[int, int]:
    return opening.value, opening.blinding


def spoiled(answer: WeightedAnswer, part: int) -> WeightedAnswer:
    z = list(answer.proof.z)
    z[part] = (z[part] + 1) % ORDER
    return replace(answer, proof=replace(answer.proof, z=(z[0], z[1], z[2])))


def test_true_proofs_hold_together() -> None:
    assert false_weights(GROUP, VOTE, answers()) == ()
    assert false_weights(GROUP, VOTE, ()) == ()


@pytest.mark.parametrize("part", range(3))
def test_each_false_scalar_is_named_in_the_batch_as_one_by_one(part: int) -> None:
    batch = list(answers())
    for position in (1, 5):
        batch[position] = spoiled(batch[position], part)
        with pytest.raises(WeightFalse):
            check_weight(
                GROUP, VOTE, batch[position].weight, batch[position].c, batch[position].proof
            )
    assert false_weights(GROUP, VOTE, batch) == (1, 5)


def test_proofs_of_another_vote_line_or_answer_do_not_hold() -> None:
    one, two = answers()[:2]
    assert false_weights(GROUP, bytes(32), (one, two)) == (0, 1)
    swapped = replace(one, proof=replace(one.proof, line="l1"))
    assert false_weights(GROUP, VOTE, (swapped, two)) == (0,)
    assert false_weights(GROUP, VOTE, (replace(one, c=two.c), two)) == (0,)
    assert false_weights(GROUP, VOTE, (replace(one, weight=two.weight), two)) == (0,)


def test_batches_keep_their_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    batch = list(answers())
    batch[4], batch[6] = spoiled(batch[4], 0), spoiled(batch[6], 1)
    assert batches.false_weights(GROUP, Hash(VOTE), batch) == (4, 6)


def test_a_batch_that_holds_is_asked_once() -> None:
    asked: list[int] = []

    def holds(batch: object) -> bool:
        asked.append(1)
        return True

    assert culprits(range(100), holds) == ()
    assert len(asked) == 1
