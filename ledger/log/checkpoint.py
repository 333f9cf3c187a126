"""Checkpoints: what a log says of its tree (C2SP tlog-checkpoint; ledger 1.3, 6).

Stricter than the format: 32-byte roots, no extension lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ledger.log.encoding import MAX_INTEGER, b64, unb64
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.merkle import EMPTY_ROOT, HASH_SIZE
from ledger.log.note import Note, NoteSigner, NoteVerifier, check_name

_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,15}")


class BadCheckpoint(Malformed):
    """A note's text is no checkpoint. Fact: `what`."""

    slug = "bad-checkpoint"
    zh = "检查点的格式不符：{what}"
    en = "This is not a checkpoint in the required form: {what}"


class WrongOrigin(Refused):
    """The checkpoint is of another log. Facts: `expected`, `found`."""

    slug = "wrong-origin"
    category = Category.CONFLICT
    zh = "检查点属于账本 {found}，而不是 {expected}"
    en = "The checkpoint is of the log {found}, not of {expected}"


def parse_decimal(text: str, what: str) -> int:
    """0 … 2^53-1 without leading zeros. Raises BadCheckpoint."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_INTEGER:
        raise BadCheckpoint(what=what)
    return int(text)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Origin, size in leaves, and root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> bytes:
        """The note's text."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> Checkpoint:
        """The checkpoint of a note's text. Raises BadCheckpoint."""
        try:
            origin, size, root = text.removesuffix(b"\n").decode("utf-8").split("\n")
        except ValueError as error:
            raise BadCheckpoint(what="three lines") from error
        try:
            found = cls(check_name(origin), parse_decimal(size, "size"), unb64(root, HASH_SIZE))
        except BadCheckpoint:
            raise
        except Malformed as error:
            raise BadCheckpoint(what=error.facts["what"]) from error
        if found.text() != text:
            raise BadCheckpoint(what="three lines")
        return found

    def check_empty(self) -> None:
        """Raises BadCheckpoint if a tree of no leaves has another root than the empty one."""
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise BadCheckpoint(what="root of the empty tree")

    def sign(self, signer: NoteSigner) -> Note:
        """The note signed by the log (type 01)."""
        text = self.text()
        return Note(text, (signer.line(text),))


def read(note: Note, key: NoteVerifier, origin: str | None = None) -> Checkpoint:
    """The checkpoint of a note that the log's key signed; `origin` defaults to the key's name.

    Raises BadNoteSignature, NoKnownSignature, BadCheckpoint, WrongOrigin.
    """
    note.verify([key])
    found = Checkpoint.parse(note.text)
    found.check_empty()
    expected = key.name if origin is None else origin
    if found.origin != expected:
        raise WrongOrigin(expected=expected, found=found.origin)
    return found
