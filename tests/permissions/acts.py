"""The table of statements, acts.toml: kind, role and stage to what the rules must answer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ledger.log.statement import Role

ALLOWED, MAY_NOT, NOT_HELD = "allowed", "role-may-not", "role-not-held"


@dataclass(frozen=True, slots=True)
class Row:
    """A kind: the law behind it, who may say it, and what is answered from which stage on."""

    law: str
    roles: frozenset[Role]
    when: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Acts:
    """The whole table. branch: the stage from which the case may go another way, to which end."""

    stages: Mapping[str, str]
    branch: tuple[str, tuple[str, ...]]
    held: Mapping[Role, str]
    kinds: Mapping[str, Row]

    def expected(self, kind: str, role: Role, stage: str) -> str:
        """The outcome of a cell. KeyError where no row has the kind."""
        row, before = self.kinds[kind], self.until(stage)
        if role not in row.roles:
            return MAY_NOT
        if role in self.held and self.held[role] not in before:
            return NOT_HELD
        changes = row.when[role.value if role.value in row.when else "all"]
        return [changes[name] for name in before if name in changes][-1]

    def until(self, stage: str) -> list[str]:
        """The stages that a case has passed when it is at this one, which is the last."""
        order = list(self.stages)
        passed = order[: order.index(stage) + 1]
        start, other = self.branch
        if stage not in other:
            return [name for name in passed if name not in other]
        return [*order[: order.index(start) + 1], *other[: other.index(stage) + 1]]


@cache
def acts() -> Acts:
    """As acts.toml states it."""
    table = tomllib.loads((Path(__file__).parent / "acts.toml").read_text("utf-8"))
    rows = {
        kind: Row(row["law"], frozenset(map(Role, row["roles"])), row["when"])
        for kind, row in table["kinds"].items()
    }
    held = {Role(role): stage for role, stage in table["held"].items()}
    branch = (table["branch"]["from"], tuple(table["branch"]["to"]))
    return Acts(table["stages"], branch, held, rows)
