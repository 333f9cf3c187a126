"""An act: a signed statement as the rules see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bankruptcy.kinds.schema import Hash, Id, KeyId
from ledger.log.statement import Role

B_co = TypeVar("B_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Act(Generic[B_co]):
    """One statement with its body decoded, its signature verified and its time known."""

    digest: Hash
    """SHA-256 of the signed payload: by this it is the same statement or another."""
    kind: str
    """For example `claim.filed@1`."""
    by: Id
    on_behalf_of: Id | None
    """The member `for` of the statement."""
    role: Role
    key: KeyId
    body: B_co
    received: datetime
    """The log's time under the case's lock (`ledger_now()`); every rule and deadline uses it."""
    at: datetime
    """Real time: of the intake on the server, of the entry in the verifier. Only the rule that a
    demonstration clock never passes real time looks at it."""
    boxes: tuple[bytes, ...] | None = None
    """The sealed boxes sent beside a ballot; None where there are none to see (verifier)."""

    @property
    def principal(self) -> Id:
        """Whose act it is in law: the principal's, or the signer's own."""
        return self.by if self.on_behalf_of is None else self.on_behalf_of
