"""manage.py demo_bundle: a verified bundle, the run's keys, and nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.platform.folder import PROJECT
from ledger.log.entry import Entry
from ledger.log.note import COSIGNATURE_ED25519, NoteSigner
from ledger.log.policy import Policy
from ledger.log.sign import Ed25519Signer, Es256Signer
from ledger.log.tiles import decode_bundle


@dataclass(frozen=True)
class Made:
    """What one run of the command left."""

    out: Path
    keys: dict[str, Any]
    console: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("bundle")
    out, keys, temporary = folder / "out", folder / "keys.json", folder / "temporary"
    temporary.mkdir()
    given = ("DATABASE_URL", "LEDGER_DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL")
    environment = {name: value for name, value in os.environ.items() if name not in given}
    done = subprocess.run(
        [
            *(sys.executable, PROJECT / "manage.py", "demo_bundle"),
            *("--out", out, "--keys", keys),
        ],
        env={**environment, "TMPDIR": str(temporary), "CONCURSUS_DATA": str(folder / "data")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert not list(temporary.glob("concursus-bundle-*"))
    return Made(out, json.loads(keys.read_text("utf-8")), done.stdout)


def entries(made: Made) -> list[Entry]:
    found = []
    for path in sorted((made.out / "tile" / "entries").rglob("*")):
        if path.is_file():
            width = int(path.name) if path.parent.name.endswith(".p") else 256
            found += [Entry.decode(data) for data in decode_bundle(path.read_bytes(), width)]
    return found


def test_the_bundle_verifies(made: Made) -> None:
    verified = subprocess.run(
        [Path(sys.executable).with_name("concursus-verify"), made.out, "--json"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    report = json.loads(verified.stdout)
    failed = [check for check in report["checks"] if check["status"] == "failed"]
    assert not failed
    assert report["verified"] is True
    assert report["profile"] == "court"
    assert report["counts"]["claims"] == report["counts"]["ballots"] == 18
    assert report["counts"]["results"] == 1


def test_the_keys_are_those_that_signed(made: Made) -> None:
    said = entries(made)
    genesis = said[0].statement.body
    assert isinstance(genesis, dict)
    signed = {entry.statement.key.hex() for entry in said}
    assert signed <= made.keys["people"].keys() | made.keys["clerk"].keys()
    for key, scalar in made.keys["people"].items():
        assert Es256Signer(int(scalar, 16)).key.id.hex() == key
    for key, seed in made.keys["clerk"].items():
        assert Ed25519Signer(bytes.fromhex(seed)).key.id.hex() == key
    log = NoteSigner(str(genesis["origin"]), bytes.fromhex(made.keys["log"]))
    assert str(log.vkey) == genesis["log_key"]
    policy = Policy.parse(str(genesis["policy"]))
    witnesses = {
        NoteSigner(name, bytes.fromhex(seed), COSIGNATURE_ED25519).vkey
        for name, seed in made.keys["witnesses"].items()
    }
    classical = {k for k in policy.witnesses.values() if k.kind == COSIGNATURE_ED25519}
    assert witnesses == classical


def test_it_says_how_far_it_is(made: Made) -> None:
    assert "10/12" in made.console


def test_no_process_stays(made: Made) -> None:
    data = made.out.parent / "temporary"
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        assert str(data).encode() not in environment


def test_a_folder_that_is_there_is_left_alone(made: Made) -> None:
    done = subprocess.run(
        [sys.executable, PROJECT / "manage.py", "demo_bundle", "--out", made.out],
        env={**os.environ, "CONCURSUS_DATA": str(made.out.parent / "data")},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "already" in done.stderr
