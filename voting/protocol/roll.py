"""The roll of a motion: leaves, root, totals of a class (protocol 2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ledger.log.encoding import MAX_AMOUNT, b64u, check_id
from ledger.log.errors import Malformed
from ledger.log.jcs import Json, dumps
from ledger.log.merkle import leaf_hash, root
from voting.protocol.errors import RollRefused
from voting.protocol.group import ORDER, Group, Point, read_point
from voting.protocol.pedersen import Opening, commit, opens, total
from voting.protocol.shape import malformed_as, members

MAX_LINES: Final = 2**32

_LEAF: Final = frozenset(("line", "class", "heads", "weight"))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A line of a roll. heads: 0 or 1. weight: W as 96 bytes, or None: a head, no amount."""

    line: str
    class_id: str
    heads: int
    weight: bytes | None

    @staticmethod
    def decode(value: Json, group: Group) -> Leaf:
        """From {`line`, `class`, `heads`, `weight`}. Raises RollRefused."""
        with malformed_as(RollRefused):
            parts = members(value, _LEAF, "leaf")
            heads, weight = parts["heads"], parts["weight"]
            if type(heads) is not int or heads not in (0, 1):
                raise Malformed(what="heads, 0 or 1")
            if heads == 0 and weight is None:
                raise Malformed(what="a line with neither head nor weight")
            point = None if weight is None else read_point(group, weight)
            return Leaf(check_id(parts["line"]), check_id(parts["class"]), heads, point)

    def encode(self) -> Json:
        """The object."""
        weight = None if self.weight is None else b64u(self.weight)
        return {"line": self.line, "class": self.class_id, "heads": self.heads, "weight": weight}

    def hash(self) -> bytes:
        """Its RFC 6962 leaf hash, over the canonical bytes of the object."""
        return leaf_hash(dumps(self.encode()))


@dataclass(frozen=True, slots=True)
class Roll:
    """The leaves of a motion in order of line id; made by `Roll.of`."""

    leaves: tuple[Leaf, ...]

    @staticmethod
    def of(leaves: Iterable[Leaf]) -> Roll:
        """A roll of leaves in any order. Raises RollRefused: a line twice, too many, none."""
        ordered = tuple(sorted(leaves, key=lambda leaf: leaf.line.encode()))
        if not 0 < len(ordered) < MAX_LINES:
            raise RollRefused(what="number of lines")
        for before, after in pairwise(ordered):
            if before.line == after.line:
                raise RollRefused(what=f"line {after.line} stands twice")
        return Roll(ordered)

    def root(self) -> bytes:
        """The Merkle root over the leaves in order of line id, 32 bytes."""
        return root(leaf.hash() for leaf in self.leaves)

    def leaf(self, line: str) -> Leaf | None:
        """The leaf of a line, or None."""
        low, high = 0, len(self.leaves)
        wanted = line.encode()
        while low < high:
            middle = (low + high) // 2
            if self.leaves[middle].line.encode() < wanted:
                low = middle + 1
            else:
                high = middle
        found = low < len(self.leaves) and self.leaves[low].line == line
        return self.leaves[low] if found else None

    def classes(self) -> tuple[str, ...]:
        """Its classes, sorted by bytes."""
        return tuple(sorted({leaf.class_id for leaf in self.leaves}))

    def of_class(self, class_id: str) -> tuple[Leaf, ...]:
        """The leaves of a class, in order of line id."""
        return tuple(leaf for leaf in self.leaves if leaf.class_id == class_id)

    def weighted(self, class_id: str) -> tuple[Leaf, ...]:
        """Those of a class that have a weight."""
        return tuple(leaf for leaf in self.of_class(class_id) if leaf.weight is not None)

    def has_amount(self, class_id: str) -> bool:
        """Whether a class has an amount vector and a total: two lines with a weight or more."""
        return len(self.weighted(class_id)) > 1

    def single(self, class_id: str) -> Leaf | None:
        """The one weighted line of a class, whose answer is disclosed instead; else None."""
        weighted = self.weighted(class_id)
        return weighted[0] if len(weighted) == 1 else None


def weight_of_parts(group: Group, parts: Sequence[bytes]) -> bytes:
    """W: the sum of the commitments (96 bytes each) to the parts that carry this vote."""
    return group.encode(total(group, (group.decode(part) for part in parts)))


def commit_amount(group: Group, opening: Opening) -> bytes:
    """The commitment amount·H + σ·G to a part; RollRefused unless 0 ≤ amount < 2^63."""
    if not 0 <= opening.value < MAX_AMOUNT:
        raise RollRefused(what="amount of a part")
    return group.encode(commit(group, opening.value, opening.blinding))


def check_weight_opening(group: Group, leaf: Leaf, opening: Opening) -> None:
    """That (w, σ) opens the leaf's W (cofactored). Raises RollRefused."""
    if leaf.weight is None or not 0 <= opening.value < MAX_AMOUNT:
        raise RollRefused(what=f"amount of line {leaf.line}")
    if not opens(group, group.decode(leaf.weight), opening.value, opening.blinding):
        raise RollRefused(what=f"the weight of line {leaf.line} does not open")


def class_weight(group: Group, roll: Roll, class_id: str) -> Point:
    """Σ W of a class."""
    weights = (leaf.weight for leaf in roll.weighted(class_id))
    return total(group, (group.decode(weight) for weight in weights if weight is not None))


def check_total(group: Group, roll: Roll, class_id: str, opening: Opening) -> None:
    """That (total, Σ σ) opens the sum of the W of a class that has one. Raises RollRefused."""
    if not roll.has_amount(class_id):
        raise RollRefused(what=f"class {class_id} has no total")
    if not 0 <= opening.value < MAX_AMOUNT:
        raise RollRefused(what=f"total of class {class_id}")
    if not opens(group, class_weight(group, roll, class_id), opening.value, opening.blinding):
        raise RollRefused(what=f"the total of class {class_id} does not open")


def check_roll_bound(totals: Iterable[int]) -> None:
    """That the amount of a whole roll is below 2^63. Raises RollRefused.

    totals: of its classes, in fen, as far as they are known.
    """
    if sum(totals) >= MAX_AMOUNT:
        raise RollRefused(what="total amount of the roll")


def sum_openings(openings: Iterable[Opening]) -> Opening:
    """(Σ value, Σ blinding mod r)."""
    values, blindings = 0, 0
    for opening in openings:
        values += opening.value
        blindings += opening.blinding
    return Opening(values, blindings % ORDER)
