"""Parts made by ordinary code, streamed by an ASGI server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator


async def in_threads(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same parts for an ASGI server, which would otherwise collect them all first."""
    try:
        while (part := await asyncio.to_thread(next, parts, None)) is not None:
            yield part
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
