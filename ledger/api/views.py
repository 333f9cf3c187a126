"""What each address of ledger.md 9.8 answers. Refusals become problem details by the middleware."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from bankruptcy.law.pack import named
from ledger import intake, logs, published, receipts, tables, tiles
from ledger.api import reading
from ledger.log import directory
from ledger.log.encoding import b64
from ledger.streaming import in_threads

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
ZIP: Final = "application/zip"
FOR_EVER: Final = "public, max-age=31536000, immutable"
SECONDS: Final = "public, max-age=1"
NEVER: Final = "no-store"

View = Callable[..., HttpResponseBase]


def _answering(view: View) -> View:
    """A database that is not to be had is a refusal, too: nothing was recorded."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            raise intake.Busy() from error

    return answer


@csrf_exempt
@require_POST
@_answering
def statements(request: HttpRequest, log: str) -> HttpResponse:
    """Take a statement in: 200 with a receipt of grade 2, else 202 with one of grade 1.

    No cookie has a say here: a statement counts by its signature, whoever carries it.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > reading.MOST:
        raise reading.SubmissionTooLarge(size=int(length), most=reading.MOST)
    parts = reading.submission(request.body)
    return _receipt(log, intake.submit(log, parts.statement, parts.boxes, parts.openings))


@require_safe
@_answering
def receipt(request: HttpRequest, log: str, digest: str) -> HttpResponse:
    """The receipt of a statement by the hex of its digest: 200 grade 2, 202 grade 1."""
    logs.log_row(log)
    return _receipt(log, receipts.of(log, reading.digest(digest)))


@require_safe
@_answering
def checkpoint(request: HttpRequest, log: str) -> HttpResponse:
    """The newest checkpoint, with the cosignatures it has."""
    logs.log_row(log)
    return _open(logs.checkpoint(log)[1].encode(), TEXT, SECONDS)


@require_safe
@_answering
def tile(request: HttpRequest, log: str, rest: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries; partial ones of any width the log has reached."""
    return _open(tiles.tile(log, f"tile/{rest}"), BYTES, FOR_EVER)


@require_safe
@_answering
def table(request: HttpRequest, log: str, root: str) -> HttpResponse:
    """A table by its root."""
    logs.log_row(log)
    return _open(tables.get(log, reading.digest(root)), "application/jsonl", FOR_EVER)


@require_safe
@_answering
def pack(request: HttpRequest, log: str, sha256: str) -> HttpResponse:
    """The rule pack that the log's first entry names by its hash, as a bundle holds it."""
    logs.log_row(log)
    return _open(named(reading.digest(sha256).hex()).canonical, "application/json", FOR_EVER)


@require_safe
@_answering
def policy(request: HttpRequest, log: str) -> HttpResponse:
    """Whose signatures make a checkpoint good."""
    return _open(logs.log_row(log).policy.encode(), TEXT, SECONDS)


@require_safe
@_answering
def bundle(request: HttpRequest, log: str) -> StreamingHttpResponse:
    """All that is public of a log, as a zip that `concursus-verify` checks once it is unpacked."""
    if log == directory.ID:  # `manage.py directory` writes it: it is no case's
        raise logs.NoSuchLog(log=log)
    logs.log_row(log)
    path = published.public_zip(log)
    response = StreamingHttpResponse(in_threads(published.parts(path)), content_type=ZIP)
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response["Cache-Control"] = SECONDS
    return response


@require_safe
@_answering
def proof(request: HttpRequest, log: str, index: str) -> HttpResponse:
    """The tlog-proof of an entry under the newest checkpoint; ?grade=3 under a quorum's."""
    logs.log_row(log)
    grade = request.GET.get("grade", "2")
    if grade not in ("2", "3"):
        raise reading.BadAddress(what="grade")
    number = reading.number(index)
    content = receipts.newest(log, number, int(grade))
    return _named(_open(content, TEXT, NEVER), f"{log}-{number}.tlog-proof")


@require_safe
@_answering
def heads(request: HttpRequest) -> HttpResponse:
    """A line `origin size base64(root)` a log, sorted."""
    lines = [f"{origin} {size} {b64(root)}\n" for origin, size, root in logs.heads()]
    return _open("".join(lines).encode(), TEXT, SECONDS)


def _receipt(log: str, found: receipts.Receipt) -> HttpResponse:
    status = 202 if found.grade == 1 else 200
    response = HttpResponse(found.content, status=status, content_type=found.content_type)
    response["Cache-Control"] = NEVER
    response["Location"] = f"/ledger/{log}/receipt/{found.digest.hex()}"
    response["Concursus-Grade"] = str(found.grade)
    if found.index is not None:
        response["Concursus-Index"] = str(found.index)
    return _named(response, f"{log}-{found.digest.hex()[:16]}{found.suffix}")


def _named(response: HttpResponse, name: str) -> HttpResponse:
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def _open(content: bytes, content_type: str, caching: str) -> HttpResponse:
    """An answer that any page may read: the log is public, and strangers check it."""
    response = HttpResponse(content, content_type=content_type)
    response["Cache-Control"] = caching
    response["Access-Control-Allow-Origin"] = "*"
    return response
