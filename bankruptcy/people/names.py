"""Names of people at rest: personal data, so each is encrypted under a key of its own.

The wrapping key is that of the openings store; what stands in the database alone names nobody.
"""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from ledger.log.errors import Category, Refused
from ledger.wrapping import KEY_SIZE, WRAPPED_SIZE, Wrapping, seal, unseal

LONGEST: Final = 100


class BadName(Refused):
    """A name is empty, too long, or holds control characters."""

    slug = "bad-name"
    category = Category.MALFORMED
    zh = "输入姓名或名称，1 至 100 个字，不换行"
    en = "Enter a name of 1 to 100 characters on one line"


def checked(name: object) -> str:
    """The name without blanks around it. Every character that people's names have is welcome.

    Raises BadName.
    """
    text = name.strip() if isinstance(name, str) else ""
    if not 0 < len(text) <= LONGEST or not text.isprintable():
        raise BadName()
    return text


def close(name: str, address: str) -> bytes:
    """The name encrypted, bound to the place where it stands."""
    key, place = secrets.token_bytes(KEY_SIZE), address.encode()
    return _wrapping(settings.DATA.root).wrap(key, place) + seal(key, place, name.encode())


def read(sealed: bytes, address: str) -> str:
    """The name that `close` encrypted for this place. Raises StoreDamaged."""
    place = address.encode()
    key = _wrapping(settings.DATA.root).unwrap(sealed[:WRAPPED_SIZE], place)
    return unseal(key, place, sealed[WRAPPED_SIZE:]).decode()


@cache
def _wrapping(data: Path) -> Wrapping:
    return Wrapping.of(data / "keys" / "openings.key")
