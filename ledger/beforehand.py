"""What is checked of a statement before its case is locked: who says it, how often, and a ballot's
proofs.

The proofs cost most, and nothing that others do changes what comes of them. Who has no good key, or
not the role that he names, never holds a lock for which others wait; and no creditor holds the lock
of the whole case again and again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import ballot_cast, judge
from bankruptcy.kinds.schema import Hash
from ledger.log.statement import Role
from ledger.pace import Pace
from ledger.submission import Submission
from voting.protocol.ballot import Body

PACE: Final = Pace(most=200, a_second=5)
"""Acts of one person beside which no other act goes: each holds the case for some milliseconds."""
_MANY: Final = frozenset({Role.CREDITOR, Role.AGENT})


@dataclass(frozen=True, slots=True)
class Found:
    """The signature is good, and what else was found.

    decoded: digest of the statement -> the ballot in it. ballots: hash of its body -> whether its
    proofs hold. Empty where it is no ballot, or has a fault that is said before its proofs are
    looked at.
    """

    decoded: Mapping[Hash, Body] = field(default_factory=dict)
    ballots: Mapping[bytes, bool] = field(default_factory=dict)


def check(submission: Submission) -> Found:
    """Whether key and role are still good is asked again under the lock.

    Raises KeyNotGood, BadSignature, WrongCase, RoleMayNot, RoleNotHeld, TooFast.
    """
    log, kind, act = submission.log.id, submission.kind, submission.act
    state = PostgresState(log)
    state.fetch(submission.places)
    judge.check_signature(state, submission.envelope, act)
    judge.check_sender(state, kind, submission.statement, act)
    if kind.locks is None and act.role in _MANY:
        PACE.take((log, act.by))
    if kind.id != ballot_cast.KIND.id:
        return Found()
    looked = ballot_cast.look_at(state, act)
    if looked is None:
        return Found()
    body, holds = looked
    return Found({act.digest: body}, {body.digest: holds})
