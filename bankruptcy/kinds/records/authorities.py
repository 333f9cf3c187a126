"""Powers of attorney: who may act for whom, item by item (EBL 59(4); CPL 61-62)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from bankruptcy.kinds.schema import Code, Hash, Id, Instant, Sealed
from bankruptcy.kinds.tables import Table


class Item(Enum):
    """What a power of attorney may cover; each is ticked for itself (domain B.3)."""

    FILE = "file"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    WAIVE_SECURITY = "waive_security"
    """To state security as waived, which needs a special authority (CPL 62)."""
    EVIDENCE = "evidence"
    """To add evidence and to answer questions on it."""
    CROSS_EXAMINE = "cross_examine"
    OBJECT = "object"
    SIGN_IN = "sign_in"
    VOTE = "vote"


@dataclass(frozen=True, slots=True)
class MotionRef:
    """A motion of a meeting."""

    meeting: Id
    motion: Id


@dataclass(frozen=True, slots=True)
class Authority:
    """A power of attorney of a principal for one agent."""

    authority: Id
    principal: Id
    agent: Id
    name: Sealed
    """The agent's, as the principal states it."""
    items: tuple[Item, ...]
    matters: tuple[Code, ...] | None
    """With `motions`: on what he may vote; both None: on every motion."""
    motions: tuple[MotionRef, ...] | None
    until: datetime | None
    """The first moment at which it is good no longer; None: until it is revoked."""
    granted: Instant
    statement: Hash
    revoked: Instant | None

    def in_force(self, at: datetime) -> bool:
        """Is it good at that time?"""
        return self.revoked is None and (self.until is None or at < self.until)

    def votes_on(self, meeting: Id, motion: Id, matter: Code) -> bool:
        """Does it cover voting on this motion?"""
        if Item.VOTE not in self.items:
            return False
        if self.matters is None and self.motions is None:
            return True
        return matter in (self.matters or ()) or MotionRef(meeting, motion) in (self.motions or ())


AUTHORITIES = Table("authority", Authority, ("authority",), ("principal", "agent"))
