"""Keys at rest: one key file wraps a fresh key for every record (ledger 4(f), 4(i)).

A record's own key is what erasure deletes; the key file alone opens nothing once it is gone.
AES-256-GCM throughout, with the address of the record as associated data, so that no record can
be moved to another's place unnoticed.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.log.errors import Category, Refused

KEY_SIZE: Final = 32
NONCE_SIZE: Final = 12
TAG_SIZE: Final = 16
WRAPPED_SIZE: Final = NONCE_SIZE + KEY_SIZE + TAG_SIZE


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


@dataclass(frozen=True, slots=True, repr=False)
class Wrapping:
    """The wrapping key of one key file."""

    key: bytes

    @classmethod
    def of(cls, path: Path) -> Wrapping:
        """From its key file, made with a fresh key if it is not there. Raises BadKeyFile."""
        key = write_once(path, secrets.token_bytes(KEY_SIZE))
        if len(key) != KEY_SIZE:
            raise BadKeyFile(file=str(path))
        return cls(key)

    def wrap(self, record_key: bytes, address: bytes) -> bytes:
        """A record's key, encrypted for keeping beside the record; WRAPPED_SIZE bytes."""
        return seal(self.key, b"key" + address, record_key)

    def unwrap(self, wrapped: bytes, address: bytes) -> bytes:
        """The record's key. Raises StoreDamaged."""
        return unseal(self.key, b"key" + address, wrapped)


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
