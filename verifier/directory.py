"""A copy of the directory log, checked by itself and against a bundle (ledger 4(e), 9.8).

The copy is a folder of files as they are served: checkpoint, policy, tile/entries/…
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.log.checkpoint import Checkpoint
from ledger.log.directory import LOG_CLOSED, Directory, Listed
from ledger.log.encoding import sha256
from ledger.log.entry import Entry, first_prev
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.merkle import leaf_hash, node_lookup, root_at
from ledger.log.note import MAX_NOTE, Note
from ledger.log.policy import MAX_POLICY, Policy
from ledger.log.statement import verify
from ledger.log.succession import followed
from ledger.log.tiles import MAX_ENTRY, Tile, decode_bundle, tiles_of
from verifier.bundle import Bundle
from verifier.log import ReadLog, read_log
from verifier.report import Report

MOST: Final = 10_000_000
"""Entries of a directory at most: one in ten seconds for three years."""


class NotADirectoryLog(Refused):
    """The folder does not hold the files of a log. Fact: `what`."""

    slug = "not-a-directory-log"
    category = Category.MALFORMED
    zh = "文件夹里没有完整的目录账本：{what}"
    en = "The folder does not hold a whole directory log: {what}"


class RootDiffers(Refused):
    """Checkpoint and entries do not agree."""

    slug = "directory-root"
    category = Category.CONFLICT
    zh = "目录的检查点与其条目不符"
    en = "The checkpoint of the directory is not that of its entries"


class NotListed(Refused):
    """The directory does not know the bundle's log as the bundle shows it. Facts: `log`, `what`."""

    slug = "not-listed"
    category = Category.CONFLICT
    zh = "目录里的账本 {log} 与验证包不符：{what}"
    en = "The directory and the bundle do not agree on the log {log}: {what}"


@dataclass(frozen=True, slots=True)
class ReadDirectory:
    """A directory whose chain, tree, checkpoint and entries hold."""

    checkpoint: Checkpoint
    cosigned: tuple[str, ...]
    directory: Directory
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A bundle against a directory: how many listed heads it agrees with, and how far each is."""

    listed: Listed
    heads: int
    size: int


def read_directory(folder: Path, policy: str | None = None) -> ReadDirectory:
    """Check a copy of the directory. `policy`: from a source one trusts; else the folder's own.

    Raises NotADirectoryLog, RootDiffers, ChainBroken, DirectoryBroken, QuorumMissing and what else
    is wrong.
    """
    own = policy if policy is not None else _policy(folder)
    note = Note.decode(_file(folder, "checkpoint", MAX_NOTE))
    verdict = Policy.parse(own).check(note)
    checkpoint = verdict.checkpoint
    if checkpoint.size > MOST:
        raise NotADirectoryLog(what=f"{checkpoint.size} entries")
    entries: list[Entry] = []
    leaves: list[bytes] = []
    found, prev = Directory(), first_prev(checkpoint.origin)
    for data in _entries(folder, checkpoint.size):
        entry = Entry.decode(data)
        entry.check_follows(checkpoint.origin, len(entries), prev)
        found.read(entry)
        prev = leaf_hash(data)
        leaves.append(prev)
        entries.append(entry)
    if root_at(len(leaves), node_lookup(leaves)) != checkpoint.root:
        raise RootDiffers()
    return ReadDirectory(checkpoint, tuple(sorted(verdict.cosigned)), found, tuple(entries))


def compare(read: ReadDirectory, bundle: Bundle) -> Compared:
    """Does the directory list the bundle's log, with its key, policy, genesis and roots?

    Also: is every entry of the directory signed by the clerk whom the bundle's genesis names?
    Raises NotListed, BadSignature, WrongKey, and Malformed where the bundle's log does not hold.
    """
    report = Report(log=bundle.index.log)
    log = read_log(bundle, report)
    if log is None or not report.verified:
        raise Malformed(what="bundle")
    for entry in read.entries:
        verify(entry.envelope, log.genesis.clerk)
    origin = log.genesis.origin
    listed = read.directory.logs.get(origin)
    if listed is None:
        raise NotListed(log=origin, what="-")
    for what, agrees in _agreements(listed, log):
        if not agrees:
            raise NotListed(log=origin, what=what)
    heads = read.directory.roots.get(origin, {})
    size = log.checkpoint.size
    for at in sorted(at for at in heads if at <= size):
        if root_at(at, log.node) != heads[at]:
            raise NotListed(log=origin, what=f"root {at}")
    _check_followed(read, log)
    return Compared(listed, sum(at <= size for at in heads), size)


def _check_followed(read: ReadDirectory, log: ReadLog) -> None:
    """The log that this one follows is listed as closed, at the checkpoint that it names."""
    last = followed(log.genesis.policy, log.genesis.origin)
    if last is None:
        return
    old = read.directory.logs.get(last.origin)
    if old is None or not old.closed or old.head is None:
        raise NotListed(log=last.origin, what=LOG_CLOSED)
    if (old.head.size, old.head.root) != (last.size, last.root):
        raise NotListed(log=last.origin, what=f"{LOG_CLOSED} {old.head.size}")


def _agreements(listed: Listed, log: ReadLog) -> Sequence[tuple[str, bool]]:
    return (
        ("genesis", root_at(1, log.node) == listed.genesis),
        ("vkey", str(log.genesis.log_key) == listed.vkey),
        ("policy", sha256(log.genesis.policy.encode()) == listed.policy),
    )


def _entries(folder: Path, size: int) -> Iterator[bytes]:
    for tile in tiles_of(size):
        if tile.level is None:
            yield from _bundle(folder, tile)


def _bundle(folder: Path, tile: Tile) -> Sequence[bytes]:
    return decode_bundle(_file(folder, tile.path, tile.width * (2 + MAX_ENTRY)), tile.width)


def _policy(folder: Path) -> str:
    try:
        return _file(folder, "policy", MAX_POLICY).decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotADirectoryLog(what="policy") from error


def _file(folder: Path, path: str, most: int) -> bytes:
    try:
        with (folder / path).open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise NotADirectoryLog(what=path) from error
    if len(data) > most:
        raise NotADirectoryLog(what=path)
    return data
