"""A request in one thread: nothing of it is left to the next, and a stream ends with its reader."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation

from bankruptcy import asgi
from bankruptcy.asgi import OneThread

Message = dict[str, Any]

SCOPE: Message = {
    "type": "http",
    "method": "GET",
    "path": "/",
    "query_string": b"",
    "headers": [],
}


class Reader:
    """Who asks: sends an empty body, takes `most` messages of the answer, and leaves."""

    def __init__(self, most: int) -> None:
        self.answer: list[Message] = []
        self._most = most
        self._asked = False
        self._left = asyncio.Event()

    async def receive(self) -> Message:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b""}
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.answer.append(message)
        if len(self.answer) == self._most:
            self._left.set()


def run(work: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: browsers of other tests keep a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result(60)


def test_a_stream_ends_when_its_reader_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    async def without_end() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"more"
                await asyncio.sleep(0)
        finally:
            ended.append("stream")

    class Stream(StreamingHttpResponse):
        def close(self) -> None:
            ended.append("response")
            super().close()

    def answer(_self: OneThread, _request: HttpRequest) -> HttpResponseBase:
        return Stream(without_end())

    monkeypatch.setattr(OneThread, "get_response", answer)

    async def reading() -> None:
        reader = Reader(most=5)
        await OneThread()(SCOPE, reader.receive, reader.send)
        assert reader.answer[1]["body"] == b"more"

    run(reading())
    assert ended == ["stream", "response"]


def test_what_a_request_activates_is_not_there_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[str] = []

    def answer(_self: OneThread, _request: HttpRequest) -> HttpResponseBase:
        found.append(translation.get_language() or "")
        translation.activate("en")
        return HttpResponse(b"done")

    monkeypatch.setattr(asgi, "THREADS", 1)
    monkeypatch.setattr(OneThread, "get_response", answer)

    async def twice() -> None:
        handler = OneThread()
        for _ in range(2):
            reader = Reader(most=3)
            await handler(SCOPE, reader.receive, reader.send)
            assert reader.answer[1]["body"] == b"done"

    run(twice())
    assert found == ["zh-hans", "zh-hans"]
