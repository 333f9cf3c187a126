"""Statement bodies and records as frozen dataclasses, decoded strictly from JSON.

An object has exactly the members its dataclass names; what is not there is null (ledger 9.1).
The annotation of a field says how its value is spelled, so that a body's schema is its class.
`encode(decode(cls, value)) == value` for every value that decodes.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, NewType, TypeVar, Union, cast, get_args, get_origin

from ledger.log import encoding
from ledger.log.errors import Malformed
from ledger.log.jcs import Json

T = TypeVar("T")

Id = NewType("Id", str)
"""An id of protocol 1: `[a-z0-9][a-z0-9._-]{0,63}`."""
Code = NewType("Code", str)
"""An id that may hold capitals: a rule, a matter, a switch, a reason."""
Hash = NewType("Hash", bytes)
"""32 bytes, in JSON base64url."""
KeyId = NewType("KeyId", str)
"""64 lower-case hex digits."""
PointBytes = NewType("PointBytes", bytes)
"""A point on the wire, 96 bytes, in JSON base64url; decoded by the group where it is used."""
ScalarBytes = NewType("ScalarBytes", bytes)
"""A scalar on the wire, 32 bytes, in JSON base64url."""
Blob = NewType("Blob", bytes)
"""Bytes of any length, in JSON base64url."""
Fen = NewType("Fen", int)
"""An amount in fen, in JSON a decimal string."""
Count = NewType("Count", int)
"""A count or total below 2^128, in JSON a decimal string."""
Instant = NewType("Instant", datetime)
"""UTC with microseconds, as in an entry's `received`; stands only in records."""
ShortText = NewType("ShortText", str)
"""1 to 200 characters on one line. Stands only in openings, never on the ledger."""
LongText = NewType("LongText", str)
"""1 to 8,000 characters. Stands only in openings, never on the ledger."""
LongClear = NewType("LongClear", str)
"""1 to 16,000 characters that stand in clear: a court's reason."""
NoteText = NewType("NoteText", str)
"""1 to 32,000 characters: a checkpoint note, in which every ML-DSA-44 cosignature takes 3,300."""
Raw = NewType("Raw", object)
"""JSON whose own decoder is elsewhere (manifest, ballot, complaint)."""


class Audience(Enum):
    """Who may see the opening of a sealed value (EBL 57-58; PIPL 25, 28-30)."""

    PUBLIC = "public"
    """Shown on public pages: the court's name, the motion's title."""
    PARTIES = "parties"
    """Everyone with a role in the case: what creditors need in order to check each other."""
    OWNER = "owner"
    """Who said it, the administrator and the court: identity numbers, contacts, accounts."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A value that stands on the ledger only as its salted digest (ledger 4(f), 9.5)."""

    digest: Hash


@dataclass(frozen=True, slots=True)
class Committed:
    """An amount that stands on the ledger only as its Pedersen commitment w·H + σ·G."""

    commitment: PointBytes


@dataclass(frozen=True, slots=True)
class File:
    """Value of a sealed file (ledger 9.5). `sha256` is of the plain file; `size` in bytes."""

    media_type: ShortText
    name: ShortText
    sha256: Hash
    size: int


@dataclass(frozen=True, slots=True)
class Opens:
    """Beside `Sealed` in an annotation: the type of its value, and who may see it."""

    value: Any
    audience: Audience = Audience.PARTIES


SealedShort = Annotated[Sealed, Opens(ShortText)]
SealedLong = Annotated[Sealed, Opens(LongText)]
SealedFile = Annotated[Sealed, Opens(File)]
PrivateShort = Annotated[Sealed, Opens(ShortText, Audience.OWNER)]
PublicShort = Annotated[Sealed, Opens(ShortText, Audience.PUBLIC)]
PublicFile = Annotated[Sealed, Opens(File, Audience.PUBLIC)]
PartyScalar = Annotated[Sealed, Opens(ScalarBytes)]
PrivateScalar = Annotated[Sealed, Opens(ScalarBytes, Audience.OWNER)]


def decode(cls: type[T], value: Json) -> T:
    """The `cls` that `value` spells. Raises Malformed naming the first member that differs."""
    return cast(T, _decoder(cast(Any, cls))(value, ""))


def encode(value: object) -> Json:
    """The JSON of a decoded value; the inverse of `decode`."""
    return _encoder(cast(Any, type(value)))(value)


_Decode = Callable[[Any, str], Any]
_Encode = Callable[[Any], Json]


def _text(limit: int, lines: bool) -> _Decode:
    def read(value: Any, at: str) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= limit:
            raise Malformed(what=f"{at}: 1 to {limit} characters")
        if any(ord(c) < 0x20 and not (lines and c == "\n") for c in value):
            raise Malformed(what=f"{at}: control characters")
        return value

    return read


def _checked(parse: Callable[[Any], Any]) -> _Decode:
    def read(value: Any, at: str) -> Any:
        try:
            return parse(value)
        except Malformed as error:
            raise Malformed(what=f"{at}: {error.facts['what']}") from error

    return read


def _code(value: object) -> str:
    # ASCII first: some letters beyond it become ASCII when they are lowered.
    if not isinstance(value, str) or not value.isascii():
        raise Malformed(what="code")
    encoding.check_id(value.lower())
    return value


