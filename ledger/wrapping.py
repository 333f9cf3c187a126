"""Keys at rest: a fresh key for every record, wrapped by the key of whoever keeps it (ledger 4(i)).

The operator wraps record keys under a secret key file; for the court's copy the same keys are
wrapped to the court's public key, so that each can unwrap without the other and the operator
never holds the court's secret. A record's own key is what erasure deletes; neither wrapping key
opens anything once it is gone.
AES-256-GCM throughout, with the address of the record as associated data, so that no record can
be moved to another's place unnoticed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.log.errors import Category, Refused

KEY_SIZE: Final = 32
NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16
WRAPPED_SIZE: Final = NONCE_SIZE + KEY_SIZE + TAG_SIZE
"""Bytes of a record's key as the operator's wrapping key keeps it."""
_SUITE: Final = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
_FOR_COURT: Final = b"concursus/v1/court-store\0"


class StoreDamaged(Refused):
    """What a store holds does not decrypt: changed, moved, or another key file. Fact: `what`."""

    slug = "store-damaged"
    category = Category.UNAVAILABLE
    zh = "存储的数据无法解密，可能已被改动，或钥匙文件不对：{what}"
    en = "Stored data does not decrypt; it was changed, or the key file is another: {what}"


class BadKeyFile(Refused):
    """A key file is not as this program writes it. Fact: `file`."""

    slug = "bad-key-file"
    category = Category.UNAVAILABLE
    zh = "钥匙文件内容不符：{file}"
    en = "The key file does not hold a key: {file}"


def write_once(path: Path, content: bytes) -> bytes:
    """What stands in `path`, after writing `content` there with mode 0600 if there was nothing.

    Of several processes that start at once, one writes and all read the same; never half a file,
    and durable before the answer.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        sync_directory(path.parent)
    return path.read_bytes()


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class CannotUnwrap(Refused):
    """Only the court's secret key opens the court's store."""

    slug = "court-key-missing"
    category = Category.FORBIDDEN
    zh = "打开法院的存储需要法院的私钥"
    en = "The court's store is opened with the court's secret key"


class KeyWrapping(Protocol):
    """How the keys of records are kept beside them. `size`: bytes of a wrapped key."""

    @property
    def size(self) -> int:
        """Bytes of a wrapped key."""
        ...

    def wrap(self, record_key: bytes, address: bytes) -> bytes:
        """A record's key, encrypted for keeping beside the record."""
        ...

    def unwrap(self, wrapped: bytes, address: bytes) -> bytes:
        """The record's key. Raises StoreDamaged."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Wrapping:
    """The operator's wrapping key, of one key file."""

    key: bytes

    @classmethod
    def of(cls, path: Path) -> Wrapping:
        """From its key file, made with a fresh key if it is not there. Raises BadKeyFile."""
        key = write_once(path, secrets.token_bytes(KEY_SIZE))
        if len(key) != KEY_SIZE:
            raise BadKeyFile(file=str(path))
        return cls(key)

    @property
    def size(self) -> int:
        """See KeyWrapping.size."""
        return WRAPPED_SIZE

    def wrap(self, record_key: bytes, address: bytes) -> bytes:
        """See KeyWrapping.wrap."""
        return seal(self.key, b"key" + address, record_key)

    def unwrap(self, wrapped: bytes, address: bytes) -> bytes:
        """The record's key. Raises StoreDamaged."""
        return unseal(self.key, b"key" + address, wrapped)


@dataclass(frozen=True, slots=True, repr=False)
class CourtWrapping:
    """The court's wrapping key: public to wrap, secret (None at the operator's) to unwrap.

    HPKE base mode (RFC 9180), X25519, HKDF-SHA256, AES-256-GCM; the address stands in `info`.
    """

    public: X25519PublicKey
    secret: X25519PrivateKey | None = None

    @classmethod
    def of_public(cls, path: Path) -> CourtWrapping:
        """From the file of the public key, 64 hex digits. Raises BadKeyFile."""
        return cls(X25519PublicKey.from_public_bytes(_hex_key(path)))

    @classmethod
    def of_secret(cls, path: Path) -> CourtWrapping:
        """From the file of the secret key, 64 hex digits. Raises BadKeyFile."""
        secret = X25519PrivateKey.from_private_bytes(_hex_key(path))
        return cls(secret.public_key(), secret)

    @classmethod
    def make(cls, path: Path) -> CourtWrapping:
        """As `of_secret`, made there with mode 0600 if it is not there."""
        write_once(path, secrets.token_bytes(KEY_SIZE).hex().encode() + b"\n")
        return cls.of_secret(path)

    @property
    def size(self) -> int:
        """See KeyWrapping.size."""
        return KEY_SIZE + KEY_SIZE + TAG_SIZE

    def wrap(self, record_key: bytes, address: bytes) -> bytes:
        """See KeyWrapping.wrap."""
        return _SUITE.encrypt(record_key, self.public, _FOR_COURT + address)

    def unwrap(self, wrapped: bytes, address: bytes) -> bytes:
        """See KeyWrapping.unwrap. Raises CannotUnwrap too."""
        if self.secret is None:
            raise CannotUnwrap()
        try:
            return _SUITE.decrypt(wrapped, self.secret, _FOR_COURT + address)
        except (InvalidTag, ValueError) as error:
            raise StoreDamaged(what=address.hex()[:24]) from error


def _hex_key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise BadKeyFile(file=str(path)) from error
    if len(key) != KEY_SIZE:
        raise BadKeyFile(file=str(path))
    return key


def seal(key: bytes, address: bytes, plain: bytes) -> bytes:
    """nonce ‖ ciphertext ‖ tag under a fresh random nonce."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, plain, address)


def unseal(key: bytes, address: bytes, sealed: bytes) -> bytes:
    """The inverse of `seal`. Raises StoreDamaged."""
    if len(sealed) < NONCE_SIZE + TAG_SIZE:
        raise StoreDamaged(what=address.hex()[:24])
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_SIZE], sealed[NONCE_SIZE:], address)
    except InvalidTag as error:
        raise StoreDamaged(what=address.hex()[:24]) from error
