"""The sealed and committed values of a decoded body: where they stand, and what opens them."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, cast, get_args, get_origin

from bankruptcy.kinds.schema import Audience, Committed, Hash, Opens, Sealed, hints_of, member
from ledger.log.disclosure import field_name


@dataclass(frozen=True, slots=True)
class Hidden:
    """One sealed value in a body: where it stands, and what may open it."""

    field: str
    """kind ‖ "#" ‖ JSON pointer, as the digest covers it."""
    digest: Hash
    value: Any
    """The type its value has."""
    audience: Audience


def hidden(kind: str, body: object) -> Iterator[Hidden]:
    """Every sealed value of a decoded body, in the order of its members."""
    for pointer, leaf, opens in _leaves(body):
        if isinstance(leaf, Sealed) and opens is not None:
            yield Hidden(field_name(kind, pointer), leaf.digest, opens.value, opens.audience)


def committed(body: object) -> Iterator[Committed]:
    """Every committed amount of a decoded body, in the order of its members."""
    for _pointer, leaf, _opens in _leaves(body):
        if isinstance(leaf, Committed):
            yield leaf


_Leaf = tuple[str, Sealed | Committed, Opens | None]
"""Where it stands (RFC 6901), the leaf, and what the annotation beside it says."""
_Walk = Callable[[Any, str, list[_Leaf]], None]


def _leaves(body: object) -> list[_Leaf]:
    """The sealed and committed leaves of a decoded body, in the order of its members."""
    found: list[_Leaf] = []
    walk = _walker(cast(Any, type(body)))
    if walk is not None:
        walk(body, "", found)
    return found


@cache
def _walker(hint: Any) -> _Walk | None:
    """What finds the leaves of a value with this annotation; None where there can be none."""
    if get_origin(hint) is Annotated:
        inner, *beside = get_args(hint)
        if inner in (Sealed, Committed):
            return _leaf(next((m for m in beside if isinstance(m, Opens)), None))
        return _walker(inner)
    if hint in (Sealed, Committed):
        return _leaf(None)
    origin = get_origin(hint)
    if origin is tuple:
        return _elements(_walker(get_args(hint)[0]))
    if origin in (Union, types.UnionType):
        return _alternatives(get_args(hint))
    return _members(hint) if dataclasses.is_dataclass(hint) else None


def _leaf(opens: Opens | None) -> _Walk:
    return lambda value, at, found: found.append((at, value, opens))


def _elements(walk: _Walk | None) -> _Walk | None:
    if walk is None:
        return None

    def elements(value: Any, at: str, found: list[_Leaf]) -> None:
        for i, element in enumerate(value):
            walk(element, f"{at}/{i}", found)

    return elements


def _alternatives(hints: tuple[Any, ...]) -> _Walk | None:
    """Of an optional value, or of several types: by the class that the value has."""
    walks = {_class_of(hint): walk for hint in hints if (walk := _walker(hint)) is not None}
    if not walks:
        return None

    def alternatives(value: Any, at: str, found: list[_Leaf]) -> None:
        walk = walks.get(type(value))
        if walk is not None:
            walk(value, at, found)

    return alternatives


def _class_of(hint: Any) -> Any:
    if get_origin(hint) is Annotated:
        return _class_of(get_args(hint)[0])
    return get_origin(hint) or hint


def _members(cls: Any) -> _Walk | None:
    hints = hints_of(cls)
    fields = [
        (f"/{member(field)}", field.name, walk)
        for field in dataclasses.fields(cls)
        if (walk := _walker(hints[field.name])) is not None
    ]
    if not fields:
        return None

    def members(value: Any, at: str, found: list[_Leaf]) -> None:
        for pointer, name, walk in fields:
            walk(getattr(value, name), at + pointer, found)

    return members
