"""The processes of `manage.py demo`: one entry each.

To add one: a function here that returns its `Process`, and its place in `demonstration`. Say what
it needs (`Need`); it is given nothing else. Where each is expected: docs/operations.md.
"""

from __future__ import annotations

import secrets
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from bankruptcy.platform.folder import PROJECT, DataFolder
from bankruptcy.platform.process import Need, Process
from ledger import keys
from ledger.witness import launch as witness_launch
from ledger.witness.keys import ROLES, key_name
from ledger.wrapping import write_once

JUDGE: Final = "judge"
JUDGE_NAME: Final = "梁审判长（演示）"
_DJANGO: Final = {"DJANGO_SETTINGS_MODULE": "bankruptcy.settings"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What the command lines need to know. `name` begins the origin of every log."""

    data: DataFolder
    name: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """As `localhost`, which browsers treat as secure, and as the passkeys' name."""
        return f"http://localhost:{self.port}"


def web(deployment: Deployment) -> Process:
    """HTTP and WebSockets; the first to start, since its front page says how far the rest is."""
    return Process(
        name="web",
        argv=(
            *(sys.executable, "-m", "uvicorn", "bankruptcy.asgi:application"),
            *("--host", deployment.host, "--port", str(deployment.port)),
            *("--ws", "websockets-sansio", "--lifespan", "on"),
            # Bytes of a message; no page of ours sends a longer one than some hundred.
            *("--ws-max-size", "16384"),
            # One line an access would tell who looked at what; views log what must be known.
            *("--no-access-log", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "2"),
        ),
        needs=(Need.APP_DATABASE, Need.REDIS, Need.DATA),
        env={**_DJANGO, "DATABASE_POOL": "20", "CONCURSUS_SUPERVISED": "1"},
        ready=lambda: _answers(deployment.port),
    )


def migrate(_: Deployment) -> Process:
    """Runs once, before anything that uses a table; the only one that is the owner."""
    return _manage(
        "migrate", "migrate", "--database", "owner", "--no-input", "-v", "0",
        needs=(Need.OWNER_DATABASE, Need.DATA),
    )  # fmt: skip


def sequencer(_: Deployment) -> Process:
    """Writes the logs: the one process with that role, and with the logs' key."""
    return _manage("sequencer", "sequencer", needs=(Need.LEDGER_DATABASE, Need.REDIS, Need.DATA))


def witnesses(deployment: Deployment) -> Iterator[Process]:
    """Four bodies' witnesses: own key and store each, and no address of database or broker."""
    # A key named as the beginning of the origins speaks for every log of this deployment.
    trusted = keys.log_vkey(f"{deployment.name}/ledger")
    for role, port in witness_ports(deployment.data).items():
        folder = deployment.data.witness(role)
        yield Process(
            name=f"witness-{role}",
            argv=tuple(
                witness_launch.command(
                    sys.executable, role, deployment.name, folder, port, [str(trusted)]
                )
            ),
            ready=lambda port=port: _answers(port),
        )


def cosigner(deployment: Deployment) -> Process:
    """Brings checkpoints to the witnesses."""
    named = [
        f"--witness={key_name(deployment.name, role)}=http://127.0.0.1:{port}/witness/{role}"
        for role, port in witness_ports(deployment.data).items()
    ]
    return _manage("cosigner", "cosign", *named, needs=(Need.APP_DATABASE, Need.DATA))


def worker(_: Deployment) -> Process:
    """Celery's worker."""
    return Process(
        name="worker",
        argv=(
            *(sys.executable, "-m", "celery", "-A", "bankruptcy.celery", "--quiet", "worker"),
            *("--concurrency", "1", "--loglevel", "warning"),
            *("--without-gossip", "--without-mingle"),
        ),
        needs=(Need.APP_DATABASE, Need.REDIS, Need.DATA),
        # Tasks are JSON, which is what makes root dangerous otherwise.
        env={**_DJANGO, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"},
    )


def beat(_: Deployment) -> Process:
    """Celery's clock; there is only one."""
    return Process(
        name="beat",
        argv=(
            *(sys.executable, "-m", "celery", "-A", "bankruptcy.celery", "--quiet", "beat"),
            *("--loglevel", "warning", "--pidfile", ""),
        ),
        needs=(Need.REDIS, Need.DATA),
        env=_DJANGO,
    )


def demonstration(deployment: Deployment) -> Iterator[Process]:
    """All but the web, the services and `migrate`, which come before."""
    yield sequencer(deployment)
    yield from witnesses(deployment)
    yield cosigner(deployment)
    yield worker(deployment)
    yield beat(deployment)


def court_account(deployment: Deployment) -> Process:
    """Runs once: the account of the demonstration's judge, whom nobody else could make one."""
    password = deployment.data.people / f"{JUDGE}.password"
    if not password.exists():
        write_once(password, secrets.token_hex(6).encode() + b"\n")
    return _manage(
        "court-account",
        *("create_account", JUDGE, "--court", "--if-missing"),
        *("--display-name", JUDGE_NAME, "--password-file", str(password)),
        needs=(Need.APP_DATABASE, Need.REDIS, Need.DATA),
    )


def export(case: str, out: Path) -> Process:
    """Runs once: the court's bundle of a case."""
    return _manage(
        "export",
        *("export", case, "--profile", "court", "--out", str(out)),
        needs=(Need.APP_DATABASE, Need.REDIS, Need.DATA),
    )


def people(deployment: Deployment, *arguments: str) -> Process:
    """The demonstration's people: given the server's address and their own folder, nothing else."""
    folders = (deployment.data.people, deployment.data.run)
    return Process(
        name="people",
        argv=(
            *(sys.executable, "-m", "demo.people", "--url", f"http://127.0.0.1:{deployment.port}"),
            *("--data", str(folders[0]), "--run", str(folders[1])),
            *arguments,
        ),
    )


def witness_ports(data: DataFolder) -> dict[str, int]:
    """The port of each witness, from DATA/run/witnesses.json; made if it is not there."""
    ports: dict[str, int] = data.read_run("witnesses.json") or {}
    if set(ports) == set(ROLES):
        return ports
    return choose_witness_ports(data)


def choose_witness_ports(data: DataFolder) -> dict[str, int]:
    """Choose them anew where the former ones are no longer free; call before the first starts."""
    former: dict[str, int] = data.read_run("witnesses.json") or {}
    ports = {role: free_port(former.get(role, 0)) for role in ROLES}
    data.write_run("witnesses.json", ports)
    return ports


def free_port(wanted: int = 0) -> int:
    """`wanted` if nobody listens there, else any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


def has_people() -> bool:
    """Whether the program of the demonstration's people is there; without it the server works."""
    return find_spec("demo") is not None and find_spec("demo.people") is not None


def _manage(name: str, *arguments: str, needs: tuple[Need, ...]) -> Process:
    return Process(
        name=name,
        argv=(sys.executable, str(PROJECT / "manage.py"), *arguments),
        needs=needs,
        env=_DJANGO,
    )


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
