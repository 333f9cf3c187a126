"""Strict reading of JSON values: an object has exactly its members, an array its elements.

A value here was parsed by `ledger.log.jcs.loads`, so its text was canonical already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ledger.log.errors import Malformed, Refused
from ledger.log.jcs import Json


def members(value: Json, names: frozenset[str], what: str) -> dict[str, Json]:
    """The object `value`, which must have exactly the members `names`. Raises Malformed."""
    if type(value) is not dict or value.keys() != names:
        raise Malformed(what=f"{what}: its members")
    return value


def array(value: Json, what: str, size: int | None = None) -> Sequence[Json]:
    """The array `value`, of `size` elements where given. Raises Malformed."""
    if type(value) is not list or (size is not None and len(value) != size):
        raise Malformed(what=f"{what}: an array" if size is None else f"{what}: {size} elements")
    return value


@contextmanager
def malformed_as(error: type[Refused]) -> Iterator[None]:
    """Turn Malformed into `error`, which takes the fact `what`."""
    try:
        yield
    except Malformed as malformed:
        raise error(what=malformed.facts["what"]) from malformed
