"""Proofs of hidden weights: the public checks an amount without seeing who is owed what (11).

Of each counted answer Z = w·C + τ·G stands with a proof that the same w is in it and in the
roll's W = w·H + σ·G. The amount result opens Σ Z as (M, R + Σ τ), the cast amount Σ W of the
counted lines as (cast, Σ σ).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.log.encoding import MAX_AMOUNT, b64u, check_id, frames
from ledger.log.jcs import Json
from voting.protocol.batch import delta_source
from voting.protocol.culprits import culprits
from voting.protocol.errors import ResultFalse, WeightFalse
from voting.protocol.group import (
    ORDER,
    Group,
    Point,
    decode_all,
    read_point,
    read_scalar,
    same,
    vanishes,
    write_scalar,
)
from voting.protocol.pedersen import Opening, commit, opens, total
from voting.protocol.randomness import Randomness
from voting.protocol.shape import array, members
from voting.protocol.tally import Result, check_opening
from voting.protocol.transcript import challenge

_MEMBERS: Final = frozenset(("line", "motion", "Z", "t", "z"))


@dataclass(frozen=True, slots=True)
class WeightProof:
    """The object of a weight proof. sum_point: Z. t: T1, T2. z: z_w, z_σ, z_τ."""

    line: str
    motion: str
    sum_point: bytes
    t: tuple[bytes, bytes]
    z: tuple[int, int, int]

    @staticmethod
    def decode(value: Json, group: Group) -> WeightProof:
        """From {`line`, `motion`, `Z`, `t`, `z`}. Raises Malformed."""
        parts = members(value, _MEMBERS, "weight proof")
        t1, t2 = (read_point(group, t) for t in array(parts["t"], "t", 2))
        z_w, z_sigma, z_tau = (read_scalar(z) for z in array(parts["z"], "z", 3))
        return WeightProof(
            check_id(parts["line"]),
            check_id(parts["motion"]),
            read_point(group, parts["Z"]),
            (t1, t2),
            (z_w, z_sigma, z_tau),
        )

    def encode(self) -> Json:
        """The object."""
        return {
            "line": self.line,
            "motion": self.motion,
            "Z": b64u(self.sum_point),
            "t": [b64u(t) for t in self.t],
            "z": [write_scalar(z) for z in self.z],
        }


def weighted_commitment(group: Group, c: bytes, amount: int, tau: int) -> bytes:
    """Z = w·C + τ·G, 96 bytes; C in the subgroup or not, Z's part of order r is what counts."""
    return group.encode(group.msm((group.decode(c), group.generator), (amount, tau)))


def prove_weight(
    group: Group,
    randomness: Randomness,
    manifest_hash: bytes,
    line: str,
    motion: str,
    c: bytes,
    opening: Opening,
    tau: int,
) -> WeightProof:
    """Prove that Z = w·C + τ·G holds the w of W. c: C, 96 bytes. opening: (w, σ) of W."""
    w_point = group.encode(commit(group, opening.value, opening.blinding))
    z_point = weighted_commitment(group, c, opening.value, tau)
    alpha, beta, gamma = (randomness.scalar() for _ in range(3))
    t1 = group.encode(commit(group, alpha, beta))
    t2 = group.encode(group.msm((group.decode(c), group.generator), (alpha, gamma)))
    x = weight_challenge(manifest_hash, line, motion, w_point, c, z_point, (t1, t2))
    z = (
        (alpha + x * opening.value) % ORDER,
        (beta + x * opening.blinding) % ORDER,
        (gamma + x * tau) % ORDER,
    )
    return WeightProof(line, motion, z_point, (t1, t2), z)


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A counted answer as who may see the roll knows it. c: C, 96 bytes. opening: (w, σ) of W."""

    line: str
    c: bytes
    opening: Opening


@dataclass(frozen=True, slots=True)
class PublishedVector:
    """What is published of an amount vector: its proofs, Σ σ, and R + Σ τ."""

    proofs: tuple[WeightProof, ...]
    sigma: int
    r: int


def publish_vector(
    group: Group,
    randomness: Randomness,
    manifest_hash: bytes,
    motion: str,
    r: int,
    answers: Sequence[KnownAnswer],
) -> PublishedVector:
    """Prove the weight of each counted answer, with a fresh τ. r: R of the vector's result."""
    proofs, sigma = [], 0
    for answer in answers:
        tau = randomness.scalar()
        proofs.append(
            prove_weight(
                group,
                randomness,
                manifest_hash,
                answer.line,
                motion,
                answer.c,
                answer.opening,
                tau,
            )
        )
        r, sigma = r + tau, sigma + answer.opening.blinding
    return PublishedVector(tuple(proofs), sigma % ORDER, r % ORDER)


