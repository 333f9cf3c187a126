"""Signed envelopes: DSSE 1.0.2 with one signature (ledger 2, 9.2).

The bytes signed are the bytes parsed: the payload is never encoded again to check a signature.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.log import jcs
from ledger.log.encoding import b64, sha256, unb64, unhex32
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json


class BadEnvelope(Malformed):
    """Not an envelope of one signature. Fact: `what`."""

    slug = "bad-envelope"
    zh = "签名信封格式不符：{what}"
    en = "This is not a signed envelope: {what}"


class WrongPayloadType(Refused):
    """The envelope is of another kind than asked for. Facts: `expected`, `found`."""

    slug = "wrong-payload-type"
    category = Category.MALFORMED
    zh = "信封内容的类型应为 {expected}，现为 {found}"
    en = "The envelope should hold {expected} but says {found}"


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding, which is what is signed; lengths count bytes."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its one signature; `keyid` is the 32-byte key id, `sig` the suite's bytes."""

    payload: bytes
    payload_type: str
    keyid: bytes
    sig: bytes

    def pae(self) -> bytes:
        """What `sig` signs."""
        return pae(self.payload_type, self.payload)

    def digest(self) -> bytes:
        """SHA-256(payload): by it a statement is the same or another (signatures can vary)."""
        return sha256(self.payload)

    def to_json(self) -> Json:
        """The DSSE object."""
        return {
            "payload": b64(self.payload),
            "payloadType": self.payload_type,
            "signatures": [{"keyid": self.keyid.hex(), "sig": b64(self.sig)}],
        }

    @classmethod
    def from_json(cls, value: Json) -> Envelope:
        """The envelope of a DSSE object as parsed. Raises BadEnvelope."""
        try:
            found = jcs.members(value, "members", "payload", "payloadType", "signatures")
            signatures = jcs.items(found["signatures"], "signatures")
            if len(signatures) != 1:
                raise BadEnvelope(what="one signature is needed")
            signature = jcs.members(signatures[0], "signature", "keyid", "sig")
            return cls(
                payload=unb64(found["payload"]),
                payload_type=jcs.text(found["payloadType"], "payloadType", 255),
                keyid=unhex32(signature["keyid"]),
                sig=unb64(signature["sig"]),
            )
        except Malformed as error:
            if isinstance(error, BadEnvelope):
                raise
            raise BadEnvelope(what=error.facts["what"]) from error

    def encode(self) -> bytes:
        """The envelope as a file: JCS."""
        return jcs.dumps(self.to_json())

    @classmethod
    def decode(cls, data: bytes) -> Envelope:
        """The envelope of a file. Raises BadEnvelope."""
        try:
            return cls.from_json(jcs.loads(data))
        except Malformed as error:
            if isinstance(error, BadEnvelope):
                raise
            raise BadEnvelope(what=error.facts["what"]) from error

    def check_type(self, expected: str) -> None:
        """Raises WrongPayloadType unless the payload is of type `expected`."""
        if self.payload_type != expected:
            raise WrongPayloadType(expected=expected, found=self.payload_type)
