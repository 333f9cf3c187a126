"""A live server with a database of its own for each module; nothing gives numbers by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apps.hard.support import Web
from tests.embedded_plugin import serving


@pytest.fixture(scope="module")
def url(module_database: str) -> Iterator[str]:
    """The address of the web."""
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def web(url: str) -> Iterator[Web]:
    """A program that speaks to it."""
    with Web(url) as found:
        yield found
