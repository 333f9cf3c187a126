"""What a request carries, as a form or as JSON, and answers to either."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme

from ledger.log import jcs
from ledger.log.errors import Malformed
from ledger.log.jcs import Json


def is_json(request: HttpRequest) -> bool:
    """Does a program ask rather than a form?"""
    return request.content_type == "application/json"


def read_json(request: HttpRequest) -> Json:
    """The body; need not be canonical, since nobody signs it. Raises Malformed."""
    try:
        value: Json = json.loads(request.body, object_pairs_hook=jcs.unique)
        if not jcs.shallow(value):
            raise Malformed(what="nesting")
        _check_texts(value)
    except (ValueError, RecursionError) as error:
        raise Malformed(what="JSON") from error
    return value


def fields(request: HttpRequest, *names: str) -> dict[str, str]:
    """Texts by name, "" where one is missing. Raises Malformed on JSON that is no such object."""
    if not is_json(request):
        given = {name: request.POST.get(name, "") for name in names}
        if wrong := [name for name, text in given.items() if "\x00" in text]:
            raise Malformed(what=", ".join(wrong))
        return given
    value = read_json(request)
    if not isinstance(value, dict):
        raise Malformed(what="JSON object")
    found = {name: value.get(name, "") for name in names}
    if wrong := [name for name, text in found.items() if not isinstance(text, str)]:
        raise Malformed(what=", ".join(wrong))
    return {name: str(text) for name, text in found.items()}


def _check_texts(value: Json) -> None:
    """ValueError for half a surrogate pair or a zero, which no database keeps in a text."""
    match value:
        case str():
            if "\x00" in value:
                raise ValueError("a text holds a zero")
            value.encode()
        case list():
            for item in value:
                _check_texts(item)
        case dict():
            for name, item in value.items():
                _check_texts(name)
                _check_texts(item)


def answer(value: Json, status: int = 200) -> HttpResponse:
    """JSON that nobody keeps."""
    return JsonResponse(
        value,
        status=status,
        safe=False,
        json_dumps_params={"ensure_ascii": False},
        headers={"Cache-Control": "no-store"},
    )


def next_address(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the visitor wanted to go, if it is here."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if allowed else otherwise
