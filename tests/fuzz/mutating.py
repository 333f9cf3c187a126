"""Inputs that are nearly right: a seed with something in it changed, as text, bytes or JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

Json = Any
Path = tuple[str | int, ...]

MOST = 200_000
"""Bytes of the largest input made."""

VALUES: tuple[Json, ...] = (
    None,
    True,
    0,
    1,
    -1,
    1.0,
    2**53 - 1,
    2**53,
    10**400,
    "",
    "a",
    "\u212a",
    "\ud800",
    "\x00",
    "-1",
    "0",
    "00",
    "9" * 19,
    "9" * 50,
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59.999999Z",
    "2026-11-23T24:00:00Z",
    "0000-00-00T00:00:00Z",
    "A" * 22,
    "A" * 43,
    "A" * 128,
    "_" * 43,
    "0" * 64,
    "f" * 64,
    [],
    {},
    [[]],
)
PIECES = (
    b"",
    b"\x00",
    b"\n",
    b"\n\n",
    b"\r",
    b" ",
    b"+",
    b"=",
    b"\xff",
    b"\xe2\x80\x94 ",
    b"0",
    b"-1",
    b"9007199254740992",
    b"[" * 300,
    b"{" * 300,
    b'{"":' * 300,
    b"../",
    b".p/",
    b"x999/",
    "１".encode(),
    "\u2028".encode(),
)


def mutated(data: bytes, random: Random, donor: bytes = b"") -> bytes:
    """One to three changes of a seed; `donor`: another input, parts of which may be taken."""
    for _ in range(random.randint(1, 3)):
        changed = _json(data, random, donor) if random.random() < 0.6 else None
        data = (_bytes(data, random, donor) if changed is None else changed)[:MOST]
    return data


def nodes(value: Json, at: Path = ()) -> Iterator[Path]:
    """The path of every value within, its own first."""
    yield at
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from nodes(inner, (*at, name))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from nodes(inner, (*at, i))


def at(value: Json, path: Path) -> Json:
    """The value at the path."""
    for step in path:
        value = value[step]
    return value


def placed(value: Json, path: Path, new: Json) -> Json:
    """The value with another one at the path."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def _json(data: bytes, random: Random, donor: bytes) -> bytes | None:
    """With a value of the JSON changed, spelled canonically again as far as can be."""
    value = _parsed(data)
    if value is None:
        return None
    path = random.choice(list(nodes(value)))
    here = at(value, path)
    match random.randrange(7):
        case 0:
            other = _parsed(donor)
            new = at(other, random.choice(list(nodes(other))))
        case 1 if isinstance(here, list) and here:
            new = [*here, random.choice(here)] if random.random() < 0.5 else here[1:]
        case 1 if isinstance(here, dict) and here:
            dropped = random.choice(sorted(here))
            new = {name: inner for name, inner in here.items() if name != dropped}
        case 2 if isinstance(here, dict):
            new = {**here, random.choice(["", "a", "\U0001f600", "v"]): random.choice(VALUES)}
        case 3 if isinstance(here, str) and here:
            place = random.randrange(len(here))
            letter = random.choice("A_-0=9az. \u00e9\ufffd")
            new = here[:place] + letter + here[place + 1 :]
        case 4:
            new = here
            for _ in range(random.choice([1, 90, 98, 99, 100, 101, 300])):
                new = [new]
        case _:
            new = random.choice(VALUES)
    text = json.dumps(
        placed(value, path, new), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode("utf-8", "surrogatepass")


def _bytes(data: bytes, random: Random, donor: bytes) -> bytes:
    start = random.randint(0, len(data))
    end = min(len(data), start + random.choice([0, 1, 1, 2, 4, 32, 1000]))
    match random.randrange(5):
        case 0:
            return data[:start] + bytes([random.randrange(256)]) + data[start + 1 :]
        case 1:
            return data[:start] + data[end:]
        case 2:
            return data[:end] + data[start:]
        case 3:
            cut = random.randint(0, len(donor))
            return data[:start] + donor[cut : cut + 64] + data[end:]
        case _:
            return data[:start] + random.choice(PIECES) + data[end:]


def _parsed(data: bytes) -> Json:
    """The value of JSON bytes; None where they are none, or too deep to be walked."""
    try:
        value = json.loads(data)
        return None if data.count(b"[") + data.count(b"{") > 400 and _deep(data) else value
    except (ValueError, RecursionError):
        return None


def _deep(data: bytes) -> bool:
    depth = deepest = 0
    for byte in data:
        depth += (byte in b"[{") - (byte in b"]}")
        deepest = max(deepest, depth)
    return deepest > 400
