"""Live pages hear how far a case has come, through the real channel layer."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels.layers import get_channel_layer

from ledger.announce import GROUP, TYPE, Announcer


def test_the_hub_hears_the_newest_entry_of_each_case() -> None:
    cases = [f"case-{secrets.token_hex(8)}" for _ in range(2)]

    async def listen() -> list[dict[str, Any]]:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(GROUP, channel)

        async def heard() -> dict[str, Any]:
            # Other tests' sequencers speak in the same group.
            while (message := await layer.receive(channel))["case"] not in cases:
                pass
            return dict(message)

        announcer = Announcer()
        announcer.announce(cases[0], 4)
        first = await asyncio.wait_for(heard(), 5)
        announcer.announce(cases[1], 1)
        second = await asyncio.wait_for(heard(), 5)
        await asyncio.to_thread(announcer.close)
        await layer.group_discard(GROUP, channel)
        return [first, second]

    # In a thread of its own: browsers under test keep an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(asyncio.run, listen()).result()
    assert heard == [
        {"type": TYPE, "case": cases[0], "n": 4},
        {"type": TYPE, "case": cases[1], "n": 1},
    ]
