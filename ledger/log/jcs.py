"""Canonical JSON (RFC 8785) as the ledger uses it: no floats, and one text for one value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import orjson
import rfc8785

from ledger.log.encoding import MAX_INTEGER
from ledger.log.errors import Malformed

Json = Any

DEEPEST: Final = 100
"""How many arrays and objects may stand around a value; the browser's decoder has the same bound.

No format of ours is deeper than ten. Without a bound of our own it is the interpreter's stack that
decides, differently from machine to machine."""
_BEYOND_BMP: Final = 0xF0
"""The least first byte, in UTF-8, of a character beyond the BMP; no other byte is as large."""


def dumps(value: Json) -> bytes:
    """The canonical bytes of `value`: null, booleans, integers, strings, lists, tuples, objects.

    Raises ValueError on anything else, so on floats, on member names that are no strings, on lone
    surrogates, on integers beyond ±(2^53-1) and on nesting deeper than `DEEPEST`.
    """
    _check(value, 0)
    return _encode(value)


def canonical(value: Json) -> bytes:
    """The canonical bytes of any I-JSON value, floats too: for formats that are not ours."""
    return rfc8785.dumps(value)


def loads(data: bytes) -> Json:
    """The value whose canonical bytes are exactly `data`.

    Integers are 0 … 2^53-1 and there are no other numbers. Raises Malformed on anything else:
    members twice or out of order, white space, needless escapes, a byte order mark, nesting
    deeper than `DEEPEST`.
    """
    try:
        # A member that stands twice is lost here, and so missing in what is written again.
        value = orjson.loads(data)
        _check(value, 0, least=0)
        again = _encode(value)
    except ValueError as error:
        raise Malformed(what="canonical JSON") from error
    if again != data:
        raise Malformed(what="canonical JSON")
    return value


def unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """For `object_pairs_hook`: the object, none of whose members stands twice, else Malformed."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed(what="a member stands twice")
    return members


def members(value: Json, what: str, *names: str) -> dict[str, Json]:
    """`value` if it is an object with exactly these members (ledger 9.1), else Malformed."""
    if not isinstance(value, dict) or len(value) != len(names) or not value.keys() >= set(names):
        raise Malformed(what=what)
    return value


def text(value: Json, what: str, most: int = 4096) -> str:
    """`value` if it is a string of 1 to `most` characters, else Malformed."""
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise Malformed(what=what)
    return value


def items(value: Json, what: str) -> list[Json]:
    """`value` if it is a list, else Malformed."""
    if not isinstance(value, list):
        raise Malformed(what=what)
    return value


def _encode(value: Json) -> bytes:
    # Without floats orjson writes what RFC 8785 asks for, at a tenth of the cost, but for the order
    # of member names: it compares code points, RFC 8785 UTF-16 units. These differ only where a
    # character beyond the BMP stands.
    try:
        data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise ValueError("not JSON of ours") from error
    if not data.isascii() and max(data) >= _BEYOND_BMP:
        return rfc8785.dumps(value)
    return data


def shallow(value: Json) -> bool:
    """Whether no value stands deeper than `DEEPEST`; level by level, without a stack.

    For JSON that need not be canonical, before anything walks through it.
    """
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for item in level for inner in _within(item)]
        if not level:
            return True
    return False


def _within(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _check(value: Json, depth: int, least: int = -MAX_INTEGER) -> None:
    if depth >= DEEPEST and value and isinstance(value, (dict, list, tuple)):
        raise ValueError("canonical JSON of ours is not nested so deeply")
    # A string is looked at where it stands: most values are one, and a call costs more than that.
    if isinstance(value, dict):
        for name, member in value.items():
            if not isinstance(name, str):
                raise ValueError("a member's name is not a string")
            if type(member) is not str:
                _check(member, depth + 1, least)
    elif isinstance(value, (list, tuple)):
        for item in value:
            if type(item) is not str:
                _check(item, depth + 1, least)
    elif not (
        value is None
        or isinstance(value, (bool, str))
        or (isinstance(value, int) and least <= value <= MAX_INTEGER)
    ):
        raise ValueError(f"canonical JSON of ours holds no {type(value).__name__} {value!r}")
