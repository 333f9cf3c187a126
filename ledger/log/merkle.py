"""The Merkle tree of the log: SHA-256, RFC 6962 section 2.1 = RFC 9162 section 2.1.

A hash is 32 bytes. A node is named by (level, index): level 0 are the leaf hashes, node i of level
l is the root over leaves i·2^l … (i+1)·2^l - 1. Only complete nodes have a name; they never change
once they stand, so whoever keeps them (a table, tiles) can answer every proof of every size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.log.encoding import sha256
from ledger.log.errors import Category, Refused

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = sha256(b"")

NodeId = tuple[int, int]
"""(level, index) of a complete node."""

NodeLookup = Callable[[int, int], bytes]
"""(level, index) -> hash of that complete node."""


class BadSize(Refused):
    """Index and sizes do not fit one another. Facts: `index`, `size`."""

    slug = "tree-bad-size"
    category = Category.MALFORMED
    zh = "序号或规模 {index} 与账本规模 {size} 不相容"
    en = "Index or size {index} does not fit a log of size {size}"


class BadProofLength(Refused):
    """A proof has too many or too few hashes, or one that is not 32 bytes. Fact: `length`."""

    slug = "tree-bad-proof-length"
    category = Category.MALFORMED
    zh = "证明含 {length} 个散列值，数目或长度不符"
    en = "The proof holds {length} hashes: the number or the length of one is wrong"


class RootDiffers(Refused):
    """A proof leads to another root. Fact: `which`, "old" or "new"."""

    slug = "tree-root-differs"
    category = Category.CONFLICT
    zh = "由证明算出的根散列值与检查点不一致（{which}）"
    en = "The proof leads to another root than the checkpoint's ({which})"


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right)


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over the leaf hashes in order; SHA-256("") over none."""
    level = list(leaf_hashes)
    while len(level) > 1:
        # The last node of an odd level goes up as it is: it is the root of its own part.
        odd = level[len(level) & ~1 :]
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0] if level else EMPTY_ROOT


@dataclass(slots=True)
class Tree:
    """A tree that only grows: its size and its peaks (one a set bit of the size, highest first).

    `Tree(size, list(peaks))` takes up where another left off.
    """

    size: int
    peaks: list[bytes]

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Raises BadSize if the number of peaks is not that of the size's set bits."""
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count():
            raise BadSize(index=len(self.peaks), size=size)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add a leaf hash; the nodes it completes, (level, index, hash), the leaf itself first."""
        if len(leaf) != HASH_SIZE:
            raise ValueError("a leaf hash is 32 bytes")
        level, index, node = 0, self.size, leaf
        done = [(level, index, node)]
        while index & 1:
            node = node_hash(self.peaks.pop(), node)
            level, index = level + 1, index >> 1
            done.append((level, index, node))
        self.peaks.append(node)
        self.size += 1
        return done

    def root(self) -> bytes:
        """The root at the present size."""
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT


def node_lookup(leaf_hashes: Sequence[bytes]) -> NodeLookup:
    """The lookup over all complete nodes of these leaf hashes."""
    tree, nodes = Tree(), dict[NodeId, bytes]()
    for leaf in leaf_hashes:
        nodes.update({(level, index): h for level, index, h in tree.append(leaf)})
    return lambda level, index: nodes[level, index]


def range_nodes(start: int, end: int) -> tuple[NodeId, ...]:
    """The complete nodes that make up leaves start … end-1, left to right.

    Where the range is a subtree of RFC 9162, their fold from the right is its root; with start 0
    they are the peaks of the tree of size `end`.
    """
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return tuple(nodes)


def inclusion_nodes(index: int, size: int) -> tuple[tuple[NodeId, ...], ...]:
    """What an inclusion proof is made of: each hash is the fold of one tuple of nodes.

    0 ≤ index < size, else BadSize. So a server can read all it needs in one query.
    """
    if not 0 <= index < size:
        raise BadSize(index=index, size=size)
    hashes: list[tuple[NodeId, ...]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            hashes.append(range_nodes(middle, end))
            end = middle
        else:
            hashes.append(range_nodes(start, middle))
            start = middle
    return tuple(reversed(hashes))


def consistency_nodes(old: int, new: int) -> tuple[tuple[NodeId, ...], ...]:
    """As `inclusion_nodes`, for the proof that size `new` extends size `old`.

    0 ≤ old ≤ new, else BadSize; empty where old is 0 or equals new (then there is nothing to say).
    """
    if not 0 <= old <= new:
        raise BadSize(index=old, size=new)
    hashes: list[tuple[NodeId, ...]] = []
    start, end = 0, new
    while old and old != end:
        middle = start + _split(end - start)
        if old <= middle:
            hashes.append(range_nodes(middle, end))
            end = middle
        else:
            hashes.append(range_nodes(start, middle))
            start = middle
    if start:
        hashes.append(range_nodes(start, end))
    return tuple(reversed(hashes))


def root_at(size: int, node: NodeLookup) -> bytes:
    """The root of the first `size` leaves from a lookup that holds their complete nodes."""
    return _hash_of(range_nodes(0, size), node) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, node: NodeLookup) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 9162 2.1.3.1, the leaf's sibling first. Raises BadSize."""
    return tuple(_hash_of(part, node) for part in inclusion_nodes(index, size))


