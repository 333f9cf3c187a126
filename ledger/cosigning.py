"""The process that brings checkpoints to the witnesses and their cosignatures home (ledger 4(d)).

For each log all witnesses are asked for the same size, the target, so that a quorum comes about
while the log grows on. The target moves to the newest checkpoint at most once a second: when the
quorum is there and the others had a moment more, or when waiting has lost its point. Each witness
is asked by a task of its own, so that one that is slow or dead delays nobody.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

import httpx
from django.db import Error, connection

from ledger import cosign
from ledger.cosign import Newest
from ledger.log.checkpoint import parse_decimal
from ledger.log.errors import Refused
from ledger.log.note import COSIGNATURE_ED25519
from ledger.log.witness import AddCheckpoint

T = TypeVar("T")

TICK: Final = 0.1
"""Seconds between two looks at the database."""
PAUSE: Final = 1.0
"""A log's target moves at most once in so many seconds."""
GRACE: Final = 0.5
"""After the quorum, so long for the cosignatures of the others."""
PATIENCE: Final = 3.0
"""Without a quorum, the target moves on after so many seconds."""
TIMEOUT: Final = 5.0
RETRY: Final = 1.0

log = logging.getLogger("ledger.cosign")


@dataclass(slots=True)
class Asked:
    """How one witness stands with one log."""

    address: str
    known: int
    """The size it has, as far as we know; 0 where we do not."""
    done: int
    """The size up to which its cosignature is stored."""
    task: asyncio.Task[None] | None = None
    not_before: float = 0.0
    trouble: str = ""


@dataclass(slots=True)
class Following:
    """One log: the checkpoint all witnesses are asked for, and how each stands."""

    newest: Newest
    target: Newest
    since: float
    witnesses: dict[str, Asked]
    quorum_since: float | None = None
    overtaken: bool = False
    """A witness has a larger size than the target: it can no longer cosign that."""

    def cosigned(self) -> set[str]:
        """Who has cosigned the target."""
        return {name for name, asked in self.witnesses.items() if asked.done == self.target.size}

    def move(self, now: float) -> None:
        """Take the newest checkpoint as target if it is time to."""
        if self.quorum_since is None and cosign.enough(self.target.policy, self.cosigned()):
            self.quorum_since = now
        if self.newest.size <= self.target.size or now < self.since + PAUSE:
            return
        complete = len(self.cosigned()) == len(self.witnesses)
        settled = self.quorum_since is not None and now >= self.quorum_since + GRACE
        if complete or settled or self.overtaken or now >= self.since + PATIENCE:
            self.target, self.since = self.newest, now
            self.quorum_since, self.overtaken = None, False


class CosigningProcess:
    """Follows all logs of the database. `addresses`: witness's key name -> submission prefix (URL).

    The key name, since a policy may call its witnesses as it likes.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(addresses)
        self._logs: dict[str, Following] = {}
        # One thread has the one database connection.
        self._database = ThreadPoolExecutor(1, "cosign-database")

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        limits = httpx.Limits(max_connections=64)
        async with httpx.AsyncClient(timeout=TIMEOUT, limits=limits, trust_env=False) as client:
            while not stop.is_set():
                try:
                    await self._look(client)
                except Error as error:
                    log.warning("database: %s", str(error).split("\n")[0])
                    await self._ask_database(_close)
                    await _sleep(stop, RETRY)
                await _sleep(stop, TICK)
            tasks = [a.task for f in self._logs.values() for a in f.witnesses.values() if a.task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._ask_database(_close)
        self._database.shutdown()

    async def _look(self, client: httpx.AsyncClient) -> None:
        for name, size in (await self._ask_database(cosign.newest_sizes)).items():
            following = self._logs.get(name)
            if following is None:
                await self._follow(await self._ask_database(partial(cosign.newest, name)))
            elif following.newest.size < size:
                following.newest = await self._ask_database(partial(cosign.newest, name))
        now = time.monotonic()
        for following in self._logs.values():
            following.move(now)
            for witness, asked in following.witnesses.items():
                idle = asked.task is None or asked.task.done()
                if idle and asked.done < following.target.size and now >= asked.not_before:
                    asked.task = asyncio.create_task(self._ask(client, following, witness))

    async def _follow(self, newest: Newest) -> None:
        sizes = await self._ask_database(partial(cosign.cosigned_sizes, newest.log))
        witnesses = {
            name: Asked(self._addresses[key.name], sizes.get(name, 0), sizes.get(name, 0))
            for name, key in newest.policy.witnesses.items()
            # A body's second key answers in the same request as its first.
            if key.name in self._addresses and key.kind == COSIGNATURE_ED25519
        }
        self._logs[newest.log] = Following(newest, newest, time.monotonic(), witnesses)

    async def _ask(self, client: httpx.AsyncClient, following: Following, name: str) -> None:
        asked, target = following.witnesses[name], following.target
        try:
            trouble = await self._cosign(client, following, target, name)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            trouble = f"{type(error).__name__} {error}".strip()
        except Refused as error:
            trouble = error.sentence("en")
        except Error as error:
            trouble = f"database: {error}".split("\n")[0]
        asked.not_before = time.monotonic() + RETRY if trouble else 0.0
        if trouble != asked.trouble:
            log.warning("%s: witness %s: %s", target.log, name, trouble or "answers again")
            asked.trouble = trouble

    async def _cosign(
        self, client: httpx.AsyncClient, following: Following, target: Newest, name: str
    ) -> str:
        """Ask for one cosignature and store it; empty, or why there is none."""
        asked = following.witnesses[name]
        for _attempt in range(3):
            old = asked.known
            if old > target.size:
                # It was asked for a newer one before; only the newest checkpoint can help.
                following.overtaken = True
                return f"it has a larger size ({old}) than the {target.size} asked for"
            proof = await self._ask_database(
                partial(cosign.proof_between, target.log, old, target.size)
            )
            request = AddCheckpoint.of(old, proof, target.note)
            answer = await client.post(f"{asked.address}/add-checkpoint", content=request.encode())
            if answer.status_code == httpx.codes.OK:
                lines = cosign.checked_lines(target, name, answer.text)
                await self._ask_database(partial(cosign.record, target, lines))
                asked.known = asked.done = target.size
                return ""
            if answer.status_code != httpx.codes.CONFLICT:
                return f"answered {answer.status_code}: {answer.text.strip()[:200]}"
            asked.known = parse_decimal(answer.text.strip(), "size")
        return "its size changes while it is asked"

    async def _ask_database(self, act: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._database, act)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, but not past `stop`."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


def _close() -> None:
    # Looked up in the thread that calls it: each has its own connection.
    connection.close()
