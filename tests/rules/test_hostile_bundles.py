"""Bundles and receipts made to break the verifier: each gets a verdict and its reason."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bankruptcy.kinds.people import CLERK
from bankruptcy.law.pack import RulePack, builtin_value
from ledger.log.acknowledgement import Acknowledgement
from ledger.log.bundle import Index, Profile
from ledger.log.entry import Entry, first_prev
from ledger.log.merkle import inclusion_proof, leaf_hash, node_lookup
from ledger.log.note import Note
from ledger.log.proof import Proof
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import at_stage
from tests.rules.world import ORIGIN, Said, World, write_files
from verifier import command, replay
from verifier.bundle import Bundle
from verifier.command import main
from verifier.replay import verify
from verifier.report import Check, Report, Status

Json = Any
Files = dict[str, bytes]


@pytest.fixture
def meeting() -> Meeting:
    return at_stage("declared")


@pytest.fixture
def world() -> World:
    """A short log: claims filed and reviewed."""
    return at_stage("reviewed").world


def report_of(folder: Path) -> Report:
    return verify(Bundle.open(folder))


def failed(report: Report, name: str) -> list[Check]:
    assert not report.verified
    return [c for c in report.checks() if c.name == name and c.status is Status.FAILED]


def gaps(report: Report) -> set[str]:
    return {c.name for c in report.checks() if c.status is Status.NOT_POSSIBLE}


def with_files(world: World, folder: Path, change: Callable[[Files], object], **how: Json) -> Path:
    return world.write_bundle(folder, change=change, **how)


def with_entries(world: World, folder: Path, entries: Sequence[bytes]) -> Path:
    """A bundle over these bytes as entries, with tiles, checkpoint and index to fit."""
    leaves = [leaf_hash(entry) for entry in entries]
    files = world._files(entries, leaves, Profile.COURT)
    files["checkpoint"] = world.checkpoint_note(leaves).encode()
    write_files(folder, files, Profile.COURT, len(entries))
    return folder


def entries_of(world: World) -> list[bytes]:
    prev, found = first_prev(ORIGIN), []
    for n, said in enumerate(world.said):
        data = world._entry(n, prev, said).encode()
        prev = leaf_hash(data)
        found.append(data)
    return found


def with_index(folder: Path, **changed: Json) -> Path:
    """The bundle with another index, whose digest is right."""
    index = Index.decode((folder / "bundle.json").read_bytes())
    (folder / "bundle.json").write_bytes(replace(index, **changed).encode())
    return folder


# --- sizes and shapes ---


@pytest.mark.parametrize("size", [0, 1, 10**6, 2**53 - 1])
def test_a_size_that_is_not_that_of_the_files(world: World, tmp_path: Path, size: int) -> None:
    folder = with_index(world.write_bundle(tmp_path), size=size)
    report = report_of(folder)
    assert not report.verified
    assert main([str(folder)]) == 1


def test_a_size_stated_beyond_any_memory_is_not_counted_out(world: World, tmp_path: Path) -> None:
    report = report_of(with_index(world.write_bundle(tmp_path), size=2**53 - 1))
    (fault,) = failed(report, "format")
    assert fault.file == "bundle.json"
    assert str(2**53 - 1) in fault.en


def entry_tile(files: Files) -> str:
    return next(path for path in files if path.startswith("tile/entries/"))


def hash_tile(files: Files) -> str:
    return next(path for path in files if path.startswith("tile/0/"))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda f: f.update({entry_tile(f): f[entry_tile(f)][:-1]}), "format"),
        (lambda f: f.update({entry_tile(f): f[entry_tile(f)] * 2}), "format"),
        (lambda f: f.update({entry_tile(f): b""}), "format"),
        (lambda f: f.update({entry_tile(f): bytes(20_000_000)}), "format"),
        (lambda f: f.pop(entry_tile(f)), "format"),
        (lambda f: f.update({"tile/0/000.p/9": b""}), "tree"),
        (lambda f: f.update({hash_tile(f): bytes(len(f[hash_tile(f)]))}), "tree"),
        (lambda f: f.update({hash_tile(f): bytes(9000)}), "tree"),
        (lambda f: f.pop("policy"), "checkpoint"),
        (lambda f: f.update(policy=b"\xff"), "checkpoint"),
        (lambda f: f.update(checkpoint=b""), "checkpoint"),
        (lambda f: f.update(checkpoint=b"\xff\n\n"), "checkpoint"),
        (lambda f: f.update(checkpoint=bytes(2_000_000)), "checkpoint"),
        (lambda f: [f.pop(p) for p in list(f) if p.startswith("packs/")], "packs"),
        (lambda f: [f.update({p: b"{}"}) for p in f if p.startswith("packs/")], "packs"),
        (lambda f: f.update({f"packs/{'0' * 64}.json": b"{}"}), "packs"),
        (lambda f: f.update({"openings.jsonl": b"\xff\n"}), "openings"),
        (lambda f: f.update({"openings.jsonl": f["openings.jsonl"][:-1]}), "openings"),
        (lambda f: f.update({"openings.jsonl": f["openings.jsonl"] * 2}), "openings"),
        (lambda f: f.pop("openings.jsonl"), "openings"),
        (lambda f: f.pop("amounts.jsonl"), "amounts"),
        (lambda f: f.update({"amounts.jsonl": b"[" * 100_000 + b"\n"}), "amounts"),
        (lambda f: f.update({"amounts.jsonl": f["amounts.jsonl"] * 2}), "amounts"),
        (lambda f: f.update({"amounts.jsonl": f["amounts.jsonl"][:-1]}), "amounts"),
        (lambda f: f.update({"amounts.jsonl": b"\n" + f["amounts.jsonl"]}), "amounts"),
        (lambda f: [f.pop(p) for p in list(f) if p.startswith("tables/")], "tables"),
        (lambda f: f.update({f"tables/{'0' * 64}.jsonl": b""}), "tables"),
        (lambda f: f.update({p: f[p][:-1] for p in f if p.startswith("tables/")}), "tables"),
        (lambda f: f.update({f"documents/{'0' * 64}": b"other"}), "documents"),
        (lambda f: [f.pop(p) for p in list(f) if p.startswith("documents/")], "rules"),
        (lambda f: f.update({"run-me.exe": b"MZ"}), "index"),
        (lambda f: f.update({"documents/run-me.exe": b"MZ"}), "index"),
    ],
)
def test_a_file_that_is_not_what_a_bundle_holds(
    world: World, tmp_path: Path, change: Callable[[Files], object], name: str
) -> None:
    folder = with_files(world, tmp_path, change)
    assert failed(report_of(folder), name)
    assert main([str(folder), "--json"]) == 1


def test_a_document_that_is_another_is_named_in_a_partys_bundle_too(
    world: World, tmp_path: Path
) -> None:
    path = f"documents/{'0' * 64}"
    folder = with_files(
        world, tmp_path, lambda f: f.update({path: b"other"}), profile=Profile.PARTY
    )
    assert failed(report_of(folder), "documents")[0].file == path


def test_a_single_opening_left_out_of_the_courts_bundle_is_named_by_its_field(
    meeting: Meeting, tmp_path: Path
) -> None:
    def change(files: Files) -> None:
        rows = files["openings.jsonl"].splitlines(keepends=True)
        lost = next(row for row in rows if b"claim.reviewed" not in row and b"/sums/" in row)
        files["openings.jsonl"] = b"".join(row for row in rows if row != lost)

    report = report_of(with_files(meeting.world, tmp_path, change))
    assert "tally.summed@1#/sums/" in failed(report, "openings")[0].en


def test_an_amount_left_out_of_the_courts_bundle_is_missed(
    meeting: Meeting, tmp_path: Path
) -> None:
    def change(files: Files) -> None:
        files["amounts.jsonl"] = b"".join(files["amounts.jsonl"].splitlines(keepends=True)[1:])

    assert failed(report_of(with_files(meeting.world, tmp_path, change)), "openings")


# --- entries ---


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"null",
        b"[" * 40_000,
        b'{"a":' * 8_000,
        b"{}",
        b"x" * 60_000,
        b'{"v":1.0}',
    ],
)
def test_an_entry_that_is_none_is_named_and_ends_nothing(
    world: World, tmp_path: Path, data: bytes
) -> None:
    entries = entries_of(world)
    report = report_of(with_entries(world, tmp_path, [*entries, data]))
    assert [c.entry for c in failed(report, "format")] == [len(entries)]
    assert report.counts["claims"] == 4


def test_a_log_without_its_genesis(world: World, tmp_path: Path) -> None:
    report = report_of(with_entries(world, tmp_path, entries_of(world)[1:]))
    assert "genesis" in failed(report, "format")[0].en
    report = report_of(with_entries(world, tmp_path / "other", [b"{}", *entries_of(world)[1:]]))
    assert failed(report, "format")


def said_more(world: World, folder: Path, *more: Said) -> Report:
    said = [*world.said, *(replace(one, signed=one.envelope()) for one in more)]
    return report_of(world.write_bundle(folder, said))


def clerks(world: World, kind: str, body: Json) -> Said:
    return Said(kind, Role.CLERK, CLERK, body, world.now, world.clerk, CLERK)


def test_an_entry_of_a_kind_that_nobody_knows(world: World, tmp_path: Path) -> None:
    report = said_more(world, tmp_path, clerks(world, "weather.reported@1", {}))
    (fault,) = failed(report, "rules")
    assert (fault.entry, "weather.reported@1" in fault.en) == (len(world.said), True)


def test_a_second_genesis(world: World, tmp_path: Path) -> None:
    report = said_more(world, tmp_path, clerks(world, "log.created@1", world.said[0].body))
    assert failed(report, "rules")[0].entry == len(world.said)


def test_a_statement_recorded_a_second_time_is_named_with_the_first(
    world: World, tmp_path: Path
) -> None:
    index = next(i for i, one in enumerate(world.said) if one.kind == "evidence.questioned@1")
    again = replace(world.said[index], received=world.now)
    report = said_more(world, tmp_path, again)
    (fault,) = failed(report, "rules")
    assert (fault.entry, f"entry {index}" in fault.en) == (len(world.said), True)


def test_an_article_stands_beside_a_broken_rule(world: World, tmp_path: Path) -> None:
    body = play.claim_body(world, "c-alice", 5)
    said = Said("claim.filed@1", Role.CREDITOR, "bob", body, world.now, world.keys["bob"], "bob")
    (fault,) = failed(said_more(world, tmp_path, said), "rules")
    assert fault.article
    assert "EBL" in fault.article


def test_an_entry_that_no_rule_foresees_is_named_and_ends_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*anything: object, **more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(replay.judge, "check_signature", fails)
    report = report_of(world.write_bundle(tmp_path))
    assert len(failed(report, "signatures")) == len(world.said)
    assert "ZeroDivisionError" in failed(report, "signatures")[0].en


# --- the checkpoint ---


def test_a_checkpoint_over_more_or_other_entries(world: World, tmp_path: Path) -> None:
    for i, leaves in enumerate(
        ([*world.leaves, bytes(32)], world.leaves[:-1], [*world.leaves[:-1], bytes(32)])
    ):
        note = world.checkpoint_note(leaves).encode()
        folder = with_files(world, tmp_path / str(i), lambda f, n=note: f.update(checkpoint=n))
        assert failed(report_of(folder), "checkpoint")


def test_a_checkpoint_with_a_line_of_an_unknown_key(world: World, tmp_path: Path) -> None:
    other = World()
    lines = other.checkpoint_note(world.leaves).lines
    note = world.checkpoint_note()
    more = Note(note.text, (*note.lines, *lines)).encode()
    folder = with_files(world, tmp_path, lambda f: f.update(checkpoint=more))
    assert failed(report_of(folder), "checkpoint")


class Unwitnessed(World):
    """Its policy asks for no witness."""

    def policy(self) -> str:
        return f"log {self.log_key.vkey}\nquorum none\n"


def test_that_no_witness_was_asked_for_is_said(tmp_path: Path) -> None:
    report = report_of(Unwitnessed().write_bundle(tmp_path, cosigners=()))
    assert report.verified
    assert gaps(report) == {"checkpoint"}


def test_a_rule_pack_that_the_verifier_does_not_come_with_is_said(tmp_path: Path) -> None:
    value: Any = builtin_value()
    value["rules"]["CN-PLAN"]["heads"]["share"] = "1/3"
    report = report_of(World(RulePack.decode(value)).write_bundle(tmp_path))
    assert gaps(report) == {"packs"}


# --- anything at all ---


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_bytes_changed_in_any_file_get_a_verdict_that_is_not_verified(
    world: World, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    def change(files: Files) -> None:
        path = data.draw(st.sampled_from(sorted(p for p in files if p != "README")))
        old = files[path]
        at = data.draw(st.integers(0, max(0, len(old) - 1)))
        new = data.draw(st.binary(max_size=3).filter(lambda new: old[at : at + 1] != new))
        files[path] = old[:at] + new + old[at + 1 :]

    folder = with_files(world, tmp_path_factory.mktemp("changed"), change)
    assert not report_of(folder).verified


def test_an_index_that_is_anything(world: World, tmp_path: Path) -> None:
    folder = world.write_bundle(tmp_path)
    for data in (b"", b"\xff", b"[" * 100_000, b"{}", b"null", b'{"format":1}'):
        (folder / "bundle.json").write_bytes(data)
        assert main([str(folder)]) == 2
    assert main([str(folder / "README")]) == 2
    assert main([str(folder) + "\0"]) == 2


# --- what is printed ---


def test_text_of_a_bundle_cannot_write_over_the_verdict(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"\x1b[2J\nVERIFIED\u202e": None}
    said = [*world.said, clerks(world, "clock.moved@1", body)]
    folder = world.write_bundle(tmp_path, said)
    for language in ("zh", "en"):
        assert main([str(folder), "--lang", language]) == 1
        shown = capsys.readouterr().out
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "VERIFIED" not in [line[:8] for line in shown.splitlines()]
        assert "\\u001b[2J" in shown


def test_a_terminal_without_chinese_gets_escapes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert main([str(world.write_bundle(tmp_path)), "--lang", "zh"]) == 0
    out.flush()
    assert b"\\u6838\\u9a8c\\u901a\\u8fc7" in out.buffer.getvalue()  # type: ignore[attr-defined]


def test_an_error_that_nobody_foresaw_is_unusable_input_and_no_traceback(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fails(*anything: object, **more: object) -> None:
        raise MemoryError

    monkeypatch.setattr(command, "verify", fails)
    assert main([str(world.write_bundle(tmp_path))]) == 2
    assert "MemoryError" in capsys.readouterr().err


# --- receipts ---


def receipt(world: World, index: int, leaves: Sequence[bytes] | None = None, **how: Json) -> bytes:
    """The receipt of an entry, under a checkpoint over these leaves."""
    leaves = world.leaves if leaves is None else leaves
    node = node_lookup(leaves)
    entry = entries_of(world)[index]
    note = world.checkpoint_note(leaves, **how)
    return Proof(index, inclusion_proof(index, len(leaves), node), note, entry).encode()


@pytest.fixture
def places(world: World, tmp_path: Path) -> dict[str, str]:
    """Where receipt, policy and bundle lie."""
    (tmp_path / "policy").write_text(world.policy())
    return {
        "receipt": str(tmp_path / "receipt.tlog-proof"),
        "policy": str(tmp_path / "policy"),
        "bundle": str(world.write_bundle(tmp_path / "bundle")),
    }


def checked(places: dict[str, str], data: bytes, under: str) -> int:
    Path(places["receipt"]).write_bytes(data)
    return main(["receipt", places["receipt"], f"--{under}", places[under], "--lang", "en"])


@pytest.mark.parametrize("under", ["policy", "bundle"])
def test_a_receipt_shows_its_grade(
    world: World, places: dict[str, str], under: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(places, receipt(world, 3), under) == 0
    assert "quorum of witnesses" in capsys.readouterr().out
    assert checked(places, receipt(world, 3, cosigners=("court",)), under) == 0
    assert "not yet cosigned" in capsys.readouterr().out


@pytest.mark.parametrize("under", ["policy", "bundle"])
def test_a_receipt_that_is_foreign_cut_or_changed_is_refused(
    world: World, places: dict[str, str], under: str
) -> None:
    good = receipt(world, 3)
    foreign = receipt(World(), 0)
    text = good.decode()
    head, note = text.split("\n\n", 1)
    for data in (
        foreign,
        good[:-1],
        good[: len(good) // 2],
        b"",
        b"\xff",
        text.replace("index 3", "index 4").encode(),
        text.replace("index 3", f"index {2**70}").encode(),
        f"{head[:-4]}AAA=\n\n{note}".encode(),
        good + b"x",
        good * 200,
        b"{}",
        b"[" * 100_000,
    ):
        assert checked(places, data, under) == 1


def test_many_receipts_are_checked_by_one_command_a_line_each(
    world: World, places: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = [tmp_path / f"{n}.tlog-proof" for n in range(3)]
    for n, path in enumerate(good):
        path.write_bytes(receipt(world, n))
    bad = tmp_path / "bad.tlog-proof"
    bad.write_bytes(receipt(World(), 0))
    under = ["--bundle", places["bundle"], "--lang", "en"]
    assert main(["receipt", *map(str, good), *under]) == 0
    assert main(["receipt", *map(str, [*good, bad]), *under]) == 1
    lines = capsys.readouterr().out.splitlines()[len(good) :]
    assert [line.split(": ")[0] for line in lines] == [path.name for path in [*good, bad]]
    assert ["✓" in line for line in lines] == [True, True, True, False]


def test_a_receipt_without_its_entry_is_refused(world: World, places: dict[str, str]) -> None:
    proof = Proof.decode(receipt(world, 3))
    assert checked(places, replace(proof, extra=None).encode(), "policy") == 1


def test_an_entry_that_calls_itself_another_is_no_receipt(
    world: World, places: dict[str, str]
) -> None:
    """The log's key signed a tree in which the entry stands where it does not say."""
    leaves = [world.leaves[3], world.leaves[3]]
    entry = entries_of(world)[3]
    note = world.checkpoint_note(leaves)
    proof = Proof(1, inclusion_proof(1, 2, node_lookup(leaves)), note, entry)
    assert checked(places, proof.encode(), "policy") == 1


