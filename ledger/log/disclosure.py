"""Salted digests and their openings (ledger 4(f), 9.5, 9.10).

What may not be public stands in a body as a digest; whoever holds the opening (salt and value)
can show what it was, and nobody else can try out guesses.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

from ledger.log import jcs
from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.jcs import Json

SALT_SIZE: Final = 32
_TAG: Final = b"ledger/commit/v1\x00"


class BadOpening(Malformed):
    """Not a row of openings. Fact: `what`."""

    slug = "bad-opening"
    zh = "开示记录格式不符：{what}"
    en = "This is not an opening: {what}"


class OpensNothing(Refused):
    """Salt and value do not give the digest. Fact: `field`."""

    slug = "opens-nothing"
    category = Category.CONFLICT
    zh = "“{field}”的盐值与内容算不出账本上的摘要"
    en = "Salt and value of {field} do not give the digest on the ledger"


def field_name(kind: str, pointer: str) -> str:
    """kind ‖ "#" ‖ JSON pointer (RFC 6901) into the body: `claim.filed@1#/lines/0/cause`."""
    return f"{kind}#{pointer}"


def pointer(*parts: str | int) -> str:
    """The JSON pointer (RFC 6901) of a path of member names and positions."""
    return "".join("/" + str(p).replace("~", "~0").replace("/", "~1") for p in parts)


def digest(field: str, salt: bytes, value: bytes) -> bytes:
    """SHA-256("ledger/commit/v1" ‖ 00 ‖ field ‖ 00 ‖ salt ‖ value), `value` JCS bytes.

    The salt is 32 fresh random bytes for every field and record; ValueError on another length,
    and on a field with a zero byte, which would leave open where it ends.
    """
    if len(salt) != SALT_SIZE or "\x00" in field:
        raise ValueError("a salt is 32 bytes, and no field name holds a zero byte")
    return sha256(_TAG + field.encode() + b"\x00" + salt + value)


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens one digest: a row of openings.jsonl. `value` is a JSON value."""

    digest: bytes
    field: str
    salt: bytes
    value: Json

    @classmethod
    def of(cls, field: str, salt: bytes, value: Json) -> Opening:
        """The opening of a new digest."""
        return cls(digest(field, salt, jcs.dumps(value)), field, salt, value)

    def check(self) -> None:
        """Raises OpensNothing unless salt and value give the digest."""
        if digest(self.field, self.salt, jcs.dumps(self.value)) != self.digest:
            raise OpensNothing(field=self.field)

    def to_json(self) -> Json:
        """The row as an object."""
        return {
            "digest": b64u(self.digest),
            "field": self.field,
            "salt": b64u(self.salt),
            "value": self.value,
        }

    @classmethod
    def from_json(cls, value: Json) -> Opening:
        """The opening of a row as parsed; it is not checked yet. Raises BadOpening."""
        try:
            row = jcs.members(value, "members", "digest", "field", "salt", "value")
            field = jcs.text(row["field"], "field", 512)
            if "\x00" in field:
                raise Malformed(what="field")
            return cls(unb64u(row["digest"], 32), field, unb64u(row["salt"], 32), row["value"])
        except Malformed as error:
            raise BadOpening(what=error.facts["what"]) from error

    def encode(self) -> bytes:
        """The row without its LF: JCS."""
        return jcs.dumps(self.to_json())

    @classmethod
    def decode(cls, data: bytes) -> Opening:
        """The opening of a row without its LF. Raises BadOpening."""
        try:
            return cls.from_json(jcs.loads(data))
        except Malformed as error:
            raise BadOpening(what=error.facts["what"]) from error


def encode_rows(openings: list[Opening]) -> bytes:
    """openings.jsonl: a row and LF each, sorted by the digest's text, each digest once."""
    rows = {b64u(o.digest): o.encode() + b"\n" for o in openings}
    return b"".join(rows[text] for text in sorted(rows))


def decode_rows(data: bytes) -> tuple[Opening, ...]:
    """The rows of openings.jsonl, sorted, each once, and each checked.

    Raises BadOpening, OpensNothing.
    """
    if data and not data.endswith(b"\n"):
        raise BadOpening(what="the last line does not end")
    found = tuple(Opening.decode(line) for line in data.split(b"\n")[:-1])
    texts = [b64u(o.digest) for o in found]
    if any(a >= b for a, b in itertools.pairwise(texts)):
        raise BadOpening(what="order of digests")
    for opening in found:
        opening.check()
    return found
