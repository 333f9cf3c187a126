"""Documents over HTTP: sent before the statement that names them, fetched by who may see them.

POST /c/<case>/documents?name=<file name>[&sha256=<hex>&size=<bytes>&from=<byte>]
    the raw file as the body, or a piece of it that begins at byte `from` of `size`
    201 {"sha256": hex, "size": int, "media_type": text}   the file is whole
    202 {"arrived": int}                                   more is to come, from there on
    409 problem details with `arrived`                     the piece does not continue what is there
GET  /c/<case>/documents/<sha256 hex>/arrived
    200 {"arrived": int, "size": int}   of what the asker sends; 404 if he has sent nothing of it
GET  /c/<case>/documents/<sha256 hex>   the plain file

A body without `size` is a whole file; a file of more pieces is known by its `sha256`. Of one that
was whole not long ago any piece sent again gets 201.
Who may do which is the caller's to say: `document_urls(may_send, may_see)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from ledger import arriving
from ledger.documents import Stored, documents
from ledger.log.encoding import unhex32
from ledger.log.errors import Malformed
from ledger.streaming import in_threads

_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")


@dataclass(frozen=True, slots=True)
class Named:
    """What the case's record calls a document, for who may see it."""

    name: str
    media_type: str


MaySend = Callable[[HttpRequest, str], str]
"""(request, case) -> whose the file is while it arrives; raises the refusal of somebody who may
not send documents to the case."""

MaySee = Callable[[HttpRequest, str, bytes], Named]
"""(request, case, sha256) -> its name for this visitor; raises a refusal otherwise."""


def document_urls(may_send: MaySend, may_see: MaySee) -> list[URLPattern]:
    """The addresses, named `document-send`, `document-arrived` and `document`."""

    @require_POST
    def send(request: HttpRequest, case: str) -> HttpResponse:
        account = may_send(request, case)
        name = request.GET.get("name", "")
        if not 0 < len(name) <= 200:
            raise Malformed(what="name")
        digest = unhex32(request.GET["sha256"]) if "sha256" in request.GET else None
        piece = request.read(arriving.PIECE_MOST + 1)
        size = _number(request, "size", len(piece))
        upload = arriving.Upload(case, account, name, size, digest)
        found = arriving.take(upload, _number(request, "from", 0), piece)
        if not isinstance(found, Stored):
            return JsonResponse({"arrived": found}, status=202)
        return JsonResponse(
            {"sha256": found.sha256.hex(), "size": found.size, "media_type": found.media_type},
            status=201,
        )

    @require_GET
    def arrived(request: HttpRequest, case: str, sha256: str) -> HttpResponse:
        account = may_send(request, case)
        there, size = arriving.arrived(case, account, unhex32(sha256))
        answer = JsonResponse({"arrived": there, "size": size})
        answer["Cache-Control"] = "private, no-store"
        return answer

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
        path("c/<str:case>/documents/<str:sha256>/arrived", arrived, name="document-arrived"),
        path("c/<str:case>/documents/<str:sha256>", fetch, name="document"),
    ]


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    given = request.GET.get(name)
    if given is None:
        return otherwise
    if not _NUMBER.fullmatch(given):
        raise Malformed(what=name)
    return int(given)
