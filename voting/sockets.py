"""Addresses of the WebSockets (pages: voting/urls.py)."""

from __future__ import annotations

from django.urls import URLPattern, path

from voting.live import BoardConsumer, CaseConsumer

live_urls: list[URLPattern] = [
    path("ws/c/<str:case>", CaseConsumer.as_asgi()),
    path("ws/c/<str:case>/m/<str:meeting>/board", BoardConsumer.as_asgi()),
]
