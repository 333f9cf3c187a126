"""A reader of the public ledger of a server, who submits statements too, without any log-in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

import httpx

from demo.answers import RETRIES, answer_of, patiently
from ledger.log.checkpoint import Checkpoint
from ledger.log.note import Note
from ledger.log.tiles import WIDTH, Tile, decode_bundle


class Ledger(Protocol):
    """Where statements go, and where the log is read; `LedgerClient` over HTTP."""

    def submit(self, case: str, submission: Mapping[str, Any]) -> None:
        """Hand a statement in; returns when it is acknowledged. Raises Problem."""

    def checkpoint(self, case: str) -> Note:
        """The newest checkpoint with the cosignatures it has."""

    def entries(self, case: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes of entries start … end-1 of a log that has them."""

    def table(self, case: str, root: bytes) -> bytes | None:
        """The rows of a table that a statement names, one a line; None where there is none."""


class LedgerClient:
    """The ledger's public addresses (ledger 9.8). Safe for several threads."""

    def __init__(
        self,
        url: str,
        *,
        patience: float = RETRIES,
        received: Callable[[httpx.Response], None] = lambda answer: None,
    ) -> None:
        """received: given every answer that is a receipt."""
        self._http = httpx.Client(base_url=url, timeout=60)
        self._patience, self._received = patience, received

    def submit(self, case: str, submission: Mapping[str, Any]) -> None:
        """See Ledger. The same statement again is no other act, so a cut connection is retried."""
        body = json.dumps(dict(submission), ensure_ascii=False).encode()
        kind = {"Content-Type": "application/json"}
        path = f"/ledger/{case}/statements"
        self._received(
            patiently(lambda: self._http.post(path, content=body, headers=kind), self._patience)
        )

    def checkpoint(self, case: str) -> Note:
        """See Ledger."""
        return Note.decode(self._get(f"/ledger/{case}/checkpoint").content)

    def entries(self, case: str, start: int, end: int) -> Iterator[bytes]:
        """See Ledger."""
        for index in range(start // WIDTH, -(-end // WIDTH)):
            width = min(WIDTH, end - index * WIDTH)
            tile = Tile(None, index, width)
            data = self._get(f"/ledger/{case}/{tile.path}").content
            first = max(0, start - index * WIDTH)
            yield from decode_bundle(data, width)[first:]

    def table(self, case: str, root: bytes) -> bytes | None:
        """See Ledger."""
        answered = self._http.get(f"/ledger/{case}/tables/{root.hex()}.jsonl")
        return None if answered.status_code == 404 else answer_of(answered).content

    def logs(self) -> tuple[str, ...]:
        """The origins of all logs."""
        text = answer_of(self._http.get("/ledger/logs")).text
        return tuple(line.split(" ")[0] for line in text.splitlines())

    def _get(self, path: str) -> httpx.Response:
        return patiently(lambda: self._http.get(path), self._patience)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()


def size_of(note: Note) -> int:
    """How many entries a checkpoint covers; its signatures are not checked here."""
    return Checkpoint.parse(note.text).size
