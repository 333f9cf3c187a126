"""The witness over HTTP: C2SP tlog-witness under /witness/<role> (ledger 1.7, 9.8)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from ledger.log.errors import Refused
from ledger.log.witness import MAX_REQUEST
from ledger.witness.service import Answer, Witness

# Above what is refused as too long to be a request at all.
MAX_BODY: Final = 2 * MAX_REQUEST

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def application(witness: Witness, prefix: str) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """The ASGI callable. `prefix`: submission and monitoring prefix, "/witness/court".

    POST <prefix>/add-checkpoint; GET <prefix>/<hex SHA-256(origin)>/checkpoint, <prefix>/vkey
    (the key of type 04), <prefix>/vkeys (all, a line each).
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"a witness speaks HTTP, not {scope['type']}")
        await _send(send, await answer(scope["method"], scope["path"], receive))

    async def answer(method: str, path: str, receive: Receive) -> Answer:
        if not path.startswith(prefix + "/"):
            return Answer(404, b"no such address\n")
        parts = path[len(prefix) + 1 :].split("/")
        if parts == ["add-checkpoint"]:
            if method != "POST":
                return Answer(405, b"POST a checkpoint here\n")
            body = await _body(receive)
            if body is None:
                return Answer(413, b"the request is too large\n")
            # In a thread: the store waits for the disk.
            return await asyncio.to_thread(_guarded, lambda: witness.add(body, int(time.time())))
        if method != "GET":
            return Answer(405, b"only GET here\n")
        if parts == ["vkey"]:
            return Answer(200, f"{witness.vkeys[0]}\n".encode())
        if parts == ["vkeys"]:
            return Answer(200, "".join(f"{vkey}\n" for vkey in witness.vkeys).encode())
        if len(parts) == 2 and parts[1] == "checkpoint":
            return await asyncio.to_thread(_guarded, lambda: witness.latest(parts[0]))
        return Answer(404, b"no such address\n")

    return serve


def _guarded(act: Callable[[], Answer]) -> Answer:
    try:
        return act()
    except Refused as error:
        # The witness's own trouble (its trust file, its key), not the sender's.
        return Answer(503, error.sentence("en").encode() + b"\n")


async def _body(receive: Receive) -> bytes | None:
    """The request's body, or None if it is too large or its sender went away."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


async def _send(send: Send, answer: Answer) -> None:
    headers = [
        (b"content-type", answer.content_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
