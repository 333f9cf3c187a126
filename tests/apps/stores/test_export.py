"""Bundles of a real case: what each profile holds, and that it is in order."""

from __future__ import annotations

import io
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from ledger import cosign, download
from ledger.documents import documents
from ledger.export import DocumentMissing, FolderThere, NoSuchParty, export
from ledger.log import disclosure
from ledger.log.bundle import Index, Profile
from ledger.log.encoding import b64u, sha256
from ledger.log.entry import Entry, first_prev
from ledger.log.genesis import Genesis
from ledger.log.merkle import leaf_hash, node_lookup, root
from ledger.log.note import Note
from ledger.log.policy import Policy, QuorumMissing
from ledger.log.tiles import build_tile, decode_bundle, tiles_of
from ledger.logs import NoSuchLog
from tests.apps.acting import Case, Person
from tests.apps.witness.processes import Running
from verifier.bundle import Bundle

pytestmark = pytest.mark.usefixtures("module_database")

FILE = b"%PDF-1.7\n" + bytes(3_000_000)


@dataclass(slots=True)
class Filed:
    """A case with two claims by two creditors."""

    case: Case
    first: Person
    second: Person
    rows: dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def filed(module_database: str) -> Filed:
    case = Case()
    case.open()
    first, second = case.creditor("a"), case.creditor("b")
    rows = {}
    for person, fen in ((first, 100_000), (second, 123_456_789)):
        content = FILE + person.id.encode()
        stored = documents().put([content], "合同.pdf")
        value = {
            "media_type": stored.media_type,
            "name": "合同.pdf",
            "sha256": b64u(stored.sha256),
            "size": stored.size,
        }
        rows[person.id] = case.claim(person, fen, value)
    return Filed(case, first, second, rows)


def values(bundle: Bundle) -> set[str]:
    rows = disclosure.decode_rows(bundle.read("openings.jsonl"))
    return {str(row.value) for row in rows}


def test_the_court_gets_everything_and_it_is_in_order(filed: Filed, tmp_path: Path) -> None:
    seen: list[str] = []
    out = tmp_path / "deep" / "bundle"
    export(filed.case.id, Profile.COURT, None, out, lambda what, done, of: seen.append(what))
    assert {"tiles", "openings", "documents"} == set(seen)
    assert not [p for p in out.parent.iterdir() if p != out]
    bundle = Bundle.open(out)
    assert list(bundle.faults()) == []
    index = bundle.index
    assert (index.profile, index.party, index.size) == (Profile.COURT, None, 6)

    note = Note.decode(bundle.read("checkpoint"))
    policy = Policy.parse(bundle.read("policy").decode())
    checkpoint = policy.check(note, every_line_known=True).checkpoint
    assert (checkpoint.origin, checkpoint.size) == (index.log, index.size)
    entries: list[bytes] = []
    for tile in tiles_of(index.size):
        if tile.level is None:
            entries += decode_bundle(bundle.read(tile.path), tile.width)
    leaves = [leaf_hash(entry) for entry in entries]
    assert root(leaves) == checkpoint.root
    for tile in tiles_of(index.size):
        if tile.level is not None:
            assert build_tile(tile, node_lookup(leaves)) == bundle.read(tile.path)
    prev = first_prev(index.log)
    for n, data in enumerate(entries):
        Entry.decode(data).check_follows(index.log, n, prev)
        prev = leaf_hash(data)
    genesis = Genesis.from_json(Entry.decode(entries[0]).statement.body)
    assert genesis.policy.encode() == bundle.read("policy")
    pack = genesis.rule_pack.sha256
    assert sha256(bundle.read(f"packs/{pack.hex()}.json")) == pack

    sent = [row for rows in filed.rows.values() for row in rows]
    assert len(disclosure.decode_rows(bundle.read("openings.jsonl"))) == 3 + sum(
        "digest" in row for row in sent
    )
    amounts = [json.loads(line) for line in bundle.read("amounts.jsonl").splitlines()]
    assert amounts == sorted(
        (row for row in sent if "commitment" in row), key=lambda row: row["commitment"]
    )
    names = {f"documents/{sha256(FILE + p.encode()).hex()}" for p in filed.rows}
    assert set(bundle.paths("documents/")) == names
    text = bundle.read("README").decode()
    assert "法院版" in text
    assert "concursus-verify" in text


