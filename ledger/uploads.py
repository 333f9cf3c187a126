"""Documents over HTTP: sent before the statement that names them, fetched by who may see them.

POST /c/<case>/documents?name=<file name>[&sha256=<hex>]   the raw file as the body
    201 {"sha256": hex, "size": int, "media_type": text}, else problem details
GET  /c/<case>/documents/<sha256 hex>                       the plain file

Who may do which is the caller's to say: `document_urls(may_send, may_see)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from ledger.documents import documents
from ledger.log.encoding import unhex32
from ledger.log.errors import Malformed
from ledger.streaming import in_threads

PART = 256 * 1024


@dataclass(frozen=True, slots=True)
class Named:
    """What the case's record calls a document, for who may see it."""

    name: str
    media_type: str


MaySend = Callable[[HttpRequest, str], None]
"""(request, case); raises the refusal of somebody who may not send documents to the case."""

MaySee = Callable[[HttpRequest, str, bytes], Named]
"""(request, case, sha256) -> its name for this visitor; raises a refusal otherwise."""


def document_urls(may_send: MaySend, may_see: MaySee) -> list[URLPattern]:
    """The two addresses, named `document-send` and `document`."""

    @require_POST
    def send(request: HttpRequest, case: str) -> HttpResponse:
        may_send(request, case)
        name = request.GET.get("name", "")
        if not 0 < len(name) <= 200:
            raise Malformed(what="name")
        digest = unhex32(request.GET["sha256"]) if "sha256" in request.GET else None
        stored = documents().put(_parts(request), name, digest)
        return JsonResponse(
            {"sha256": stored.sha256.hex(), "size": stored.size, "media_type": stored.media_type},
            status=201,
        )

    @require_GET
    def fetch(request: HttpRequest, case: str, sha256: str) -> StreamingHttpResponse:
        digest = unhex32(sha256)
        named = may_see(request, case, digest)
        response = StreamingHttpResponse(
            in_threads(documents().open(digest)), content_type=named.media_type
        )
        # A file that somebody sent is shown, never run: no sniffing, no scripts, no framing.
        response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(named.name, safe='')}"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-store"
        return response

    return [
        path("c/<str:case>/documents", send, name="document-send"),
        path("c/<str:case>/documents/<str:sha256>", fetch, name="document"),
    ]


def _parts(request: HttpRequest) -> Iterator[bytes]:
    while part := request.read(PART):
        yield part
