"""Addresses of accounts, joining, roles and keys."""

from __future__ import annotations

from django.urls import path

from bankruptcy.people import devices, entry

urlpatterns = [
    path("api/session", entry.session, name="session"),
    path("login", entry.log_in, name="login"),
    path("register", entry.register, name="register"),
    path("logout", entry.log_out, name="logout"),
    path("c/<str:case>/join", devices.join, name="join"),
    path("c/<str:case>/people", devices.people, name="people"),
    path("c/<str:case>/me/devices", devices.mine, name="devices"),
    path("c/<str:case>/keys", devices.ask, name="key-ask"),
    path("c/<str:case>/keys/pending", devices.pending, name="keys-pending"),
    path("c/<str:case>/keys/<str:key>", devices.look, name="key"),
    path("c/<str:case>/keys/<str:key>/refuse", devices.refuse, name="key-refuse"),
    path("c/<str:case>/desk/keys", devices.queue, name="desk-keys"),
    path("c/<str:case>/court/roles", devices.roles, name="court-roles"),
]
