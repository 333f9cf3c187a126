"""Models can be imported by these tests; the database comes with a fixture."""

from __future__ import annotations

from collections.abc import Iterator

import django
import pytest
from playwright.sync_api import Browser

django.setup()

from tests.apps.voting.browsing import Windows  # noqa: E402


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """Browser profiles, each its own."""
    found = Windows(browser)
    yield found
    found.close()
