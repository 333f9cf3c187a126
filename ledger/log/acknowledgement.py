"""Receipts of grade 1: the intake's promise that a statement will be in the log (ledger 9.9).

A statement still absent after `until` makes the acknowledgement evidence against the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ledger.log import jcs, suites
from ledger.log.dsse import Envelope, pae
from ledger.log.encoding import b64u, format_instant, parse_instant, unb64u
from ledger.log.errors import Malformed
from ledger.log.note import check_name
from ledger.log.sign import Signer

PAYLOAD_TYPE: Final = "application/vnd.concursus.acknowledgement+json"
PROMISE: Final = timedelta(seconds=10)
SUFFIX: Final = ".ack.json"


class BadAcknowledgement(Malformed):
    """Not an acknowledgement of 9.9. Fact: `what`."""

    slug = "bad-acknowledgement"
    zh = "受理回执的格式不符：{what}"
    en = "This is not an acknowledgement in the required form: {what}"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """`statement` (SHA-256 of its payload) was received, and is in `log` by `until`."""

    log: str
    received: datetime
    statement: bytes

    @property
    def until(self) -> datetime:
        """Ten seconds after it was received."""
        return self.received + PROMISE

    def encode(self) -> bytes:
        """The payload: JCS."""
        return jcs.dumps(
            {
                "log": self.log,
                "received": format_instant(self.received),
                "statement": b64u(self.statement),
                "until": format_instant(self.until),
            }
        )

    @classmethod
    def decode(cls, payload: bytes) -> Acknowledgement:
        """The acknowledgement of a payload. Raises BadAcknowledgement."""
        try:
            found = jcs.members(
                jcs.loads(payload), "members", "log", "received", "statement", "until"
            )
            ack = cls(
                check_name(found["log"]),
                parse_instant(found["received"]),
                unb64u(found["statement"], 32),
            )
            if parse_instant(found["until"]) != ack.until:
                raise Malformed(what="until")
        except OverflowError as error:
            raise BadAcknowledgement(what="received") from error
        except Malformed as error:
            raise BadAcknowledgement(what=error.facts["what"]) from error
        return ack

    def sign(self, signer: Signer) -> Envelope:
        """The envelope signed by the intake's key."""
        payload = self.encode()
        sig = signer.sign(pae(PAYLOAD_TYPE, payload))
        return Envelope(payload, PAYLOAD_TYPE, signer.key.id, sig)


def verify(envelope: Envelope, intake: suites.PublicKey) -> Acknowledgement:
    """The acknowledgement inside, signed by the intake key that the genesis names.

    Raises WrongPayloadType, BadAcknowledgement and what `suites.verify` raises.
    """
    envelope.check_type(PAYLOAD_TYPE)
    suites.verify(intake.suite, intake.public_key, envelope)
    return Acknowledgement.decode(envelope.payload)
