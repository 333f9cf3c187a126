"""Ballots across the closing second: every acknowledged one is counted, and none after it.

    .venv/bin/python -m benchmarks.closing_second [--rate 200] [--seconds 20] [--motions 3]

A creditor a ballot, all prepared beforehand, sent at a steady rate whatever the answers. The law
wants fifteen days of notice, so the case keeps a demonstration clock, moved on by its statement
every second; voting closes in the middle. Prints JSON rows; exit status 1 if a ballot was lost.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx

from bankruptcy.kinds import records
from benchmarks.rows import row
from benchmarks.servers import running
from demo.answers import Problem
from rehearsal import script
from rehearsal.crowd import Fate
from rehearsal.making import Devices
from rehearsal.meeting import PATIENCE, Ballots, Rehearsal, RehearsalFailed
from rehearsal.sending import Receipts, Told, send
from rehearsal.staff import ADMINISTRATOR, Staff
from rehearsal.stages import Stages

CLOSED = "ballot-closed"
CONNECTIONS = 400
"""Ballots on their way at once; those that are due beyond them wait their turn."""


@dataclass(slots=True)
class Closing(Rehearsal):
    """A rehearsal in which all vote around the close."""

    rate: int = 200
    took: float = 0.0
    told: Sequence[Told] = ()

    def meeting(self, staff: Staff, devices: Devices) -> None:
        cast = self.make_ballots(staff, devices)
        sent = [(one.number, one.ballots[0].data) for one in cast if one.ballots]
        staff.move(script.WINDOW.opens)
        staff.reach(script.MEETING, records.Stage.OPEN)
        half = len(sent) / self.rate / 2
        staff.move(script.WINDOW.closes - timedelta(seconds=int(half) + 1))
        ended = threading.Event()
        clock = threading.Thread(target=self._tick, args=(staff, int(half) + 1, ended), daemon=True)
        clock.start()
        begun = time.monotonic()
        try:
            self.told = asyncio.run(self._stream(staff, [data for _number, data in sent]))
        finally:
            ended.set()
            clock.join()
        self.took = time.monotonic() - begun
        standing, refused = set(), 0
        for (number, _data), answer in zip(sent, self.told, strict=True):
            one = self.crowd[number]
            if answer.slug == CLOSED:
                refused += 1
            elif answer.acknowledged and one.fate is not Fate.FALSE_SHARE:
                standing.add(one.id)
            elif one.fate.counts:
                raise RehearsalFailed(f"ballot of creditor {number}: {answer.slug}")
        acknowledged = sum(answer.acknowledged for answer in self.told)
        self.ballots = Ballots(acknowledged, {CLOSED: refused}, frozenset(standing))

    def _tick(self, staff: Staff, before: int, ended: threading.Event) -> None:
        """The demonstration clock runs with real time, from `before` seconds before the close."""
        begun, web = time.monotonic(), staff.web(ADMINISTRATOR)
        while not ended.wait(0.2):
            passed = int(time.monotonic() - begun)
            with suppress(Problem):  # the same second again is no move
                web.move_clock(
                    staff.case.id, script.WINDOW.closes + timedelta(seconds=passed - before)
                )

    async def _stream(self, staff: Staff, ballots: Sequence[bytes]) -> list[Told]:
        told: dict[int, Told] = {}
        due: asyncio.Queue[int | None] = asyncio.Queue()

        async def connection() -> None:
            # A client each: one pool looks through all its connections for every request.
            async with httpx.AsyncClient(
                base_url=self.url, timeout=60, trust_env=False, verify=False
            ) as client:
                while (number := await due.get()) is not None:
                    told[number] = await send(
                        client, staff.case.id, ballots[number], self.receipts, PATIENCE
                    )

        async with asyncio.TaskGroup() as group:
            for _ in range(CONNECTIONS):
                group.create_task(connection())
            begun = time.monotonic()
            for number in range(len(ballots)):
                await asyncio.sleep(begun + number / self.rate - time.monotonic())
                due.put_nowait(number)
            for _ in range(CONNECTIONS):
                due.put_nowait(None)
        return [told[number] for number in range(len(ballots))]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rate", type=int, default=200, help="ballots a second")
    options.add_argument("--seconds", type=int, default=20)
    options.add_argument("--motions", type=int, default=3)
    asked = options.parse_args()
    with running() as (url, people), tempfile.TemporaryDirectory() as folder:
        closing = Closing(
            url,
            people,
            asked.rate * asked.seconds,
            asked.motions,
            Receipts(None),
            Stages(),
            rate=asked.rate,
        )
        report = closing.run(Path(folder) / "bundle")
    ms = sorted(answer.ms for answer in closing.told if answer.acknowledged)
    lost = report["acknowledged"] - report["counted"]
    row("closing-second-rate", len(closing.told) / closing.took, "ballots/s")
    row("closing-second-acknowledged", report["ballots"]["acknowledged"], "ballots")
    row("closing-second-refused-as-closed", report["ballots"]["refused"][CLOSED], "ballots")
    row("closing-second-receipt-p99", ms[int(0.99 * len(ms))] / 1000, "s")
    row("closing-second-lost", lost, "ballots")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
