"""The web as uvicorn runs it: HTTP to Django, WebSockets to the consumers, a pulse meanwhile."""

from __future__ import annotations

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application


def built() -> ProtocolTypeRouter:
    """The application. Django is set up first: the consumers import models."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bankruptcy.settings")
    http = get_asgi_application()
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
