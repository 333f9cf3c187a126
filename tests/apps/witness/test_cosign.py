"""Checkpoints cosigned: the database, the process and four real witnesses together."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import DatabaseError, connections

from bankruptcy.platform.folder import PROJECT
from bankruptcy.platform.process import Need, Process
from bankruptcy.platform.services import Services
from ledger import cosign, keys
from ledger.creating import MLDSA44
from ledger.log.note import Note
from ledger.log.policy import Policy, QuorumMissing
from ledger.log.witness import AddCheckpoint
from ledger.witness.keys import ROLES, key_name
from tests.apps.acting import NAME, Case
from tests.apps.witness.processes import Running

Serve = Callable[[dict[str, str]], None]

pytestmark = pytest.mark.usefixtures("module_database")


class Bodies:
    """The four witnesses, which can be stopped and started on their ports."""

    def __init__(self, data: Path) -> None:
        self._data = data
        # Fixed by whichever test of this session first asked for it.
        self.name = keys.deployment_name(NAME)
        self._trusted = [str(keys.log_vkey(f"{self.name}/ledger"))]
        self.running = {role: self._started(role, 0) for role in ROLES}
        self.vkeys = {role: w.get("vkey").text.strip() for role, w in self.running.items()}

    def _started(self, role: str, port: int) -> Running:
        return Running(self._data / role, role, self.name, self._trusted, port)

    def addresses(self) -> dict[str, str]:
        return {key_name(self.name, role): w.url for role, w in self.running.items()}

    def stop(self, *roles: str) -> None:
        for role in roles:
            self.running[role].kill()

    def start(self, *roles: str) -> None:
        for role in roles:
            self.running[role] = self._started(role, self.running[role].port)

    def start_all(self) -> None:
        """Those that a test stopped."""
        self.start(*(role for role, w in self.running.items() if w.process.poll() is not None))

    def end(self) -> None:
        for witness in self.running.values():
            if witness.process.poll() is None:
                witness.kill()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bodies]:
    found = Bodies(tmp_path_factory.mktemp("witnesses"))
    yield found
    found.end()


@pytest.fixture
def bodies(standing: Bodies) -> Iterator[Bodies]:
    """The same four for all tests: they know a log by its origin, and every test has its own."""
    yield standing
    standing.start_all()


@pytest.fixture
def serve(server: Services, module_database: str) -> Iterator[Serve]:
    """Starts the cosigning process as the supervisor would, on this module's database."""
    running: list[subprocess.Popen[bytes]] = []
    given = server.addresses(module_database)

    def start(addresses: dict[str, str]) -> None:
        named = [f"--witness={name}={url}" for name, url in addresses.items()]
        declared = Process(
            name="cosigner",
            argv=(sys.executable, str(PROJECT / "manage.py"), "cosign", *named),
            needs=(Need.APP_DATABASE, Need.DATA),
            env={"DJANGO_SETTINGS_MODULE": "bankruptcy.settings"},
        )
        running.append(subprocess.Popen(declared.argv, env=declared.environment(given)))

    yield start
    for process in running:
        process.terminate()
    assert [process.wait(20) for process in running] == [0] * len(running)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.05)


def test_all_four_cosign_and_the_note_satisfies_the_policy(bodies: Bodies, serve: Serve) -> None:
    case = Case(bodies.vkeys)
    case.tick()
    assert cosign.quorum_note(case.id) is None
    assert cosign.missing_witnesses(case.id) == tuple(sorted(ROLES))
    serve(bodies.addresses())
    assert cosign.require_quorum(case.id, 2, wait=20)[0] == 2
    until(lambda: cosign.missing_witnesses(case.id) == ())
    found = cosign.quorum_note(case.id)
    assert found is not None
    note = Note.decode(found[1])
    assert [line.name for line in note.lines[1:]] == [
        key_name(bodies.name, r) for r in sorted(ROLES)
    ]
    policy = cosign.newest(case.id).policy
    assert policy.check(note, every_line_known=True).checkpoint.size == 2
    for _ in range(3):
        case.tick()
    assert cosign.require_quorum(case.id, 5, wait=20)[0] == 5


def test_log_and_witnesses_sign_with_their_second_keys_too(bodies: Bodies, serve: Serve) -> None:
    vkeys = {}
    for role, witness in bodies.running.items():
        first, second = witness.get("vkeys").text.split()
        assert first == bodies.vkeys[role]
        vkeys |= {role: first, f"{role}{MLDSA44}": second}
    case = Case(vkeys)
    case.tick()
    serve(bodies.addresses())
    cosign.require_quorum(case.id, 2, wait=60)
    until(lambda: set(cosign.cosigned_sizes(case.id)) == set(vkeys), 60)
    assert cosign.missing_witnesses(case.id) == ()
    found = cosign.quorum_note(case.id)
    assert found is not None
    policy = cosign.newest(case.id).policy
    assert set(policy.check(Note.decode(found[1]), every_line_known=True).cosigned) == set(vkeys)
    assert len(Note.decode(found[1]).lines) == 2 + 2 * len(ROLES)
    brief = policy.brief(Note.decode(found[1])).encode()
    assert len(brief) < 2_000
    assert policy.check(Note.decode(brief)).quorum


