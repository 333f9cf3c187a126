"""PostgreSQL, Valkey and Django for tests, each only when a test asks for it.

    database          a fresh database of its own for this test, migrated; the roles as in earnest:
                      `default` is concursus_app, `ledger` concursus_sequencer, `owner` the owner
    module_database   the same, one for all tests of a module
    live_server       the web on http://localhost:<port>, WebSockets too; brings `database`
    demonstration     all of `manage.py demo` in a folder of its own, for all tests of a module or
                      of the folder tests/demonstration
    server            the bare services (`Services`), for tests of roles and life cycles

Commits are real: each database is a copy of a migrated template, and thrown away afterwards.
PGHOST and REDIS_URL in the environment name servers to use instead of our own. Where pytest-xdist
runs tests in several processes, the first process starts one server for all.

Tests marked `vector` are the parametrised ones of modules that read the shared vectors.
"""

from __future__ import annotations

import contextlib
import fnmatch
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
from psycopg import sql

from bankruptcy.platform import roles
from bankruptcy.platform.folder import PROJECT, DataFolder
from bankruptcy.platform.process import Need
from bankruptcy.platform.services import Services
from bankruptcy.platform.supervisor import Supervisor

_VECTOR_MODULES: Final = (
    "tests/core/*/test_vectors*.py",
    *(
        f"tests/core/law/test_{name}.py"
        for name in ("periods", "printed", "processes", "resolutions", "rolls")
    ),
)
_NEEDS_SERVICES: Final = ("tests/apps/", "tests/demonstration/", "tests/journeys/")
FOLDER: Final = "CONCURSUS_TEST_FOLDER"
"""The variable that names the run's folder; all processes of a run have the same."""
_TEMPLATE: Final = "concursus_template"
_LOADED_WITHIN: Final = 300
_NOT_YET: Final = "no_database_without_the_fixture"
_DATABASES: Final = {
    "default": Need.APP_DATABASE,
    "ledger": Need.LEDGER_DATABASE,
    "owner": Need.OWNER_DATABASE,
}
_CHROMIUM: Final = "/usr/bin/chromium"


@dataclass(slots=True)
class _Session:
    """What this process has of the session: the services, and whether it starts and ends them."""

    services: Services
    owns: bool
    exit: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    started: bool = False


def _begin() -> _Session:
    """Choose the folder and tell Django's settings; starts nothing."""
    owns = "PYTEST_XDIST_WORKER" not in os.environ
    if owns:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="concursus-")
    for need in _DATABASES.values():
        os.environ.pop(need.value, None)
    services = Services(DataFolder(Path(os.environ[FOLDER])), durable=False)
    addresses = services.addresses(_NOT_YET)
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if addresses[Need.REDIS].startswith("unix://"):
        # What tests count and clear in the cache is their own worker's.
        address = addresses[Need.REDIS].partition("?")[0]
        addresses[Need.REDIS] = f"{address}?db={int(number) % 16}"
    os.environ.update({need.value: address for need, address in addresses.items()})
    os.environ["DJANGO_SETTINGS_MODULE"] = "bankruptcy.settings"
    # Playwright keeps an event loop in the thread of the test, which Django would object to.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    return _Session(services, owns)


# At import: the conftests of folders, which import models, are read before `pytest_configure`.
_session = _begin()
_numbers = count(1)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vector: checks a case of the shared vectors")


