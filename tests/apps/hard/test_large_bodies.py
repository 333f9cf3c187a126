"""Bodies larger than memory holds: refused in words, and nothing of them kept anywhere."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import httpx
import pytest
from django.conf import settings

from bankruptcy.meetings import publishing
from tests.apps.hard.support import LANGUAGES, Web, check_problem, nothing_kept

MOST = settings.FILE_UPLOAD_MAX_MEMORY_SIZE
ADDRESSES = ("/login", "/ledger/c-1/statements", "/c/c-1/documents?name=a.pdf", "/no/page")


@pytest.fixture(autouse=True)
def _no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be written to a file of its own fails."""
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")


def pieces(size: int) -> Iterator[bytes]:
    """A body whose length is not stated beforehand."""
    for start in range(0, size, 65_536):
        yield b"x" * min(65_536, size - start)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("stated", [True, False])
def test_a_body_over_the_bound_is_refused(web: Web, address: str, *, stated: bool) -> None:
    with nothing_kept():
        for language in LANGUAGES:
            content = b"x" * (MOST + 1) if stated else pieces(MOST + 1)
            headers = {"Accept-Language": language, "Content-Type": "application/json"}
            answer = web.http.post(address, content=content, headers=headers)
            check_problem(answer, 413, "too-large", language)


@pytest.mark.parametrize(
    ("address", "status", "slug"),
    [
        ("/login", 403, "csrf"),
        ("/ledger/c-1/statements", 413, "too-large"),
        ("/c/c-1/documents?name=a.pdf", 403, "csrf"),
        ("/no/page", 404, "not-found"),
    ],
)
def test_a_body_at_the_bound_is_answered_by_who_takes_it(
    web: Web, address: str, status: int, slug: str
) -> None:
    answer = web.http.post(address, content=pieces(MOST))
    check_problem(answer, status, slug, "zh-hans")


def test_a_body_without_end_is_not_read_to_its_end(web: Web, url: str) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 400_000_000:
            sent += 1_000_000
            yield bytes(1_000_000)

    with httpx.Client(base_url=url, timeout=60) as http:
        try:
            answer = http.post("/login", content=endless())
        except httpx.TransportError:
            answer = None
    assert sent < 200_000_000
    assert answer is None or answer.status_code == 413
    assert web.http.get("/healthz").status_code == 200


def test_the_table_of_weights_alone_may_be_larger(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert publishing.MOST > MOST
    answer = web.http.post("/c/c-1/m/m-1/weights/table?root=" + "0" * 64, content=pieces(2 * MOST))
    assert answer.status_code == 403, "for want of a token, by who takes it"
