"""`manage.py demo` as a whole: it answers, its processes learn only what they need, it ends."""

from __future__ import annotations

import os
from pathlib import Path

import httpx

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
