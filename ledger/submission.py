"""A statement on its way in, as intake's steps hand it on."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import AnyKind
from bankruptcy.kinds.tables import Place
from ledger.log.dsse import Envelope
from ledger.log.statement import Statement
from ledger.logs import LogRow
from ledger.opened import SentOpenings


@dataclass(frozen=True, slots=True)
class Submission:
    """A statement read, with what came beside it; nothing of the case was looked at yet."""

    log: LogRow
    envelope: Envelope
    statement: Statement
    kind: AnyKind
    act: Act[object]
    openings: SentOpenings
    boxes: tuple[bytes, ...]

    @property
    def digest(self) -> bytes:
        """By which the statement is the same or another."""
        return self.act.digest

    @property
    def places(self) -> list[Place]:
        """The records that its rules will ask for, as far as they are known."""
        act = self.act
        return [
            (records.CASE, (self.log.id,)),
            (records.KEYS, (act.key,)),
            (records.ROLES, (act.by, act.role)),
            *self.kind.places(act.body),
        ]
