"""Telling the live pages that a case has reached entry n. What they show they fetch."""

from __future__ import annotations

import logging
from typing import Final

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

GROUP: Final = "bankruptcy"
TYPE: Final = "case.moved"
"""The message: {"type": "case.moved", "case": <id>, "n": <index of the newest entry>}."""

_logger = logging.getLogger(__name__)


def announce(case: str, n: int) -> None:
    """Send to the hub, at most once; who misses it catches up by n. Never raises."""
    try:
        layer = get_channel_layer()
        if layer is not None:
            async_to_sync(layer.group_send)(GROUP, {"type": TYPE, "case": case, "n": n})
    except Exception:
        # A broker that is down must not stop the log; clients fetch again by themselves.
        _logger.warning("announcing entry %d was not possible", n, exc_info=True)
