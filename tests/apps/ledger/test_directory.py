"""The directory log kept beside the cases: new logs, heads, and a bundle held against it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from ledger import directory, keys, logs
from ledger.creating import LogExists, create_log
from ledger.export import export
from ledger.log import directory as pure
from ledger.log.bundle import Profile
from ledger.log.entry import Entry
from ledger.log.note import COSIGNATURE_ED25519, COSIGNATURE_MLDSA44, NoteSigner
from ledger.log.policy import Policy
from tests.apps.acting import NAME, Case, sequence
from verifier.bundle import Bundle
from verifier.command import main
from verifier.directory import NotListed, compare, read_directory

# One database for all of them: the guard remembers the directory beyond any one.


def update() -> int:
    count = directory.update()
    sequence()
    return count


def test_logs_are_listed_as_they_come_and_heads_as_they_grow(tmp_path: Path) -> None:
    first = Case()
    assert directory.create(NAME, {})
    assert not directory.create(NAME, {})
    assert update() == 2
    assert update() == 0, "nothing is new"
    second = Case()
    second.tick()
    assert update() == 2
    first.tick()
    first.tick()
    assert update() == 1
    found = directory.read()
    origins = {logs.log_row(case.id).origin: logs.size(case.id) for case in (first, second)}
    assert {o: listed.head and listed.head.size for o, listed in found.logs.items()} == origins
    assert sorted(found.roots[logs.log_row(first.id).origin]) == [1, 3]

    # As served, and as everybody checks it.
    origin = f"{keys.deployment_name(NAME)}/ledger/directory"
    assert f"{origin} 5 " in Client().get("/ledger/logs").content.decode()
    assert Client().get("/ledger/directory/checkpoint").content.decode().startswith(origin)
    call_command("directory", f"--out={tmp_path / 'directory'}")
    export(first.id, Profile.PUBLIC, None, tmp_path / "bundle")
    read = read_directory(tmp_path / "directory")
    compared = compare(read, Bundle.open(tmp_path / "bundle"))
    assert (compared.heads, compared.size) == (2, 3)
    arguments = ["directory", str(tmp_path / "directory"), "--bundle", str(tmp_path / "bundle")]
    assert main([*arguments, "--lang", "en"]) == 0

    page = Client().get("/logs", headers={"accept-language": "zh-hans"}).content.decode()
    for told in ("全部账本", logs.log_row(first.id).origin, "目录所列与此相同", "目录共 5 条"):
        assert told in page

    # A log that the directory never saw is not one of this deployment's.
    third = Case()
    export(third.id, Profile.PUBLIC, None, tmp_path / "unlisted")
    with pytest.raises(NotListed):
        compare(read, Bundle.open(tmp_path / "unlisted"))
    assert main([*arguments[:3], str(tmp_path / "unlisted"), "--lang", "en"]) == 1
    assert main(["directory", str(tmp_path / "nothing")]) == 2


def test_no_case_takes_the_directorys_place_and_nobody_writes_to_it() -> None:
    case = Case()
    directory.create(NAME, {})
    update()
    size = logs.size(pure.ID)
    with pytest.raises(LogExists):
        create_log(pure.ID, name=NAME, court=[], witnesses={})
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_entry WHERE log = %s AND n = 0", [pure.ID])
        (body,) = cursor.fetchone()
    envelope = Entry.decode(bytes(body)).envelope.to_json()
    for log in (pure.ID, case.id):
        answer = Client().post(
            f"/ledger/{log}/statements", {"statement": envelope}, content_type="application/json"
        )
        assert answer.status_code == (200 if log == pure.ID else 400)
        assert logs.size(pure.ID) == size


def test_court_and_regulator_cosign_it() -> None:
    vkeys = {
        role: str(NoteSigner(role, bytes([i]) * 32, COSIGNATURE_ED25519).vkey)
        for i, role in enumerate(("court", "administrator", "committee", "regulator"))
    }
    vkeys["court-mldsa44"] = str(NoteSigner("court", bytes(32), COSIGNATURE_MLDSA44).vkey)
    vkey = keys.log_vkey(f"{NAME}/ledger/directory")
    policy = Policy.parse(directory.policy_text(vkey, vkeys))
    assert policy.counting == ("court", "regulator")
    assert policy.groups["both"].threshold == 2
    assert set(policy.witnesses) == {"court", "court-mldsa44", "regulator"}
    assert len(policy.logs) == 2
