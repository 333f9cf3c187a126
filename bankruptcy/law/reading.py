"""Strict reading of decoded JSON: every member present, of its type, and none left over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from ledger.log.encoding import parse_amount
from ledger.log.errors import Malformed


class Members:
    """The members of one JSON object, each taken once; `done` refuses what was not taken."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, Mapping):
            raise Malformed(what=f"{what} is no object")
        self._left: dict[str, Any] = dict(value)
        self.what = what

    def take(self, name: str) -> Any:
        """The member `name`, whatever it is. Raises Malformed where it is missing."""
        if name not in self._left:
            raise Malformed(what=f"{self.what} has no {name}")
        return self._left.pop(name)

    def take_or(self, name: str, default: object) -> Any:
        """The member `name`, or `default` where it is left out."""
        return self._left.pop(name, default)

    def text(self, name: str) -> str:
        value = self.take(name)
        if not isinstance(value, str):
            raise Malformed(what=f"{name} of {self.what} is no text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        return texts(self.take(name), f"{name} of {self.what}")

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool):
            raise Malformed(what=f"{name} of {self.what} is neither true nor false")
        return value

    def whole(self, name: str) -> int:
        value = self.take(name)
        if type(value) is not int or value < 0:
            raise Malformed(what=f"{name} of {self.what} is no whole number")
        return value

    def done(self) -> None:
        """Raises Malformed where a member is left that nobody knows."""
        if self._left:
            raise Malformed(what=f"{self.what} has unknown {', '.join(sorted(self._left))}")


def texts(value: object, what: str) -> tuple[str, ...]:
    """A list of texts as a tuple. Raises Malformed."""
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise Malformed(what=f"{what} is no list of texts")
    return tuple(cast("list[str]", value))


def optional_amount(value: object) -> int | None:
    """null, or an amount in fen. Raises Malformed."""
    return None if value is None else parse_amount(value)


def day(value: object) -> date:
    """A day `YYYY-MM-DD`. Raises Malformed."""
    try:
        found = date.fromisoformat(str(value))
    except ValueError as error:
        raise Malformed(what="day") from error
    if found.isoformat() != value:
        raise Malformed(what="day")
    return found


def moment(value: object) -> datetime:
    """A time with its offset from UTC (RFC 3339). Raises Malformed."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Malformed(what="time") from error
    if found.tzinfo is None:
        raise Malformed(what="time without an offset")
    return found
