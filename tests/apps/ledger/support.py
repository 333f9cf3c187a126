"""People who sign, cases that are made in a moment, and a sequencer on demand."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings

from ledger import clerk, creating, intake, keys, logs, sequencer
from ledger.guard import Guard
from ledger.log.disclosure import Opening
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u
from ledger.log.genesis import CourtKey
from ledger.log.jcs import Json
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role, Statement
from ledger.log.suites import possession_message
from ledger.receipts import Receipt

STARTS = datetime(2014, 11, 1, tzinfo=UTC)
NAME = "court.example"


def signer() -> Es256Signer:
    """A new key."""
    return Es256Signer(secrets.randbelow(2**255) + 1)


@dataclass(frozen=True)
class Person:
    """A pseudonym, the role it speaks in, and its key."""

    id: str
    role: Role
    key: Es256Signer = field(default_factory=signer)


@dataclass(frozen=True)
class Said:
    """A signed statement with what goes with it."""

    envelope: Envelope
    openings: list[Json]


@dataclass
class Case:
    """A case's log with its judge."""

    id: str
    judge: Person

    @property
    def origin(self) -> str:
        """The log's origin."""
        return logs.log_row(self.id).origin

    def sign(self, person: Person, kind: str, body: dict[str, Json], **members: object) -> Envelope:
        """A statement of the person; `members` replace its own."""
        parts = {
            "act": secrets.token_bytes(16),
            "body": body,
            "by": person.id,
            "case": self.id,
            "for_": person.id,
            "key": person.key.key.id,
            "kind": kind,
            "log": self.origin,
            "role": person.role,
        }
        return Statement(**(parts | members)).sign(person.key)  # type: ignore[arg-type]

    def opening_of_case(self) -> Said:
        """`case.opened`, not yet said."""
        kind = "case.opened@1"
        sealed = {
            name: Opening.of(f"{kind}#/{name}", secrets.token_bytes(32), value)
            for name, value in (
                ("court_name", "珠海市中级人民法院"),
                ("case_number", "(2014)珠中法民二破字第1号"),
                ("debtor", "珠海鑫光集团股份有限公司"),
            )
        }
        body = {
            **{name: {"digest": b64u(opening.digest)} for name, opening in sealed.items()},
            "procedure": "liquidation",
            "accepted": "2014-09-01",
            "announced": "2014-09-10",
            "filing_ends": "2014-11-10",
            "switches": [],
        }
        return Said(self.sign(self.judge, kind, body), [o.to_json() for o in sealed.values()])

    def enrolling(self, person: Person) -> Said:
        """`key.enrolled` by the judge for a new key of a person."""
        message = possession_message(self.id, person.id, self.origin, person.key.key)
        body = {
            "holder": person.id,
            "suite": "es256",
            "public_key": b64u(person.key.key.public_key),
            "possession": b64u(person.key.sign(message)),
            "level": "attested",
            "until": None,
        }
        return Said(self.sign(self.judge, "key.enrolled@1", body), [])

    def submit(self, said: Said, wait: float = 0.0) -> Receipt:
        """Take it in."""
        return intake.submit(self.id, said.envelope, (), said.openings, wait=wait)

    def move(self, to: str) -> Receipt:
        """Move the clock."""
        return clerk.say(self.id, "clock.moved@1", {"to": to}, wait=0)


def new_case(*, starts: datetime | None = STARTS) -> Case:
    """A log with its genesis said and not yet numbered."""
    judge = Person("p-judge00001", Role.COURT)
    case = Case(f"t-{secrets.token_hex(6)}", judge)
    creating.create_log(
        case.id,
        name=NAME,
        court=[CourtKey(judge.id, judge.key.key)],
        witnesses={},
        starts=starts,
        wait=0,
    )
    return case


@contextmanager
def at_work(batch: int = sequencer.BATCH) -> Iterator[sequencer.Sequencer]:
    """A sequencer on a connection of its own, which does nothing by itself."""
    guard = Guard(settings.DATA.root / "guard" / "signed.sqlite")
    try:
        with sequencer.connect() as connection:
            yield sequencer.Sequencer(
                connection, guard, keys.log_signer, lambda case, n: None, batch
            )
    finally:
        guard.close()


def drain(batch: int = sequencer.BATCH) -> int:
    """Number everything that waits."""
    total = 0
    with at_work(batch) as worker:
        while count := worker.run_batch():
            total += count
    return total