def test_a_receipt_of_another_version_of_the_log_is_refused_against_the_bundle(
    world: World, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    forked = [*world.leaves[:-1], bytes(32)]
    data = receipt(world, 3, forked)
    assert checked(places, data, "policy") == 0
    assert checked(places, data, "bundle") == 1
    assert "two different versions" in capsys.readouterr().out


def test_a_receipt_of_an_entry_that_the_bundle_lacks_is_refused(
    world: World, places: dict[str, str]
) -> None:
    index = len(world.said)
    entry = Entry.of(
        index, world.prev, world.now, datetime(2026, 11, 25, tzinfo=UTC), world.said[-1].envelope()
    ).encode()
    leaves = [*world.leaves, leaf_hash(entry)]
    path = inclusion_proof(index, len(leaves), node_lookup(leaves))
    proof = Proof(index, path, world.checkpoint_note(leaves), entry)
    assert checked(places, proof.encode(), "bundle") == 1
    assert checked(places, proof.encode(), "policy") == 0


def test_a_receipt_of_another_entry_than_the_bundle_has_there_is_refused(
    world: World, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    prev, real = world.leaves[2], datetime(2026, 11, 25, tzinfo=UTC)
    other = Entry.of(3, prev, world.now, real, world.said[4].envelope()).encode()
    leaves = [*world.leaves[:3], leaf_hash(other)]
    path = inclusion_proof(3, 4, node_lookup(leaves))
    data = Proof(3, path, world.checkpoint_note(leaves), other).encode()
    assert checked(places, data, "policy") == 0
    assert checked(places, data, "bundle") == 1
    assert "#3" in capsys.readouterr().out


def acknowledged(world: World, digest: bytes, log: str = ORIGIN) -> bytes:
    promise = Acknowledgement(log, world.now, digest)
    return promise.sign(world.intake).encode()


def test_an_acknowledgement_is_a_promise_that_only_a_bundle_shows_kept(
    world: World, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    kept = acknowledged(world, world.said[3].envelope().digest())
    assert checked(places, kept, "policy") == 1
    assert checked(places, kept, "bundle") == 0
    assert "#3" in capsys.readouterr().out
    assert checked(places, acknowledged(world, bytes(32)), "bundle") == 1
    assert checked(places, acknowledged(World(), bytes(32)), "bundle") == 1
    digest = world.said[3].envelope().digest()
    assert checked(places, acknowledged(world, digest, f"{ORIGIN}2"), "bundle") == 1


def test_a_receipt_is_not_checked_against_nothing_or_against_rubbish(
    world: World, places: dict[str, str], tmp_path: Path
) -> None:
    Path(places["receipt"]).write_bytes(receipt(world, 3))
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(b"\xff")
    for arguments in (
        [],
        ["--policy", str(rubbish)],
        ["--policy", str(tmp_path / "nowhere")],
        ["--bundle", str(tmp_path / "nowhere")],
    ):
        assert main(["receipt", places["receipt"], *arguments]) == 2
    assert main(["receipt", str(tmp_path / "nowhere"), "--policy", places["policy"]]) == 2
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    assert main(["receipt", places["receipt"], "--policy", str(empty)]) == 2


def test_a_receipt_against_a_bundle_that_does_not_hold_together(
    world: World, places: dict[str, str]
) -> None:
    tile = next(Path(places["bundle"]).glob("tile/entries/**/*.p/*"))
    tile.write_bytes(tile.read_bytes()[:-1])
    assert checked(places, receipt(world, 3), "bundle") == 1
