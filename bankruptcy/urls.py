"""All addresses of the web. Each area has its own `urls.py`, included here."""

from __future__ import annotations

from django.conf.urls.i18n import set_language
from django.urls import URLPattern, URLResolver, include, path

from bankruptcy.delivery import openapi, problems
from bankruptcy.platform import pages
from voting.sockets import live_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.front, name="front"),
    path("logs", pages.logs_page, name="logs-page"),
    path("healthz", pages.healthz, name="healthz"),
    path("language", set_language, name="set_language"),
    path("api/schema", openapi.schema, name="schema"),
    path("ledger/", include("ledger.api.urls")),
    path("", include("bankruptcy.delivery.urls")),
    path("", include("voting.urls")),
    path("", include("bankruptcy.people.urls")),
    path("", include("bankruptcy.cases.urls")),
    path("", include("bankruptcy.claims.urls")),
    path("", include("bankruptcy.desk.urls")),
    path("", include("bankruptcy.meetings.urls")),
    path("", include("voting.api.urls")),
]

websocket_urlpatterns: list[URLPattern] = [*live_urls]

handler400 = problems.bad_request
handler403 = problems.forbidden
handler404 = problems.not_found
handler500 = problems.server_error
