"""A live server with a database of its own for each module; nothing gives numbers by itself."""

from __future__ import annotations

from collections.abc import Iterator

import django
import pytest

from tests.embedded_plugin import serving

django.setup()


@pytest.fixture(scope="module")
def url(module_database: str) -> Iterator[str]:
    """The address of the web."""
    with serving() as found:
        yield found
