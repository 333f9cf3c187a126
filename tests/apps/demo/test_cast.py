"""How the demonstration's people come by their accounts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.answers import Problem
from demo.cast import Cast
from demo.session import Session
from tests.embedded_plugin import serving


@pytest.fixture
def url(database: str) -> Iterator[str]:
    with serving() as found:
        yield found


def test_who_died_before_noting_his_account_logs_in_to_it(url: str, tmp_path: Path) -> None:
    one = Cast(tmp_path, {"lin": "林"})["lin"]
    with Session(url) as web:
        one.web(lambda: web)
    told = json.loads(one.path.read_text("utf-8"))
    one.path.write_text(json.dumps({**told, "registered": False}), "utf-8")
    with Session(url) as web:
        Cast(tmp_path, {"lin": "林"})["lin"].web(lambda: web)
        assert web.get("/api/session")["user"] is not None


def test_an_account_that_is_refused_is_refused_for_its_own_reason(url: str, tmp_path: Path) -> None:
    one = Cast(tmp_path, {"lin": "林"})["lin"]
    one.keep(password="lin")
    with Session(url) as web, pytest.raises(Problem) as refused:
        one.web(lambda: web)
    assert refused.value.slug == "bad-fields"
