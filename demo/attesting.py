"""Visitors' device keys, attested as they come: what a person would do at the administrator's desk.

It proves nothing about anybody, and says so: the level of these keys is `demonstration`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from demo.answers import Problem
from demo.cast import JUDGE
from demo.players import Players
from demo.script import ADMINISTRATOR
from ledger.log.statement import Role

LEVEL: Final = "demonstration"


class Attestor:
    """Looks for keys that wait, and enrols them: the judge's by the court, others by the desk."""

    def __init__(self, players: Players) -> None:
        self._players = players
        self._refused: set[str] = set()

    def attest_waiting(self) -> int:
        """Enrol every key that waits; how many. Raises Problem, httpx.TransportError."""
        waiting = self._players.web(ADMINISTRATOR).pending_keys(self._players.case.id)
        return sum(self._attest(row) for row in waiting if row["key"] not in self._refused)

    def _attest(self, row: Mapping[str, str]) -> bool:
        players = self._players
        judge = row["person"] == players.member(JUDGE).person.id
        by, role = (JUDGE, Role.COURT) if judge else (ADMINISTRATOR, Role.ADMINISTRATOR)
        body = {
            "holder": row["person"],
            "suite": row["suite"],
            "public_key": row["public_key"],
            "possession": row["possession"],
            "level": LEVEL,
            "until": None,
        }
        try:
            players.act(f"visitor/{row['key']}", by, "key.enrolled@1", role, body)
        except Problem as problem:
            if problem.status >= 500:
                raise
            self._refused.add(row["key"])  # asked again it would be refused again
            return False
        return True
