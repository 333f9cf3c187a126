"""Choices, their codes, and the proof that a commitment holds one of them (protocol 4, 5).

The proof is a disjunction of three Schnorr proofs that C − code·H = ρ·G (Cramer, Damgård,
Schoenmakers 1994), in commitment form so that many are verified together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from ledger.log.encoding import b64u
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from voting.protocol.group import ORDER, Group, read_point, read_scalar, write_scalar
from voting.protocol.pedersen import commit
from voting.protocol.randomness import Randomness
from voting.protocol.shape import array, members
from voting.protocol.transcript import challenge

RADIX: Final = 2**64
CODES: Final = (0, 1, RADIX)


class Choice(Enum):
    """What an answer says; the value is its word in files and pages."""

    ABSTAIN = "abstain"
    FOR = "for"
    AGAINST = "against"

    @property
    def code(self) -> int:
        """0, 1 or 2^64: a sum of them is `for` + 2^64 · `against`."""
        return CODES[_ORDER.index(self)]

    @staticmethod
    def of_code(code: int) -> Choice:
        """The choice of a code. Raises Malformed if it is none."""
        if code not in CODES:
            raise Malformed(what="code of a choice")
        return _ORDER[CODES.index(code)]

    @staticmethod
    def of_word(word: object) -> Choice:
        """The choice of a word. Raises Malformed if it is none."""
        if not isinstance(word, str) or word not in (choice.value for choice in _ORDER):
            raise Malformed(what="choice")
        return Choice(word)


_ORDER: Final = (Choice.ABSTAIN, Choice.FOR, Choice.AGAINST)


@dataclass(frozen=True, slots=True)
class ValidityProof:
    """T_0..2 (96 bytes each), c_0, c_1 and z_0..2; c_2 follows from the challenge."""

    t: tuple[bytes, bytes, bytes]
    c: tuple[int, int]
    z: tuple[int, int, int]

    @staticmethod
    def decode(value: Json, group: Group) -> ValidityProof:
        """From {`t`, `c`, `z`}. Raises Malformed."""
        parts = members(value, frozenset(("t", "c", "z")), "proof")
        t0, t1, t2 = (read_point(group, p) for p in array(parts["t"], "t", 3))
        c0, c1 = (read_scalar(s) for s in array(parts["c"], "c", 2))
        z0, z1, z2 = (read_scalar(s) for s in array(parts["z"], "z", 3))
        return ValidityProof((t0, t1, t2), (c0, c1), (z0, z1, z2))

    def encode(self) -> Json:
        """The object {`t`, `c`, `z`}."""
        return {
            "t": [b64u(t) for t in self.t],
            "c": [write_scalar(c) for c in self.c],
            "z": [write_scalar(z) for z in self.z],
        }

    def challenges(self, c: int) -> tuple[int, int, int]:
        """c_0, c_1, c_2 where c is the challenge of the whole proof."""
        return self.c[0], self.c[1], (c - self.c[0] - self.c[1]) % ORDER


def ballot_challenge(
    manifest_hash: bytes,
    line: str,
    motion: str,
    c: bytes,
    a: Sequence[bytes],
    e: bytes,
    t: Sequence[bytes],
) -> int:
    """challenge("ballot-proof", manifest_hash, line, motion, C, A_1 … A_{t−1}, E, T_0..2)."""
    return challenge("ballot-proof", manifest_hash, line, motion, c, *a, e, *t)


def prove(
    group: Group,
    randomness: Randomness,
    choice: Choice,
    rho: int,
    manifest_hash: bytes,
    line: str,
    motion: str,
    a: Sequence[bytes],
    e: bytes,
) -> ValidityProof:
    """Prove that C = choice.code·H + rho·G holds a code. a: the A_l; e: E, as bytes."""
    true = CODES.index(choice.code)
    point = commit(group, choice.code, rho)
    k = randomness.scalar()
    cs, zs, ts = [0, 0, 0], [0, 0, 0], [b"", b"", b""]
    for i, code in enumerate(CODES):
        if i == true:
            ts[i] = group.encode(group.mul(group.generator, k))
            continue
        cs[i], zs[i] = randomness.scalar(), randomness.scalar()
        # T_i = z_i·G − c_i·(C − code_i·H), from the fixed bases alone.
        on_h, on_g = -cs[i] * (choice.code - code), zs[i] - cs[i] * rho
        ts[i] = group.encode(commit(group, on_h, on_g))
    c = ballot_challenge(manifest_hash, line, motion, group.encode(point), a, e, ts)
    cs[true] = (c - sum(cs)) % ORDER
    zs[true] = (k + cs[true] * rho) % ORDER
    return ValidityProof((ts[0], ts[1], ts[2]), (cs[0], cs[1]), (zs[0], zs[1], zs[2]))
