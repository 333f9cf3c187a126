"""Statements: what a person or service said, as the payload that was signed (ledger 9.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.log import jcs, suites
from ledger.log.dsse import Envelope, pae
from ledger.log.encoding import b64u, check_id, sha256, unb64u, unhex32
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json
from ledger.log.note import check_name
from ledger.log.sign import Signer

PAYLOAD_TYPE: Final = "application/vnd.concursus.statement+json"
MAX_PAYLOAD: Final = 35_000
ACT_SIZE: Final = 16

_KIND: Final = re.compile(r"[a-z]+\.[a-z_]+@[1-9][0-9]{0,2}")
_MEMBERS: Final = ("act", "body", "by", "case", "for", "key", "kind", "log", "role")


class BadStatement(Malformed):
    """The payload is no statement of 9.2. Fact: `what`."""

    slug = "bad-statement"
    zh = "声明的格式不符：{what}"
    en = "This is not a statement in the required form: {what}"


class StatementTooLarge(Refused):
    """The payload is over 35,000 bytes. Facts: `size`, `most`."""

    slug = "statement-too-large"
    category = Category.TOO_LARGE
    zh = "声明有 {size} 字节，超过上限 {most} 字节；请分成几份提交"
    en = "The statement has {size} bytes, more than {most}; please send it in parts"


class KeyMismatch(Refused):
    """The envelope names another key than the statement inside it."""

    slug = "key-mismatch"
    category = Category.MALFORMED
    zh = "信封上的密钥编号与声明中的不一致"
    en = "The envelope names another key than the statement inside"


class Role(StrEnum):
    """In which role somebody acts."""

    COURT = "court"
    ADMINISTRATOR = "administrator"
    CREDITOR = "creditor"
    AGENT = "agent"
    DEBTOR = "debtor"
    COMMITTEE = "committee"
    TRUSTEE = "trustee"
    CLERK = "clerk"
    CHAIR = "chair"
    """An office, to which the court appoints; its holder signs as a creditor (9.2)."""


SPOKEN: Final = frozenset(Role) - {Role.CHAIR}
"""The roles in which statements are signed (9.2)."""


def check_kind(text: object) -> str:
    """A kind with its version, `claim.filed@1`. Raises BadStatement."""
    if not isinstance(text, str) or not _KIND.fullmatch(text):
        raise BadStatement(what="kind")
    return text


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `for_` is the member `for`; `key` the 32-byte key id; `act` 16 bytes.

    `body` is the JSON object of the kind; what stands in it is the kind's matter.
    """

    act: bytes
    body: dict[str, Json]
    by: str
    case: str | None
    for_: str | None
    key: bytes
    kind: str
    log: str
    role: Role

    def encode(self) -> bytes:
        """The payload: JCS. Raises StatementTooLarge."""
        data = jcs.dumps(
            {
                "act": b64u(self.act),
                "body": self.body,
                "by": self.by,
                "case": self.case,
                "for": self.for_,
                "key": self.key.hex(),
                "kind": self.kind,
                "log": self.log,
                "role": self.role.value,
            }
        )
        _check_size(data)
        return data

    @classmethod
    def decode(cls, payload: bytes) -> Statement:
        """The statement of a payload. Raises BadStatement, StatementTooLarge."""
        _check_size(payload)
        try:
            return cls._decode(payload)
        except Malformed as error:
            if isinstance(error, BadStatement):
                raise
            raise BadStatement(what=error.facts["what"]) from error

    @classmethod
    def _decode(cls, payload: bytes) -> Statement:
        found = jcs.members(jcs.loads(payload), "members", *_MEMBERS)
        body, by, case, for_ = found["body"], found["by"], found["case"], found["for"]
        kind = check_kind(found["kind"])
        if not isinstance(body, dict):
            raise BadStatement(what="body")
        if (for_ is None) != kind.startswith("ballot.cast@"):
            raise BadStatement(what="for")
        try:
            role = Role(found["role"])
        except ValueError as error:
            raise BadStatement(what="role") from error
        if role not in SPOKEN:
            raise BadStatement(what="role")
        return cls(
            act=unb64u(found["act"], ACT_SIZE),
            body=body,
            by=check_id(by),
            case=None if case is None else check_id(case),
            for_=None if for_ is None else check_id(for_),
            key=unhex32(found["key"]),
            kind=kind,
            log=check_name(found["log"]),
            role=role,
        )

    @property
    def digest(self) -> bytes:
        """SHA-256(payload): by it a statement is the same or another."""
        return sha256(self.encode())

    def sign(self, signer: Signer) -> Envelope:
        """The envelope signed by the key that `key` names; ValueError for another key."""
        if signer.key.id != self.key:
            raise ValueError("the signer's key is not the statement's")
        payload = self.encode()
        return Envelope(payload, PAYLOAD_TYPE, self.key, signer.sign(pae(PAYLOAD_TYPE, payload)))


def read(envelope: Envelope) -> Statement:
    """The statement inside an envelope whose type and key id fit; the signature is not checked.

    Raises WrongPayloadType, BadStatement, StatementTooLarge, KeyMismatch.
    """
    envelope.check_type(PAYLOAD_TYPE)
    statement = Statement.decode(envelope.payload)
    if statement.key != envelope.keyid:
        raise KeyMismatch
    return statement


def verify(
    envelope: Envelope, key: suites.PublicKey, party: suites.RelyingParty | None = None
) -> Statement:
    """The statement inside, whose signature verifies under `key`.

    Raises what `read` and `suites.verify` raise.
    """
    statement = read(envelope)
    suites.verify(key.suite, key.public_key, envelope, party)
    return statement


def _check_size(payload: bytes) -> None:
    if len(payload) > MAX_PAYLOAD:
        raise StatementTooLarge(size=len(payload), most=MAX_PAYLOAD)
