"""One demonstration for all tests of this folder: none of them spoils it for those that follow."""

from __future__ import annotations

from collections.abc import Iterator

import django
import pytest

from tests.embedded_plugin import Demonstration, demonstrating

django.setup()


@pytest.fixture(scope="package")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstrating(tmp_path_factory.mktemp("demonstration")) as found:
        yield found
