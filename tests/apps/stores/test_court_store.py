"""The court's own store: with it and the log, nothing of the operator's is needed."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from bankruptcy.platform.services import Services
from ledger import court_keys, court_store, documents, erasing, logs, openings
from ledger.export import export
from ledger.log import disclosure
from ledger.log.bundle import Profile
from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.entry import Entry
from ledger.wrapping import CannotUnwrap, CourtWrapping, StoreDamaged, Wrapping
from tests.apps.acting import Body, Case
from tests.apps.stores.test_openings import address, row
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Status

FILE = b"%PDF-1.7\n" + bytes(1_500_000)


@pytest.fixture
def filed(database: str) -> Case:
    case = Case()
    case.open()
    creditor = case.creditor("a")
    stored = documents.documents().put([FILE, creditor.id.encode()], "合同.pdf")
    value = {
        "media_type": stored.media_type,
        "name": "合同.pdf",
        "sha256": b64u(stored.sha256),
        "size": stored.size,
    }
    case.claim(creditor, 123_456, value)
    return case


def court_bundle(out: Path, store: Path, *log: str) -> None:
    key = court_keys.secret_file(settings.DATA.root)
    call_command("court_bundle", f"--store={store}", f"--key={key}", *log, f"--out={out}")


def same_but_created(one: Path, other: Path) -> bool:
    first, second = Bundle.open(one), Bundle.open(other)
    assert not list(second.faults())
    assert first.index.files == second.index.files
    return all(
        (one / path).read_bytes() == (other / path).read_bytes() for path in first.index.files
    )


def test_with_the_applications_database_dropped_the_court_makes_the_same_bundle(
    filed: Case, server: Services, database: str, tmp_path: Path
) -> None:
    export(filed.id, Profile.COURT, None, tmp_path / "court")
    export(filed.id, Profile.PUBLIC, None, tmp_path / "public")
    store = tmp_path / "store"
    shutil.copytree(court_keys.folder(settings.DATA.root), store)
    with server.administrator(database) as superuser:
        for (name,) in superuser.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename NOT LIKE 'ledger\\_%'"
        ).fetchall():
            superuser.execute(f'DROP TABLE "{name}" CASCADE')
    court_bundle(tmp_path / "from-tables", store, f"--case={filed.id}")
    assert same_but_created(tmp_path / "court", tmp_path / "from-tables")
    # As served: nothing but checkpoint, tiles and tables, and no database at all.
    for name in ("openings.jsonl", "amounts.jsonl", "policy", "bundle.json"):
        (tmp_path / "public" / name).unlink()
    former = {alias: connections.settings[alias]["NAME"] for alias in ("default", "ledger")}
    connections.close_all()
    for alias in former:
        connections.settings[alias]["NAME"] = "dropped"
    try:
        court_bundle(tmp_path / "from-files", store, f"--ledger={tmp_path / 'public'}")
    finally:
        for alias, name in former.items():
            connections.settings[alias]["NAME"] = name
    assert same_but_created(tmp_path / "court", tmp_path / "from-files")
    report = verify(Bundle.open(tmp_path / "from-files"))
    assert report.verified, [c.en for c in report.found]


def test_a_log_that_does_not_fit_its_checkpoint_gives_no_bundle(
    filed: Case, tmp_path: Path
) -> None:
    export(filed.id, Profile.PUBLIC, None, tmp_path / "log")
    (path,) = (tmp_path / "log" / "tile" / "entries").glob("*/*")
    path.write_bytes(path.read_bytes().replace(b"log.created@1", b"log.createD@1"))
    with pytest.raises(CommandError):
        court_bundle(
            tmp_path / "out",
            court_keys.folder(settings.DATA.root),
            f"--ledger={tmp_path / 'log'}",
        )
    assert not (tmp_path / "out").exists()


def test_one_wrapped_key_deleted_makes_exactly_that_record_unreadable(
    filed: Case, tmp_path: Path
) -> None:
    export(filed.id, Profile.COURT, None, tmp_path / "before")
    rows = disclosure.decode_rows((tmp_path / "before" / "openings.jsonl").read_bytes())
    gone = next(row for row in rows if row.field == "claim.filed@1#/identity")
    store = tmp_path / "store"
    shutil.copytree(court_keys.folder(settings.DATA.root), store)
    with sqlite3.connect(store / openings.FILE) as connection:
        changed = connection.execute(
            "UPDATE record SET wrapped = x'' WHERE name = ?",
            (openings.digest_name(gone.digest),),
        )
        assert changed.rowcount == 1
    connection.close()
    court_bundle(tmp_path / "after", store, f"--case={filed.id}")
    left = disclosure.decode_rows((tmp_path / "after" / "openings.jsonl").read_bytes())
    assert [row for row in rows if row not in left] == [gone]
    for name in ("amounts.jsonl", "checkpoint"):
        assert (tmp_path / "after" / name).read_bytes() == (tmp_path / "before" / name).read_bytes()


def test_operator_and_court_can_each_unwrap_and_only_the_court_opens_its_own(
    filed: Case,
) -> None:
    data = settings.DATA.root
    digest = unb64u(sent_digest(filed))
    assert openings.store().digest_row(digest) is not None
    with pytest.raises(CannotUnwrap):
        openings.copy_of(data).digest_row(digest)
    mine, files = court_store.opened(court_keys.folder(data), court_keys.secret_file(data))
    assert mine.digest_row(digest) == openings.store().digest_row(digest)
    plain = FILE + b"p-a"
    for store in (documents.documents(), files):
        assert b"".join(store.open(sha256(plain))) == plain


def sent_digest(case: Case) -> str:
    """A digest that the case's record names."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT body FROM ledger_entry WHERE log = %s AND n = 1", [case.id])
        (body,) = cursor.fetchone()
    return str(Entry.decode(bytes(body)).statement.body["debtor"]["digest"])


