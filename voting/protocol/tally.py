"""Tally vectors, sums of trustees and results (protocol 4, 7).

A vector is (motion, class, metric) with the weight w of each counted answer of the class. Trustee
j gives F_j = Σ w·f(j), G_j = Σ w·g(j); any t of them give (M, R) by interpolation at 0, and
M·H + R·G = Σ w·C is all that a verifier needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from voting.protocol.ballot import Body, Pair
from voting.protocol.counted import Counted
from voting.protocol.errors import ResultFalse, SumFalse, SumsTooFew
from voting.protocol.group import ORDER, Group, Point, decode_all, same
from voting.protocol.pedersen import Opening, commit
from voting.protocol.roll import Roll
from voting.protocol.sharing import Share, interpolate, powers
from voting.protocol.validity import RADIX

MAX_TALLY: Final = 2**128

AnswerKey = tuple[bytes, str, str]
"""(hash of the ballot's body, line, motion)."""


class Metric(Enum):
    """What is counted; sorted, `amount` stands before `heads`."""

    AMOUNT = "amount"
    HEADS = "heads"


@dataclass(frozen=True, slots=True)
class TallyVector:
    """What one result is of."""

    motion: str
    class_id: str
    metric: Metric

    @property
    def order(self) -> tuple[str, str, str]:
        """By motion, class, metric: the order of sums and results on the ledger."""
        return self.motion, self.class_id, self.metric.value


@dataclass(frozen=True, slots=True)
class Term:
    """One counted answer of a vector. weight: heads, or fen."""

    ballot: bytes
    line: str
    motion: str
    weight: int

    @property
    def key(self) -> AnswerKey:
        """Which answer it is."""
        return self.ballot, self.line, self.motion


@dataclass(frozen=True, slots=True)
class Commitments:
    """Σ w·C and Σ w·A_l of a vector; right in the part of order r."""

    c: Point
    a: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Summed:
    """What the counted answers of a vector add up to. cast: Σ w, in heads or fen."""

    cast: int
    commitments: Commitments


@dataclass(frozen=True, slots=True)
class Result:
    """A vector's result, in heads or fen: for + against + abstained = cast."""

    cast: int
    for_: int
    against: int
    abstained: int


def tally_vectors(rolls: Mapping[str, Roll]) -> tuple[TallyVector, ...]:
    """Every vector of a vote, in order: heads of each class, amount of those that have one."""
    found = []
    for motion, roll in rolls.items():
        for class_id in roll.classes():
            found.append(TallyVector(motion, class_id, Metric.HEADS))
            if roll.has_amount(class_id):
                found.append(TallyVector(motion, class_id, Metric.AMOUNT))
    return tuple(sorted(found, key=lambda vector: vector.order))


def terms(
    vector: TallyVector, counted: Iterable[Counted], amounts: Mapping[Pair, int]
) -> tuple[Term, ...]:
    """The counted answers of a vector with their weights.

    amounts: of each weighted (line, motion), in fen; not looked at for heads. A line without a
    weight is in no amount vector. KeyError where an amount is not known.
    """
    found = []
    for c in counted:
        if (c.motion, c.class_id) != (vector.motion, vector.class_id):
            continue
        if vector.metric is Metric.HEADS:
            found.append(Term(c.ballot, c.line, c.motion, c.heads))
        elif c.weight is not None:
            found.append(Term(c.ballot, c.line, c.motion, amounts[c.pair]))
    return tuple(found)


def cast_of(vector_terms: Iterable[Term]) -> int:
    """Σ w: heads or amount that was cast."""
    return sum(term.weight for term in vector_terms)


def commit_vector(
    group: Group, threshold: int, vector_terms: Sequence[Term], bodies: Mapping[bytes, Body]
) -> Commitments:
    """Σ w·C and Σ w·A_l, t multi-scalar multiplications. bodies: ballots by hash."""
    weights = [term.weight for term in vector_terms]
    answers = [bodies[t.ballot].answer((t.line, t.motion)) for t in vector_terms]
    return Commitments(
        group.msm(decode_all(group, (a.c for a in answers)), weights),
        tuple(
            group.msm(decode_all(group, (a.a[level] for a in answers)), weights)
            for level in range(threshold - 1)
        ),
    )


def sum_shares(vector_terms: Iterable[Term], shares: Mapping[AnswerKey, Share]) -> Share:
    """F_j and G_j of one trustee. shares: his share of every answer of the vector."""
    f = g = 0
    for term in vector_terms:
        share = shares[term.key]
        f += term.weight * share.f
        g += term.weight * share.g
    return Share(f % ORDER, g % ORDER)


def check_sum(
    group: Group, vector: TallyVector, commitments: Commitments, index: int, given: Share
) -> None:
    """F_j·H + G_j·G = Σ w·(C + Σ j^l·A_l). Raises SumFalse, which names the trustee j.

    Index 0 would be the result itself, given by nobody: it is refused.
    """
    row = (commitments.c, *commitments.a)
    right = group.msm(row, powers(index, len(row)))
    if index < 1 or not same(group, commit(group, given.f, given.g), right):
        raise SumFalse(
            index=index,
            motion=vector.motion,
            class_id=vector.class_id,
            metric=vector.metric.value,
        )


def combine(threshold: int, sums: Mapping[int, Share]) -> Opening:
    """(M, R) from the sums of trustees by index, each of which holds; the first t are used.

    Raises SumsTooFew.
    """
    if len(sums) < threshold:
        raise SumsTooFew(needed=threshold, given=len(sums))
    share = interpolate({j: sums[j] for j in sorted(sums)[:threshold]})
    return Opening(share.f, share.g)


def check_opening(group: Group, commitment: Point, opening: Opening, cast: int) -> Result:
    """That (M, R) opens Σ w·C (or Σ Z with R + Σ τ), within the bounds: the vector's result.

    cast: Σ w. Raises ResultFalse.
    """
    if not same(group, commit(group, opening.value, opening.blinding), commitment):
        raise ResultFalse(what="M and R do not open the sum of the commitments")
    return split(opening.value, cast)


def split(m: int, cast: int) -> Result:
    """`for` = M mod 2^64, `against` = M div 2^64, the rest abstained. Raises ResultFalse."""
    if not 0 <= m < MAX_TALLY:
        raise ResultFalse(what="M is out of range")
    against, for_ = divmod(m, RADIX)
    if for_ + against > cast:
        raise ResultFalse(what="more was voted than cast")
    return Result(cast, for_, against, cast - for_ - against)
