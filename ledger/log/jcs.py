"""Canonical JSON (RFC 8785) as the ledger uses it: no floats, and one text for one value."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import rfc8785

from ledger.log.encoding import MAX_INTEGER
from ledger.log.errors import Malformed

Json = Any


def dumps(value: Json) -> bytes:
    """The canonical bytes of `value`.

    Raises ValueError on what I-JSON cannot hold (lone surrogates, integers beyond 2^53-1).
    """
    return rfc8785.dumps(value)


def loads(data: bytes) -> Json:
    """The value whose canonical bytes are exactly `data`.

    Integers are 0 … 2^53-1 and there are no other numbers. Raises Malformed on anything else:
    members twice or out of order, white space, needless escapes, a byte order mark, nesting
    deeper than the interpreter follows.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_integer,
        )
        again = dumps(value)
    except (ValueError, RecursionError) as error:
        raise Malformed(what="canonical JSON") from error
    if again != data:
        raise Malformed(what="canonical JSON")
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Malformed(what="a member stands twice")
    return members


def _no_float(text: str) -> NoReturn:
    raise Malformed(what=f"number {text[:32]}")


def _integer(text: str) -> int:
    if len(text) > 16 or not 0 <= (value := int(text)) <= MAX_INTEGER:
        raise Malformed(what="integer")
    return value
