"""Addresses of ledger.md 9.8, included at /ledger/."""

from __future__ import annotations

from django.urls import path

from ledger.api import views

app_name = "ledger"

urlpatterns = [
    path("logs", views.heads, name="logs"),
    path("<str:log>/statements", views.statements, name="statements"),
    path("<str:log>/checkpoint", views.checkpoint, name="checkpoint"),
    path("<str:log>/tile/<path:rest>", views.tile, name="tile"),
    path("<str:log>/tables/<str:root>.jsonl", views.table, name="table"),
    path("<str:log>/packs/<str:sha256>.json", views.pack, name="pack"),
    path("<str:log>/bundle", views.bundle, name="public-bundle"),
    path("<str:log>/policy", views.policy, name="policy"),
    path("<str:log>/proof/<str:index>", views.proof, name="proof"),
    path("<str:log>/receipt/<str:digest>", views.receipt, name="receipt"),
]
