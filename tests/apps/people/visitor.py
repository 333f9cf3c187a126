"""A visitor with a browser's session and, in Python, the key that a browser would keep."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from ledger.log.encoding import b64u, unb64u
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role, Statement
from ledger.log.suites import P256_ORDER, PublicKey, Suite, possession_message

PASSWORD = "correct horse battery"


def fresh_signer() -> Es256Signer:
    return Es256Signer(1 + secrets.randbelow(P256_ORDER - 1))


@dataclass(slots=True)
class Visitor:
    """Registered and logged in from the start."""

    username: str
    client: Client = field(default_factory=lambda: Client(headers={"accept": "application/json"}))
    key: Es256Signer = field(default_factory=fresh_signer)
    person: str = ""
    case: str = ""
    origin: str = ""

    def post(self, path: str, value: Any) -> Any:
        """A post as JSON; the response."""
        return self.client.post(path, json.dumps(value), content_type="application/json")

    def register(self) -> Visitor:
        answer = self.post(
            "/register",
            {
                "username": self.username,
                "password": PASSWORD,
                "display_name": f"名字 {self.username}",
            },
        )
        assert answer.status_code == 201, answer.content.decode()
        return self

    def join(self, other: Visitor) -> Visitor:
        """Join another's case."""
        answer = self.post(f"/c/{other.case}/join", {})
        assert answer.status_code == 200, answer.content.decode()
        self.case, self.origin, self.person = other.case, other.origin, answer.json()["person"]
        return self

    def ask_for_key(self) -> Any:
        """Ask for the enrolment of this visitor's key; the response."""
        message = possession_message(self.case, self.person, self.origin, self.key.key)
        return self.post(
            f"/c/{self.case}/keys",
            {
                "suite": "es256",
                "public_key": b64u(self.key.key.public_key),
                "possession": b64u(self.key.sign(message)),
            },
        )

    def key_state(self) -> Any:
        answer = self.client.get(f"/c/{self.case}/keys/{self.key.key.id.hex()}")
        return answer.json() if answer.status_code == 200 else answer.status_code

    def say(self, kind: str, role: Role, body: Any, rows: Any = ()) -> Any:
        """Sign a statement and post it; the response."""
        statement = Statement(
            act=secrets.token_bytes(16),
            body=body,
            by=self.person,
            case=self.case,
            for_=self.person,
            key=self.key.key.id,
            kind=kind,
            log=self.origin,
            role=role,
        ).sign(self.key)
        return self.post(
            f"/ledger/{self.case}/statements",
            {"statement": statement.to_json(), "boxes": [], "openings": list(rows)},
        )

    def attest(self, row: Any, role: Role, level: str = "attested") -> Any:
        """Sign the enrolment of a key that waits; the response."""
        key = PublicKey(Suite(row["suite"]), unb64u(row["public_key"]))
        assert key.id.hex() == row["key"]
        return self.say(
            "key.enrolled@1",
            role,
            {
                "holder": row["person"],
                "suite": row["suite"],
                "public_key": row["public_key"],
                "possession": row["possession"],
                "level": level,
                "until": None,
            },
        )
