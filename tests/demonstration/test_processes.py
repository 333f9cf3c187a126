"""`manage.py demo` as a whole: it answers, its processes learn only what they need, it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from bankruptcy.platform.services import Services
from tests.apps.hard import searching
from tests.apps.hard.whole import Whole
from tests.embedded_plugin import Demonstration


def test_all_its_processes_run(demonstration: Demonstration) -> None:
    assert httpx.get(demonstration.url).status_code == 200
    state = demonstration.data.read_run("supervisor.json")["processes"]
    assert {"web", "postgres", "valkey", "sequencer", "cosigner", "worker", "beat"} <= set(state)
    assert {name: kept["state"] for name, kept in state.items()} == dict.fromkeys(state, "running")


def test_a_witness_knows_no_database_and_no_broker(demonstration: Demonstration) -> None:
    state = demonstration.data.read_run("supervisor.json")["processes"]
    witnesses = [kept["pid"] for name, kept in state.items() if name.startswith("witness-")]
    assert len(witnesses) == 4
    for pid in witnesses:
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        for word in (b"postgres", b"valkey", b"CONCURSUS", b"_URL"):
            assert word not in environment


def test_each_role_of_the_database_has_its_own_process(demonstration: Demonstration) -> None:
    state = demonstration.data.read_run("supervisor.json")["processes"]
    who_has: dict[str, set[str]] = {}
    for name, kept in state.items():
        for line in Path(f"/proc/{kept['pid']}/environ").read_bytes().split(b"\0"):
            variable, _, _ = line.partition(b"=")
            who_has.setdefault(variable.decode(), set()).add(name)
    assert who_has["LEDGER_DATABASE_URL"] == {"sequencer"}
    assert who_has["DATABASE_URL"] == {"web", "cosigner", "worker"}
    assert "OWNER_DATABASE_URL" not in who_has


def test_a_single_witness_is_stopped_and_started(demonstration: Demonstration) -> None:
    demonstration.stop("witness-court")
    state = demonstration.data.read_run("supervisor.json")["processes"]
    assert state["witness-court"]["state"] == "stopped"
    demonstration.start("witness-court")
    state = demonstration.data.read_run("supervisor.json")["processes"]
    assert state["witness-court"]["state"] == "running"
    assert os.path.isdir(f"/proc/{state['witness-court']['pid']}")


def test_no_key_of_its_people_is_anywhere_on_the_server(demonstration: Demonstration) -> None:
    """Device keys, and the trustees' secrets of a whole meeting: they stay in DATA/people."""
    wanted = {
        f"{path.stem} {name}": searching.spellings(bytes.fromhex(text))
        for path in demonstration.data.people.glob("*.json")
        for name, text in _keys(json.loads(path.read_text()))
    }
    assert any("device_key" in name for name in wanted)
    assert any("trustee_secrets" in name for name in wanted)
    services = Services(demonstration.data, environment={})
    environments = Whole(demonstration.url, demonstration.data).environments()
    assert searching.found_in(searching.places(services, environments), wanted) == set()


def _keys(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of 64 hex digits in a file of somebody's, with the name under which it stands."""
    match value:
        case str() if len(value) == 64 and not set(value) - set("0123456789abcdef"):
            yield name, value
        case dict():
            for key, item in value.items():
                yield from _keys(item, f"{name} {key}".strip())
