"""The clerk: says what follows by itself, signed with the deployment's clerk key.

Only what the verifier recomputes: the genesis, the clock, the opening and closing of a vote, the
counted set, a missed heartbeat. Its statements take the same way as everybody's.
"""

from __future__ import annotations

import secrets
from typing import Any

from bankruptcy.kinds import schema
from bankruptcy.kinds.people import CLERK
from ledger import intake, keys, logs, receipts
from ledger.log.dsse import Envelope
from ledger.log.jcs import Json
from ledger.log.statement import ACT_SIZE, Role, Statement
from ledger.receipts import Receipt


def say(
    log: str, kind: str, body: dict[str, Json] | Any, *, wait: float = receipts.WAIT
) -> Receipt:
    """Sign a statement of `kind` ("voting.closed@1") as the clerk and take it in.

    `body`: its JSON object, or the kind's dataclass. Raises what `intake.submit` raises.
    """
    return intake.submit(log, envelope(log, kind, body), wait=wait)


def envelope(log: str, kind: str, body: dict[str, Json] | Any) -> Envelope:
    """The statement, signed and not yet submitted."""
    row = logs.log_row(log)
    signer = keys.signer(keys.Service.CLERK)
    encoded = body if isinstance(body, dict) else schema.encode(body)
    if not isinstance(encoded, dict):
        raise TypeError("a body is an object")
    return Statement(
        act=secrets.token_bytes(ACT_SIZE),
        body=encoded,
        by=CLERK,
        case=row.id,
        for_=CLERK,
        key=signer.key.id,
        kind=kind,
        log=row.origin,
        role=Role.CLERK,
    ).sign(signer)
