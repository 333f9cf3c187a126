"""The web as uvicorn runs it: HTTP to Django, WebSockets to the consumers, a pulse meanwhile."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bankruptcy.settings")
# Before the consumers are imported: they import models.
http = get_asgi_application()

from bankruptcy.meetings.pulse import lifespan  # noqa: E402
from bankruptcy.urls import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "lifespan": lifespan,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
