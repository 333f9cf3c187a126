"""A bundle on disk: a folder whose files are exactly those its index lists (ledger 9.10).

The index is order, not trust: that every file is there and unchanged says nothing of who wrote it.
Nothing outside the folder is ever read: links are refused, inside paths as much as at their end.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.log.bundle import INDEX_NAME, BadBundleIndex, File, Index, check_path
from ledger.log.errors import Category, Refused

MAX_INDEX: Final = 64_000_000
MAX_FILE: Final = 1_000_000_000
"""Bytes of the largest file that is read as a whole: openings, amounts, tables."""
_PART: Final = 1024 * 1024
_PARTS: Final = re.compile(
    r"README|checkpoint|policy|openings\.jsonl|amounts\.jsonl"
    r"|tile/.+|tables/[0-9a-f]{64}\.jsonl|packs/[0-9a-f]{64}\.json|documents/[0-9a-f]{64}"
)

Progress = Callable[[int, int], None]
"""(bytes read, bytes in all)."""


class NotABundle(Refused):
    """There is no folder with a readable bundle.json. Facts: `folder`, `why`."""

    slug = "not-a-bundle"
    category = Category.MALFORMED
    zh = "这不是验证包（{folder}）：{why}"
    en = "This is not a bundle ({folder}): {why}"


class FileFault(Refused):
    """A file is not as the index says. Fact: `file`, its path in the bundle."""

    slug = "bundle-file"
    category = Category.CONFLICT
    zh = "文件与清单不符：{file}"
    en = "The file is not as the index says: {file}"


class FileExtra(FileFault):
    """A file that the index does not list."""

    slug = "bundle-file-extra"
    zh = "多出一个清单里没有的文件：{file}"
    en = "There is a file that the index does not list: {file}"


class FileMissing(FileFault):
    """A file that the index lists is not there."""

    slug = "bundle-file-missing"
    zh = "缺少清单所列的文件：{file}"
    en = "A file that the index lists is missing: {file}"


class FileChanged(FileFault):
    """Size or hash differ. Facts: also `expected`, `found`, e.g. "12 bytes", "sha256 …"."""

    slug = "bundle-file-changed"
    zh = "文件被改动过：{file}（应为 {expected}，实为 {found}）"
    en = "The file was changed: {file} (expected {expected}, found {found})"


class FileUnknown(FileFault):
    """A listed file that no bundle holds: nothing would ever look at it."""

    slug = "bundle-file-unknown"
    zh = "验证包里不该有这个文件：{file}"
    en = "No bundle holds such a file: {file}"


class FileTooLarge(FileFault):
    """A file larger than any of its kind. Facts: also `size`, `most`, in bytes."""

    slug = "bundle-file-too-large"
    category = Category.TOO_LARGE
    zh = "文件过大，不予读取：{file}（{size} 字节，上限 {most}）"
    en = "The file is too large to be read: {file} ({size} bytes, at most {most})"


class FileIsLink(FileFault):
    """A link, which could lead anywhere; or a device, pipe or socket."""

    slug = "bundle-file-link"
    zh = "不是普通文件（链接或设备），不予读取：{file}"
    en = "This is not an ordinary file (a link or a device) and is not read: {file}"


class FileUnreadable(FileFault):
    """The operating system does not let us read it. Fact: also `why`."""

    slug = "bundle-file-unreadable"
    zh = "无法读取文件：{file}（{why}）"
    en = "The file cannot be read: {file} ({why})"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle. `root` is the folder; `index` its parsed bundle.json."""

    root: Path
    index: Index

    @classmethod
    def open(cls, root: Path) -> Bundle:
        """Read the index of a folder. Raises NotABundle, BadBundleIndex."""
        try:
            root = root.resolve()
            if not root.is_dir():
                raise NotABundle(folder=_shown(str(root)), why="没有这个文件夹 / no such folder")
            data = _read(root, INDEX_NAME, MAX_INDEX)
        except FileMissing as error:
            raise NotABundle(folder=_shown(str(root)), why=f"没有 / no {INDEX_NAME}") from error
        except FileFault as error:
            raise NotABundle(folder=_shown(str(root)), why=error.sentence("en")) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise NotABundle(folder=_shown(str(root)), why=_reason(error)) from error
        if len(data) > MAX_INDEX:
            raise BadBundleIndex(what=f"over {MAX_INDEX} bytes")
        return cls(root, Index.decode(data))

    def faults(self, progress: Progress = lambda done, of: None) -> Iterator[FileFault]:
        """Compare folder and index; one fault for each file, by name, in order of the names.

        Reads every file once. An empty iterator means: exactly the listed files, unchanged.
        """
        there, faults = self._walk()
        listed = self.index.files
        of, done = sum(file.size for file in listed.values()), 0
        for path in sorted(there | listed.keys() | faults.keys()):
            if path in faults:
                yield faults[path]
            elif path not in listed:
                yield FileExtra(file=_shown(path))
            elif path not in there:
                yield FileMissing(file=path)
            else:
                fault = self._compare(path, listed[path])
                if fault is not None:
                    yield fault
            if path in listed:
                done += listed[path].size
                progress(done, of)

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """The listed paths that begin with `prefix`, sorted."""
        return tuple(sorted(path for path in self.index.files if path.startswith(prefix)))

    def unknown(self) -> Iterator[FileUnknown]:
        """The listed files that are no part of any bundle (ledger 9.10)."""
        return (FileUnknown(file=path) for path in self.paths() if not _PARTS.fullmatch(path))

    def has(self, path: str) -> bool:
        """Does the index list this path?"""
        return path in self.index.files

    def read(self, path: str, most: int = MAX_FILE) -> bytes:
        """The bytes of a listed file of at most `most` bytes, compared with the index once more.

        Raises FileFault: FileMissing where it is not listed or not there, FileTooLarge,
        FileChanged, FileIsLink, FileUnreadable.
        """
        file = self._listed(path)
        if file.size > most:
            raise FileTooLarge(file=path, size=file.size, most=most)
        data = _read(self.root, path, file.size)
        found = File(len(data), hashlib.sha256(data).digest())
        if found != file:
            raise _changed(path, file, found)
        return data

    def sha256(self, path: str) -> bytes:
        """The SHA-256 of a listed file as it lies there, read in parts. Raises FileFault."""
        return _measure(self.root, path, self._listed(path).size).sha256

    def _listed(self, path: str) -> File:
        file = self.index.files.get(path)
        if file is None:
            raise FileMissing(file=_shown(path))
        return file

    def _compare(self, path: str, file: File) -> FileFault | None:
        try:
            found = _measure(self.root, path, file.size)
        except FileFault as error:
            return error
        return None if found == file else _changed(path, file, found)

    def _walk(self) -> tuple[set[str], dict[str, FileFault]]:
        """The ordinary files under the root but bundle.json, and what is none, by path."""
        files: set[str] = set()
        faults: dict[str, FileFault] = {}
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                with os.scandir(self.root / folder) as entries:
                    for entry in entries:
                        path = f"{folder}{entry.name}"
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(f"{path}/")
                        elif entry.is_file(follow_symlinks=False):
                            files.add(path)
                        else:
                            faults[path] = FileIsLink(file=_shown(path))
            except OSError as error:
                faults[folder] = FileUnreadable(file=_shown(folder), why=_reason(error))
        files.discard(INDEX_NAME)
        return files, faults


