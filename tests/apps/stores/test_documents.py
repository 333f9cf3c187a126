"""The documents store on real files: streaming, encrypted, refusing what is not as it says."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.documents import (
    CHUNK,
    Documents,
    FileEmpty,
    FileHashDiffers,
    FileTooLarge,
    NoSuchDocument,
)
from ledger.media import DOCX, ContentDiffers, SuffixNotAccepted
from ledger.wrapping import StoreDamaged, Wrapping

PDF = b"%PDF-1.7\n" + "证据".encode() * 100


def opened(tmp_path: Path, limit: int = 10_000_000) -> Documents:
    return Documents(
        tmp_path / "documents", Wrapping.of(tmp_path / "keys" / "documents.key"), limit
    )


def parts(data: bytes, size: int = 65_536) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def word(member: str = "word/document.xml") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<document/>")
    return file.getvalue()


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17])
def test_a_file_comes_back_whole_whatever_its_size(tmp_path: Path, size: int) -> None:
    data = (b"0123456789abcdef" * (size // 16 + 1))[:size]
    stored = opened(tmp_path).put(parts(data, 70_001), "a.txt")
    assert (stored.sha256, stored.size) == (hashlib.sha256(data).digest(), size)
    assert b"".join(opened(tmp_path).open(stored.sha256)) == data


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("合同.PDF", PDF, "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe1" + bytes(50), "image/jpeg"),
        ("a.docx", word(), DOCX),
        ("a.txt", "送货单 第1号".encode(), "text/plain"),
        ("旧.txt", "送货单 第1号".encode("gb18030"), "text/plain"),
    ],
)
def test_accepted_types(tmp_path: Path, name: str, data: bytes, media_type: str) -> None:
    assert opened(tmp_path).put(parts(data, 7), name).media_type == media_type


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", word()),
        ("a.png", PDF),
        ("a.jpg", b"\x89PNG\r\n\x1a\n"),
        ("a.docx", PDF),
        ("a.docx", word("xl/workbook.xml")),
        ("a.txt", PDF[:5] + b"\x00\x01"),
        ("a.txt", b"\xff\xff\xff"),
        ("a.txt", "截断".encode()[:-1]),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(
    tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(ContentDiffers) as error:
        opened(tmp_path).put(parts(data, 7), name)
    assert "后缀可能改过" in error.value.sentence("zh")
    assert not [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]


def test_other_refusals_leave_nothing(tmp_path: Path) -> None:
    store = opened(tmp_path, limit=1_000_000)
    with pytest.raises(SuffixNotAccepted):
        store.put(parts(b"MZ"), "a.exe")
    with pytest.raises(FileTooLarge, match="larger than 1 MB"):
        store.put(parts(b"a" * 1_000_001), "a.txt")
    with pytest.raises(FileEmpty):
        store.put(parts(b""), "a.txt")
    with pytest.raises(FileHashDiffers):
        store.put(parts(PDF), "a.pdf", hashlib.sha256(b"else").digest())
    with pytest.raises(NoSuchDocument):
        store.open(hashlib.sha256(PDF).digest())
    assert not [path for path in (tmp_path / "documents").rglob("*") if path.is_file()]


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    digest = hashlib.sha256(PDF).digest()
    opened(tmp_path).put(parts(PDF), "a.pdf", digest)
    before = (tmp_path / "documents" / digest.hex()[:2] / digest.hex()).read_bytes()
    opened(tmp_path).put(parts(PDF), "b.pdf")
    assert (tmp_path / "documents" / digest.hex()[:2] / digest.hex()).read_bytes() == before
    assert opened(tmp_path).has(digest)
    assert not list((tmp_path / "documents" / "arriving").iterdir())


def test_files_are_private_and_hold_no_plain_text(tmp_path: Path) -> None:
    opened(tmp_path).put(parts(PDF), "a.pdf")
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert "证据".encode() not in file.read_bytes()
            assert file.stat().st_mode & 0o077 == 0


def test_a_file_changed_cut_or_moved_on_disk_is_not_believed(tmp_path: Path) -> None:
    store = opened(tmp_path)
    data = b"a" * (2 * CHUNK + 5)
    digest = store.put(parts(data), "a.txt").sha256
    path = tmp_path / "documents" / digest.hex()[:2] / digest.hex()
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for damaged in (bytes(flipped), whole[:-21], whole[: -(CHUNK // 2)], b"", whole[:40]):
        path.write_bytes(damaged)
        with pytest.raises(StoreDamaged):
            b"".join(store.open(digest))
    other = store.put(parts(PDF), "a.pdf").sha256
    (tmp_path / "documents" / other.hex()[:2] / other.hex()).write_bytes(whole)
    with pytest.raises(StoreDamaged):
        b"".join(store.open(other))
