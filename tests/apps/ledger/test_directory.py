"""The directory beside the cases: new logs, heads, logs that end, bundles held against it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections
from django.test import Client

from ledger import closing, directory, keys, logs
from ledger.creating import LogExists, create_log
from ledger.export import export
from ledger.log import directory as pure
from ledger.log.bundle import Profile
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import Entry
from ledger.log.genesis import CourtKey
from ledger.log.note import COSIGNATURE_ED25519, COSIGNATURE_MLDSA44, Note, NoteSigner
from ledger.log.policy import Policy
from tests.apps.acting import NAME, STARTS, Case, sequence
from verifier.bundle import Bundle
from verifier.command import main
from verifier.directory import NotListed, compare, read_directory
from verifier.replay import verify
from verifier.report import Check

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
    assert Client().get("/ledger/directory/bundle").status_code == 404
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


# --- A log that ends, and one that goes on from its last checkpoint


def listed() -> None:
    directory.create(NAME, {})
    directory.update()
    sequence()


def ended(case: Case) -> Checkpoint:
    """The case's log ends."""
    listed()
    last = closing.close(case.id)
    sequence()
    return last


def following(name: str, old: Case, last: Checkpoint) -> None:
    """A new log of the same court that goes on from the checkpoint."""
    key = CourtKey(old.judge.id, old.judge.key.key)
    create_log(name, name=NAME, court=[key], witnesses={}, starts=STARTS, follows=last, wait=0)
    sequence()


def follows(bundle: Path, old: Path | None) -> list[Check]:
    opened = None if old is None else Bundle.open(old)
    report = verify(Bundle.open(bundle), old=opened)
    return [check for check in report.checks() if check.name == "follows"]


def test_nothing_is_taken_into_a_log_that_ended_and_the_directory_says_so() -> None:
    case = Case()
    case.open()
    last = ended(case)
    assert closing.ended(case.id) == last
    assert closing.all_ended() == [case.id]
    assert last.size == logs.size(case.id)
    row = directory.read().logs[last.origin]
    assert row.closed
    assert row.head is not None
    assert (row.head.size, row.head.root) == (last.size, last.root)
    with pytest.raises(logs.LogClosed):
        case.tick()
    assert logs.size(case.id) == last.size
    assert directory.update() == 0, "the directory goes on as before"
    with pytest.raises(logs.LogClosed):
        closing.close(case.id)
    with connections["default"].cursor() as cursor, pytest.raises(DatabaseError):
        cursor.execute("DELETE FROM ledger_closed")


def test_a_log_that_is_not_listed_or_not_there_is_not_closed() -> None:
    listed()
    case = Case()
    for name, said in ((case.id, "does not list"), ("nowhere", "no such log")):
        with pytest.raises(CommandError, match=said):
            call_command("close_log", name)
    assert closing.ended(case.id) is None
    case.tick()


def test_a_log_ends_at_the_checkpoint_that_its_witnesses_serve(tmp_path: Path) -> None:
    case, other = Case(), Case()
    older = tmp_path / "older"
    older.write_bytes(_checkpoint(case, tmp_path / "first"))
    case.open()
    listed()
    last, foreign = tmp_path / "last", tmp_path / "foreign"
    last.write_bytes(_checkpoint(case, tmp_path / "second"))
    foreign.write_bytes(_checkpoint(other, tmp_path / "third"))
    for given, said in (
        ([older], "not the last"),
        ([last, older], "differ"),
        ([foreign], "signed|signature"),
        ([tmp_path / "nowhere"], "FileNotFoundError"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("close_log", case.id, *(f"--checkpoint={path}" for path in given))
        assert closing.ended(case.id) is None
    call_command("close_log", case.id, f"--checkpoint={last}", f"--checkpoint={last}")
    sequence()
    found = closing.ended(case.id)
    assert found is not None
    assert found.size == 2


def test_the_new_log_is_verified_against_the_old_ones_bundle(tmp_path: Path) -> None:
    old, other = Case(), Case()
    old.open()
    last = ended(old)
    name = f"{old.id}-next"
    following(name, old, last)
    for case, folder in ((old.id, "old"), (name, "new"), (other.id, "other")):
        export(case, Profile.PUBLIC, None, tmp_path / folder)
    new = tmp_path / "new"

    (row,) = follows(new, tmp_path / "old")
    assert (row.status.value, row.en.startswith(f"follows the log {last.origin}")) == ("ok", True)
    (row,) = follows(new, None)
    assert row.status.value == "not_possible"
    (row,) = follows(new, tmp_path / "other")
    assert (row.status.value, other.id in row.en) == ("failed", True)
    (row,) = follows(tmp_path / "old", tmp_path / "other")
    assert (row.status.value, "names no log" in row.en) == ("failed", True)
    assert main([str(new), "--follows", str(tmp_path / "old"), "--lang", "en"]) == 0
    assert main([str(new), "--follows", str(tmp_path / "other"), "--lang", "en"]) == 1
    assert main([str(new), "--follows", str(tmp_path / "nothing")]) == 2

    listed()
    call_command("directory", f"--out={tmp_path / 'directory'}")
    compare(read_directory(tmp_path / "directory"), Bundle.open(new))


def test_a_new_log_that_names_an_earlier_end_is_found_out(tmp_path: Path) -> None:
    """Whoever restores an old backup and calls it the end has the old log's bundle against him."""
    old = Case()
    earlier = Checkpoint(logs.log_row(old.id).origin, 1, _root(old, tmp_path / "first"))
    old.open()
    ended(old)
    name = f"{old.id}-forked"
    following(name, old, earlier)
    export(name, Profile.PUBLIC, None, tmp_path / "new")
    export(old.id, Profile.PUBLIC, None, tmp_path / "old")
    (row,) = follows(tmp_path / "new", tmp_path / "old")
    assert (row.status.value, "2 / 1" in row.en) == ("failed", True)
    listed()
    call_command("directory", f"--out={tmp_path / 'directory'}")
    with pytest.raises(NotListed, match="log_closed"):
        compare(read_directory(tmp_path / "directory"), Bundle.open(tmp_path / "new"))


def _checkpoint(case: Case, folder: Path) -> bytes:
    export(case.id, Profile.PUBLIC, None, folder)
    return (folder / "checkpoint").read_bytes()


def _root(case: Case, folder: Path) -> bytes:
    return Checkpoint.parse(Note.decode(_checkpoint(case, folder)).text).root
