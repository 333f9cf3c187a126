"""A case with a declared result and somebody in every role, and another case, each with the things
that addresses name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from django.contrib.auth.models import User
from django.test import Client, override_settings

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.tables import CaseView
from bankruptcy.law.pack import builtin
from bankruptcy.people import accounts
from bankruptcy.people.models import Person as Joined
from ledger import documents, logs
from ledger.arriving import PIECE_LEAST
from ledger.log.encoding import b64u
from ledger.log.statement import Role
from tests.apps.acting import Body, Person
from tests.apps.voting.support import MEETING, Meeting
from tests.rules.claims import ITEMS
from voting.protocol.validity import Choice

HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass
class Company:
    """A case with everybody in it, and who may ask about it, logged in or not."""

    meeting: Meeting
    names: Mapping[str, str]
    """What the addresses of this case name: its claim, its evidence, its creditor's key …"""
    elsewhere: Mapping[str, str]
    """What the addresses of another case name."""
    users: Mapping[str, User | None]
    clients: Mapping[str, Client] = field(init=False)

    def __post_init__(self) -> None:
        self.clients = {name: client(user) for name, user in self.users.items()}

    def path(self, address: str, **other: str) -> str:
        """An address of this case, with other things than its own where they are named."""
        names = {**self.names, **other}
        if "/packs/" in address:
            names["sha256"] = builtin().sha256
        return address.format(**names)

    def come_back(self, who: str) -> None:
        """Somebody who may have logged out is logged in again."""
        user = self.users[who]
        if user is not None:
            self.clients[who].force_login(user)


def elsewhere() -> tuple[Meeting, dict[str, str]]:
    """Another case with a creditor whom the first one has not, and what its addresses name."""
    meeting = Meeting(amounts=(60_000_00, 30_000_00, 10_000_00))
    meeting.convene()
    creditor = meeting.creditors[2]
    return meeting, names_of(meeting, creditor, add_evidence(meeting, creditor))


def company() -> Company:
    """A case from its opening to its declared result, and everybody who may ask about it."""
    meeting = Meeting(amounts=(60_000_00, 30_000_00))
    meeting.until_counted((Choice.FOR, Choice.FOR, Choice.FOR))
    creditor = meeting.creditors[0]
    agent = Person("p-agent", Role.AGENT)
    debtor, committee = Person("p-debtor", Role.DEBTOR), Person("p-committee", Role.COMMITTEE)
    for who in (debtor, committee):
        meeting.appoint(who)
    attest(meeting, agent)
    grant(meeting, creditor, agent)
    name_chair(meeting, meeting.creditors[1])
    evidence = add_evidence(meeting, creditor)
    for j in (1, 2):
        meeting.sum(j)
    meeting.declare()
    roles = {
        "creditor": creditor,
        "agent": agent,
        "debtor": debtor,
        "committee": committee,
        "chair": meeting.creditors[1],
        "trustee": meeting.trustees[0],
        "administrator": meeting.administrator,
        "judge": meeting.judge,
        "joined": Person("p-joined", Role.CREDITOR),
    }
    other, strange = elsewhere()
    users = {
        "visitor": None,
        "stranger": account(f"stranger-{meeting.id}"),
        "other": joined_as(other, "other", other.creditors[2]),
        **{name: joined_as(meeting, name, who) for name, who in roles.items()},
    }
    found = Company(meeting, names_of(meeting, creditor, evidence), strange, users)
    begin_again(found, "creditor")
    return found


def begin_again(company: Company, who: str) -> None:
    """He sends a file once more and is cut off after the first piece."""
    piece = bytes(PIECE_LEAST)
    answer = company.clients[who].post(
        company.path("/c/{case}/documents?name=a.pdf&sha256={sha256}&size=1000000"),
        piece,
        content_type="application/octet-stream",
    )
    assert answer.json() == {"arrived": len(piece)}


