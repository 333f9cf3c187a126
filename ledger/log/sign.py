"""Signing with a secret key: for the clerk, the intake, log and witnesses, and for tests."""

from __future__ import annotations

from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.log.suites import PublicKey, Suite


class Signer(Protocol):
    """Holds one secret key and signs bytes with it."""

    @property
    def key(self) -> PublicKey:
        """The public key with its suite."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The suite's signature over `message`."""
        ...


class Ed25519Signer:
    """Ed25519 (RFC 8032) from its 32-byte seed; the same message gives the same signature."""

    def __init__(self, seed: bytes) -> None:
        self._secret = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        self._key = PublicKey(Suite.ED25519, self._secret.public_key().public_bytes_raw())

    @property
    def key(self) -> PublicKey:
        """The public key, 32 bytes."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """64 bytes."""
        return self._secret.sign(message)


class Es256Signer:
    """ES256 from its scalar, 1 … n-1; ValueError outside."""

    def __init__(self, scalar: int) -> None:
        self._secret = ec.derive_private_key(scalar, ec.SECP256R1())
        point = self._secret.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        self._key = PublicKey(Suite.ES256, point)

    @property
    def key(self) -> PublicKey:
        """The public key, 65 bytes."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """r ‖ s, 64 bytes."""
        r, s = utils.decode_dss_signature(self._secret.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
