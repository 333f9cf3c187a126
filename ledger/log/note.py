"""Signed notes and their keys as text (C2SP signed-note; ledger 1.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa

from ledger.log.encoding import b64, sha256, unb64
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.sign import Ed25519Signer

ED25519: Final = 0x01
COSIGNATURE_ED25519: Final = 0x04
COSIGNATURE_MLDSA44: Final = 0x06

MAX_NOTE: Final = 1_000_000
MAX_SIGNATURES: Final = 100
MAX_NAME: Final = 255
_NOT_IN_NAMES: Final = re.compile(r"[\s+\x00-\x1f\ud800-\udfff]")

_PRIVATE: Final = "PRIVATE+KEY+"
_DASH: Final = "— "
_HEX8 = re.compile(r"[0-9a-f]{8}")
_SEED_SIZE: Final = 32
_KEY_SIZES: Final = {ED25519: 32, COSIGNATURE_ED25519: 32, COSIGNATURE_MLDSA44: 1312}


class BadNote(Malformed):
    """The bytes are no signed note. Fact: `what`."""

    slug = "bad-note"
    zh = "签名文本的格式不符：{what}"
    en = "This is not a signed note in the required form: {what}"


class BadNoteKey(Malformed):
    """The text is no key of a signed note. Fact: `what`."""

    slug = "bad-note-key"
    zh = "密钥文本的格式不符：{what}"
    en = "This is not a key in the required form: {what}"


class BadNoteSignature(Refused):
    """A line of a known key does not verify: the whole note is refused. Fact: `name`."""

    slug = "bad-note-signature"
    category = Category.FORBIDDEN
    zh = "以 {name} 名义的签名验证未通过"
    en = "The signature in the name of {name} does not verify"


class NoKnownSignature(Refused):
    """No line is of a key that was asked for. Fact: `names`."""

    slug = "no-known-signature"
    category = Category.FORBIDDEN
    zh = "没有已知密钥（{names}）的签名"
    en = "There is no signature by a known key ({names})"


def check_name(text: object) -> str:
    """A key name or origin: 1 to 255 bytes of UTF-8, no white space, control or `+`.

    Raises BadNoteKey.
    """
    if (
        not isinstance(text, str)
        or not text
        or _NOT_IN_NAMES.search(text)
        or len(text.encode()) > MAX_NAME
    ):
        raise BadNoteKey(what="name")
    return text


def note_key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """SHA-256(name ‖ LF ‖ type byte ‖ public key), the first 4 bytes."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public_key)[:4]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key of notes (vkey): Ed25519 of type 01 (note) or 04 (cosignature), or ML-DSA-44
    of type 06 (FIPS 204; cosignature)."""

    name: str
    kind: int
    public_key: bytes

    @property
    def id(self) -> bytes:
        """The 4-byte key id."""
        return note_key_id(self.name, self.kind, self.public_key)

    def __str__(self) -> str:
        """The vkey text, name+hash+base64."""
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """The key of a vkey text, whose id must be right. Raises BadNoteKey."""
        name, kind, public_key, key_id = _parse_key(text)
        key = cls(name, kind, public_key)
        if key.id != key_id:
            raise BadNoteKey(what="key id")
        return key

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this key signed `message`: 64 bytes of Ed25519, or 2420 of ML-DSA-44 with an
        empty context."""
        try:
            if self.kind == COSIGNATURE_MLDSA44:
                mldsa.MLDSA44PublicKey.from_public_bytes(self.public_key).verify(signature, message)
                return True
            public = ed25519.Ed25519PublicKey.from_public_bytes(self.public_key)
            public.verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether a line of this key over the note's text verifies; type 01 only."""
        return self.kind == ED25519 and self.verify(text, signature)


