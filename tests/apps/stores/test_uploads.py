"""Documents over HTTP: sent, fetched, refused, as a browser sees it."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, override_settings

from ledger.log.errors import Category, Refused
from ledger.uploads import Named, document_urls

PDF = b"%PDF-1.7\n" + bytes(700_000)


class NotYours(Refused):
    """For these tests: who says so may."""

    slug = "not-yours"
    category = Category.FORBIDDEN
    zh = "您不能查看"
    en = "Not for you"


def may_send(request: HttpRequest, case: str) -> None:
    if request.headers.get("X-Who") != "creditor" or case != "case-1.a":
        raise NotYours


def may_see(request: HttpRequest, case: str, sha256: bytes) -> Named:
    may_send(request, case)
    return Named("合同 1.pdf", "application/pdf")


urlpatterns = document_urls(may_send, may_see)

pytestmark = pytest.mark.usefixtures("_django")


def call(method: str, path: str, who: str = "creditor", body: bytes = b"") -> HttpResponse:
    async def ask() -> HttpResponse:
        client: Any = AsyncClient()
        headers = {"X-Who": who}
        if method == "POST":
            octets = "application/octet-stream"
            found = await client.post(path, data=body, content_type=octets, headers=headers)
        else:
            found = await client.get(path, headers=headers)
        if found.streaming:
            found.whole = b"".join([part async for part in found])
        return found

    # In a thread of its own: browsers under test keep an event loop in this one.
    with override_settings(ROOT_URLCONF=__name__), ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


def test_a_file_is_sent_and_fetched_again() -> None:
    sent = call("POST", "/c/case-1.a/documents?name=%E5%90%88%E5%90%8C.pdf", body=PDF)
    assert sent.status_code == 201
    digest = hashlib.sha256(PDF).hexdigest()
    assert sent.json() == {"sha256": digest, "size": len(PDF), "media_type": "application/pdf"}
    fetched: Any = call("GET", f"/c/case-1.a/documents/{digest}")
    assert (fetched.status_code, fetched.whole) == (200, PDF)
    assert fetched["Content-Type"] == "application/pdf"
    assert fetched["Content-Disposition"] == "inline; filename*=UTF-8''%E5%90%88%E5%90%8C%201.pdf"
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in fetched["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("query", "body", "who", "status", "slug"),
    [
        ("?name=a.pdf", b"PK\x03\x04", "creditor", 400, "file-content-differs"),
        ("?name=a.exe", b"MZ", "creditor", 400, "file-type-not-accepted"),
        ("?name=a.pdf", b"", "creditor", 400, "file-empty"),
        (f"?name=a.pdf&sha256={'0' * 64}", PDF, "creditor", 409, "file-hash-differs"),
        ("?name=a.pdf&sha256=x", PDF, "creditor", 400, "malformed"),
        ("", PDF, "creditor", 400, "malformed"),
        ("?name=a.pdf", PDF, "stranger", 403, "not-yours"),
    ],
)
def test_what_is_refused_is_said_in_problem_details(
    query: str, body: bytes, who: str, status: int, slug: str
) -> None:
    answer = call("POST", f"/c/case-1.a/documents{query}", who, body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{slug}"


@override_settings(DOCUMENT_LIMIT=1_000_000)
def test_a_file_over_the_limit_is_refused() -> None:
    answer = call("POST", "/c/case-1.a/documents?name=a.pdf", body=PDF + bytes(400_000))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/file-too-large")


def test_a_document_that_is_not_there_or_not_for_him() -> None:
    assert call("GET", f"/c/case-1.a/documents/{'0' * 64}").status_code == 404
    assert call("GET", f"/c/case-1.a/documents/{'0' * 64}", "stranger").status_code == 403
    assert call("GET", "/c/case-1.a/documents/x").status_code == 400
