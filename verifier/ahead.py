"""Work done ahead of the replay by a process of its own, so that two cores share one log.

What is computed there is never trusted more than what is computed here: it is the same code on the
same memory. Where no process can be had, or it dies, the work is done here.
"""

from __future__ import annotations

import ctypes
import dataclasses
import gc
import io
import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from threading import Thread
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

WORTH: Final = 2000
"""Entries from which on a process of its own is worth its start."""

MOST: Final = 2048
"""Pieces that can be shared: their numbers lie in a pipe, which holds a page at least."""
_NUMBER: Final = 2


def ahead(work: Callable[[], Iterator[T]], entries: int) -> Iterator[T]:
    """The items of `work()`, which begins at once where the log has `entries` enough for it.

    Items must pickle. The iteration ends early where the process does.
    """
    if not _worth(entries):
        return work()
    _process, waiting = _start(work)
    return _received(waiting)


def shared(work: Callable[[int], T], count: int, entries: int) -> Shared[T]:
    """Pieces of work 0 … count-1 (at most `MOST`), done by this process and one beside it.

    The one beside it begins at once, where the log has `entries` enough for it. Results must
    pickle.
    """
    if not _worth(entries):
        return Shared(work, None)
    numbers, end = os.pipe()
    try:
        os.write(end, b"".join(n.to_bytes(_NUMBER, "big") for n in range(count)))
    finally:
        os.close(end)
    # Another thread's child may hold the other end: that there are no more must not depend on it.
    os.set_blocking(numbers, False)

    def taken() -> Iterator[tuple[int, T]]:
        while (number := _take(numbers)) is not None:
            yield number, work(number)

    return Shared(work, _Beside(numbers, *_start(taken)))


class Shared(Generic[T]):
    """Numbered pieces of work of which whoever is free takes the next."""

    def __init__(self, work: Callable[[int], T], beside: _Beside | None) -> None:
        self._work, self._beside = work, beside
        self._done: dict[int, T] = {}

    def get(self, number: int) -> T:
        """The result of a piece, asked for once, and in order; meanwhile other pieces are done."""
        while self._beside is not None and number not in self._done:
            self._receive(wait=False)
            if self._beside is None or number in self._done:
                break
            taken = _take(self._beside.numbers)
            if taken is None:
                self._receive(wait=True)
            else:
                self._done[taken] = self._work(taken)
        return self._done.pop(number) if number in self._done else self._work(number)

    def end(self) -> None:
        """No more is needed."""
        if self._beside is not None:
            self._beside.process.kill()
            self._forget(self._beside)

    def _forget(self, beside: _Beside) -> None:
        os.close(beside.numbers)
        beside.process.join()
        self._beside = None

    def _receive(self, *, wait: bool) -> None:
        """Take up what has come; wait for one more. The process that has ended is forgotten."""
        beside = self._beside
        while beside is not None and (wait or not beside.waiting.empty()):
            wait = False
            data = beside.waiting.get()
            if data is None:
                self._forget(beside)
                return
            number, result = pickle.loads(data)
            self._done[number] = result


@dataclass(frozen=True, slots=True)
class _Beside:
    """numbers: the pipe in which the pieces' numbers lie; who reads one has taken that piece."""

    numbers: int
    process: BaseProcess
    waiting: SimpleQueue[bytes | None]


def _take(numbers: int) -> int | None:
    """The next piece that nobody has taken, None where all are."""
    try:
        number = os.read(numbers, _NUMBER)
    except BlockingIOError:
        return None
    return int.from_bytes(number, "big") if number else None


def _worth(entries: int) -> bool:
    return entries >= WORTH and "fork" in multiprocessing.get_all_start_methods()


def _start(work: Callable[[], Iterator[T]]) -> tuple[BaseProcess, SimpleQueue[bytes | None]]:
    """A process at work, and what it sends: pickled items, and None at its end."""
    _give_back()
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


def _give_back() -> None:
    """Let the system have what was freed: glibc keeps it, where a log was read a quarter of all."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


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
