"""The tree against the recursive definition of RFC 9162, for every size to 300."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import merkle
from ledger.log.errors import Refused

LEAVES = tuple(merkle.leaf_hash(b"%d" % i) for i in range(300))
NODE = merkle.node_lookup(LEAVES)


def naive_root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


ROOTS = tuple(naive_root(LEAVES[:n]) for n in range(301))


def test_roots_of_every_size_from_peaks_and_from_nodes() -> None:
    tree = merkle.Tree()
    for size, leaf in enumerate(LEAVES):
        assert tree.root() == ROOTS[size] == merkle.root_at(size, NODE)
        assert merkle.Tree(size, tree.peaks).root() == ROOTS[size]
        for level, index, node in tree.append(leaf):
            assert node == naive_root(LEAVES[index << level : (index + 1) << level])
    assert tree.root() == ROOTS[300]


@given(size=st.integers(1, 300), data=st.data())
def test_inclusion_holds_and_every_spoiled_hash_fails(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, NODE)
    merkle.check_inclusion(index, size, LEAVES[index], proof, ROOTS[size])
    for bad in spoiled(proof):
        with pytest.raises(Refused):
            merkle.check_inclusion(index, size, LEAVES[index], bad, ROOTS[size])
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        with pytest.raises(Refused):
            merkle.check_inclusion(other, size, LEAVES[index], proof, ROOTS[size])


@given(new=st.integers(1, 300), data=st.data())
def test_consistency_holds_and_every_spoiled_hash_fails(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    proof = merkle.consistency_proof(old, new, NODE)
    merkle.check_consistency(old, new, proof, ROOTS[old], ROOTS[new])
    for bad in spoiled(proof):
        with pytest.raises(Refused):
            merkle.check_consistency(old, new, bad, ROOTS[old], ROOTS[new])
    with pytest.raises(Refused):
        merkle.check_consistency(old, new, proof, bytes(32), ROOTS[new])
    with pytest.raises(Refused):
        merkle.check_consistency(old, new, proof, ROOTS[old], bytes(32))


def spoiled(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """Each hash with one bit changed, each cut off, one more at either end."""
    found = [(*proof, bytes(32)), (bytes(32), *proof)]
    for at, part in enumerate(proof):
        found.append((*proof[:at], bytes([part[0] ^ 1]) + part[1:], *proof[at + 1 :]))
        found.append((*proof[:at], part[:-1], *proof[at + 1 :]))
        found.append((*proof[:at], *proof[at + 1 :]))
    return found
