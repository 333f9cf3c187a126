"""The one spelling of bytes, ids, times and integers (protocol 1, ledger 9.1).

Every decoder encodes what it read again and compares, so that no two texts mean the same
thing: padding, white space, other characters and non-zero trailing bits are refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import struct
from datetime import UTC, datetime
from typing import Final

from ledger.log.errors import Malformed

MAX_INTEGER: Final = 2**53 - 1
MAX_AMOUNT: Final = 2**63

_LENGTH: Final = struct.Struct(">I").pack

_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_", b"+/")

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HEX32 = re.compile(r"[0-9a-f]{64}")
_AMOUNT = re.compile(r"0|[1-9][0-9]{0,18}")
# Hours to 23: newer Pythons read 24:00 as the next day's 00:00, a second spelling of one time.
_SECOND = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}"
_TIME = re.compile(_SECOND + "Z")
_INSTANT = re.compile(_SECOND + r"\.[0-9]{6}Z")


def sha256(data: bytes) -> bytes:
    """SHA-256 of `data`, 32 bytes (FIPS 180-4)."""
    return hashlib.sha256(data).digest()


def b64u(data: bytes) -> str:
    """Unpadded base64url (RFC 4648 section 5): the spelling inside statements."""
    return binascii.b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL).decode("ascii")


def unb64u(text: object, size: int | None = None) -> bytes:
    """Bytes of canonical unpadded base64url; `size`: the number of bytes there must be.

    Raises Malformed.
    """
    if not isinstance(text, str):
        raise Malformed(what="base64url")
    try:
        # Too much padding is passed over, as is what is no base64; the comparison below finds it.
        data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"==")
    except (binascii.Error, ValueError) as error:
        raise Malformed(what="base64url") from error
    if b64u(data) != text or (size is not None and len(data) != size):
        raise Malformed(what="base64url" if size is None else f"base64url, {size} bytes")
    return data


def b64(data: bytes) -> str:
    """Padded standard base64 (RFC 4648 section 4): the spelling of envelopes, notes, proofs."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: object, size: int | None = None) -> bytes:
    """Bytes of canonical padded base64; `size` as in `unb64u`. Raises Malformed."""
    if not isinstance(text, str):
        raise Malformed(what="base64")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(what="base64") from error
    if b64(data) != text or (size is not None and len(data) != size):
        raise Malformed(what="base64" if size is None else f"base64, {size} bytes")
    return data


def unhex32(text: object) -> bytes:
    """The 32 bytes of 64 lower-case hex digits. Raises Malformed."""
    if not isinstance(text, str) or not _HEX32.fullmatch(text):
        raise Malformed(what="64 lower-case hex digits")
    return bytes.fromhex(text)


def frame(part: bytes) -> bytes:
    """4-byte big-endian length, then the bytes (protocol 1)."""
    return _LENGTH(len(part)) + part


def frames(*parts: bytes | str) -> bytes:
    """Each part framed, strings as UTF-8, one after the other (protocol 1)."""
    # Written out, for every challenge of every proof comes through here.
    framed: list[bytes] = []
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        framed += (_LENGTH(len(data)), data)
    return b"".join(framed)


def check_id(text: object) -> str:
    """An id of a line, motion, class, trustee, recipient, person or case (protocol 1).

    Raises Malformed.
    """
    if not isinstance(text, str) or not _ID.fullmatch(text):
        raise Malformed(what="id")
    return text


def check_integer(value: object) -> int:
    """An integer 0 … 2^53-1; true and 1.0 are none. Raises Malformed."""
    if type(value) is not int or not 0 <= value <= MAX_INTEGER:
        raise Malformed(what="integer")
    return value


def parse_amount(text: object) -> int:
    """An amount in fen, 0 … 2^63-1, from its only spelling. Raises Malformed."""
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text) or int(text) >= MAX_AMOUNT:
        raise Malformed(what="amount in fen")
    return int(text)


def format_amount(fen: int) -> str:
    """The only spelling of an amount in fen; ValueError outside 0 … 2^63-1."""
    if not 0 <= fen < MAX_AMOUNT:
        raise ValueError(f"amount {fen} is out of range")
    return str(fen)


def parse_time(text: object) -> datetime:
    """UTC time of whole seconds, `YYYY-MM-DDThh:mm:ssZ`. Raises Malformed."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise Malformed(what="time")
    return _from_iso(text)


def format_time(at: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ssZ`; ValueError if `at` is not of whole seconds."""
    if at.microsecond:
        raise ValueError(f"{at} is not a whole second")
    return _iso(at, "seconds")


def parse_instant(text: object) -> datetime:
    """UTC time of an entry, `YYYY-MM-DDThh:mm:ss.ffffffZ` (ledger 9.1). Raises Malformed."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise Malformed(what="time with microseconds")
    return _from_iso(text)


def format_instant(at: datetime) -> str:
    """The spelling of `received` and `at` in an entry (ledger 9.1)."""
    return _iso(at, "microseconds")


def _iso(at: datetime, precision: str) -> str:
    # Not strftime: it spells a year before 1000 with fewer than four digits.
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def _from_iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed(what="time") from error
