"""Addresses of accounts, joining, roles and keys."""

from __future__ import annotations

from django.urls import path

from bankruptcy.people import devices, entry, safety, second

urlpatterns = [
    path("api/session", entry.session, name="session"),
    path("login", entry.log_in, name="login"),
    path("login/second", second.second, name="login-second"),
    path("login/let-in", second.let_in, name="login-let-in"),
    path("account", second.security, name="security"),
    path("register", entry.register, name="register"),
    path("logout", entry.log_out, name="logout"),
    path("c/<str:case>/join", devices.join, name="join"),
    path("c/<str:case>/people", devices.people, name="people"),
    path("c/<str:case>/me/devices", devices.mine, name="devices"),
    path("c/<str:case>/people/<str:person>/let-in", safety.let_in, name="let-in"),
    path("c/<str:case>/passkeys", devices.passkeys, name="passkeys"),
    path("c/<str:case>/keys", devices.ask, name="key-ask"),
    path("c/<str:case>/keys/pending", devices.pending, name="keys-pending"),
    path("c/<str:case>/keys/<str:key>", devices.look, name="key"),
    path("c/<str:case>/keys/<str:key>/refuse", devices.refuse, name="key-refuse"),
    path("c/<str:case>/keys/<str:key>/stolen", safety.stolen, name="key-stolen"),
    path("c/<str:case>/keys/<str:key>/confirm", safety.confirm, name="key-confirm"),
    path("c/<str:case>/desk/keys", devices.queue, name="desk-keys"),
    path("c/<str:case>/court/roles", devices.roles, name="court-roles"),
]
