"""Boxes: the shares of a ballot encrypted to one trustee (protocol 5).

D = (h_eff·e)·pk = sk·(h_eff·E); key = HKDF-SHA256(D, salt manifest_hash, info frames(
"concursus/v1/seal", trustee id, E, s)); AES-256-GCM under it with a nonce of zeros (s makes the
key fresh). A box is s ‖ ciphertext ‖ tag.
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.log.encoding import frames
from voting.protocol.group import H_EFF, Group, Point

SALT_SIZE: Final = 32
TAG_SIZE: Final = 16
SHARE_SIZE: Final = 64

_LABEL: Final = "concursus/v1/seal"
_NONCE: Final = bytes(12)


def box_size(answers: int) -> int:
    """The length in bytes of a box over so many answers."""
    return SHARE_SIZE * answers + SALT_SIZE + TAG_SIZE


def shared_by_voter(group: Group, e: int, trustee_key: Point) -> bytes:
    """The 96 bytes of D_j = (h_eff·e)·pk_j. trustee_key: of order r."""
    return group.encode(group.mul(trustee_key, H_EFF * e))


def shared_by_trustee(group: Group, secret: int, e: Point) -> bytes:
    """The 96 bytes of D_j = sk_j·(h_eff·E)."""
    return group.encode(group.mul(group.clear(e), secret))


def seal(
    shared: bytes,
    manifest_hash: bytes,
    trustee: str,
    e: bytes,
    salt: bytes,
    associated: bytes,
    plaintext: bytes,
) -> bytes:
    """The box. shared: D_j. salt: s_j, 32 fresh bytes. associated: `Body.associated()`."""
    key = _key(shared, manifest_hash, trustee, e, salt)
    return salt + AESGCM(key).encrypt(_NONCE, plaintext, associated)


def unseal(
    shared: bytes, manifest_hash: bytes, trustee: str, e: bytes, associated: bytes, box: bytes
) -> bytes | None:
    """The plaintext of a box, or None where its tag does not verify or it is too short."""
    if len(box) < SALT_SIZE + TAG_SIZE:
        return None
    key = _key(shared, manifest_hash, trustee, e, box[:SALT_SIZE])
    try:
        return AESGCM(key).decrypt(_NONCE, box[SALT_SIZE:], associated)
    except InvalidTag:
        return None


def _key(shared: bytes, manifest_hash: bytes, trustee: str, e: bytes, salt: bytes) -> bytes:
    info = frames(_LABEL, trustee, e, salt)
    return HKDF(algorithm=SHA256(), length=32, salt=manifest_hash, info=info).derive(shared)