def _open(root: Path, path: str) -> int:
    """A descriptor of an ordinary file under `root`, no link on the way. Raises FileFault."""
    if path != INDEX_NAME:
        check_path(path)
    folders, name = path.split("/")[:-1], path.rsplit("/", 1)[-1]
    opened: list[int] = []
    try:
        opened.append(os.open(root, os.O_RDONLY | os.O_DIRECTORY))
        for folder in folders:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            opened.append(os.open(folder, flags, dir_fd=opened[-1]))
        status = os.stat(name, dir_fd=opened[-1], follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode):
            raise FileIsLink(file=path)
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=opened[-1])
    except FileNotFoundError as error:
        raise FileMissing(file=path) from error
    except NotADirectoryError as error:
        raise FileIsLink(file=path) from error
    except OSError as error:
        raise FileUnreadable(file=path, why=_reason(error)) from error
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _parts(root: Path, path: str, size: int) -> Iterator[bytes]:
    """The file in parts, one byte more than `size` at most: enough to see that it is longer."""
    left = size + 1
    with os.fdopen(_open(root, path), "rb") as file:
        try:
            while left and (part := file.read(min(_PART, left))):
                left -= len(part)
                yield part
        except OSError as error:
            raise FileUnreadable(file=path, why=_reason(error)) from error


def _read(root: Path, path: str, size: int) -> bytes:
    return b"".join(_parts(root, path, size))


def _measure(root: Path, path: str, size: int) -> File:
    hasher, found = hashlib.sha256(), 0
    for part in _parts(root, path, size):
        hasher.update(part)
        found += len(part)
    return File(found, hasher.digest())


def _changed(path: str, expected: File, found: File) -> FileChanged:
    if expected.size == found.size:
        return FileChanged(
            file=path,
            expected=f"sha256 {expected.sha256.hex()[:16]}…",
            found=f"sha256 {found.sha256.hex()[:16]}…",
        )
    more = "> " if found.size > expected.size else ""
    shown = expected.size if more else found.size
    return FileChanged(file=path, expected=f"{expected.size} bytes", found=f"{more}{shown} bytes")


def _shown(path: str) -> str:
    """A name from the disk as text that can be printed, whatever bytes it was made of."""
    text = path.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)[:300]


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