def attest(meeting: Meeting, who: Person) -> None:
    """The court enrols a key of somebody to whom it gives no role."""
    role, who.role = who.role, Role.CREDITOR
    meeting.appoint(who)
    who.role = role


def name_chair(meeting: Meeting, who: Person) -> None:
    """The court names a creditor as chair; he goes on signing as a creditor."""
    body = Body("role.appointed@1")
    said = {
        "person": who.id,
        "role": Role.CHAIR.value,
        "name": body.sealed("/name", "主席"),
        "decision": None,
    }
    meeting.act(meeting.judge, body.kind, said, body.rows)


def grant(meeting: Meeting, principal: Person, agent: Person) -> None:
    body = Body("authority.granted@1")
    said = {
        "authority": "a-1",
        "agent": agent.id,
        "name": body.sealed("/name", "周律师"),
        "licence": None,
        "items": ITEMS,
        "matters": None,
        "motions": None,
        "until": None,
        "document": None,
    }
    meeting.act(principal, body.kind, said, body.rows)


def add_evidence(meeting: Meeting, who: Person) -> bytes:
    """Evidence for his claim; the hash of its file."""
    content = f"证据 {meeting.id}".encode()
    stored = documents.documents().put([content], "evidence.txt")
    body = Body("evidence.added@1")
    file = {
        "media_type": "text/plain",
        "name": "evidence.txt",
        "sha256": b64u(stored.sha256),
        "size": len(content),
    }
    exhibit = {
        "evidence": f"e-{meeting.id}",
        "file": body.sealed("/evidence/0/file", file),
        "title": body.sealed("/evidence/0/title", "合同"),
        "purpose": body.sealed("/evidence/0/purpose", "证明借款"),
    }
    said = {"claim": f"c-{who.id}", "evidence": [exhibit]}
    meeting.act(who, body.kind, said, body.rows)
    meeting.settle()
    return sha256(content).digest()


def joined_as(meeting: Meeting, name: str, who: Person) -> User:
    user = account(f"{name}-{meeting.id}", court=who.role is Role.COURT)
    row = Joined(case=meeting.id, user=user, pseudonym=who.id)
    row.display_name = "名字"
    row.save()
    return user


def account(name: str, *, court: bool = False) -> User:
    with override_settings(PASSWORD_HASHERS=HASHER):
        return accounts.create(name, "correct horse", "名字", check=False, court=court)


def client(user: User | None) -> Client:
    found = Client(headers={"host": "localhost"}, raise_request_exception=False)
    if user is not None:
        found.force_login(user)
    return found


def names_of(meeting: Meeting, creditor: Person, evidence: bytes) -> dict[str, str]:
    """By the name that addresses have for it."""
    view = meeting.view
    claim = view.get(records.CLAIMS, f"c-{creditor.id}")
    register = view.find(records.REGISTERS)[0]
    vote = next(iter(view.find(records.VOTES, meeting=MEETING)), None)
    assert claim is not None
    return {
        "case": meeting.id,
        "log": meeting.id,
        "meeting": MEETING,
        "claim": claim.claim,
        "evidence": f"e-{meeting.id}",
        "digest": claim.statement.hex(),
        "key": creditor.key.key.id.hex(),
        "step": "review",
        "person": creditor.id,
        "sha256": evidence.hex(),
        "root": register.root.hex(),
        "rest": f"entries/000.p/{logs.size(meeting.id)}",
        "manifest": "00" * 32 if vote is None else vote.manifest_hash.hex(),
        **answer_of(view, vote),
        "index": "0",
    }


def answer_of(view: CaseView, vote: records.Vote | None) -> dict[str, str]:
    """An answer that is counted; one that nobody gave, before there is any."""
    if vote is None:
        return {"ballot": "00" * 32, "line": "x", "motion": "x"}
    answer = counted_answers(view, vote)[0]
    return {"ballot": answer.ballot.hex(), "line": answer.line, "motion": answer.motion}
