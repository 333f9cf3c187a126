"""A case on a whole server: a judge, creditors with enrolled keys, and what they say over HTTP."""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from demo.ledger_client import LedgerClient
from demo.person import Person, Submission, fresh_scalar
from demo.sealing import Amount, Secret
from demo.session import Session
from ledger.log.encoding import b64u
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role
from tests.apps.hard.whole import Whole

STARTS = datetime(2026, 1, 5, 1, tzinfo=UTC)
NAME, IDENTITY, CONTACT = "何不见有限公司", "91440400MA4U000000", "13912345678"


@dataclass
class Played:
    """A case on the server, with a judge and creditors whose keys are enrolled."""

    server: Whole
    case: str
    origin: str
    judge: Person
    creditors: list[Person]
    scalars: list[int] = field(default_factory=list)

    def say(self, who: Person, kind: str, role: Role, body: dict[str, Any]) -> Submission:
        """Said and acknowledged."""
        made = who.compose(self.case, self.origin, kind, role, body)
        ledger = LedgerClient(self.server.url)
        try:
            ledger.submit(self.case, made.to_json())
        finally:
            ledger.close()
        return made

    def enrol(self, who: Person) -> None:
        body = {
            "holder": who.id,
            "suite": "es256",
            "public_key": b64u(who.key.key.public_key),
            "possession": b64u(who.possession(self.case, self.origin)),
            "level": "attested",
            "until": None,
        }
        self.say(self.judge, "key.enrolled@1", Role.COURT, body)

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.server.url}/ledger/{self.case}/{path}", timeout=30)

    def entries(self) -> list[bytes]:
        ledger = LedgerClient(self.server.url)
        try:
            size = int(self.get("checkpoint").text.split("\n")[1])
            return list(ledger.entries(self.case, 0, size))
        finally:
            ledger.close()


def claim(name: str = NAME) -> dict[str, Any]:
    line = {
        "line": "l1",
        "nature": "ordinary",
        "cause": Secret("货款"),
        "amount": Amount(5_000_00),
        "security": None,
    }
    return {
        "claim": f"c-{secrets.token_hex(6)}",
        "name": Secret(name),
        "identity": Secret(IDENTITY),
        "contact": Secret(CONTACT),
        "account": None,
        "related": False,
        "joint": None,
        "lines": [line],
        "evidence": [],
    }


def open_case(server: Whole, creditors: int, password: str) -> Played:
    """A new case with so many creditors, whose keys the court enrolled."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "password"
        file.write_text(password)
        server.manage(
            "create_account", "judge", "--court", "--password-file", str(file),
            "--display-name", "审判长何某",
        )  # fmt: skip
    scalars = [fresh_scalar() for _ in range(1 + creditors)]
    with Session(server.url) as web:
        web.log_in("judge", password)
        begun = web.new_case()
        judge = Person(begun["person"], Es256Signer(scalars[0]))
        web.create_case(begun["case"], judge.key.key.public_key, STARTS)
    people = [Person(f"p-creditor{i}", Es256Signer(scalar)) for i, scalar in enumerate(scalars[1:])]
    found = Played(server, begun["case"], begun["origin"], judge, people, scalars)
    opened = {
        "court_name": Secret("示例市中级人民法院"),
        "case_number": Secret("（2026）示01破1号"),
        "debtor": Secret("示例有限公司"),
        "procedure": "liquidation",
        "accepted": "2026-01-05",
        "announced": "2026-01-05",
        "filing_ends": "2026-03-06",
        "switches": [],
    }
    found.say(judge, "case.opened@1", Role.COURT, opened)
    for creditor in people:
        found.enrol(creditor)
    return found
