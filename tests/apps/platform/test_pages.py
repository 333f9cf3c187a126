"""The front page and the health check over HTTP, and the shape of every refusal."""

from __future__ import annotations

import httpx
import pytest
from django.conf import settings
from django.test import Client


def test_the_front_page_answers_in_both_languages(live_server: str) -> None:
    assert 'lang="zh' in httpx.get(live_server).text
    english = httpx.get(live_server, cookies={"concursus_language": "en"})
    assert 'lang="en"' in english.text


def test_health_is_ready_when_migrated(live_server: str) -> None:
    assert httpx.get(f"{live_server}/healthz").status_code == 200


def test_health_waits_for_the_loader_under_the_supervisor(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCURSUS_SUPERVISED", "1")
    assert Client().get("/healthz").status_code == 503
    assert Client().get("/").status_code == 200
    ready = settings.DATA.run / "ready"
    ready.touch()
    try:
        assert Client().get("/healthz").status_code == 200
    finally:
        ready.unlink()


def test_pages_may_load_nothing_foreign_and_run_nothing_inline(live_server: str) -> None:
    headers = httpx.get(live_server).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "找不到"), ("en", "Not found")])
def test_what_is_not_there_is_a_problem_in_the_readers_language(
    database: str, language: str, word: str
) -> None:
    answer = Client().get("/nothing", headers={"Accept-Language": language})
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == word
    page = Client().get("/nothing", headers={"Accept": "text/html", "Accept-Language": language})
    assert page["Content-Type"].startswith("text/html")
    assert word in page.content.decode()
