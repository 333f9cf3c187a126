"""Work done ahead of the replay by a process of its own, so that two cores share one log.

What is computed there is never trusted more than what is computed here: it is the same code on the
same memory. Where no process can be had, or it dies, the work is done here, or not ahead at all.
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
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
    # A pipe holds a few items only: without somebody who empties it, the process would wait.
    waiting: SimpleQueue[bytes | None] = SimpleQueue()
    Thread(target=_empty, args=(here, waiting), daemon=True).start()
    return _received(waiting)


def _send(work: Callable[[], Iterator[T]], here: Connection, there: Connection) -> None:
    here.close()
    for item in work():
        there.send_bytes(pickle.dumps(item, pickle.HIGHEST_PROTOCOL))


def _empty(here: Connection, waiting: SimpleQueue[bytes | None]) -> None:
    with here:
        try:
            while True:
                waiting.put(here.recv_bytes())
        except EOFError:
            waiting.put(None)


def _received(waiting: SimpleQueue[bytes | None]) -> Iterator[T]:
    while (data := waiting.get()) is not None:
        item: T = pickle.loads(data)
        yield item
