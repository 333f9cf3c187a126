"""Where secret scalars and salts come from.

Everything that draws takes a `Randomness`; outside tests it is the system's generator. The
coefficients of batch verification never come from here: `batch` asks `secrets` itself.
"""

from __future__ import annotations

import secrets
from typing import Protocol

from voting.protocol.group import ORDER


class Randomness(Protocol):
    """A source of secrets."""

    def scalar(self) -> int:
        """A scalar 1 … r−1, uniform."""

    def salt(self) -> bytes:
        """32 bytes, uniform."""


class SystemRandomness:
    """The operating system's generator."""

    def scalar(self) -> int:
        return 1 + secrets.randbelow(ORDER - 1)

    def salt(self) -> bytes:
        return secrets.token_bytes(32)
