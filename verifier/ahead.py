"""Work done ahead of the replay by a process of its own, so that two cores share one log.

What is computed there is never trusted more than what is computed here: it is the same code on the
same memory. Where no process can be had, or it dies, the work is done here.
"""

from __future__ import annotations

import dataclasses
import gc
import io
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

WORTH: Final = 2000
"""Entries from which on a process of its own is worth its start."""


def ahead(work: Callable[[], Iterator[T]], entries: int) -> Iterator[T]:
    """The items of `work()`, which begins at once where the log has `entries` enough for it.

    Items must pickle. The iteration ends early where the process does.
    """
    if not _worth(entries):
        return work()
    _process, waiting = _start(work)
    return _received(waiting)


def beside(work: Callable[[], Iterator[T]], entries: int) -> Beside[T]:
    """`work()` by a process beside this one, where the log has `entries` enough for it.

    Nobody waits for its items, which must pickle: what has not come is to be done here.
    """
    return Beside(*_start(work)) if _worth(entries) else Beside(None, SimpleQueue())


class Beside(Generic[T]):
    """What a process beside this one gives, as it comes."""

    def __init__(self, process: BaseProcess | None, waiting: SimpleQueue[bytes | None]) -> None:
        self._process, self._waiting = process, waiting

    def arrived(self) -> Iterator[T]:
        """The items that have come since this was asked last."""
        while not self._waiting.empty():
            data = self._waiting.get()
            if data is not None:
                item: T = pickle.loads(data)
                yield item

    def end(self) -> None:
        """No more is needed."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None


def _worth(entries: int) -> bool:
    return entries >= WORTH and "fork" in multiprocessing.get_all_start_methods()


def _start(work: Callable[[], Iterator[T]]) -> tuple[BaseProcess, SimpleQueue[bytes | None]]:
    """A process at work, and what it sends: pickled items, and None at its end."""
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
    return process, waiting


def _send(work: Callable[[], Iterator[T]], here: Connection, there: Connection) -> None:
    here.close()
    for item in work():
        there.send_bytes(_pickled(item))


class _Pickler(pickle.Pickler):
    """Spells a dataclass as a call of its class: a slotted one would else be taken apart and put
    together field by field in Python, which costs more than what is found in it."""

    def reducer_override(self, item: Any) -> Any:
        cls: Any = type(item)
        taken_apart = _taken_apart(cls)
        return NotImplemented if taken_apart is None else taken_apart(item)


@cache
def _taken_apart(cls: Any) -> Callable[[Any], tuple[Any, ...]] | None:
    """How an object of the class is spelled; None for what is no dataclass."""
    if not dataclasses.is_dataclass(cls):
        return None
    fields = dataclasses.fields(cls)
    given = [field.name for field in fields if field.init]
    later = [field.name for field in fields if not field.init]
    if not later:
        return lambda item: (cls, tuple([getattr(item, name) for name in given]))

    def taken_apart(item: Any) -> tuple[Any, ...]:
        init = tuple([getattr(item, name) for name in given])
        return _put_together, (cls, init, [(name, getattr(item, name)) for name in later])

    return taken_apart


def _put_together(cls: type, init: tuple[Any, ...], later: list[tuple[str, Any]]) -> Any:
    item = cls(*init)
    for name, value in later:
        object.__setattr__(item, name, value)
    return item


def _pickled(item: object) -> bytes:
    data = io.BytesIO()
    _Pickler(data, pickle.HIGHEST_PROTOCOL).dump(item)
    return data.getvalue()


def _empty(here: Connection, waiting: SimpleQueue[bytes | None]) -> None:
    with here:
        try:
            while True:
                waiting.put(here.recv_bytes())
        except (EOFError, OSError):  # the second where it was ended within an item
            waiting.put(None)


def _received(waiting: SimpleQueue[bytes | None]) -> Iterator[T]:
    while (data := waiting.get()) is not None:
        item: T = pickle.loads(data)
        yield item
