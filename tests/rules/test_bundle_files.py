"""A bundle's folder against its index: every file by name, and nothing outside the folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.log.bundle import BadBundleIndex, File, Index, Profile
from verifier.bundle import (
    Bundle,
    FileChanged,
    FileExtra,
    FileFault,
    FileIsLink,
    FileMissing,
    FileUnreadable,
    NotABundle,
)

CONTENT = {
    "README": b"read me",
    "checkpoint": b"note",
    "empty": b"",
    "tile/0/000.p/3": bytes(96),
    "documents/" + "ab" * 32: b"%PDF" * 600_000,
}


def made(root: Path, content: dict[str, bytes] = CONTENT) -> Path:
    index = Index(
        profile=Profile.COURT,
        party=None,
        log="court.example/ledger/case-1",
        size=3,
        software="concursus",
        created=datetime(2026, 11, 25, tzinfo=UTC),
        files={path: File.of(data) for path, data in content.items()},
    )
    for path, data in content.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    (root / "bundle.json").write_bytes(index.encode())
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "bundle")


def faults(root: Path) -> list[tuple[type[FileFault], object]]:
    return [(type(f), f.facts["file"]) for f in Bundle.open(root).faults()]


def test_an_unchanged_folder_has_no_fault_and_gives_its_files(root: Path) -> None:
    bundle = Bundle.open(root)
    seen: list[tuple[int, int]] = []
    assert list(bundle.faults(lambda done, of: seen.append((done, of)))) == []
    assert seen[-1] == (sum(map(len, CONTENT.values())),) * 2
    assert {path: bundle.read(path) for path in bundle.paths()} == CONTENT
    assert bundle.paths("tile/") == ("tile/0/000.p/3",)
    assert bundle.sha256("README") == File.of(b"read me").sha256
    assert not bundle.has("bundle.json")


@pytest.mark.parametrize("path", sorted(CONTENT))
def test_a_flipped_byte_a_cut_and_an_added_byte_are_named(root: Path, path: str) -> None:
    data = CONTENT[path]
    changed = [data + b"x"]
    if data:
        changed += [data[:-1], data[:-1] + bytes([data[-1] ^ 1]), b""]
    for new in changed:
        (root / path).write_bytes(new)
        assert faults(root) == [(FileChanged, path)]
        with pytest.raises(FileChanged):
            Bundle.open(root).read(path)


def test_missing_and_extra_files_are_named(root: Path) -> None:
    (root / "checkpoint").unlink()
    (root / "tile/0/001.p").mkdir()
    (root / "tile/0/001.p/1").write_bytes(bytes(32))
    (root / ".DS_Store").write_bytes(b"")
    (root / "备注.txt").write_bytes(b"")
    assert faults(root) == [
        (FileExtra, ".DS_Store"),
        (FileMissing, "checkpoint"),
        (FileExtra, "tile/0/001.p/1"),
        (FileExtra, "备注.txt"),
    ]
    with pytest.raises(FileMissing):
        Bundle.open(root).read("checkpoint")
    with pytest.raises(FileMissing):
        Bundle.open(root).read("../outside")


def link_to_file(root: Path, outside: Path) -> str:
    (root / "README").unlink()
    outside.write_bytes(CONTENT["README"])
    (root / "README").symlink_to(outside)
    return "README"


def link_within(root: Path, outside: Path) -> str:
    (root / "checkpoint").unlink()
    (root / "checkpoint").symlink_to("README")
    return "checkpoint"


def dangling_link(root: Path, outside: Path) -> str:
    (root / "checkpoint").unlink()
    (root / "checkpoint").symlink_to("nowhere")
    return "checkpoint"


def pipe(root: Path, outside: Path) -> str:
    (root / "checkpoint").unlink()
    os.mkfifo(root / "checkpoint")
    return "checkpoint"


@pytest.mark.parametrize("put", [link_to_file, link_within, dangling_link, pipe])
def test_links_and_pipes_are_refused_even_with_the_right_content(
    root: Path, tmp_path: Path, put: Callable[[Path, Path], str]
) -> None:
    path = put(root, tmp_path / "outside")
    assert faults(root) == [(FileIsLink, path)]
    with pytest.raises(FileIsLink):
        Bundle.open(root).read(path)


def test_a_linked_folder_is_not_entered(root: Path, tmp_path: Path) -> None:
    (root / "tile").rename(tmp_path / "tile")
    (root / "tile").symlink_to(tmp_path / "tile")
    assert faults(root) == [(FileIsLink, "tile"), (FileMissing, "tile/0/000.p/3")]
    with pytest.raises(FileIsLink):
        Bundle.open(root).read("tile/0/000.p/3")


def test_a_folder_in_place_of_a_file_and_the_reverse_are_named(root: Path) -> None:
    (root / "checkpoint").unlink()
    (root / "checkpoint").mkdir()
    (root / "tile/0/000.p/3").unlink()
    (root / "tile/0/000.p").rmdir()
    (root / "tile/0/000.p").write_bytes(b"")
    assert faults(root) == [
        (FileMissing, "checkpoint"),
        (FileExtra, "tile/0/000.p"),
        (FileMissing, "tile/0/000.p/3"),
    ]


def test_what_is_no_bundle_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "empty").mkdir()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for place in (tmp_path / "nowhere", tmp_path / "file", tmp_path / "empty", loop):
        with pytest.raises(NotABundle):
            Bundle.open(place)
    linked = made(tmp_path / "linked")
    (linked / "bundle.json").rename(tmp_path / "index")
    (linked / "bundle.json").symlink_to(tmp_path / "index")
    with pytest.raises(NotABundle):
        Bundle.open(linked)
    with pytest.raises(NotABundle):
        Bundle.open(Path("nul\0"))


@pytest.mark.parametrize("index", [b"", b"{}", b"\xff", b"[" * 100_000, b"null", b'{"a":1.5}'])
def test_a_broken_index_is_said_so(root: Path, index: bytes) -> None:
    (root / "bundle.json").write_bytes(index)
    with pytest.raises(BadBundleIndex):
        Bundle.open(root)


@pytest.mark.parametrize(
    "path", ["../outside", "/etc/passwd", "a/../b", "a//b", "a b", "bundle.json", "备注", ""]
)
def test_an_index_cannot_name_a_path_outside(tmp_path: Path, path: str) -> None:
    root = made(tmp_path / "bundle")
    index = (root / "bundle.json").read_bytes()
    spoiled = Index.decode(index)
    files = {**spoiled.files, path: File.of(b"")}
    forged = Index(
        spoiled.profile,
        None,
        spoiled.log,
        spoiled.size,
        spoiled.software,
        spoiled.created,
        files,
    )
    (root / "bundle.json").write_bytes(forged.encode())
    with pytest.raises(BadBundleIndex):
        Bundle.open(root)


def test_a_name_that_is_no_text_is_still_named(root: Path) -> None:
    (root / os.fsdecode(b"\xff\n")).write_bytes(b"")
    ((kind, name),) = faults(root)
    assert kind is FileExtra
    assert str(name).isprintable()
    assert FileUnreadable(file=name, why="x").sentence("zh")