class NoteVerifier(Protocol):
    """A known key with the rule by which its lines are checked."""

    @property
    def name(self) -> str:
        """The key name."""
        ...

    @property
    def id(self) -> bytes:
        """The 4-byte key id."""
        ...

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether the bytes after the key id are good for this text."""
        ...


class NoteSigner:
    """A key of notes with its secret, a seed of 32 bytes: of type 01, 04 or 06."""

    def __init__(self, name: str, seed: bytes, kind: int = ED25519) -> None:
        self._seed = seed
        self._sign: Callable[[bytes], bytes]
        if kind == COSIGNATURE_MLDSA44:
            secret = mldsa.MLDSA44PrivateKey.from_seed_bytes(seed)
            self._sign, public = secret.sign, secret.public_key().public_bytes_raw()
        else:
            signer = Ed25519Signer(seed)
            self._sign, public = signer.sign, signer.key.public_key
        self.vkey = VerifierKey(check_name(name), kind, public)

    @classmethod
    def parse(cls, text: str) -> NoteSigner:
        """The key of a skey text. Raises BadNoteKey."""
        if not text.startswith(_PRIVATE):
            raise BadNoteKey(what="private key")
        name, kind, seed, key_id = _parse_key(text.removeprefix(_PRIVATE), secret=True)
        key = cls(name, seed, kind)
        if key.vkey.id != key_id:
            raise BadNoteKey(what="key id")
        return key

    def skey(self) -> str:
        """The skey text, PRIVATE+KEY+name+hash+base64."""
        vkey = self.vkey
        return f"{_PRIVATE}{vkey.name}+{vkey.id.hex()}+{b64(bytes([vkey.kind]) + self._seed)}"

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519, or 2420 of ML-DSA-44, which draws fresh randomness each time."""
        return self._sign(message)

    def line(self, text: bytes) -> Line:
        """The signature line of type 01 over a note's text."""
        return Line(self.vkey.name, self.vkey.id, self.sign(text))


@dataclass(frozen=True, slots=True)
class Line:
    """A signature line: key name, 4-byte key id and the bytes after it."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        """The line with its LF."""
        return f"{_DASH}{self.name} {b64(self.key_id + self.signature)}\n"


def parse_lines(text: str) -> tuple[Line, ...]:
    """The signature lines of a note, or of a witness's answer. Raises BadNote."""
    if not text.endswith("\n"):
        raise BadNote(what="signature lines")
    rows = text.split("\n")[:-1]
    if len(rows) > MAX_SIGNATURES:
        raise BadNote(what="too many signatures")
    return tuple(_parse_line(row) for row in rows)


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its text, which ends in LF, and its signature lines, unchecked."""

    text: bytes
    lines: tuple[Line, ...]

    def encode(self) -> bytes:
        """Text, empty line, signature lines."""
        return self.text + b"\n" + "".join(map(str, self.lines)).encode()

    @classmethod
    def decode(cls, data: bytes) -> Note:
        """The note of its bytes. Raises BadNote.

        The last empty line parts text from signatures; at least one line, no control characters
        but LF, canonical base64, at most 100 lines and 1 MB.
        """
        if len(data) > MAX_NOTE:
            raise BadNote(what="too long")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadNote(what="UTF-8") from error
        if any(byte < 0x20 and byte != 0x0A for byte in data):
            raise BadNote(what="control character")
        at = whole.rfind("\n\n")
        if at < 0:
            raise BadNote(what="no empty line")
        return cls(whole[: at + 1].encode(), parse_lines(whole[at + 2 :]))

    def verified(self, keys: Iterable[NoteVerifier]) -> tuple[Line, ...]:
        """The lines of the known keys, each of which must verify; others are passed over.

        A second line of one known key is refused, so that one note has one reading. May be empty.
        Raises BadNoteSignature, BadNote.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[tuple[str, bytes], Line] = {}
        for line in self.lines:
            pair = (line.name, line.key_id)
            key = known.get(pair)
            if key is None:
                continue
            if pair in found:
                raise BadNote(what=f"two signatures of {line.name}")
            if not key.accepts(self.text, line.signature):
                raise BadNoteSignature(name=line.name)
            found[pair] = line
        return tuple(found.values())

    def verify(self, keys: Iterable[NoteVerifier]) -> tuple[Line, ...]:
        """As `verified`, but one line at least. Raises NoKnownSignature too."""
        keys = tuple(keys)
        found = self.verified(keys)
        if not found:
            raise NoKnownSignature(names=", ".join(key.name for key in keys))
        return found


def _parse_key(text: str, *, secret: bool = False) -> tuple[str, int, bytes, bytes]:
    """Name, type, key bytes (a seed where it is `secret`) and 4-byte id of `name+hex8+base64`."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not _HEX8.fullmatch(parts[1]):
        raise BadNoteKey(what="name+id+key")
    try:
        key = unb64(parts[2])
    except Malformed as error:
        raise BadNoteKey(what="base64") from error
    size = _KEY_SIZES.get(key[0]) if key else None
    if size is None or len(key) != 1 + (_SEED_SIZE if secret else size):
        raise BadNoteKey(what="type")
    return check_name(parts[0]), key[0], key[1:], bytes.fromhex(parts[1])


def _parse_line(row: str) -> Line:
    parts = row.removeprefix(_DASH).split(" ")
    if not row.startswith(_DASH) or len(parts) != 2:
        raise BadNote(what="signature line")
    try:
        name, data = check_name(parts[0]), unb64(parts[1])
    except Malformed as error:
        raise BadNote(what="signature line") from error
    if len(data) < 5:
        raise BadNote(what="signature line")
    return Line(name, data[:4], data[4:])
