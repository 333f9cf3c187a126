"""Bodies with what is not for everybody: values to seal, amounts to commit to (ledger 9.5).

A body is written as it will read, with `Secret` and `Amount` where the ledger holds a digest or a
commitment; `seal` puts those in their places and returns the openings that go beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger.log.disclosure import SALT_SIZE, Opening, field_name, pointer
from ledger.log.encoding import b64u, format_amount
from ledger.log.jcs import Json
from voting.protocol.group import ORDER, Group, default_group, write_scalar
from voting.protocol.pedersen import commitment_bytes

_PLAIN: Final = (str, int, bool, type(None))


@dataclass(frozen=True, slots=True)
class Secret:
    """A JSON value that stands on the ledger as its salted digest."""

    value: Any


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in fen that stands on the ledger as its commitment, under a fresh σ."""

    fen: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A body as it will be signed, and the rows that open what it hides (ledger 9.10)."""

    body: dict[str, Json]
    openings: tuple[dict[str, Json], ...]


def seal(kind: str, body: Mapping[str, Any], group: Group | None = None) -> Draft:
    """The body of a statement of `kind`, sealed; TypeError for what JSON does not hold."""
    rows: list[dict[str, Json]] = []
    sealed = _walk(kind, body, (), rows, group or default_group())
    return Draft(sealed, tuple(rows))


def _walk(kind: str, value: Any, path: tuple[str | int, ...], rows: list[Any], group: Group) -> Any:
    if isinstance(value, Secret):
        field = field_name(kind, pointer(*path))
        opening = Opening.of(field, secrets.token_bytes(SALT_SIZE), value.value)
        rows.append(opening.to_json())
        return {"digest": b64u(opening.digest)}
    if isinstance(value, Amount):
        sigma = secrets.randbelow(ORDER)
        point = b64u(commitment_bytes(group, value.fen, sigma))
        rows.append(
            {
                "amount": format_amount(value.fen),
                "commitment": point,
                "sigma": write_scalar(sigma),
            }
        )
        return {"commitment": point}
    if isinstance(value, Mapping):
        return {name: _walk(kind, item, (*path, name), rows, group) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(kind, item, (*path, i), rows, group) for i, item in enumerate(value)]
    if isinstance(value, _PLAIN):
        return value
    raise TypeError(f"{type(value).__name__} at {pointer(*path)}")
