"""Live pages hear how far a case has come, through the real channel layer."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels.layers import get_channel_layer

from ledger.announce import GROUP, TYPE, Announcer


def test_the_hub_hears_the_newest_entry_of_each_case() -> None:
    async def listen() -> list[dict[str, Any]]:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)
        announcer = Announcer()
        announcer.announce("case-a", 4)
        first = await asyncio.wait_for(layer.receive(channel), 5)
        announcer.announce("case-b", 1)
        second = await asyncio.wait_for(layer.receive(channel), 5)
        await asyncio.to_thread(announcer.close)
        await layer.group_discard(GROUP, channel)
        return [first, second]

    # In a thread of its own: browsers under test keep an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(asyncio.run, listen()).result()
    assert heard == [
        {"type": TYPE, "case": "case-a", "n": 4},
        {"type": TYPE, "case": "case-b", "n": 1},
    ]
