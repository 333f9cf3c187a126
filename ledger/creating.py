"""Making a log: its origin, its policy, its row, and the genesis as its first statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

from django.db import IntegrityError, connections, transaction

from bankruptcy.law.pack import RulePack, builtin
from ledger import clerk, keys, logs, receipts
from ledger.log import succession
from ledger.log.checkpoint import Checkpoint
from ledger.log.directory import ID as DIRECTORY
from ledger.log.encoding import check_id
from ledger.log.errors import Category, Refused
from ledger.log.genesis import KIND, Clock, CourtKey, Genesis
from ledger.log.genesis import RulePack as NamedPack
from ledger.log.note import VerifierKey
from ledger.receipts import Receipt

COURT: Final = "court"
MLDSA44: Final = "-mldsa44"
"""What follows the role in a policy's name for a witness's key of type 06."""


class LogExists(Refused):
    """Fact: `log`."""

    slug = "log-exists"
    category = Category.CONFLICT
    zh = "账本 {log} 已经有了"
    en = "The log {log} is there already"


def origin_of(name: str, case: str) -> str:
    """`<name>/ledger/<case>`."""
    return f"{name}/ledger/{check_id(case)}"


def policy_text(vkey: VerifierKey, witnesses: Mapping[str, str]) -> str:
    """The policy of a log: the court, and two of the others (ledger 4(g)).

    `witnesses`: name -> vkey; a name is a role, or a role and MLDSA44 for its second key, which
    the log then has, too. The quorum counts roles. With the court alone it is the court; with
    none, no quorum is asked.
    """
    roles = [name for name in witnesses if not name.endswith(MLDSA44)]
    others = sorted(role for role in roles if role != COURT)
    lines = [f"log {vkey}"]
    if len(roles) < len(witnesses):
        lines.append(f"log {keys.log_mldsa_vkey(vkey.name)}")
    lines += [f"witness {name} {witnesses[name]}" for name in sorted(witnesses)]
    if others:
        lines.append(f"group outside {min(2, len(others))} {' '.join(others)}")
    if COURT in roles and others:
        lines += [f"group both all {COURT} outside", "quorum both"]
    elif roles:
        lines.append(f"quorum {'outside' if others else COURT}")
    else:
        lines.append("quorum none")
    return "\n".join(lines) + "\n"


def create_log(
    case: str,
    *,
    name: str,
    court: Sequence[CourtKey],
    witnesses: Mapping[str, str],
    starts: datetime | None = None,
    rp_id: str = "localhost",
    origins: Sequence[str] = ("http://localhost:8000",),
    pack: RulePack | None = None,
    follows: Checkpoint | None = None,
    wait: float = receipts.WAIT,
) -> Receipt:
    """Make the log of a case and say its genesis.

    `name`: the deployment's, used at the first set-up only. `court`: the judges' keys. `starts`:
    where a demonstration clock stands at first, in the past; None for a log of real time.
    `follows`: the last cosigned checkpoint of a closed log on which this one goes on. Made
    once: a second call raises LogExists; one that was cut off before the genesis is taken up.
    """
    if starts is not None and starts > datetime.now(UTC):
        raise ValueError("a demonstration clock stands in the past")
    if case == DIRECTORY:
        raise LogExists(log=case)
    origin = origin_of(keys.deployment_name(name), case)
    vkey = keys.log_vkey(origin)
    pack = pack or builtin()
    clock = Clock.REAL if starts is None else Clock.DEMONSTRATION
    body = Genesis(
        origin=origin,
        case=case,
        clock=clock,
        log_key=vkey,
        clerk=keys.public(keys.Service.CLERK),
        intake=keys.public(keys.Service.INTAKE),
        court=tuple(court),
        policy=policy_text(vkey, witnesses) + ("" if follows is None else succession.line(follows)),
        rule_pack=NamedPack(pack.id, pack.version, bytes.fromhex(pack.sha256)),
        rp_id=rp_id,
        origins=tuple(origins),
        software=f"concursus {version('concursus')}",
    )
    Genesis.from_json(body.to_json())
    _insert(case, body, starts)
    return clerk.say(case, KIND, body.to_json(), wait=wait)


def _insert(case: str, body: Genesis, starts: datetime | None) -> None:
    try:
        with transaction.atomic(using=logs.USING), connections[logs.USING].cursor() as cursor:
            cursor.execute(
                "INSERT INTO ledger_log (id, origin, clock, standing, vkey, policy)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                [case, body.origin, body.clock.value, starts, str(body.log_key), body.policy],
            )
    except IntegrityError as error:
        with connections[logs.USING].cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM ledger_entry WHERE log = %s)"
                " OR EXISTS (SELECT 1 FROM ledger_pending WHERE log = %s)",
                [case, case],
            )
            (said,) = cursor.fetchone()
        if said or logs.log_row(case).policy != body.policy:
            raise LogExists(log=case) from error
