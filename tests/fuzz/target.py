"""A decoder under test: what it takes, what it gives back, and what it may raise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ledger.log.errors import Refused

FOUND = Path(__file__).parent / "found"
"""Inputs that once broke a target: `found/<target>/<any name>`, run by every test of it."""


@dataclass(frozen=True, eq=False)
class Target:
    """`decode` raises only Refused; what it takes, `encode` spells as the same bytes.

    make_seeds: inputs that it takes. encode: None where nothing is written again, or, as of a
    policy with comments, more than one text has one meaning.
    """

    name: str
    decode: Callable[[bytes], Any]
    make_seeds: Callable[[], Sequence[bytes]]
    encode: Callable[[Any], bytes] | None = None

    @cached_property
    def seeds(self) -> Sequence[bytes]:
        """The inputs to begin from."""
        found = self.make_seeds()
        assert found, f"no seeds for {self.name}"
        return found

    def run(self, data: bytes) -> bool:
        """Whether the input was taken. Whatever this raises is a fault of the decoder."""
        try:
            value = self.decode(data)
        except Refused as error:
            refused = error
        else:
            return self._spelled(value, data)
        # A refusal nobody can read is none.
        assert refused.sentence("zh")
        assert refused.sentence("en")
        return False

    def _spelled(self, value: Any, data: bytes) -> bool:
        if self.encode is not None:
            assert self.encode(value) == data, "decoded, but spelled otherwise"
        return True

    def found(self) -> Sequence[bytes]:
        """The inputs that once broke it."""
        return [path.read_bytes() for path in sorted((FOUND / self.name).glob("*"))]
