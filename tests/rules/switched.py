"""A case that the court opens under other switches: its meeting rules (domain A.4)."""

from __future__ import annotations

from typing import Any

from ledger.log.statement import Role
from tests.rules.world import World

Json = Any


class Switched(World):
    """Its case is opened under these switches, by name."""

    def __init__(self, switches: dict[str, Json]) -> None:
        self._switches = [{"switch": name, "value": value} for name, value in switches.items()]
        super().__init__()

    def say(self, kind: str, role: Role, by: str, body: Json, *rest: Any, **named: Any) -> Any:
        if kind == "case.opened@1":
            body = {**body, "switches": self._switches}
        return super().say(kind, role, by, body, *rest, **named)
