"""The web as uvicorn runs it: HTTP to Django, WebSockets to the consumers, a pulse meanwhile."""

from __future__ import annotations

import os

import django
from asgiref.sync import sync_to_async
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase


class OneThread(ASGIHandler):
    """Middleware and view of a request in one thread, as under WSGI.

    All of them are synchronous: left to the handler, every change between a middleware that could
    be either and one that cannot costs a turn of the event loop.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response)(request)


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
