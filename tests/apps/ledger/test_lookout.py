"""Threads that wait for something look together: one at a time, for all of them."""

from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import pytest

from ledger.lookout import Lookout

PAUSE = 0.002
LONG = 60.0


class Gone(Exception):
    """What looking meets."""


class Shelf:
    """Things that appear; counts who looks at once."""

    def __init__(self) -> None:
        self.there: dict[int, str] = {}
        self.looks = 0
        self.most_at_once = 0
        self.largest = 0
        self._looking = 0

    def look(self, wanted: Collection[int]) -> dict[int, str]:
        self._looking += 1
        self.looks += 1
        self.most_at_once = max(self.most_at_once, self._looking)
        self.largest = max(self.largest, len(wanted))
        found = {key: self.there[key] for key in wanted if key in self.there}
        self._looking -= 1
        return found


def test_all_who_wait_are_found_by_the_one_who_looks() -> None:
    shelf = Shelf()
    lookout = Lookout(shelf.look, PAUSE)
    with ThreadPoolExecutor(40) as threads:
        answers = [threads.submit(lookout.wait, key, LONG) for key in range(40)]
        while shelf.largest < 40:  # all of them wait
            threading.Event().wait(PAUSE)
        shelf.there = {key: f"thing {key}" for key in range(40)}
        assert [answer.result(LONG) for answer in answers] == [f"thing {n}" for n in range(40)]
    assert shelf.most_at_once == 1


def test_who_waits_in_vain_is_told_so_and_the_next_one_looks() -> None:
    shelf = Shelf()
    lookout = Lookout(shelf.look, PAUSE)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lookout.wait, 1, 20 * PAUSE)
        while shelf.looks == 0:
            threading.Event().wait(PAUSE)
        second = threads.submit(lookout.wait, 2, LONG)
        assert first.result(LONG) is None
        shelf.there = {2: "late"}
        assert second.result(LONG) == "late"


def test_what_looking_meets_ends_only_the_waiting_of_who_looked() -> None:
    shelf = Shelf()
    broken = threading.Event()

    def look(wanted: Collection[int]) -> dict[int, str]:
        found = shelf.look(wanted)
        if len(wanted) == 2 and not broken.is_set():
            broken.set()
            shelf.there = {1: "one", 2: "two"}
            raise Gone()
        return found

    lookout = Lookout(look, PAUSE)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lookout.wait, 1, LONG)
        while shelf.looks == 0:
            threading.Event().wait(PAUSE)
        second = threads.submit(lookout.wait, 2, LONG)
        with pytest.raises(Gone):
            first.result(LONG)
        assert second.result(LONG) == "two"


def test_the_same_thing_is_waited_for_by_several() -> None:
    shelf = Shelf()
    lookout = Lookout(shelf.look, PAUSE)
    with ThreadPoolExecutor(3) as threads:
        answers = [threads.submit(lookout.wait, 7, LONG) for _ in range(3)]
        shelf.there = {7: "it"}
        assert {answer.result(LONG) for answer in answers} == {"it"}
