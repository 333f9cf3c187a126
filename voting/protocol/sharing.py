"""Pedersen's verifiable secret sharing of an answer's opening (protocol 5, 7).

f(x) = v + Σ a_l x^l and g(x) = ρ + Σ b_l x^l, degree t−1; A_l = a_l·H + b_l·G. Trustee j holds
f(j), g(j), and f(j)·H + g(j)·G = C + Σ j^l·A_l shows that they are right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voting.protocol.group import (
    ORDER,
    SCALAR_SIZE,
    Group,
    Point,
    scalar_bytes,
    scalar_of,
    vanishes,
)
from voting.protocol.pedersen import commitment_bytes


@dataclass(frozen=True, slots=True)
class Share:
    """f(j) and g(j) of one answer, or sums of them: scalars."""

    f: int
    g: int

    def encode(self) -> bytes:
        """f ‖ g, 64 bytes: how it stands in a box."""
        return scalar_bytes(self.f) + scalar_bytes(self.g)

    @staticmethod
    def decode(data: bytes) -> Share:
        """From 64 bytes. Raises Malformed where a half is ≥ r."""
        return Share(scalar_of(data[:SCALAR_SIZE]), scalar_of(data[SCALAR_SIZE:]))


@dataclass(frozen=True, slots=True)
class Polynomials:
    """f and g of one answer, constant term first, t coefficients each."""

    f: tuple[int, ...]
    g: tuple[int, ...]

    def share(self, index: int) -> Share:
        """The share of trustee `index` ≥ 1."""
        return Share(evaluate(self.f, index), evaluate(self.g, index))

    def commitments(self, group: Group) -> tuple[bytes, ...]:
        """A_1 … A_{t−1}, 96 bytes each."""
        return tuple(
            commitment_bytes(group, a, b) for a, b in zip(self.f[1:], self.g[1:], strict=True)
        )


def evaluate(coefficients: Sequence[int], x: int) -> int:
    """The polynomial at x, mod r."""
    value = 0
    for coefficient in reversed(coefficients):
        value = (value * x + coefficient) % ORDER
    return value


def powers(index: int, count: int) -> list[int]:
    """j^0 … j^(count−1)."""
    return [index**level for level in range(count)]


def check_shares(
    group: Group,
    index: int,
    shares: Sequence[Share],
    commitments: Sequence[Sequence[Point]],
    weights: Sequence[int],
) -> bool:
    """Whether Σ w·(f·H + g·G) = Σ w·(C + Σ j^l·A_l), as one multi-scalar multiplication.

    commitments: of each answer C, A_1 … A_{t−1}. weights: 1 for a single share, random for a
    batch. Cofactored.
    """
    points = [group.value_base, group.generator]
    scalars = [
        sum(w * s.f for w, s in zip(weights, shares, strict=True)),
        sum(w * s.g for w, s in zip(weights, shares, strict=True)),
    ]
    for weight, row in zip(weights, commitments, strict=True):
        points.extend(row)
        scalars.extend(-weight * power for power in powers(index, len(row)))
    return vanishes(group, group.msm(points, scalars))


def interpolate(shares: Mapping[int, Share]) -> Share:
    """The share at 0 of those at the given indices (Lagrange): value and blinding.

    shares: index j ≥ 1 of each; as many as the threshold.
    """
    f = g = 0
    for j, share in shares.items():
        over = under = 1
        for other in shares:
            if other != j:
                over = over * other % ORDER
                under = under * (other - j) % ORDER
        factor = over * pow(under, -1, ORDER) % ORDER
        f += factor * share.f
        g += factor * share.g
    return Share(f % ORDER, g % ORDER)
