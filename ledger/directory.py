"""Keeping the directory log: every so often it says which logs are new and how far each came.

It is a log among the others: the sequencer numbers it, the cosigner brings it to the witnesses,
and it is served at /ledger/directory/. Its statements are the clerk's own and judged by no case's
rules; who reads it checks that each follows from those before (ledger.log.directory).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Final

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from bankruptcy.kinds.people import CLERK
from ledger import keys, locks, logs
from ledger.creating import COURT, MLDSA44
from ledger.intake import PENDING
from ledger.log import directory
from ledger.log.checkpoint import Checkpoint
from ledger.log.directory import Directory, Head, Listed
from ledger.log.encoding import b64u, sha256
from ledger.log.entry import Entry
from ledger.log.jcs import Json
from ledger.log.note import Note, VerifierKey
from ledger.log.statement import ACT_SIZE, Role, Statement

EVERY: Final = 10.0
"""Seconds between two entries of heads at least."""
REGULATOR: Final = "regulator"
_AT_ONCE: Final = 500


def policy_text(vkey: VerifierKey, witnesses: Mapping[str, str]) -> str:
    """Court and regulator cosign the directory; `witnesses`: name -> vkey as for a case log."""
    wanted = [
        name for name in sorted(witnesses) if name.removesuffix(MLDSA44) in (COURT, REGULATOR)
    ]
    roles = [name for name in wanted if not name.endswith(MLDSA44)]
    lines = [f"log {vkey}"]
    if len(roles) < len(wanted):
        lines.append(f"log {keys.log_mldsa_vkey(vkey.name)}")
    lines += [f"witness {name} {witnesses[name]}" for name in wanted]
    if roles:
        lines += [f"group both all {' '.join(roles)}", "quorum both"]
    else:
        lines.append("quorum none")
    return "\n".join(lines) + "\n"


def create(name: str, witnesses: Mapping[str, str]) -> bool:
    """Make the directory's log, once; whether it was made now. `name`: the deployment's."""
    origin = f"{keys.deployment_name(name)}/ledger/{directory.ID}"
    vkey = keys.log_vkey(origin)
    with connections[logs.USING].cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_log (id, origin, clock, vkey, policy)"
            " VALUES (%s, %s, 'real', %s, %s) ON CONFLICT DO NOTHING",
            [directory.ID, origin, str(vkey), policy_text(vkey, witnesses)],
        )
        return bool(cursor.rowcount)


def update() -> int:
    """Say what is new since the last time; how many statements. Nothing while one waits."""
    with transaction.atomic(using=logs.USING), connections[logs.USING].cursor() as cursor:
        locks.take(cursor, directory.ID, None)
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM ledger_pending WHERE log = %s)", [directory.ID]
        )
        if cursor.fetchone()[0]:
            return 0
        said = list(_news(read(), _logs(cursor)))
        for kind, body in said:
            queue(cursor, kind, body)
        if said:
            cursor.execute(f"NOTIFY {PENDING}")
        return len(said)


def read() -> Directory:
    """The directory as its entries say it. Raises DirectoryBroken."""
    found = Directory()
    for start in range(0, logs.size(directory.ID), _AT_ONCE):
        for data in logs.entries(directory.ID, start, start + _AT_ONCE):
            found.read(Entry.decode(data))
    return found


def _logs(cursor: CursorWrapper) -> list[Listed]:
    """Every other log that has a checkpoint, as it stands."""
    cursor.execute(
        "SELECT l.origin, l.vkey, l.policy, e.leaf, c.note FROM ledger_log l"
        " JOIN ledger_entry e ON e.log = l.id AND e.n = 0 CROSS JOIN LATERAL ("
        "SELECT note FROM ledger_checkpoint WHERE log = l.id ORDER BY size DESC LIMIT 1) c"
        " WHERE l.id <> %s ORDER BY l.origin",
        [directory.ID],
    )
    found = []
    for origin, vkey, policy, genesis, note in cursor.fetchall():
        point = Checkpoint.parse(Note.decode(bytes(note)).text)
        head = Head(origin, point.size, point.root)
        found.append(Listed(origin, vkey, sha256(policy.encode()), bytes(genesis), head))
    return found


def _news(known: Directory, standing: list[Listed]) -> Iterator[tuple[str, dict[str, Json]]]:
    moved: list[Head] = []
    for log in standing:
        before = known.logs.get(log.origin)
        if before is None:
            yield directory.LOG_CREATED, log.created()
        elif before.vkey != log.vkey:
            yield directory.KEY_CHANGED, directory.changed_body(log.origin, before.vkey, log.vkey)
        if before is not None and before.policy != log.policy:
            old, new = b64u(before.policy), b64u(log.policy)
            yield directory.POLICY_CHANGED, directory.changed_body(log.origin, old, new)
        if log.head is not None and (before is None or before.head != log.head):
            moved.append(log.head)
    for start in range(0, len(moved), directory.MOST_HEADS):
        yield directory.HEADS, directory.heads_body(moved[start : start + directory.MOST_HEADS])


def queue(cursor: CursorWrapper, kind: str, body: dict[str, Json]) -> None:
    """A statement of the directory, in the order of its lock."""
    signer = keys.signer(keys.Service.CLERK)
    said = Statement(
        act=secrets.token_bytes(ACT_SIZE),
        body=body,
        by=CLERK,
        case=None,
        for_=CLERK,
        key=signer.key.id,
        kind=kind,
        log=logs.log_row(directory.ID).origin,
        role=Role.CLERK,
    )
    cursor.execute(
        "INSERT INTO ledger_pending (log, digest, envelope, kind, received)"
        " VALUES (%s, %s, %s, %s, ledger_now(%s))",
        [directory.ID, said.digest, said.sign(signer).encode(), kind, directory.ID],
    )