def weight_challenge(
    manifest_hash: bytes,
    line: str,
    motion: str,
    w_point: bytes,
    c: bytes,
    z_point: bytes,
    t: Sequence[bytes],
) -> int:
    """challenge("weight-proof", frames(manifest_hash, line, motion), W, C, Z, T1, T2)."""
    context = frames(manifest_hash, line, motion)
    return challenge("weight-proof", context, w_point, c, z_point, *t)


def check_weight(
    group: Group, manifest_hash: bytes, weight: bytes, c: bytes, proof: WeightProof
) -> None:
    """That Z and W hold one w. weight: the line's W on the roll. c: C of its counted answer.

    Raises WeightFalse.
    """
    x = weight_challenge(
        manifest_hash, proof.line, proof.motion, weight, c, proof.sum_point, proof.t
    )
    w_point, c_point, z_point, t1, t2 = decode_all(group, (weight, c, proof.sum_point, *proof.t))
    z_w, z_sigma, z_tau = proof.z
    on_w = group.add(t1, group.mul(w_point, x))
    on_z = group.add(t2, group.mul(z_point, x))
    if not same(group, commit(group, z_w, z_sigma), on_w) or not same(
        group, group.msm((c_point, group.generator), (z_w, z_tau)), on_z
    ):
        raise WeightFalse(line=proof.line, motion=proof.motion)


@dataclass(frozen=True, slots=True)
class WeightedAnswer:
    """A counted answer with its proof. weight: the line's W on the roll. c: C of its answer."""

    weight: bytes
    c: bytes
    proof: WeightProof


def false_weights(
    group: Group, manifest_hash: bytes, answers: Sequence[WeightedAnswer]
) -> tuple[int, ...]:
    """The positions of those whose proof does not hold; empty if all do.

    Both equations of every proof are multiplied by a random 128-bit δ each, and the sum is one
    multi-scalar multiplication of five points an answer, cofactored (protocol 6).
    """
    equations = [_equations(group, manifest_hash, answer) for answer in answers]
    return culprits(equations, lambda batch: _hold(group, batch))


@dataclass(frozen=True, slots=True)
class _Equations:
    """points: T1, W, T2, Z, C. x: the challenge. z: z_w, z_σ, z_τ."""

    points: tuple[Point, ...]
    x: int
    z: tuple[int, int, int]


def _equations(group: Group, manifest_hash: bytes, answer: WeightedAnswer) -> _Equations:
    w, c, proof = answer.weight, answer.c, answer.proof
    x = weight_challenge(manifest_hash, proof.line, proof.motion, w, c, proof.sum_point, proof.t)
    points = decode_all(group, (proof.t[0], w, proof.t[1], proof.sum_point, c))
    return _Equations(tuple(points), x, proof.z)


def _hold(group: Group, batch: Sequence[_Equations]) -> bool:
    """Σ δ1·(T1 + x·W − z_w·H − z_σ·G) + δ2·(T2 + x·Z − z_w·C − z_τ·G) = O, with fresh δ."""
    deltas = iter(delta_source(2 * len(batch)))
    points: list[Point] = []
    scalars: list[int] = []
    on_g = on_h = 0
    for equations in batch:
        on_w, on_z = next(deltas), next(deltas)
        z_w, z_sigma, z_tau = equations.z
        points += equations.points
        scalars += (on_w, on_w * equations.x, on_z, on_z * equations.x, -on_z * z_w)
        on_h -= on_w * z_w
        on_g -= on_w * z_sigma + on_z * z_tau
    points += (group.generator, group.value_base)
    scalars += (on_g, on_h)
    return vanishes(group, group.msm(points, scalars))


def check_hidden_result(
    group: Group,
    proofs: Sequence[WeightProof],
    weights: Sequence[bytes],
    tally: Opening,
    cast: Opening,
) -> Result:
    """The amount result of a vector whose weights are hidden.

    proofs: checked, one of each counted answer. weights: the W of the same lines. tally:
    (M, R + Σ τ). cast: (cast, Σ σ). Raises ResultFalse.
    """
    if not 0 <= cast.value < MAX_AMOUNT:
        raise ResultFalse(what="cast is out of range")
    if not opens(group, total(group, decode_all(group, weights)), cast.value, cast.blinding):
        raise ResultFalse(what="cast does not open the weights of the counted lines")
    z_sum = total(group, (group.decode(proof.sum_point) for proof in proofs))
    return check_opening(group, z_sum, tally, cast.value)
