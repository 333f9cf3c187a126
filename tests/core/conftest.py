"""For all tests of the core: vectors that are not there collect nothing; no test is timed."""

from __future__ import annotations

import pytest
from hypothesis import settings

# How long one example takes says more of the machine's other work than of the code.
settings.register_profile("core", deadline=None)
settings.load_profile("core")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Drop what pytest would mark as skipped because a parameter set is empty."""
    items[:] = [item for item in items if not item.name.endswith("[NOTSET]")]