def test_a_party_sees_others_only_as_far_as_the_parties_may(filed: Filed, tmp_path: Path) -> None:
    export(filed.case.id, Profile.PARTY, filed.first.id, tmp_path / "party")
    bundle = Bundle.open(tmp_path / "party")
    assert list(bundle.faults()) == []
    assert (bundle.index.profile, bundle.index.party) == (Profile.PARTY, filed.first.id)
    seen = values(bundle)
    assert {"p-a公司", "p-b公司", "身份号 p-a", "电话 p-a", "示例有限公司"} <= seen
    assert not {"身份号 p-b", "电话 p-b"} & seen
    assert len(bundle.read("amounts.jsonl").splitlines()) == 2
    assert len(bundle.paths("documents/")) == 2
    whole = b"".join(p.read_bytes() for p in (tmp_path / "party").rglob("*") if p.is_file())
    assert "电话 p-b".encode() not in whole


def test_the_public_sees_no_names_and_no_amounts(filed: Filed, tmp_path: Path) -> None:
    export(filed.case.id, Profile.PUBLIC, None, tmp_path / "public")
    bundle = Bundle.open(tmp_path / "public")
    assert values(bundle) == {"示例市中级人民法院", "（2026）示01破1号", "示例有限公司"}
    assert bundle.read("amounts.jsonl") == b""
    assert bundle.paths("documents/") == ()


def test_one_size_gives_the_same_files(filed: Filed, tmp_path: Path) -> None:
    one = export(filed.case.id, Profile.COURT, None, tmp_path / "one")
    two = export(filed.case.id, Profile.COURT, None, tmp_path / "two")
    assert one.files == two.files


def test_what_cannot_be_exported_is_said_and_leaves_nothing(filed: Filed, tmp_path: Path) -> None:
    with pytest.raises(NoSuchLog):
        export("nowhere", Profile.COURT, None, tmp_path / "x")
    with pytest.raises(NoSuchParty):
        export(filed.case.id, Profile.PARTY, "p-stranger", tmp_path / "x")
    digest = sha256(FILE + b"p-a")
    place = settings.DATA.root / "documents" / digest.hex()[:2] / digest.hex()
    place.rename(tmp_path / "aside")
    with pytest.raises(DocumentMissing):
        export(filed.case.id, Profile.COURT, None, tmp_path / "x")
    (tmp_path / "aside").rename(place)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "there").mkdir()
    with pytest.raises(FolderThere):
        export(filed.case.id, Profile.COURT, None, tmp_path / "there")


def test_a_bundle_stops_at_the_newest_size_that_has_a_quorum(tmp_path: Path) -> None:
    witness = Running(tmp_path / "w", "court", "court.example", [])
    try:
        case = Case({"court": witness.get("vkey").text.strip()})
    finally:
        witness.kill()
    with pytest.raises(QuorumMissing, match="court"):
        export(case.id, Profile.COURT, None, tmp_path / "x")
    assert cosign.missing_witnesses(case.id) == ("court",)


def test_the_command_writes_a_bundle_and_speaks_plainly_when_it_cannot(
    filed: Filed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "bundle"
    call_command("export", filed.case.id, "--profile", "court", "--out", str(out))
    assert "6 entries" in capsys.readouterr().out
    assert list(Bundle.open(out).faults()) == []
    party = ("--profile", "party", "--party", filed.second.id)
    call_command("export", filed.case.id, *party, "--out", str(tmp_path / "party"))
    for wrong in (
        ("--profile", "court", "--out", str(out)),
        ("--profile", "party", "--out", str(tmp_path / "y")),
        ("--profile", "court", "--party", "p-a", "--out", str(tmp_path / "y")),
        ("--profile", "party", "--party", "p-nobody", "--out", str(tmp_path / "y")),
    ):
        with pytest.raises(CommandError):
            call_command("export", filed.case.id, *wrong)


def test_the_zip_holds_the_bundle_and_the_folder_is_gone(filed: Filed) -> None:
    folder = download.bundle_folder(filed.case.id, Profile.COURT, None)
    files = {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }
    data = b"".join(download.zip_and_remove(folder))
    assert not folder.parent.exists()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        prefix = f"{filed.case.id}-court/"
        assert {n.removeprefix(prefix): archive.read(n) for n in archive.namelist()} == files
    assert Index.decode(files["bundle.json"]).size == 6


def test_a_download_that_was_cut_off_does_not_leave_its_files_for_long(filed: Filed) -> None:
    left = download.bundle_folder(filed.case.id, Profile.COURT, None)
    download.bundle_folder(filed.case.id, Profile.COURT, None)
    assert left.exists(), "it may still be on its way"
    os.utime(left.parent, (0, 0))
    newest = download.bundle_folder(filed.case.id, Profile.COURT, None)
    assert not left.exists()
    assert newest.exists()