def test_a_copy_out_of_reach_stops_nobody_and_is_made_good(tmp_path: Path) -> None:
    key, own_key = CourtWrapping.make(tmp_path / "key"), Wrapping(bytes(32))
    away = tmp_path / "away"
    copy = openings.OpeningsStore(away / openings.FILE, key)
    own = openings.OpeningsStore(tmp_path / openings.FILE, own_key, copy)
    away.rmdir()
    away.write_bytes(b"the court's machine is not mounted")
    own.put_many([row(1), row(2)])
    own.erase([openings.digest_name(address(2))])
    assert own.digest_row(address(1)) == row(1)
    away.unlink()
    away.mkdir()
    assert court_store.bring_up(own, copy) == (1, 1)
    assert copy.digest_row(address(1)) == row(1)
    assert court_store.bring_up(own, copy) == (0, 0)


def test_what_was_erased_is_gone_in_both_and_does_not_come_back(tmp_path: Path) -> None:
    key = CourtWrapping.make(tmp_path / "key")
    copy = openings.OpeningsStore(tmp_path / "court" / openings.FILE, key)
    own = openings.OpeningsStore(tmp_path / openings.FILE, Wrapping(bytes(32)), copy)
    reader = openings.OpeningsStore(tmp_path / openings.FILE, Wrapping(bytes(32)))
    own.put_many([row(1), row(2)])
    assert reader.digest_row(address(1)) == row(1), "now in the reader's memory, too"
    kept = list(own.kept([openings.digest_name(address(1))]))
    own.erase([openings.digest_name(address(1))])
    for store in (own, reader, copy):
        assert store.digest_row(address(1)) is None
        assert store.digest_row(address(2)) == row(2)
    copy.adopt(kept)
    assert copy.digest_row(address(1)) is None
    with pytest.raises(openings.OpeningErased):
        own.put_many([row(1)])
    for path in (tmp_path / openings.FILE, tmp_path / "court" / openings.FILE):
        everything = b"".join(p.read_bytes() for p in path.parent.glob(f"{path.name}*"))
        assert kept[0].sealed not in everything
    copies = documents.Documents(tmp_path / "court" / "documents", key)
    files = documents.Documents(
        tmp_path / "documents", Wrapping(bytes(32)), documents.DEFAULT_LIMIT, copies
    )
    sha256 = files.put([FILE], "合同.pdf").sha256
    assert b"".join(copies.open(sha256)) == FILE
    files.erase(sha256)
    assert not files.has(sha256)
    assert not copies.has(sha256)


def test_erased_on_the_courts_order_it_is_gone_everywhere_and_the_bundle_verifies(
    filed: Case, tmp_path: Path
) -> None:
    claim = Entry.decode(logs.entries(filed.id, 3, 4)[0])
    assert claim.kind == "claim.filed@1"
    (document,) = [d for d in documents.documents().digests() if holds(filed, d)]
    body = Body("openings.erased@1")
    filed.say(
        filed.judge,
        body.kind,
        {
            "entry": 3,
            "leaf": b64u(claim.leaf()),
            "fields": ["/evidence/0/file", "/identity"],
            "basis": "purpose",
            "ordered_by": filed.judge.id,
            "decision": body.sealed("/decision", "（2026）示01破1号之三"),
            "reason": body.sealed("/reason", "债权已清偿"),
        },
        body.rows,
    )
    court = court_store.opened(
        court_keys.folder(settings.DATA.root), court_keys.secret_file(settings.DATA.root)
    )
    said = claim.statement.body
    for store, files in ((openings.store(), documents.documents()), court):
        for sealed in (said["identity"], said["evidence"][0]["file"]):
            assert store.digest_row(unb64u(sealed["digest"])) is None
        assert store.digest_row(unb64u(said["name"]["digest"])) is not None
        assert not files.has(document)
    assert erasing.carry_out(filed.id) == 0
    export(filed.id, Profile.COURT, None, tmp_path / "bundle")
    report = verify(Bundle.open(tmp_path / "bundle"))
    assert report.verified, [c.en for c in report.found]
    told = [check for check in report.checks() if check.status is Status.ERASED]
    assert {check.name for check in told} >= {"openings"}
    assert {(check.entry, "erased by entry 4" in check.en) for check in told} == {(3, True)}
    call_command("court_store")


def holds(case: Case, document: bytes) -> bool:
    """Does the case's claim name this document?"""
    said = Entry.decode(logs.entries(case.id, 3, 4)[0]).statement.body
    row = openings.store().digest_row(unb64u(said["evidence"][0]["file"]["digest"]))
    return isinstance(row, dict) and unb64u(row["value"]["sha256"]) == document


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    key, other = (CourtWrapping.make(tmp_path / name) for name in ("one", "other"))
    wrapped = key.wrap(b"k" * 32, b"address")
    assert key.unwrap(wrapped, b"address") == b"k" * 32
    for keeper, place in ((other, b"address"), (key, b"elsewhere")):
        with pytest.raises(StoreDamaged):
            keeper.unwrap(wrapped, place)
