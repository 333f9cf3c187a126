"""Every module of these tests has a database of its own, with the three roles."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True, scope="module")
def _database(module_database: str) -> str:
    return module_database
