"""Sockets of those who mean no good: broken frames, floods, readers that never read."""

from __future__ import annotations

import asyncio
import json
import os
import socket as sockets
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.apps.live.test_sockets import asked, heard, socket
from tests.apps.voting.support import MEETING, Meeting
from tests.embedded_plugin import serving
from voting import live

TEXT, BINARY = 0x1, 0x2
FINAL = 0x80


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting()
    found.until_open()
    return found


@pytest.fixture(scope="module")
def url(meeting: Meeting) -> Iterator[str]:
    with serving() as address:
        yield address


def frame(first: int, payload: bytes, *, length: int | None = None, masked: bool = True) -> bytes:
    """A client's frame; `length`: what it says of itself, whatever follows."""
    stated = len(payload) if length is None else length
    mask = 0x80 if masked else 0
    if stated < 126:
        head = struct.pack("!BB", first, mask | stated)
    elif stated < 2**16:
        head = struct.pack("!BBH", first, mask | 126, stated)
    else:
        head = struct.pack("!BBQ", first, mask | 127, stated)
    return head + (bytes(4) if masked else b"") + payload


@contextmanager
def raw(url: str, path: str, buffer: int | None = None) -> Iterator[sockets.socket]:
    """A socket after the handshake, on which anything can be sent."""
    where = urlsplit(url)
    found = sockets.socket()
    if buffer is not None:
        found.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, buffer)
    found.settimeout(30)
    found.connect(("127.0.0.1", where.port))
    asking = (
        f"GET {path} HTTP/1.1\r\nHost: localhost:{where.port}\r\nOrigin: {url}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    found.sendall(asking.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += found.recv(1)
    assert answer.startswith(b"HTTP/1.1 101")
    try:
        yield found
    finally:
        found.close()


def ends(found: sockets.socket) -> bytes:
    """What comes until the server closes."""
    seen = b""
    with suppress(ConnectionError):
        while part := found.recv(65536):
            seen += part
    return seen


BROKEN = {
    "an opcode that none is": frame(FINAL | 0x3, b"x"),
    "a reserved bit": frame(FINAL | 0x40 | TEXT, b"x"),
    "no mask": frame(FINAL | TEXT, b"{}", masked=False),
    "text that is none": frame(FINAL | TEXT, b"\xff\xfe"),
    "four exabytes announced": frame(FINAL | TEXT, b"x", length=2**62),
    "a length with its highest bit": frame(FINAL | TEXT, b"x", length=2**63),
    "a ping of 1,000 bytes": frame(FINAL | 0x9, bytes(1000)),
    "a message that goes on without a beginning": frame(FINAL, b"x"),
    "more than a message may hold": frame(FINAL | TEXT, b" " * 20_000),
    "more than it may hold, in pieces": frame(TEXT, b" " * 9_000)
    + frame(0, b" " * 9_000)
    + frame(FINAL, b" "),
    "a close of one byte": frame(FINAL | 0x8, b"x"),
    "noise": os.urandom(4000),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("path", ["/ws/c/{}", "/ws/c/{}/m/" + MEETING + "/board"])
def test_a_broken_frame_ends_its_own_socket_and_no_other(
    url: str, meeting: Meeting, name: str, path: str
) -> None:
    with socket(url, f"/ws/c/{meeting.id}") as other:
        size = heard(other)["n"]
        with raw(url, path.format(meeting.id)) as found:
            found.sendall(BROKEN[name])
            with suppress(OSError):
                found.shutdown(sockets.SHUT_WR)
            ends(found)
        with socket(url, f"/ws/c/{meeting.id}") as again:
            assert heard(again)["n"] == size


@pytest.mark.parametrize("data", [b"", b"\x00", bytes(10_000)])
def test_a_binary_message_is_a_problem_and_the_socket_lives(
    url: str, meeting: Meeting, data: bytes
) -> None:
    with socket(url, f"/ws/c/{meeting.id}/m/{MEETING}/board") as found:
        for _ in range(2):
            found.send(data)
            assert heard(found)["problem"]["type"] == "/problems/malformed"
        found.send('{"get": "summary"}')
        assert "problem" not in heard(found)


def test_nesting_as_deep_as_a_message_can_hold_is_a_problem(url: str, meeting: Meeting) -> None:
    with socket(url, f"/ws/c/{meeting.id}/m/{MEETING}/board") as found:
        for depth in (101, 400, 900, 950, 980, 990):
            found.send('{"get":' + "[" * depth + "]" * depth + "}")
            assert heard(found)["problem"]["type"] == "/problems/malformed", depth


def flooded(found: ClientConnection) -> None:
    """A thousand messages, then whatever comes until the end. Raises ConnectionClosed."""
    for _ in range(1000):
        found.send('{"presence": "m"}')
    while True:
        found.recv(timeout=30)


def test_a_flood_closes_its_own_socket_and_no_other(url: str, meeting: Meeting) -> None:
    path = f"/ws/c/{meeting.id}"
    with socket(url, path) as calm, socket(url, path) as flood:
        heard(calm)
        with pytest.raises(ConnectionClosed) as closed:
            flooded(flood)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == live.TOO_OFTEN
        assert "problem" in asked(calm, "?")


def test_who_asks_and_never_reads_keeps_nobody_waiting(url: str, meeting: Meeting) -> None:
    path = f"/ws/c/{meeting.id}/m/{MEETING}/board"
    question = frame(FINAL | TEXT, b'{"get": "summary"}')
    with raw(url, path, buffer=4096) as silent:
        silent.settimeout(0.5)
        with suppress(TimeoutError):
            # Until the server takes no more questions, since nobody takes its answers.
            for _ in range(20_000):
                silent.sendall(question * 10)
        with socket(url, path) as other:
            other.send('{"get": "summary"}')
            assert "problem" not in heard(other)


class Stuck(live.CaseConsumer):
    """A socket whose other end never reads, as soon as all buffers are full."""

    async def send(
        self, text_data: str | None = None, bytes_data: bytes | None = None, close: bool = False
    ) -> None:
        await asyncio.Event().wait()


class Reading(live.CaseConsumer):
    """A socket whose other end reads."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[int] = []

    async def send(
        self, text_data: str | None = None, bytes_data: bytes | None = None, close: bool = False
    ) -> None:
        self.read.append(json.loads(text_data or "")["n"])


def test_a_reader_that_never_reads_holds_up_no_other_and_is_owed_one_message_at_most() -> None:
    async def told() -> tuple[list[int], int]:
        stuck, reading, hub = Stuck(), Reading(), live.Hub()
        for one in (stuck, reading):
            one.case = "c"
            hub._rooms.setdefault("c", set()).add(one)
        for size in range(1000):
            hub.tell("c", size)
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        tasks = len(asyncio.all_tasks()) - 1
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        return reading.read, tasks

    # In a thread of its own: a browser test before may have left a loop in this one.
    with ThreadPoolExecutor(1) as pool:
        read, waiting = pool.submit(asyncio.run, told()).result()
    assert read[-1] == 999
    assert waiting == 1
