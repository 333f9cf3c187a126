"""Keys of trustees and recipients, and proofs that their holders know them (protocol 3, 5).

The proof is Schnorr's: T = k·G, z = k + c·sk, and z·G = T + c·pk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.encoding import b64u
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from voting.protocol.errors import KeyRefused
from voting.protocol.group import ORDER, Group, read_point, read_scalar, same, write_scalar
from voting.protocol.randomness import Randomness
from voting.protocol.shape import members
from voting.protocol.transcript import challenge

TRUSTEE_KEY: Final = "trustee-key"
RECIPIENT_KEY: Final = "recipient-key"


@dataclass(frozen=True, slots=True)
class KeyProof:
    """T (96 bytes) and z of a Schnorr proof."""

    t: bytes
    z: int

    @staticmethod
    def decode(value: Json, group: Group) -> KeyProof:
        """From {`t`, `z`}. Raises Malformed."""
        parts = members(value, frozenset(("t", "z")), "proof of a key")
        return KeyProof(read_point(group, parts["t"]), read_scalar(parts["z"]))

    def encode(self) -> Json:
        """The object {`t`, `z`}."""
        return {"t": b64u(self.t), "z": write_scalar(self.z)}


def prove_knowledge(
    group: Group, randomness: Randomness, secret: int, label: str, *parts: bytes | str
) -> KeyProof:
    """Prove knowledge of `secret`: c = challenge(label, *parts, secret·G, T)."""
    k = randomness.scalar()
    t = group.encode(group.mul(group.generator, k))
    public = group.encode(group.mul(group.generator, secret))
    c = challenge(label, *parts, public, t)
    return KeyProof(t, (k + c * secret) % ORDER)


def public_key(group: Group, secret: int) -> bytes:
    """The 96 bytes of secret·G; ValueError for secret 0."""
    return group.encode(group.mul(group.generator, secret))


def prove_key(
    group: Group,
    randomness: Randomness,
    secret: int,
    label: str,
    case: str,
    meeting: str,
    holder: str,
) -> KeyProof:
    """The proof of a trustee's (TRUSTEE_KEY) or recipient's (RECIPIENT_KEY) key."""
    return prove_knowledge(group, randomness, secret, label, case, meeting, holder)


def check_key(
    group: Group,
    public: bytes,
    proof: KeyProof,
    label: str,
    case: str,
    meeting: str,
    holder: str,
) -> None:
    """Check pk ≠ O, pk of order r, and z·G = T + c·pk (protocol 3).

    public: 96 bytes. holder: the id of trustee or recipient. Raises KeyRefused.
    """
    try:
        key, t = group.decode(public), group.decode(proof.t)
    except Malformed as error:
        raise KeyRefused(holder=holder, what=error.facts["what"]) from error
    if not group.in_subgroup(key):
        raise KeyRefused(holder=holder, what="the key is not of order r")
    c = challenge(label, case, meeting, holder, public, proof.t)
    right = group.add(t, group.mul(key, c))
    if not same(group, group.mul(group.generator, proof.z), right):
        raise KeyRefused(holder=holder, what="the proof does not hold")