def pytest_unconfigure(config: pytest.Config) -> None:
    _session.exit.close()
    if _session.owns:
        shutil.rmtree(_session.services.data.root, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(item.config.rootpath).as_posix()
        is_vector = any(fnmatch.fnmatch(path, pattern) for pattern in _VECTOR_MODULES)
        if is_vector and hasattr(item, "callspec"):
            item.add_marker("vector")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Before pytest-xdist deals out the tests: start the server that they will share."""
    if any(name.startswith(_NEEDS_SERVICES) for name in ids):
        _services()


# --- Services and Django ---


@pytest.fixture(scope="session")
def server() -> Services:
    """The services of this session, running."""
    return _services()


@pytest.fixture(scope="session")
def _django(server: Services) -> None:
    """Django's mail and hosts as in tests."""
    import django
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()


def _services() -> Services:
    """Start them, once, where this process is the first; the others find them running."""
    if _session.owns and not _session.started:
        services = _session.services
        supervisor = _session.exit.enter_context(
            Supervisor(services.data, services.addresses(_NOT_YET))
        )
        supervisor.add_and_wait(services.processes())
        services.set_up(_TEMPLATE)
        _migrate(services.addresses(_TEMPLATE))
        _session.started = True
    return _session.services


def _migrate(addresses: Mapping[Need, str]) -> None:
    """Migrate the template as the owner, in a process of its own as in earnest."""
    owner_only = {
        name: value
        for name, value in os.environ.items()
        if name not in {need.value for need in _DATABASES.values()}
    }
    subprocess.run(
        [sys.executable, PROJECT / "manage.py", "migrate", "--database=owner", "-v0", "--no-input"],
        env={**owner_only, Need.OWNER_DATABASE.value: addresses[Need.OWNER_DATABASE]},
        check=True,
    )


# --- Databases ---


@contextlib.contextmanager
def _fresh_database(services: Services) -> Iterator[str]:
    """Copy the template, point Django's aliases at the copy, drop it afterwards."""
    from django.db import connections

    name = f"test_{os.getpid()}_{next(_numbers)}"
    with services.administrator() as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                *map(sql.Identifier, (name, _TEMPLATE, roles.OWNER))
            )
        )
    with services.administrator(name) as database:
        roles.set_up_privileges(database)
    former = {alias: connections.settings[alias]["NAME"] for alias in _DATABASES}
    try:
        _point_at(dict.fromkeys(_DATABASES, name))
        yield name
    finally:
        _point_at(former)
        with services.administrator() as server:
            # WITH (FORCE) ends what threads of a live server still hold open.
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _point_at(names: dict[str, str]) -> None:
    from django.db import connections

    connections.close_all()
    for alias, name in names.items():
        connections.settings[alias]["NAME"] = name


@pytest.fixture
def database(server: Services, _django: None) -> Iterator[str]:
    """A fresh migrated database for this test; its name."""
    with _fresh_database(server) as name:
        yield name


@pytest.fixture(scope="module")
def module_database(server: Services, _django: None) -> Iterator[str]:
    """A fresh migrated database for all tests of this module; its name."""
    with _fresh_database(server) as name:
        yield name


# --- The web ---


@pytest.fixture
def live_server(database: str) -> Iterator[str]:
    """The web in a thread of this process; its address, http://localhost:<port>."""
    with serving() as url:
        yield url


@contextlib.contextmanager
def serving() -> Iterator[str]:
    """Serve the ASGI application until left; its address."""
    import uvicorn

    from bankruptcy.asgi import application

    # Named as TCP, it is one on which asyncio sends at once; else every answer waits for an ACK.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        web = uvicorn.Server(
            uvicorn.Config(
                application,
                ws="websockets-sansio",
                ws_max_size=16384,
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=web.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        ends = time.monotonic() + 20
        while not web.started:
            if not thread.is_alive() or time.monotonic() > ends:
                raise RuntimeError("the web did not start")
            time.sleep(0.01)
        try:
            yield f"http://localhost:{listening.getsockname()[1]}"
        finally:
            web.should_exit = True
            thread.join(10)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A running `manage.py demo`: its address and data folder; single processes by name."""

    url: str
    data: DataFolder

    def stop(self, name: str) -> None:
        """Stop one process, for example `witness-court`, and leave it stopped."""
        self._manage("process", "stop", name)

    def start(self, name: str) -> None:
        """Start it again."""
        self._manage("process", "start", name)

    def _manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, PROJECT / "manage.py", *arguments],
            env=_demonstration_environment(self.data),
            stdout=subprocess.DEVNULL,
            check=True,
        )


def _demonstration_environment(data: DataFolder) -> dict[str, str]:
    ours = {need.value for need in Need}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {**kept, Need.DATA.value: str(data.root)}


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Everything running and loaded, for this module alone."""
    with demonstrating(tmp_path_factory.mktemp("demonstration")) as found:
        yield found


@contextlib.contextmanager
def demonstrating(folder: Path) -> Iterator[Demonstration]:
    """All of `manage.py demo` in processes of their own; ended by SIGINT as by Ctrl-C."""
    import httpx

    data = DataFolder(folder)
    log = data.logs / "console.log"
    with log.open("wb") as console:
        process = subprocess.Popen(
            [sys.executable, PROJECT / "manage.py", "demo", "--port", "0"],
            env=_demonstration_environment(data),
            stdout=console,
            stderr=subprocess.STDOUT,
        )
    try:
        ends = time.monotonic() + _LOADED_WITHIN
        url = ""
        while not url or not _is_loaded(httpx, url):
            if process.poll() is not None or time.monotonic() > ends:
                raise RuntimeError(f"the demonstration did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.2)
            url = (data.read_run("web.json") or {}).get("url", "")
        yield Demonstration(url, data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _is_loaded(httpx: Any, url: str) -> bool:
    try:
        return bool(httpx.get(f"{url}/healthz", timeout=5).status_code == 200)
    except httpx.TransportError:
        return False


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium instead of one that Playwright would download."""
    return {
        **browser_type_launch_args,
        "executable_path": _CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }
