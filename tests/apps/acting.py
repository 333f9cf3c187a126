"""Acts for tests of the apps: a case of its own, people with keys, statements with openings.

Everything goes through the intake, as from a browser; the sequencer runs when it is called, or
beside the test while `numbering`.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from ledger import clerk, intake, keys, logs, sequencer
from ledger.creating import create_log
from ledger.guard import Guard
from ledger.log.disclosure import Opening, field_name
from ledger.log.encoding import b64u, format_time
from ledger.log.genesis import CourtKey
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role, Statement
from ledger.log.suites import P256_ORDER, possession_message
from ledger.management.commands.sequencer import run
from voting.protocol.group import default_group, scalar_bytes
from voting.protocol.pedersen import commitment_bytes

NAME = "court.example"
STARTS = datetime(2026, 1, 5, 1, tzinfo=UTC)


def sequence() -> None:
    """Give numbers to all that was accepted."""
    call_command("sequencer", "--once")


@contextmanager
def numbering() -> Iterator[None]:
    """The sequencer runs in a thread until left, so that nobody waits for a number in vain."""
    keys.make(keys.Service.LOG)
    stop = threading.Event()

    def work() -> None:
        guard = Guard(settings.DATA.root / "guard" / "signed.sqlite")
        try:
            run(guard, stop, sequencer.BATCH)
        finally:
            guard.close()
            connections.close_all()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        # Called as if something had come in, it sees at once that it is to stop.
        with connections[logs.USING].cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [sequencer.CHANNEL_IN])
        thread.join(10)


@dataclass(slots=True)
class Person:
    """Somebody with a key."""

    id: str
    role: Role
    key: Es256Signer = field(
        default_factory=lambda: Es256Signer(1 + secrets.randbelow(P256_ORDER - 1))
    )


@dataclass(slots=True)
class Body:
    """A body under construction, and the openings of what it hides."""

    kind: str
    rows: list[Any] = field(default_factory=list)

    def sealed(self, pointer: str, value: Any) -> dict[str, str]:
        """The digest of a value at its place in the body."""
        opening = Opening.of(field_name(self.kind, pointer), secrets.token_bytes(32), value)
        self.rows.append(opening.to_json())
        return {"digest": b64u(opening.digest)}

    def committed(self, fen: int) -> dict[str, str]:
        """The commitment of an amount."""
        sigma = secrets.randbelow(2**200)
        point = b64u(commitment_bytes(default_group(), fen, sigma))
        self.rows.append(
            {"amount": str(fen), "commitment": point, "sigma": b64u(scalar_bytes(sigma))}
        )
        return {"commitment": point}


class Case:
    """A log with its genesis, on a demonstration clock."""

    def __init__(
        self,
        witnesses: Mapping[str, str] = {},
        origins: Sequence[str] = ("http://localhost:8000",),
    ) -> None:
        """origins: of the pages on which passkeys sign."""
        self.id = f"case-{secrets.token_hex(4)}"
        self.judge = Person("p-judge", Role.COURT)
        self.hours = 0
        self.switches: dict[str, str] = {}
        """Open points that its meeting rules decide otherwise than by default."""
        create_log(
            self.id,
            name=NAME,
            court=[CourtKey(self.judge.id, self.judge.key.key)],
            witnesses=witnesses,
            starts=STARTS,
            origins=origins,
            wait=0,
        )
        sequence()

    def tick(self) -> None:
        """One more entry: the clock moves on by an hour."""
        self.hours += 1
        clerk.say(
            self.id,
            "clock.moved@1",
            {"to": format_time(STARTS + timedelta(hours=self.hours))},
            wait=0,
        )
        sequence()

    def say(
        self, who: Person, kind: str, body: dict[str, Any], rows: Iterable[Any] = ()
    ) -> Statement:
        """Somebody says something, with the openings of what he hides."""
        row = logs.log_row(self.id)
        statement = Statement(
            act=secrets.token_bytes(16),
            body=body,
            by=who.id,
            case=row.id,
            for_=who.id,
            key=who.key.key.id,
            kind=kind,
            log=row.origin,
            role=who.role,
        )
        intake.submit(self.id, statement.sign(who.key), rows=rows, wait=0)
        sequence()
        return statement

    def open(self) -> None:
        """The court opens the case."""
        body = Body("case.opened@1")
        announced = STARTS.date()
        self.say(
            self.judge,
            body.kind,
            {
                "court_name": body.sealed("/court_name", "示例市中级人民法院"),
                "case_number": body.sealed("/case_number", "（2026）示01破1号"),
                "debtor": body.sealed("/debtor", "示例有限公司"),
                "procedure": "liquidation",
                "accepted": announced.isoformat(),
                "announced": announced.isoformat(),
                "filing_ends": (announced + timedelta(days=60)).isoformat(),
                "switches": [
                    {"switch": name, "value": value} for name, value in self.switches.items()
                ],
            },
            body.rows,
        )

    def creditor(self, name: str) -> Person:
        """A creditor whose key the court enrols."""
        person = Person(f"p-{name}", Role.CREDITOR)
        key = person.key.key
        possession = person.key.sign(
            possession_message(self.id, person.id, logs.log_row(self.id).origin, key)
        )
        self.say(
            self.judge,
            "key.enrolled@1",
            {
                "holder": person.id,
                "suite": "es256",
                "public_key": b64u(key.public_key),
                "possession": b64u(possession),
                "level": "attested",
                "until": None,
            },
        )
        return person

    def claim(self, who: Person, fen: int, file: dict[str, Any]) -> list[Any]:
        """He files a claim of one line with one exhibit; the openings."""
        body = Body("claim.filed@1")
        self.say(
            who,
            body.kind,
            {
                "claim": f"c-{who.id}",
                "name": body.sealed("/name", f"{who.id}公司"),
                "identity": body.sealed("/identity", f"身份号 {who.id}"),
                "contact": body.sealed("/contact", f"电话 {who.id}"),
                "account": None,
                "related": False,
                "joint": None,
                "lines": [
                    {
                        "line": "l1",
                        "nature": "ordinary",
                        "cause": body.sealed("/lines/0/cause", "货款"),
                        "amount": body.committed(fen),
                        "security": None,
                    }
                ],
                "evidence": [
                    {
                        "evidence": f"e-{who.id}",
                        "file": body.sealed("/evidence/0/file", file),
                        "title": body.sealed("/evidence/0/title", "合同"),
                        "purpose": body.sealed("/evidence/0/purpose", "证明欠款"),
                    }
                ],
            },
            body.rows,
        )
        return body.rows
