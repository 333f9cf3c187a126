"""Models can be imported by these tests; the database comes with the fixture `database`."""

from __future__ import annotations

from collections.abc import Iterator

import django
import pytest
from playwright.sync_api import Browser

django.setup()

from tests.apps.voting.browsing import Windows  # noqa: E402


@pytest.fixture
def windows(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Windows]:
    """Browser profiles, each its own."""
    # After the web, so that they are closed before it ends: a page alone finds that a fault.
    for web in {"url", "live_server"} & set(request.fixturenames):
        request.getfixturevalue(web)
    found = Windows(browser)
    yield found
    found.close()