def test_with_two_witnesses_stopped_their_names_are_told_and_started_again_it_goes_on(
    bodies: Bodies, serve: Serve
) -> None:
    case = Case(bodies.vkeys)
    serve(bodies.addresses())
    cosign.require_quorum(case.id, 1, wait=20)
    until(lambda: cosign.missing_witnesses(case.id) == ())
    bodies.stop("administrator", "committee")
    case.tick()
    until(lambda: cosign.missing_witnesses(case.id) == ("administrator", "committee"))
    with pytest.raises(QuorumMissing) as refused:
        cosign.require_quorum(case.id, 2, wait=1)
    assert refused.value.facts["missing"] == "administrator, committee"
    before = cosign.quorum_note(case.id)
    assert before is not None
    assert before[0] == 1, "what had a quorum still has it"
    bodies.start("administrator", "committee")
    assert cosign.require_quorum(case.id, 2, wait=20)[0] == 2


def test_the_court_alone_cannot_be_outvoted(bodies: Bodies, serve: Serve) -> None:
    case = Case(bodies.vkeys)
    bodies.stop("court")
    serve(bodies.addresses())
    until(lambda: cosign.missing_witnesses(case.id) == ("court",))
    with pytest.raises(QuorumMissing, match="court"):
        cosign.require_quorum(case.id, 1, wait=1)


def test_a_witness_that_never_answers_delays_nobody(bodies: Bodies, serve: Serve) -> None:
    case = Case(bodies.vkeys)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        addresses = bodies.addresses()
        port = silent.getsockname()[1]
        addresses[key_name(bodies.name, "committee")] = f"http://127.0.0.1:{port}/witness/committee"
        serve(addresses)
        cosign.require_quorum(case.id, 1, wait=20)
        for size in range(2, 5):
            case.tick()
            began = time.monotonic()
            cosign.require_quorum(case.id, size, wait=20)
            assert time.monotonic() - began < 4
    assert cosign.missing_witnesses(case.id) == ("committee",)


def test_a_witness_that_has_seen_more_than_we_know_is_asked_again_with_a_proof(
    bodies: Bodies, serve: Serve
) -> None:
    case = Case(bodies.vkeys)
    case.tick()
    for role in ("court", "regulator"):
        request = AddCheckpoint.of(0, (), cosign.newest(case.id).note)
        assert bodies.running[role].post(request.encode()).status_code == 200
    for _ in range(3):
        case.tick()
    serve(bodies.addresses())
    until(lambda: cosign.missing_witnesses(case.id) == ())


def test_a_line_that_is_not_the_witness_own_is_not_kept(bodies: Bodies, serve: Serve) -> None:
    case = Case(bodies.vkeys)
    addresses = bodies.addresses()
    addresses[key_name(bodies.name, "committee")] = addresses[key_name(bodies.name, "regulator")]
    serve(addresses)
    until(lambda: cosign.missing_witnesses(case.id) == ("committee",))
    time.sleep(1)
    assert cosign.missing_witnesses(case.id) == ("committee",)


def test_a_quorum_comes_about_while_the_log_grows_on(bodies: Bodies, serve: Serve) -> None:
    case = Case(bodies.vkeys)
    serve(bodies.addresses())
    cosign.require_quorum(case.id, 1, wait=20)
    sizes = set()
    end = time.monotonic() + 6
    while time.monotonic() < end:
        case.tick()
        found = cosign.quorum_note(case.id)
        assert found is not None
        sizes.add(found[0])
    assert len(sizes) >= 3, "about one a second"


def test_without_a_quorum_rule_the_newest_checkpoint_counts() -> None:
    case = Case()
    found = cosign.quorum_note(case.id)
    assert found is not None
    assert found[0] == 1
    assert Policy.parse(cosign.logs.log_row(case.id).policy).quorum is None


def test_a_cosignature_can_be_added_but_not_changed(bodies: Bodies, serve: Serve) -> None:
    case = Case(bodies.vkeys)
    serve(bodies.addresses())
    cosign.require_quorum(case.id, 1, wait=20)
    for change in ("UPDATE ledger_cosignature SET line = 'x'", "DELETE FROM ledger_cosignature"):
        for role in ("default", "owner"):
            with connections[role].cursor() as cursor, pytest.raises(DatabaseError):
                cursor.execute(f"{change} WHERE log = %s", [case.id])
