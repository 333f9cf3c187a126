"""Documents outside the ledger: addressed by the SHA-256 of the plain file, encrypted at rest.

A file is encrypted in chunks while it arrives, under a key of its own that the store's key file
wraps (ledger 4(i)); the plain file never touches the disk. It gets its name only when it is whole,
checked and synced, so a name in the store is a document. Nothing is ever replaced, and nothing
deleted but what is erased under the law. The court's store gets the same ciphertext with the key
wrapped to the court, before the name is there (`copy`).

On disk: MAGIC, the wrapped key, then chunks of 1 MiB, each with its tag. The wrapped key is bound
to the document's address, each chunk to its number and to being the last or not.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger import court_keys
from ledger.log.errors import Category, Refused
from ledger.media import Expected, Sniffer, expected
from ledger.wrapping import (
    KEY_SIZE,
    TAG_SIZE,
    KeyWrapping,
    StoreDamaged,
    Wrapping,
    sync_directory,
)

_logger = logging.getLogger(__name__)

FOLDER: Final = "documents"
ARRIVING: Final = "arriving"
"""Folder within it of what is not whole yet (`ledger.drafts`)."""
ERASED: Final = "erased"
MAGIC: Final = b"concursus-document/1\n"
CHUNK: Final = 1024 * 1024
DEFAULT_LIMIT: Final = 50 * 1000 * 1000


class FileTooLarge(Refused):
    """Facts: `limit` in MB."""

    slug = "file-too-large"
    category = Category.TOO_LARGE
    zh = "文件超过 {limit} MB；请拆分或压缩后再提交"
    en = "The file is larger than {limit} MB; split or compress it and send it again"


class FileEmpty(Refused):
    """A file without a byte."""

    slug = "file-empty"
    category = Category.MALFORMED
    zh = "文件是空的，没有内容"
    en = "The file is empty"


class FileHashDiffers(Refused):
    """What arrived is not what the sender hashed. Fact: `found`."""

    slug = "file-hash-differs"
    category = Category.CONFLICT
    zh = "收到的文件与发送前计算的散列值不符，可能传输不完整；请重新提交"
    en = "What arrived does not match the hash computed before sending; send it again ({found})"


class NoSuchDocument(Refused):
    """The store has no such document. Fact: `sha256`."""

    slug = "document-not-found"
    category = Category.NOT_FOUND
    zh = "没有这份文件：{sha256}"
    en = "There is no such document: {sha256}"


@dataclass(frozen=True, slots=True)
class Stored:
    """A document that is durable in the store. `size` in bytes, both of the plain file."""

    sha256: bytes
    size: int
    media_type: str


class Documents:
    """One store: a folder, made if it is not there, and the key that wraps its documents'."""

    def __init__(
        self,
        root: Path,
        wrapping: KeyWrapping,
        limit: int = DEFAULT_LIMIT,
        copy: Documents | None = None,
    ) -> None:
        """`limit`: bytes of the largest document. `copy`: the court's store."""
        self._root = root
        self._wrapping = wrapping
        self._limit = limit
        self._copy = copy

    def expect(self, name: str, size: int) -> Expected:
        """What a file that is announced must be, before a byte of it is there.

        Raises SuffixNotAccepted, FileTooLarge, FileEmpty.
        """
        promised = expected(name)
        self._check_size(size)
        if not size:
            raise FileEmpty()
        return promised

    def _check_size(self, size: int) -> None:
        if size > self._limit:
            raise FileTooLarge(limit=self._limit // 1_000_000)

    def put(self, parts: Iterable[bytes], name: str, digest: bytes | None = None) -> Stored:
        """Keep a file that arrives in parts; the same file again changes nothing.

        `name`: as the sender calls it, for its type only; `digest`: SHA-256 the sender computed.
        Raises SuffixNotAccepted, ContentDiffers, FileTooLarge, FileEmpty, FileHashDiffers; then
        nothing is kept.
        """
        promised = expected(name)
        sniffer, hasher, size = Sniffer(promised), hashlib.sha256(), 0
        key = secrets.token_bytes(KEY_SIZE)
        draft = self._draft()
        try:
            with private(draft) as file:
                file.write(MAGIC + bytes(self._wrapping.size))
                writer = _ChunkWriter(file, key)
                for part in parts:
                    size += len(part)
                    self._check_size(size)
                    sniffer.feed(part)
                    hasher.update(part)
                    writer.write(part)
                if not size:
                    raise FileEmpty()
                sniffer.finish()
                found = hasher.digest()
                if digest not in (None, found):
                    raise FileHashDiffers(found=found.hex())
                writer.finish()
                file.seek(len(MAGIC))
                file.write(self._wrapping.wrap(key, found))
                file.flush()
                os.fsync(file.fileno())
            self._name(draft, found)
        finally:
            draft.unlink(missing_ok=True)
        self._hand_on(found)
        return Stored(found, size, promised.media_type)

    def digests(self) -> set[bytes]:
        """The documents that are there."""
        return {
            bytes.fromhex(path.name)
            for path in self._root.glob("??/*")
            if len(path.name) == 2 * hashlib.sha256().digest_size
        }

    def erased(self) -> set[bytes]:
        """The documents that were erased and have not been sent again since."""
        return {bytes.fromhex(path.name) for path in (self._root / ERASED).glob("*")}

    def adopt(self, other: Documents, digest: bytes) -> None:
        """Take over a document of another store as it lies, its key wrapped for this one."""
        draft = self._draft()
        try:
            with other._path(digest).open("rb") as source, private(draft) as file:
                if source.read(len(MAGIC)) != MAGIC:
                    raise StoreDamaged(what=digest.hex()[:24])
                key = other._wrapping.unwrap(source.read(other._wrapping.size), digest)
                file.write(MAGIC + self._wrapping.wrap(key, digest))
                shutil.copyfileobj(source, file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
            self._name(draft, digest)
        finally:
            draft.unlink(missing_ok=True)

    def erase(self, digest: bytes) -> None:
        """Delete a document with its wrapped key, here and in the copy."""
        path = self._path(digest)
        (self._root / ERASED).mkdir(parents=True, exist_ok=True)
        (self._root / ERASED / digest.hex()).touch(mode=0o600)
        sync_directory(self._root / ERASED)
        if path.exists():
            path.unlink()
            sync_directory(path.parent)
        if self._copy is not None:
            try:
                self._copy.erase(digest)
            except OSError:
                _logger.exception("the court's store is behind: an erasure is to be made good")

    def _hand_on(self, digest: bytes) -> None:
        if self._copy is None or self._copy.has(digest):
            return
        try:
            self._copy.adopt(self, digest)
        except OSError:
            _logger.exception("the court's store is behind: a document is to be made good")

    def _draft(self) -> Path:
        drafts = self._root / ARRIVING
        drafts.mkdir(parents=True, exist_ok=True)
        return drafts / secrets.token_hex(16)

    def has(self, digest: bytes) -> bool:
        """Is the document with this SHA-256 here?"""
        return self._path(digest).exists()

    def open(self, digest: bytes) -> Iterator[bytes]:
        """The plain file in parts. Raises NoSuchDocument at once, StoreDamaged while reading."""
        if not self.has(digest):
            raise NoSuchDocument(sha256=digest.hex())
        return self._read(digest)

    def _read(self, digest: bytes) -> Iterator[bytes]:
        with self._path(digest).open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise StoreDamaged(what=digest.hex()[:24])
            cipher = AESGCM(self._wrapping.unwrap(file.read(self._wrapping.size), digest))
            index, chunk = 0, file.read(CHUNK + TAG_SIZE)
            last = False
            while not last:
                following = file.read(CHUNK + TAG_SIZE)
                last = not following
                try:
                    yield cipher.decrypt(_nonce(index), chunk, _mark(last))
                except InvalidTag as error:
                    raise StoreDamaged(what=digest.hex()[:24]) from error
                index, chunk = index + 1, following

    def _name(self, draft: Path, digest: bytes) -> None:
        path = self._path(digest)
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            sync_directory(self._root)
        if not path.exists():
            draft.rename(path)
        sync_directory(path.parent)
        (self._root / ERASED / digest.hex()).unlink(missing_ok=True)

    def _path(self, digest: bytes) -> Path:
        return self._root / digest.hex()[:2] / digest.hex()


def private(path: Path) -> BinaryIO:
    """A new file that its owner alone can read, for writing."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


class _ChunkWriter:
    """Encrypts what it is given in chunks; holds one chunk back, since the last one is marked."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher = file, AESGCM(key)
        self._index, self._waiting = 0, bytearray()

    def write(self, part: bytes) -> None:
        self._waiting += part
        while len(self._waiting) > CHUNK:
            self._write(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        self._write(bytes(self._waiting), last=True)

    def _write(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._index), chunk, _mark(last)))
        self._index += 1


def _nonce(index: int) -> bytes:
    """Counting is safe: every document has a fresh key."""
    return index.to_bytes(12, "big")


def _mark(last: bool) -> bytes:
    return b"last" if last else b"more"


def documents() -> Documents:
    """The deployment's store, in the data folder; `settings.DOCUMENT_LIMIT`: bytes."""
    from django.conf import settings

    limit = getattr(settings, "DOCUMENT_LIMIT", DEFAULT_LIMIT)
    return _documents(settings.DATA.root, limit)


@cache
def _documents(data: Path, limit: int) -> Documents:
    return Documents(data / FOLDER, wrapping_of(data), limit, copy_of(data))


def wrapping_of(data: Path) -> Wrapping:
    """The operator's key for documents and for what is not whole yet."""
    return Wrapping.of(data / "keys" / "documents.key")


def copy_of(data: Path) -> Documents:
    """The court's store as the operator of a data folder sees it: he adds, and cannot read."""
    return Documents(court_keys.folder(data) / FOLDER, court_keys.wrapping(data))
