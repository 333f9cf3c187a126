"""The web as uvicorn runs it: HTTP to Django, WebSockets to the consumers, a pulse meanwhile."""

from __future__ import annotations

import asyncio
import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import IO, Final, TypeVar

import django
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import HttpResponseBase
from django.urls import set_script_prefix

T = TypeVar("T")

THREADS: Final = 256
"""Requests worked on at once; most of those wait for the database or for a checkpoint."""


class OneThread(ASGIHandler):
    """All of a request in one thread, as under WSGI: one turn of the event loop there and back.

    All middleware and views are synchronous. Left to the handler, each request starts a thread of
    its own, in which the event loop waits until it runs, and comes back to the loop between the
    steps. Those costs were more than half of what a ballot costs the web.
    """

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(THREADS, "request")

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._in_a_thread(self._answer, scope, body)
        if not response.streaming:
            await self.send_response(response, send)
            return
        sending = asyncio.create_task(self.send_response(response, send))
        leaving = asyncio.create_task(receive())  # all that can come after the body
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            leaving.cancel()
            sending.cancel()
            await asyncio.wait((sending, leaving))
            await self._in_a_thread(response.close)

    def _answer(self, scope: HTTPScope, body: IO[bytes]) -> HttpResponseBase:
        """The response; closed, where its content is whole, so that its thread lets go of all."""
        with closing(body):
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            request, refused = self.create_request(scope, body)
            response: HttpResponseBase = refused or self.get_response(request)
            response._handler_class = type(self)
            if response.streaming:
                close_old_connections()  # the stream asks from threads of its own
            else:
                response.close()
            return response

    async def _in_a_thread(self, work: Callable[..., T], *values: object) -> T:
        run = contextvars.copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, run, work, *values)


def built() -> ProtocolTypeRouter:
    """The application. Django is set up first: the consumers import models."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bankruptcy.settings")
    django.setup(set_prefix=False)
    http = OneThread()
    from bankruptcy.delivery.bodies import BoundedBodies
    from bankruptcy.meetings.pulse import lifespan
    from bankruptcy.urls import websocket_urlpatterns

    sockets = AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
    return ProtocolTypeRouter(
        {
            "http": BoundedBodies(http),
            "lifespan": lifespan,
            "websocket": AllowedHostsOriginValidator(sockets),
        }
    )


application = built()
