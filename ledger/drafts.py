"""What has arrived of a file that comes in pieces, encrypted on disk until it is whole.

A draft is a file of its own beside the documents, under a key of its own that the documents' key
file wraps. Each piece lies in it by itself, under a fresh nonce, bound to the draft and to where
in the file it belongs. The plain bytes never touch the disk.

On disk: MAGIC, the wrapped key, then of each piece its length (4 bytes, big-endian) and
nonce ‖ ciphertext ‖ tag. Who keeps the draft's name knows how many bytes of that file count
(`held`): what stands behind them was cut off while it was written, and the next piece replaces it.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Final

from ledger.documents import ARRIVING, FOLDER, private, wrapping_of
from ledger.wrapping import (
    KEY_SIZE,
    NONCE_SIZE,
    TAG_SIZE,
    KeyWrapping,
    StoreDamaged,
    seal,
    sync_directory,
    unseal,
)

MAGIC: Final = b"concursus-draft/1\n"
_LENGTH: Final = 4
_AROUND: Final = NONCE_SIZE + TAG_SIZE


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft's file, and how many of its bytes count."""

    name: str
    held: int


class Drafts:
    """The drafts in a folder, made if it is not there."""

    def __init__(self, root: Path, wrapping: KeyWrapping) -> None:
        self._root = root
        self._wrapping = wrapping

    def begin(self) -> Draft:
        """A new draft without a piece."""
        self._root.mkdir(parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        with private(self._root / name) as file:
            wrapped = self._wrapping.wrap(secrets.token_bytes(KEY_SIZE), name.encode())
            held = file.write(MAGIC + wrapped)
            _sync(file)
        sync_directory(self._root)
        return Draft(name, held)

    def add(self, draft: Draft, start: int, piece: bytes) -> Draft:
        """The draft with a piece more, which begins at byte `start` of the plain file; durable.

        Raises StoreDamaged where the draft is not there as it was kept.
        """
        with self._open(draft, "r+b") as file:
            sealed = seal(self._key(file, draft), _place(draft, start), piece)
            file.seek(draft.held)
            file.write(len(piece).to_bytes(_LENGTH, "big") + sealed)
            held = file.tell()
            _sync(file)
        return Draft(draft.name, held)

    def read(self, draft: Draft) -> Iterator[bytes]:
        """The plain pieces in order. Raises StoreDamaged."""
        with self._open(draft, "rb") as file:
            key = self._key(file, draft)
            start = 0
            while file.tell() < draft.held:
                size = int.from_bytes(file.read(_LENGTH), "big")
                piece = unseal(key, _place(draft, start), file.read(_AROUND + size))
                yield piece
                start += len(piece)

    def remove(self, name: str) -> None:
        """Delete a draft with its key; one that is not there changes nothing."""
        (self._root / name).unlink(missing_ok=True)

    def shed(self, age: float) -> int:
        """Delete what nobody has written to for `age` seconds, whoever left it; how many."""
        before, count = time.time() - age, 0
        for path in self._root.glob("*"):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
                    count += 1
            except FileNotFoundError:
                continue
        return count

    def _open(self, draft: Draft, mode: str) -> IO[bytes]:
        try:
            file: IO[bytes] = (self._root / draft.name).open(mode)
        except FileNotFoundError as error:
            raise StoreDamaged(what=draft.name) from error
        if os.fstat(file.fileno()).st_size < draft.held:
            file.close()
            raise StoreDamaged(what=draft.name)
        return file

    def _key(self, file: IO[bytes], draft: Draft) -> bytes:
        if file.read(len(MAGIC)) != MAGIC:
            raise StoreDamaged(what=draft.name)
        return self._wrapping.unwrap(file.read(self._wrapping.size), draft.name.encode())


def _place(draft: Draft, start: int) -> bytes:
    return b"piece" + draft.name.encode() + start.to_bytes(8, "big")


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def drafts() -> Drafts:
    """The deployment's drafts, in the data folder."""
    from django.conf import settings

    return _drafts(settings.DATA.root)


@cache
def _drafts(data: Path) -> Drafts:
    return Drafts(data / FOLDER / ARRIVING, wrapping_of(data))
