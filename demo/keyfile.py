"""A trustee's secret in a file under a passphrase, as browsers write and read it."""

from __future__ import annotations

import secrets
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from ledger.log import jcs
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Malformed
from ledger.log.jcs import Json, dumps
from voting.protocol.group import default_group, scalar_bytes, scalar_of
from voting.protocol.keys import public_key

FORMAT: Final = "concursus-trustee-key/1"
ITERATIONS: Final = 600_000
_MEMBERS: Final = (
    *("case", "cipher", "format", "id", "iterations", "kdf", "meeting", "nonce"),
    *("public_key", "salt", "sealed"),
)


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
    sealed = AESGCM(_key(passphrase, salt)).encrypt(nonce, scalar_bytes(secret), dumps(head))
    return dumps({**head, "sealed": b64u(sealed)}).decode() + "\n"


def open_trustee_key(text: str, passphrase: str) -> int:
    """The secret in a file. Raises Malformed: another file, or another passphrase."""
    found = jcs.members(jcs.loads(text.strip().encode()), "key file", *_MEMBERS)
    if (found["format"], found["iterations"]) != (FORMAT, ITERATIONS):
        raise Malformed(what="format of the key file")
    head = {name: value for name, value in found.items() if name != "sealed"}
    key = _key(passphrase, unb64u(found["salt"], 16))
    try:
        plain = AESGCM(key).decrypt(
            unb64u(found["nonce"], 12), unb64u(found["sealed"], 48), dumps(head)
        )
    except InvalidTag as error:
        raise Malformed(what="passphrase") from error
    secret = scalar_of(plain)
    if b64u(public_key(default_group(), secret)) != found["public_key"]:
        raise Malformed(what="public key of the key file")
    return secret


def _key(passphrase: str, salt: bytes) -> bytes:
    words = unicodedata.normalize("NFC", passphrase).encode()
    return PBKDF2HMAC(SHA256(), 32, salt, ITERATIONS).derive(words)
