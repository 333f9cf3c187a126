"""A passkey in Python: what an authenticator answers to a page of the court."""

from __future__ import annotations

import json
import secrets

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from ledger.log import jcs
from ledger.log.encoding import b64u, sha256
from ledger.log.sign import Es256Signer
from ledger.log.suites import PublicKey, Suite

RP_ID, PAGE = "localhost", "http://localhost:8000"


class PasskeySigner:
    """Signs what it is given as a challenge; `says` alters what the browser adds."""

    def __init__(self, rp_id: str = RP_ID, page: str = PAGE, **says: object) -> None:
        scalar = secrets.randbelow(2**255) + 1
        self._secret = ec.derive_private_key(scalar, ec.SECP256R1())
        self._key = PublicKey(Suite.WEBAUTHN_ES256, Es256Signer(scalar).key.public_key)
        self._rp_id, self._page, self._says = rp_id, page, says

    @property
    def key(self) -> PublicKey:
        """The public key with its suite."""
        return self._key

    def sign(self, message: bytes) -> bytes:
        """The assertion whose challenge is the hash of `message` (ledger 9.3)."""
        client_data = json.dumps(
            {
                "type": "webauthn.get",
                "challenge": b64u(sha256(message)),
                "origin": self._page,
                "crossOrigin": False,
                **self._says,
            }
        ).encode()
        data = sha256(self._rp_id.encode()) + b"\x05" + bytes(4)
        signature = self._secret.sign(data + sha256(client_data), ec.ECDSA(hashes.SHA256()))
        return jcs.dumps(
            {
                "authenticator_data": b64u(data),
                "client_data": b64u(client_data),
                "signature": b64u(signature),
            }
        )
