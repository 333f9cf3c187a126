"""Many ballots verified by one multi-scalar multiplication (protocol 6).

Every equation is multiplied by its own random 128-bit δ, drawn after all bytes are fixed, and the
sum of all is compared with O, cofactored. A false equation escapes with probability 2^−128. A
batch that fails is halved, with new δ each time, until each false ballot is named.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from voting.protocol.ballot import Body
from voting.protocol.culprits import culprits
from voting.protocol.errors import BallotProof
from voting.protocol.group import Group, Point, default_group, vanishes
from voting.protocol.manifest import Manifest
from voting.protocol.validity import CODES

DELTA_SIZE: Final = 16


@dataclass(frozen=True, slots=True)
class _Equations:
    """The equations of one ballot, ready to be weighted.

    key: E, T_e, c, z. answers: C, T_0..2, c_0..2, z_0..2 of each.
    """

    key: tuple[Point, Point, int, int]
    answers: tuple[tuple[Point, tuple[Point, ...], tuple[int, ...], tuple[int, ...]], ...]


def verify_ballots(
    bodies: Iterable[Body], manifest: Manifest, group: Group | None = None
) -> tuple[int, ...]:
    """The positions of those ballots whose proofs do not hold; empty if all do.

    The bodies were decoded under `manifest`. One multiplication if all hold.
    """
    group = group or default_group()
    equations = [_equations(body, manifest, group) for body in bodies]
    return culprits(equations, lambda batch: _hold(batch, group))


def check_proofs(body: Body, manifest: Manifest, group: Group | None = None) -> None:
    """One ballot's equations, by one multiplication. Raises BallotProof."""
    if verify_ballots((body,), manifest, group):
        raise BallotProof()


def delta_source(count: int) -> list[int]:
    """`count` independent 128-bit numbers from the system's generator."""
    data = secrets.token_bytes(DELTA_SIZE * count)
    return [
        int.from_bytes(data[i : i + DELTA_SIZE], "big") for i in range(0, len(data), DELTA_SIZE)
    ]


def _equations(body: Body, manifest: Manifest, group: Group) -> _Equations:
    if body.manifest_hash != manifest.digest:
        raise ValueError("a ballot of another manifest")
    decode = group.decode
    answers = tuple(
        (
            decode(answer.c),
            tuple(decode(t) for t in answer.proof.t),
            answer.proof.challenges(body.answer_challenge(answer)),
            answer.proof.z,
        )
        for answer in body.answers
    )
    key = (decode(body.e), decode(body.key_proof.t), body.key_challenge(), body.key_proof.z)
    return _Equations(key, answers)


def _hold(batch: Sequence[_Equations], group: Group) -> bool:
    """Whether all equations hold, with fresh δ."""
    deltas = iter(delta_source(sum(1 + 3 * len(e.answers) for e in batch)))
    points: list[Point] = []
    scalars: list[int] = []
    on_g = on_h = 0
    for equations in batch:
        e, t_e, c, z = equations.key
        # T_e + c·E − z·G
        delta = next(deltas)
        points += (t_e, e)
        scalars += (delta, delta * c)
        on_g -= delta * z
        for commitment, ts, cs, zs in equations.answers:
            # T_i + c_i·(C − code_i·H) − z_i·G
            on_c = 0
            for t, c_i, z_i, code in zip(ts, cs, zs, CODES, strict=True):
                delta = next(deltas)
                points.append(t)
                scalars.append(delta)
                on_c += delta * c_i
                on_h -= delta * c_i * code
                on_g -= delta * z_i
            points.append(commitment)
            scalars.append(on_c)
    points += (group.generator, group.value_base)
    scalars += (on_g, on_h)
    return vanishes(group, group.msm(points, scalars))
