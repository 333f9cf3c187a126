"""Work done ahead of the replay by a process of its own, so that two cores share one log.

What is computed there is never trusted more than what is computed here: it is the same code on the
same memory. Where no process can be had, or it dies, the work is done here, or not ahead at all.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Final, TypeVar

T = TypeVar("T")

WORTH: Final = 2000
"""Entries from which on a process of its own is worth its start."""


def ahead(work: Callable[[], Iterator[T]], entries: int) -> Iterator[T]:
    """The items of `work()`, which begins at once where the log has `entries` enough for it.

    Items must pickle. The iteration ends early where the process does.
    """
    if entries < WORTH or "fork" not in multiprocessing.get_all_start_methods():
        return work()
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    # What is frozen is not touched by the collector, and so stays shared memory.
    gc.freeze()
    process = context.Process(target=_send, args=(work, here, there), daemon=True)
    process.start()
    gc.unfreeze()
    there.close()
    return _received(here)


def _send(work: Callable[[], Iterator[T]], here: Connection, there: Connection) -> None:
    here.close()
    for item in work():
        there.send(item)


def _received(here: Connection) -> Iterator[T]:
    with here:
        while True:
            try:
                item: T = here.recv()
            except EOFError:
                return
            yield item
