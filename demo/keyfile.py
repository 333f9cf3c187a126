"""A trustee's secret in a file under a passphrase, as browsers write it (frontend core/keyfile)."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from ledger.log.encoding import b64u
from ledger.log.jcs import Json, dumps
from voting.protocol.group import default_group, scalar_bytes
from voting.protocol.keys import public_key

FORMAT: Final = "concursus-trustee-key/1"
ITERATIONS: Final = 600_000


def wrap_trustee_key(case: str, meeting: str, trustee: str, secret: int, passphrase: str) -> str:
    """The text of the file. passphrase: 12 characters or more."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    head: dict[str, Json] = {
        "case": case,
        "cipher": "AES-256-GCM",
        "format": FORMAT,
        "id": trustee,
        "iterations": ITERATIONS,
        "kdf": "PBKDF2-SHA-256",
        "meeting": meeting,
        "nonce": b64u(nonce),
        "public_key": b64u(public_key(default_group(), secret)),
        "salt": b64u(salt),
    }
    words = unicodedata.normalize("NFC", passphrase).encode()
    key = PBKDF2HMAC(SHA256(), 32, salt, ITERATIONS).derive(words)
    sealed = AESGCM(key).encrypt(nonce, scalar_bytes(secret), dumps(head))
    return dumps({**head, "sealed": b64u(sealed)}).decode() + "\n"
