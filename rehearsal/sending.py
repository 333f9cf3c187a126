"""Sending what creditors say: many at once, each again with the same bytes until it is taken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from demo.answers import RESTARTING, problem_of

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0
_TIMEOUT: Final = 60.0


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one statement: the slug of a refusal, "" where it was acknowledged.

    index: of its entry, None while it has none.
    """

    slug: str
    index: int | None
    ms: float

    @property
    def acknowledged(self) -> bool:
        """Was a receipt given?"""
        return self.slug == ""


class Receipts:
    """Keeps every acknowledged receipt as a file of its own, the moment it arrives."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.count = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def keep(self, answer: httpx.Response) -> None:
        """Write it under the name that the server gives it, which holds the statement's digest."""
        self.count += 1
        if self._folder is None:
            return
        digest = answer.headers["Location"].rpartition("/")[2]
        grade = answer.headers["Concursus-Grade"]
        suffix = ".ack.json" if grade == "1" else ".tlog-proof"
        (self._folder / f"{digest}{suffix}").write_bytes(answer.content)


async def send(
    client: httpx.AsyncClient, case: str, data: bytes, receipts: Receipts, patience: float
) -> Told:
    """Send one statement until it is answered. Raises TransportError, Problem of a broken server.

    The time is that of its submitter: from the first byte sent to the receipt.
    """
    begun = time.perf_counter()
    ends, pause = time.monotonic() + patience, _FIRST_PAUSE
    while True:
        try:
            answer = await client.post(
                f"/ledger/{case}/statements",
                content=data,
                headers={"Content-Type": "application/json"},
            )
        except httpx.TransportError:
            if time.monotonic() > ends:
                raise
        else:
            if answer.status_code not in RESTARTING:
                return _told(answer, receipts, begun)
            if time.monotonic() > ends:
                raise problem_of(answer)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def send_all(
    url: str,
    case: str,
    sequences: Sequence[Sequence[bytes]],
    *,
    at_once: int,
    receipts: Receipts,
    patience: float,
    done: Callable[[int, Told], None],
) -> None:
    """Send sequences of statements: each in its order, `at_once` of them side by side.

    done: told of each statement as it is answered, with the number of its sequence.
    """

    async def whole() -> None:
        left = iter(enumerate(sequences))
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        async with httpx.AsyncClient(
            base_url=url,
            timeout=_TIMEOUT,
            limits=limits,
            trust_env=False,
            headers={"Accept-Language": "en"},
        ) as client:

            async def work() -> None:
                for number, statements in left:
                    for data in statements:
                        done(number, await send(client, case, data, receipts, patience))

            async with asyncio.TaskGroup() as group:
                for _ in range(at_once):
                    group.create_task(work())

    asyncio.run(whole())


def _told(answer: httpx.Response, receipts: Receipts, begun: float) -> Told:
    ms = (time.perf_counter() - begun) * 1000
    if answer.is_success:
        receipts.keep(answer)
        index = answer.headers.get("Concursus-Index")
        return Told("", None if index is None else int(index), ms)
    problem = problem_of(answer)
    if problem.status >= 500 or not problem.slug:
        raise problem
    return Told(problem.slug, None, ms)
