"""The log of a bundle: entries, chain, tree, checkpoint; before any rule is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.log.bundle import INDEX_NAME
from ledger.log.checkpoint import Checkpoint
from ledger.log.entry import Entry, first_prev
from ledger.log.errors import Refused
from ledger.log.genesis import KIND as GENESIS
from ledger.log.genesis import Genesis
from ledger.log.merkle import HASH_SIZE, NodeLookup, leaf_hash, node_lookup, root_at
from ledger.log.note import MAX_NOTE, Note
from ledger.log.policy import MAX_POLICY, Policy
from ledger.log.tiles import MAX_ENTRY, MAX_LEVEL, WIDTH, Tile, build_tile, decode_bundle, tiles_of
from verifier.ahead import ahead
from verifier.bundle import Bundle
from verifier.report import Report

PART: Final = 512
"""Entries that are handed on at a time."""


class NoGenesis(Refused):
    """The first entry is not the genesis, so that nothing says whom to trust."""

    slug = "no-genesis"
    zh = "第 0 条不是账本的建立（log.created），无从知道该信谁的钥匙"
    en = "Entry 0 is not the genesis (log.created): nothing says whose keys to trust"


class SizeDiffers(Refused):
    """Index, checkpoint and entries do not agree on size or root. Facts: `what`."""

    slug = "size-differs"
    zh = "清单、检查点与条目不一致：{what}"
    en = "Index, checkpoint and entries do not agree: {what}"


class TileFalse(Refused):
    """A tile does not hold the hashes of its entries. Fact: `path`."""

    slug = "tile-false"
    zh = "哈希瓦片与条目不符：{path}"
    en = "A tile does not hold the hashes of the entries: {path}"


class TimeBackward(Refused):
    """Time runs backward, or the entry is older than its sequencing. Facts: `what`."""

    slug = "time-backward"
    zh = "时间倒退或不合规：{what}"
    en = "Time runs backward or is not lawful: {what}"


@dataclass(frozen=True, slots=True)
class ReadLog:
    """The entries that decode, in order, with their nodes and the genesis.

    entries: None where an entry does not decode.
    """

    genesis: Genesis
    entries: tuple[Entry | None, ...]
    node: NodeLookup
    checkpoint: Checkpoint


def read_log(bundle: Bundle, report: Report) -> ReadLog | None:
    """Check format, chain, tree and checkpoint. None: too little is left to go on with."""
    if _tiles_needed(bundle.index.size) > len(bundle.paths("tile/")):
        # Before anything is counted out: a size can be stated that no machine could hold.
        report.fail("format", SizeDiffers(what=f"size {bundle.index.size}"), file=INDEX_NAME)
        return None
    data = _read_entries(bundle, report)
    entries = _decode(data, report)
    genesis = _genesis(entries, report)
    if genesis is None:
        return None
    leaves = [leaf_hash(entry) for entry in data]
    _check_chain(genesis.origin, entries, leaves, report)
    node = node_lookup(leaves)
    _check_tiles(bundle, node, len(leaves), report)
    checkpoint = _check_checkpoint(bundle, genesis, node, len(leaves), report)
    if checkpoint is None:
        return None
    return ReadLog(genesis, entries, node, checkpoint)


def _tiles_needed(size: int) -> int:
    """How many tiles and entry bundles a log of `size` has, without making them."""
    counts = [size, *(size >> (8 * level) for level in range(MAX_LEVEL + 1))]
    return sum(-(-count // WIDTH) for count in counts)


def _read_entries(bundle: Bundle, report: Report) -> list[bytes]:
    found: list[bytes] = []
    for tile in tiles_of(bundle.index.size):
        if tile.level is not None:
            continue
        try:
            data = bundle.read(tile.path, tile.width * (2 + MAX_ENTRY))
            found.extend(decode_bundle(data, tile.width))
        except Refused as error:
            report.fail("format", error, file=tile.path)
            break
    return found


def _decode(data: Sequence[bytes], report: Report) -> tuple[Entry | None, ...]:
    half = len(data) // 2
    later = ahead(lambda: _decoded(data[half:]), len(data))
    entries: list[Entry | None] = []
    for part in (*_decoded(data[:half]), *later):
        entries.extend(part)
    # What did not decode, or did not come, is decoded once more, to say why.
    entries.extend(None for _ in range(len(entries), len(data)))
    for n, entry in enumerate(entries):
        if entry is None:
            try:
                entries[n] = Entry.decode(data[n])
            except Refused as error:
                report.fail("format", error, entry=n)
    report.counts["entries"] = len(entries)
    report.ok("format", f"{len(entries)} 条都是规定的格式", f"all {len(entries)} are well formed")
    return tuple(entries)


def _decoded(data: Sequence[bytes]) -> Iterator[list[Entry | None]]:
    """The entries, `PART` at a time; None where one does not decode."""
    for start in range(0, len(data), PART):
        yield [_entry_or_none(entry) for entry in data[start : start + PART]]


def _entry_or_none(data: bytes) -> Entry | None:
    try:
        return Entry.decode(data)
    except Refused:
        return None


def _genesis(entries: Sequence[Entry | None], report: Report) -> Genesis | None:
    first = entries[0] if entries else None
    if first is None or first.kind != GENESIS:
        report.fail("format", NoGenesis(), entry=0)
        return None
    try:
        return Genesis.from_json(first.statement.body)
    except Refused as error:
        report.fail("format", error, entry=0)
        return None


def _check_chain(
    origin: str, entries: Sequence[Entry | None], leaves: Sequence[bytes], report: Report
) -> None:
    prev = first_prev(origin)
    for n, entry in enumerate(entries):
        if entry is not None:
            try:
                entry.check_follows(origin, n, prev)
            except Refused as error:
                report.fail("chain", error, entry=n)
        prev = leaves[n]
    report.ok("chain", "每一条都接在前一条之后", "every entry follows the one before it")


def _check_tiles(bundle: Bundle, node: NodeLookup, size: int, report: Report) -> None:
    expected = {tile.path for tile in tiles_of(bundle.index.size)}
    for path in bundle.paths("tile/"):
        if path not in expected:
            report.fail("tree", TileFalse(path=path), file=path)
    for tile in tiles_of(size):
        if tile.level is not None:
            _check_tile(bundle, tile, node, report)
    report.ok("tree", "各层哈希都能由条目算出", "every hash follows from the entries")


def _check_tile(bundle: Bundle, tile: Tile, node: NodeLookup, report: Report) -> None:
    try:
        if bundle.read(tile.path, HASH_SIZE * WIDTH) != build_tile(tile, node):
            raise TileFalse(path=tile.path)
    except Refused as error:
        report.fail("tree", error, file=tile.path)


def _check_checkpoint(
    bundle: Bundle, genesis: Genesis, node: NodeLookup, size: int, report: Report
) -> Checkpoint | None:
    try:
        if bundle.read("policy", MAX_POLICY) != genesis.policy.encode():
            raise SizeDiffers(what="policy")
        policy = Policy.parse(genesis.policy)
        note = Note.decode(bundle.read("checkpoint", MAX_NOTE))
        verdict = policy.check(note, every_line_known=True)
        checkpoint = verdict.checkpoint
        stated = (checkpoint.origin, checkpoint.size, bundle.index.log, bundle.index.size)
        if stated != (genesis.origin, size, genesis.origin, size):
            raise SizeDiffers(what=f"{checkpoint.origin} {checkpoint.size} / {size}")
        if checkpoint.root != root_at(size, node):
            raise SizeDiffers(what="root")
    except Refused as error:
        report.fail("checkpoint", error, file="checkpoint")
        return None
    if policy.quorum is None:
        report.gap(
            "checkpoint",
            "账本的信任规则不要求任何见证方：账本是否给别人看过另一个版本，无从知道",
            "the log's policy asks for no witness: nothing shows that others saw the same log",
        )
    names = ", ".join(sorted(verdict.cosigned)) or "-"
    report.ok(
        "checkpoint",
        f"{size} 条的检查点由账本签名，见证方：{names}",
        f"the checkpoint over {size} entries is signed by the log; witnesses: {names}",
    )
    return checkpoint


class RecordedTwice(Refused):
    """The same statement stands in the log a second time. Fact: `first`, its entry."""

    slug = "recorded-twice"
    zh = "同一份陈述已记录在第 {first} 条"
    en = "The same statement stands in entry {first} already"


class Times:
    """Order of `received` (architecture, Order; ledger 4(b)).

    Acts of kinds that commute may overtake one another; nothing overtakes an act that took the
    case alone. On a demonstration clock every act has the time at which the clock stands.
    """

    def __init__(self) -> None:
        self._alone = self._latest = datetime.min

    def check(self, entry: Entry, alone: bool, standing: datetime | None) -> None:
        """Raises TimeBackward."""
        received = entry.received.replace(tzinfo=None)
        if received < (self._latest if alone else self._alone):
            raise TimeBackward(what=f"received {entry.received.isoformat()}")
        if entry.received > entry.at:
            raise TimeBackward(what=f"received {entry.received} > at {entry.at}")
        if standing is not None and entry.received != standing:
            raise TimeBackward(what=f"received {entry.received} ≠ {standing}")
        self._latest = max(self._latest, received)
        if alone:
            self._alone = received
