"""Who is false in a batch that does not hold: halve it until each one stands alone (protocol 6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def culprits(batch: Sequence[T], holds: Callable[[Sequence[T]], bool]) -> tuple[int, ...]:
    """Positions of the false members; empty if the batch holds or is empty.

    holds: draws new factors at each call. One call if all hold; at most 2k·log2(n) more where k
    of n do not.
    """
    if not batch or holds(batch):
        return ()
    return tuple(_found(batch, 0, holds))


def _found(batch: Sequence[T], start: int, holds: Callable[[Sequence[T]], bool]) -> list[int]:
    """Of a batch known to fail.

    The smaller half goes first: where it holds, the other fails without being asked, so that a
    path down costs at most 2·log2(n).
    """
    if len(batch) == 1:
        return [start]
    middle = len(batch) // 2
    left, right = batch[:middle], batch[middle:]
    if holds(left):
        return _found(right, start + middle, holds)
    found = _found(left, start, holds)
    if not holds(right):
        found += _found(right, start + middle, holds)
    return found
