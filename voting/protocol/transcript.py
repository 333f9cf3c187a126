"""Challenges of the proofs (protocol 1, Fiat-Shamir).

challenge(label, parts…) = OS2IP(SHA-512(frames("concursus/v1/" ‖ label, parts…))) mod r
"""

from __future__ import annotations

import hashlib

from ledger.log.encoding import frames
from voting.protocol.group import ORDER

PREFIX = "concursus/v1/"


def challenge(label: str, *parts: bytes | str) -> int:
    """The challenge, a scalar 0 … r−1.

    parts: points (96 bytes) and scalars (32) as received, hashes as 32 raw bytes, strings.
    """
    return int.from_bytes(hashlib.sha512(frames(PREFIX + label, *parts)).digest(), "big") % ORDER
