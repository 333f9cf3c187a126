"""The published figures of Zhuhai Xinguang, and what was invented around them (figures.json)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from bankruptcy.law.register import Nature
from voting.protocol.validity import Choice


@dataclass(frozen=True, slots=True)
class Creditor:
    """One of the creditors. Amounts in fen. reason: code, where less is admitted than filed."""

    claim: str
    username: str
    name: str
    cause: str
    filed: int
    admitted: int
    vote: Choice
    reason: str | None
    nature: Nature


@dataclass(frozen=True, slots=True)
class Figures:
    """figures.json."""

    raw: Mapping[str, Any]
    creditors: tuple[Creditor, ...]

    @property
    def debtor(self) -> str:
        return str(self.raw["published"]["debtor"])


def figures() -> Figures:
    """The published figures and what was invented around them."""
    raw = json.loads((files("demo") / "figures.json").read_text("utf-8"))
    ordinary = [_creditor(row, Nature.ORDINARY) for row in raw["creditors"]]
    return Figures(raw, (*ordinary, _creditor(raw["tax"], Nature.TAX)))


def _creditor(row: Mapping[str, Any], nature: Nature) -> Creditor:
    return Creditor(
        claim=row["claim"],
        username=row["username"],
        name=row["name"],
        cause=row["cause"],
        filed=int(row["filed"]),
        admitted=int(row["admitted"]),
        vote=Choice(row["vote"]),
        reason=row["reason"],
        nature=nature,
    )
