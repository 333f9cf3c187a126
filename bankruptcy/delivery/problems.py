"""Every refusal leaves the server in one shape: RFC 9457 problem details, in the reader's language.

The core raises `Refused` with a category and its sentence in two languages; only here does it
become an HTTP status. A person who asked with a browser gets the same words on a page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from urllib.parse import quote

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from redis.exceptions import ConnectionError as BrokerGone
from rest_framework import exceptions as drf
from rest_framework.response import Response
from rest_framework.views import set_rollback

from ledger.log.errors import Category, Refused

CONTENT_TYPE: Final = "application/problem+json"

STATUS: Final[Mapping[Category, int]] = {
    Category.MALFORMED: 400,
    Category.FORBIDDEN: 403,
    Category.NOT_FOUND: 404,
    Category.CONFLICT: 409,
    Category.TOO_LARGE: 413,
    Category.LIMITED: 429,
    Category.UNAVAILABLE: 503,
}

# By status: slug where no other is known, title in Chinese and English, what one can do about it.
_WORDS: Final[Mapping[int, tuple[str, str, str, str, str]]] = {
    400: ("malformed", "内容不符合格式", "The content is malformed",
          "请检查后重新提交。", "Please check it and send it again."),
    401: ("not-logged-in", "尚未登录", "Not logged in",
          "请登录后再试。", "Please log in and try again."),
    403: ("forbidden", "无权进行此操作", "Not allowed",
          "您的身份不能进行此操作。", "Your role does not allow this."),
    404: ("not-found", "找不到", "Not found",
          "此地址没有内容，请核对。", "There is nothing at this address; please check it."),
    405: ("method-not-allowed", "不支持的请求方法", "Method not allowed",
          "此地址不接受这种请求。", "This address does not take this kind of request."),
    406: ("not-acceptable", "没有所要的格式", "No such format",
          "此地址只提供JSON。", "This address answers in JSON only."),
    409: ("conflict", "与现状不符", "In conflict with what stands",
          "情况已有变化，请刷新后再试。", "Things have changed; please reload and try again."),
    413: ("too-large", "内容过大", "Too large",
          "请减小后重新提交。", "Please send less."),
    415: ("unsupported-media-type", "不支持的内容类型", "Unsupported content type",
          "此地址只接受JSON。", "This address takes JSON only."),
    429: ("too-many-requests", "请求过于频繁", "Too many requests",
          "请稍候再试。", "Please wait a moment and try again."),
    500: ("server-error", "服务器出错", "The server failed",
          "没有记录任何内容，请稍后再试。", "Nothing was recorded; please try again later."),
    503: ("unavailable", "暂时不可用", "Not available now",
          "请稍后再试。", "Please try again later."),
}  # fmt: skip


def problem(
    status: int,
    *,
    slug: str | None = None,
    detail: str | None = None,
    ground: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """The members of a problem in the language of the request; facts never hide the standard's."""
    own_slug, title_zh, title_en, detail_zh, detail_en = _WORDS.get(
        status, _WORDS[500 if status >= 500 else 400]
    )
    english = language() == "en"
    members: dict[str, Any] = {key: _plain(value) for key, value in (facts or {}).items()}
    if ground:
        members["ground"] = ground
    return {
        **members,
        "type": f"/problems/{slug or own_slug}",
        "slug": slug or own_slug,
        "title": title_en if english else title_zh,
        "status": status,
        "detail": detail or (detail_en if english else detail_zh),
    }


def of_refusal(error: Refused) -> dict[str, Any]:
    """The problem that says why the core or a rule refused."""
    # Whoever must log in first is told so by a status of its own (RFC 9110 15.5.2).
    status = 401 if error.slug == _WORDS[401][0] else STATUS[error.category]
    return problem(
        status,
        slug=error.slug,
        detail=error.sentence(language()),
        ground=error.ground,
        facts=error.facts,
    )


def language() -> str:
    """ "en" where the reader asked for English, else "zh"."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def response(request: HttpRequest, members: dict[str, Any]) -> HttpResponse:
    """A problem as a page for who reads with a browser, else as problem+json.

    Who must log in first is led to the log-in, from which one comes back here.
    """
    if request.accepts("text/html") and "text/html" in request.headers.get("Accept", ""):
        if members["status"] == 401 and request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(f"/login?next={quote(request.get_full_path())}")
        return render(request, "problem.html", {"problem": members}, status=members["status"])
    body = json.dumps(members, ensure_ascii=False).encode()
    answer = HttpResponse(body, status=members["status"], content_type=CONTENT_TYPE)
    if members["status"] == STATUS[Category.LIMITED] and "seconds" in members:
        answer["Retry-After"] = str(members["seconds"])
    return answer


def handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """REST framework's hook: a response for what a view raised, None for what nobody foresaw."""
    headers: dict[str, str] = {}
    if isinstance(error, Refused):
        members = of_refusal(error)
    elif isinstance(error, Http404):
        members = problem(404)
    elif isinstance(error, PermissionDenied):
        members = problem(403)
    elif isinstance(error, RequestDataTooBig):
        members = problem(413)
    elif isinstance(error, drf.APIException):
        members = _of_framework(error)
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait))
    else:
        return None
    set_rollback()
    return Response(members, status=members["status"], headers=headers, content_type=CONTENT_TYPE)


def _of_framework(error: drf.APIException) -> dict[str, Any]:
    if isinstance(error, drf.NotAuthenticated | drf.AuthenticationFailed):
        return problem(401)
    if isinstance(error, drf.ValidationError):
        return problem(400, facts={"fields": error.detail})
    return problem(error.status_code)


# The database or the broker is not to be had, for a moment: it is being started again.
_NOT_TO_BE_HAD: Final = (OperationalError, InterfaceError, BrokerGone)


class RefusalMiddleware:
    """A refusal that a plain view lets pass is answered like the API's, and never a 500."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # No address and no parameter holds a zero, which PostgreSQL refuses in a text.
        if "\x00" in request.path:
            return response(request, problem(404))
        if any("\x00" in value for values in request.GET.lists() for value in values[1]):
            return response(request, problem(400))
        answer: HttpResponse = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return response(request, of_refusal(error))
        if isinstance(error, RequestDataTooBig):
            return response(request, problem(413))
        if isinstance(error, _NOT_TO_BE_HAD):
            return response(request, problem(503))
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    too_large = isinstance(exception, RequestDataTooBig)
    return response(request, problem(413 if too_large else 400))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return response(request, problem(403))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return response(request, problem(404))


def server_error(request: HttpRequest) -> HttpResponse:
    return response(request, problem(500))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    english = language() == "en"
    detail = (
        "The page is out of date or cookies are off; please reload it and try again."
        if english
        else "页面已过期，或浏览器禁用了Cookie；请刷新页面后再试。"
    )
    return response(request, problem(403, slug="csrf", detail=detail))


def _plain(value: object) -> Any:
    """A fact as JSON: numbers and texts as they are, bytes as hex, moments as ISO 8601."""
    match value:
        case None | bool() | int() | str():
            return value
        case bytes():
            return value.hex()
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return _plain(value.value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case _:
            return str(value)
