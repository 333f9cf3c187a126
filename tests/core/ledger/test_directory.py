"""The directory log: each entry follows from those before, and nothing is taken back."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.log import directory
from ledger.log.directory import Directory, DirectoryBroken, Head, Listed
from ledger.log.encoding import b64u, sha256
from ledger.log.entry import Entry, first_prev
from ledger.log.note import NoteSigner
from ledger.log.sign import Ed25519Signer
from ledger.log.statement import Role, Statement

ORIGIN = "court.example/ledger/directory"
CLERK = Ed25519Signer(sha256(b"clerk"))
NOW = datetime(2026, 1, 5, tzinfo=UTC)
ONE, TWO = "court.example/ledger/c-1", "court.example/ledger/c-2"


def vkey(origin: str, seed: bytes = b"log") -> str:
    return str(NoteSigner(origin, sha256(seed)).vkey)


def listed(origin: str) -> Listed:
    return Listed(origin, vkey(origin), sha256(b"policy"), sha256(b"genesis"))


class Told:
    """A directory under construction."""

    def __init__(self) -> None:
        self.found, self.n, self.prev = Directory(), 0, first_prev(ORIGIN)

    def say(self, kind: str, body: Any, case: str | None = None, role: Role = Role.CLERK) -> None:
        said = Statement(
            act=secrets.token_bytes(16),
            body=body,
            by="clerk",
            case=case,
            for_="clerk",
            key=CLERK.key.id,
            kind=kind,
            log=ORIGIN,
            role=role,
        )
        entry = Entry.of(self.n, self.prev, NOW, NOW, said.sign(CLERK))
        self.found.read(Entry.decode(entry.encode()))
        self.n, self.prev = self.n + 1, entry.leaf()

    def created(self, *origins: str) -> Told:
        for origin in origins:
            self.say(directory.LOG_CREATED, listed(origin).created())
        return self

    def heads(self, *heads: Head) -> None:
        self.say(directory.HEADS, directory.heads_body(list(heads)))


def head(origin: str, size: int, root: bytes | None = None) -> Head:
    return Head(origin, size, sha256(b"%d" % size) if root is None else root)


def test_logs_heads_keys_policies_and_the_end_of_a_log() -> None:
    told = Told().created(TWO, ONE)
    told.heads(head(TWO, 3), head(ONE, 1))
    told.heads(head(ONE, 7))
    told.say(directory.KEY_CHANGED, directory.changed_body(ONE, vkey(ONE), vkey(ONE, b"another")))
    old, new = b64u(sha256(b"policy")), b64u(sha256(b"policy 2"))
    told.say(directory.POLICY_CHANGED, directory.changed_body(TWO, old, new))
    told.say(directory.LOG_CLOSED, head(TWO, 3).to_json())
    found = told.found
    assert found.logs[ONE].head == head(ONE, 7)
    assert found.logs[ONE].vkey == vkey(ONE, b"another")
    assert (found.logs[TWO].closed, found.logs[TWO].policy) == (True, sha256(b"policy 2"))
    assert found.roots[ONE] == {1: sha256(b"1"), 7: sha256(b"7")}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (directory.LOG_CREATED, listed(ONE).created()),
        (directory.LOG_CREATED, {**listed(TWO).created(), "vkey": vkey(ONE)}),
        (directory.HEADS, {"heads": []}),
        (directory.HEADS, {"heads": [head(TWO, 9).to_json()]}),
        (directory.HEADS, {"heads": [head(ONE, 4).to_json()]}),
        (directory.HEADS, {"heads": [head(ONE, 5, bytes(32)).to_json()]}),
        (directory.HEADS, {"heads": [head(ONE, 5).to_json()]}),
        (directory.HEADS, {"heads": [head(ONE, 8).to_json()] * 2}),
        (directory.HEADS, {"heads": [head(ONE, 8).to_json()], "more": 1}),
        (directory.HEADS, {"heads": [head(ONE, 8 + i).to_json() for i in range(201)]}),
        (directory.KEY_CHANGED, directory.changed_body(ONE, vkey(TWO), vkey(ONE))),
        (directory.POLICY_CHANGED, directory.changed_body(ONE, b64u(bytes(32)), b64u(bytes(32)))),
        (directory.LOG_CLOSED, head(ONE, 4).to_json()),
        ("clock.moved@1", {"to": "2026-01-05T00:00:00Z"}),
    ],
)
def test_what_does_not_follow_is_refused_and_changes_nothing(kind: str, body: Any) -> None:
    told = Told().created(ONE)
    told.heads(head(ONE, 5))
    before = dict(told.found.logs)
    with pytest.raises(DirectoryBroken):
        told.say(kind, body)
    assert told.found.logs == before


def test_a_statement_of_a_case_or_of_another_role_does_not_stand_in_it() -> None:
    with pytest.raises(DirectoryBroken):
        Told().say(directory.LOG_CREATED, listed(ONE).created(), case="c-1")
    with pytest.raises(DirectoryBroken):
        Told().say(directory.LOG_CREATED, listed(ONE).created(), role=Role.COURT)


def test_a_closed_log_goes_no_further() -> None:
    told = Told().created(ONE)
    told.heads(head(ONE, 5))
    told.say(directory.LOG_CLOSED, head(ONE, 5).to_json())
    with pytest.raises(DirectoryBroken):
        told.heads(head(ONE, 6))