def _count(value: object) -> int:
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()):
        raise Malformed(what="decimal string")
    if len(value) > 39 or str(number := int(value)) != value or number >= 2**128:
        raise Malformed(what="decimal string")
    return number


def _date(value: object) -> date:
    if not isinstance(value, str) or len(value) != 10:
        raise Malformed(what="date")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Malformed(what="date") from error
    if day.isoformat() != value:
        raise Malformed(what="date")
    return day


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed(what="text")
    return value


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise Malformed(what="true or false")
    return value


def _bytes(size: int | None) -> Callable[[Any], bytes]:
    return lambda value: encoding.unb64u(value, size)


_DECODERS: dict[Any, _Decode] = {
    Id: _checked(encoding.check_id),
    Code: _checked(_code),
    Hash: _checked(_bytes(32)),
    KeyId: _checked(lambda value: encoding.unhex32(value).hex()),
    PointBytes: _checked(_bytes(96)),
    ScalarBytes: _checked(_bytes(32)),
    Blob: _checked(_bytes(None)),
    Fen: _checked(encoding.parse_amount),
    Count: _checked(_count),
    ShortText: _text(200, lines=False),
    LongText: _text(8000, lines=True),
    LongClear: _text(16_000, lines=True),
    NoteText: _text(32_000, lines=True),
    Raw: lambda value, at: value,
    int: _checked(encoding.check_integer),
    bool: _checked(_boolean),
    str: _checked(_string),
    datetime: _checked(encoding.parse_time),
    Instant: _checked(encoding.parse_instant),
    date: _checked(_date),
}


@cache
def _decoder(hint: Any) -> _Decode:
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if hint in _DECODERS:
        return _DECODERS[hint]
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _union([_decoder(a) for a in args if a is not type(None)], type(None) in args)
    if origin is tuple:
        return _array(_decoder(args[0]))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    return _object(hint)


def _union(choices: list[_Decode], nullable: bool) -> _Decode:
    def read(value: Any, at: str) -> Any:
        if value is None and nullable:
            return None
        for choice in choices[:-1]:
            try:
                return choice(value, at)
            except Malformed:
                continue
        return choices[-1](value, at)

    return read


def _array(item: _Decode) -> _Decode:
    def read(value: Any, at: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Malformed(what=f"{at}: array")
        return tuple(item(element, f"{at}/{i}") for i, element in enumerate(value))

    return read


def _enum(cls: type[Enum]) -> _Decode:
    members = {member.value: member for member in cls}

    def read(value: Any, at: str) -> Any:
        if not isinstance(value, str) or value not in members:
            raise Malformed(what=f"{at}: one of {', '.join(sorted(members))}")
        return members[value]

    return read


def member(field: dataclasses.Field[Any]) -> str:
    """The JSON member of a field: its name, without the underscore that keeps it off a keyword."""
    return field.name.rstrip("_")


@cache
def hints_of(cls: Any) -> dict[str, Any]:
    """The annotations of a class' fields, with what stands beside the types."""
    return typing.get_type_hints(cls, include_extras=True)


def _object(cls: Any) -> _Decode:
    hints = hints_of(cls)
    fields = [(member(f), f.name, _decoder(hints[f.name])) for f in dataclasses.fields(cls)]
    names = {name for name, _attribute, _read in fields}

    def read(value: Any, at: str) -> Any:
        if not isinstance(value, dict):
            raise Malformed(what=f"{at or '/'}: object")
        if value.keys() != names:
            wrong = sorted(value.keys() ^ names)
            raise Malformed(what=f"{at or '/'}: {', '.join(map(str, wrong))[:200]}")
        return cls(**{attr: parse(value[name], f"{at}/{name}") for name, attr, parse in fields})

    return read


_ENCODERS: dict[type, _Encode] = {
    str: lambda value: value,
    bool: lambda value: value,
    int: lambda value: value,
    bytes: encoding.b64u,
    datetime: encoding.format_time,
    date: lambda value: value.isoformat(),
    dict: lambda value: value,
    list: lambda value: value,
    type(None): lambda value: None,
    tuple: lambda value: [encode(item) for item in value],
}


@cache
def _encoder(cls: Any) -> _Encode:
    if cls in _ENCODERS:
        return _ENCODERS[cls]
    if issubclass(cls, Enum):
        return lambda value: value.value
    hints = hints_of(cls)
    fields = [(member(f), f.name, _spelling(hints[f.name])) for f in dataclasses.fields(cls)]
    return lambda value: {name: spell(getattr(value, attr)) for name, attr, spell in fields}


def _spelling(hint: Any) -> _Encode:
    """How a field of this annotation is spelled: integers are numbers or decimal strings."""
    kinds = [hint, *get_args(hint)]
    if Fen in kinds or Count in kinds:
        return _decimal
    if Instant in kinds:
        return lambda value: None if value is None else encoding.format_instant(value)
    return encode


def _decimal(value: Any) -> Json:
    if isinstance(value, tuple):
        return [_decimal(item) for item in value]
    return None if value is None else str(value)
