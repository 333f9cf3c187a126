"""Addresses of services, as environment variables spell them and as libraries want them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit


def postgres_url(user: str, password: str, database: str, host: str) -> str:
    """A libpq address; `host` may be the folder of a Unix socket."""
    query = urlencode({"host": host})
    return f"postgresql://{quote(user)}:{quote(password, safe='')}@/{quote(database)}?{query}"


def django_database(url: str, *, pool: int = 0) -> dict[str, Any]:
    """Django's DATABASES entry for a libpq address.

    pool: how many connections a process keeps at most; 0 opens one for each thread instead.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(f"not a postgresql:// address: {parts.scheme}://…")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    port = options.pop("port", parts.port or "")
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": not pool,
        "OPTIONS": options,
    }


def celery_broker(redis_url: str) -> str:
    """Celery's spelling of a Redis address: it calls a Unix socket redis+socket://."""
    scheme, separator, rest = redis_url.partition("://")
    return f"redis+socket://{rest}" if separator and scheme == "unix" else redis_url
