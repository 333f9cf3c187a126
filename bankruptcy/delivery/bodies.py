"""No request body is larger than what memory holds: beyond that it is refused while it arrives.

Django would write a larger one to disk, in the clear and as long as it lasts, before a view sees
it. The views refuse by their own words what is above their own, lower, bounds.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.urls import Resolver404, resolve
from django.utils import translation

from bankruptcy.delivery import problems
from bankruptcy.meetings import publishing

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LARGER: Final = {"weights-table": publishing.MOST + 1}
"""Bytes by the name of an address that takes more; nothing in them is secret."""
_READ_ON: Final = 64 * 1024 * 1024
"""Bytes beyond the bound that are read and thrown away, since who still sends hears no answer."""


class BoundedBodies:
    """The ASGI application `app`, whose requests have bodies of bounded size."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        taken = 0

        async def bounded() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE or taken <= _most(scope["path"]):
                return message
            await _read_on(receive, message)
            await _refuse(scope, send)
            # To the application it is as if the sender had hung up.
            return {"type": "http.disconnect"}

        await self._app(scope, bounded, send)


def _most(path: str) -> int:
    try:
        name = resolve(path).url_name
    except Resolver404:
        name = None
    return LARGER.get(name or "", settings.FILE_UPLOAD_MAX_MEMORY_SIZE)


async def _read_on(receive: Receive, message: Message) -> None:
    thrown_away = 0
    while message.get("more_body") and thrown_away < _READ_ON:
        message = await receive()
        thrown_away += len(message.get("body", b""))


async def _refuse(scope: MutableMapping[str, Any], send: Send) -> None:
    request = ASGIRequest(scope, BytesIO())
    with translation.override(translation.get_language_from_request(request)):
        body = json.dumps(problems.problem(413), ensure_ascii=False).encode()
    headers = [
        (b"content-type", problems.CONTENT_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
