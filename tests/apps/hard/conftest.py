"""A live server with a database of its own for each module; nothing gives numbers by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.apps.hard.support import Web
from tests.apps.voting.support import Meeting
from tests.embedded_plugin import serving
from voting.protocol.validity import Choice


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    """A case whose vote is open, with one ballot cast."""
    found = Meeting(amounts=(60_000_00, 30_000_00))
    found.until_open()
    found.cast(found.creditors[0], Choice.FOR)
    return found


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
