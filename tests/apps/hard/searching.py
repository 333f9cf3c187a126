"""Looking for a person's secret everywhere a server keeps or shows something."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path

import redis
from psycopg import sql

from bankruptcy.platform.services import DATABASE, Services

LOGS = "logs"


def spellings(secret: bytes) -> tuple[bytes, ...]:
    """The secret as bytes and in every spelling in which it might be written down."""
    plain = base64.b64encode(secret)
    web = base64.urlsafe_b64encode(secret)
    return (
        secret,
        secret.hex().encode(),
        secret.hex().upper().encode(),
        plain,
        plain.rstrip(b"="),
        web.rstrip(b"="),
        str(int.from_bytes(secret)).encode(),
    )


def rows(services: Services, database: str = DATABASE) -> Iterator[tuple[str, bytes]]:
    """(table, row) of every table of the database; bytes columns as they are and as hex."""
    with services.administrator(database) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            found = connection.execute(
                sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table))
            )
            for row in found:
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    yield table, raw
                    if isinstance(value, bytes):
                        yield table, _inside(value)


def _inside(value: bytes) -> bytes:
    """What stands in an entry or an envelope: the payload is base64 within JSON."""
    found = [value.hex().encode()]
    for part in value.split(b'"'):
        if len(part) > 100:
            try:
                found.append(base64.b64decode(part, validate=True))
            except ValueError:
                continue
    return b"\n".join(found)


def broker(url: str) -> Iterator[tuple[str, bytes]]:
    """(key, content) of all that Valkey holds."""
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            yield key.decode(errors="replace"), key + b"\n" + (client.dump(key) or b"")


def logs(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(file, content) of every log."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()


def places(
    services: Services, environments: Mapping[str, bytes], database: str = DATABASE
) -> Iterator[tuple[str, bytes]]:
    """(where, content) of database, broker, logs and environments."""
    from bankruptcy.platform.process import Need

    for table, row in rows(services, database):
        yield f"table {table}", row
    for key, content in broker(services.addresses()[Need.REDIS]):
        yield f"valkey {key}", content
    for name, content in logs(services.data.root / LOGS):
        yield f"log {name}", content
    for name, content in environments.items():
        yield f"process {name}", content


def found_in(
    places: Iterator[tuple[str, bytes]], wanted: Mapping[str, tuple[bytes, ...]]
) -> set[tuple[str, str]]:
    """(whose secret, where it stands)."""
    return {
        (name, where)
        for where, content in places
        for name, texts in wanted.items()
        if any(text in content for text in texts)
    }
