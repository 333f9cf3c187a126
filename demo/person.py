"""Somebody who holds the key of a device and says things in a case."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from demo.sealing import seal
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u
from ledger.log.jcs import Json
from ledger.log.sign import Es256Signer
from ledger.log.statement import ACT_SIZE, Role, Statement
from ledger.log.suites import P256_ORDER, possession_message


@dataclass(frozen=True, slots=True)
class Submission:
    """What one POST of a statement carries."""

    envelope: Envelope
    boxes: tuple[bytes, ...]
    openings: tuple[Mapping[str, Json], ...]

    def to_json(self) -> dict[str, Any]:
        """The body of the POST (ledger 9.8)."""
        return {
            "statement": self.envelope.to_json(),
            "boxes": [b64u(box) for box in self.boxes],
            "openings": [dict(row) for row in self.openings],
        }


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a case with the key of his device. role names are given at each act."""

    id: str
    key: Es256Signer

    def possession(self, case: str, origin: str) -> bytes:
        """The signature that shows that the key is held (ledger 9.3)."""
        return self.key.sign(possession_message(case, self.id, origin, self.key.key))

    def compose(
        self,
        case: str,
        origin: str,
        kind: str,
        role: Role,
        body: Mapping[str, Any],
        boxes: Sequence[bytes] = (),
        for_: str | None = None,
    ) -> Submission:
        """Seal and sign. body: as it will read, with Secret and Amount in it (demo.sealing).

        for_: the principal of an agent; None where one acts for oneself.
        """
        draft = seal(kind, body)
        statement = Statement(
            act=secrets.token_bytes(ACT_SIZE),
            body=draft.body,
            by=self.id,
            case=case,
            for_=None if kind.startswith("ballot.cast@") else for_ or self.id,
            key=self.key.key.id,
            kind=kind,
            log=origin,
            role=role,
        )
        return Submission(statement.sign(self.key), tuple(boxes), draft.openings)


def fresh_scalar() -> int:
    """A P-256 scalar for a new device key."""
    return 1 + secrets.randbelow(P256_ORDER - 1)