def consistency_proof(old: int, new: int, node: NodeLookup) -> tuple[bytes, ...]:
    """PROOF(old, D[new]) of RFC 9162 2.1.4.1; empty for old 0 or old = new. Raises BadSize."""
    return tuple(_hash_of(part, node) for part in consistency_nodes(old, new))


def check_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected: bytes
) -> None:
    """Check that the leaf hash stands at `index` in the tree of `size` (RFC 9162 2.1.3.2).

    0 ≤ index < size; `expected` is the root of that size. Raises BadSize, BadProofLength,
    RootDiffers(which="new").
    """
    if not 0 <= index < size:
        raise BadSize(index=index, size=size)
    if len(leaf) != HASH_SIZE:
        raise BadProofLength(length=len(proof))
    fn, sn, found = index, size - 1, leaf
    for part in proof:
        if sn == 0 or len(part) != HASH_SIZE:
            raise BadProofLength(length=len(proof))
        if fn & 1 or fn == sn:
            found = node_hash(part, found)
            fn, sn = _skip(fn, sn)
        else:
            found = node_hash(found, part)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadProofLength(length=len(proof))
    if found != expected:
        raise RootDiffers(which="new")


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of `new` leaves extends that of `old` (RFC 9162 2.1.4.2).

    0 < old ≤ new: from size 0 nothing can be proven, whoever knew nothing trusts on first use.
    Raises BadSize, BadProofLength, RootDiffers(which="old" | "new").
    """
    if not 0 < old <= new:
        raise BadSize(index=old, size=new)
    if old == new:
        if proof:
            raise BadProofLength(length=len(proof))
        if old_root != new_root:
            raise RootDiffers(which="new")
        return
    if not proof or any(len(part) != HASH_SIZE for part in proof):
        raise BadProofLength(length=len(proof))
    # A complete old tree is its own first node, which the prover leaves out.
    parts = list(proof) if old & (old - 1) else [old_root, *proof]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    found_old = found_new = parts[0]
    for part in parts[1:]:
        if sn == 0:
            raise BadProofLength(length=len(proof))
        if fn & 1 or fn == sn:
            found_old, found_new = node_hash(part, found_old), node_hash(part, found_new)
            fn, sn = _skip(fn, sn)
        else:
            found_new = node_hash(found_new, part)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise BadProofLength(length=len(proof))
    if found_old != old_root:
        raise RootDiffers(which="old")
    if found_new != new_root:
        raise RootDiffers(which="new")


def _split(size: int) -> int:
    """The largest power of two smaller than `size`, size > 1."""
    return 1 << ((size - 1).bit_length() - 1)


def _skip(fn: int, sn: int) -> tuple[int, int]:
    """Climb while the node is the last of its level and has no sibling there."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _fold(hashes: Sequence[bytes]) -> bytes:
    found = hashes[-1]
    for left in reversed(hashes[:-1]):
        found = node_hash(left, found)
    return found


def _hash_of(nodes: Sequence[NodeId], node: NodeLookup) -> bytes:
    return _fold([node(level, index) for level, index in nodes])
