"""How soon a thousand open pages hear of a change: from the press of a button to every socket.

    .venv/bin/python -m benchmarks.live_board [--sockets 1000] [--changes 20]

Connects WebSockets to a case of a server of its own, says one statement a second, and notes when
each socket is told a size of the log that covers it. Prints JSON rows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from datetime import timedelta

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from benchmarks.rows import row
from benchmarks.servers import running
from demo.ledger_client import LedgerClient
from rehearsal import script
from rehearsal.staff import ADMINISTRATOR, Staff

AT_ONCE = 50


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sockets", type=int, default=1000)
    options.add_argument("--changes", type=int, default=20)
    asked = options.parse_args()
    with running() as (url, people):
        ledger = LedgerClient(url)
        staff = Staff(url, people, ledger, script.OPENED)
        staff.open_case()
        found = sorted(asyncio.run(measure(url, staff, asked.sockets, asked.changes)))
        staff.close()
        ledger.close()
    row("live-board-p50", found[len(found) // 2], "ms")
    row("live-board-p95", found[int(0.95 * len(found))], "ms")
    row("live-board-worst", found[-1], "ms")


async def measure(url: str, staff: Staff, count: int, changes: int) -> list[float]:
    """Milliseconds from the moment a change is sent to each socket's hearing of it."""
    address = f"{url.replace('http', 'ws', 1)}/ws/c/{staff.case.id}"
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one() -> ClientConnection:
        async with gate:
            return await connect(address, origin=Origin(url), open_timeout=60, ping_interval=None)

    sockets = await asyncio.gather(*(open_one() for _ in range(count)))
    heard: list[list[tuple[int, float]]] = [[] for _ in sockets]

    async def listen(number: int, socket: ClientConnection) -> None:
        async for message in socket:
            heard[number].append((json.loads(message)["n"], time.perf_counter()))

    listeners = [asyncio.create_task(listen(i, socket)) for i, socket in enumerate(sockets)]
    said: list[tuple[int, float]] = []
    for change in range(changes):
        size = staff.case.follow().size
        at = time.perf_counter()
        await asyncio.to_thread(speak, staff, change)
        said.append((size + 1, at))
        await asyncio.sleep(1)
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    await asyncio.gather(*(socket.close() for socket in sockets), return_exceptions=True)
    late = float("inf")
    return [
        1000 * (min((t for n, t in of_one if n >= size), default=late) - at)
        for size, at in said
        for of_one in heard
    ]


def speak(staff: Staff, number: int) -> None:
    """A statement that changes the case: its clock moves by a minute."""
    to = script.OPENED + timedelta(minutes=number + 1)
    staff.web(ADMINISTRATOR).move_clock(staff.case.id, to)


if __name__ == "__main__":
    main()
