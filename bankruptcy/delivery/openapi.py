"""The API as an OpenAPI 3.1 document, served at `/api/schema`.

Addresses are taken from the routes themselves by name, so that the document cannot name one that is
not there; a test asks that every route which answers to programs stands in the table. What may be
refused is the same everywhere: RFC 9457 problem details.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver, get_resolver
from django.views.decorators.http import require_safe

from bankruptcy.delivery.operations import (
    OPERATIONS,
    PARAMETERS,
    PROBLEM,
    SCHEMAS,
    STRING,
    Json,
    Operation,
    ref,
)


def routes() -> list[tuple[str, str, URLPattern]]:
    """Every route of the web: its address with the places in it, its name, the pattern."""
    return list(_walk(get_resolver().url_patterns, "/"))


@cache
def document() -> Json:
    """The OpenAPI document."""
    addresses = {name: route for route, name, _ in routes()}
    paths: dict[str, Json] = {}
    for operation in OPERATIONS:
        route = addresses[operation.name]
        names = re.findall(r"<(?:\w+:)?(\w+)>", route)
        address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
        paths.setdefault(address, {})[operation.method] = _operation(operation, names)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Concursus",
            "version": "0.1.0",
            "description": "Statements are signed in the caller's own program; see docs/ledger.md.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
        },
    }


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """/api/schema: the document. Public, and the same for everybody."""
    response = JsonResponse(document(), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Cache-Control"] = "public, max-age=300"
    response["Access-Control-Allow-Origin"] = "*"
    return response


def _operation(operation: Operation, names: list[str]) -> Json:
    placed = [
        {"name": name, "in": "path", "required": True, "schema": PARAMETERS.get(name, STRING)}
        for name in names
    ]
    asked = [
        {"name": name, "in": "query", "required": name in operation.needed, "schema": given}
        for name, given in operation.query.items()
    ]
    found: Json = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "parameters": placed + asked,
        "responses": {
            **{
                str(status): {
                    "description": operation.summary,
                    "content": {media: {"schema": given}},
                }
                for status, (media, given) in operation.answers.items()
            },
            "4XX": _problem("Refused, and nothing was recorded"),
            "503": _problem("Not available now; nothing was recorded"),
        },
    }
    if operation.body is not None:
        media, given = operation.body
        found["requestBody"] = {"required": True, "content": {media: {"schema": given}}}
    if operation.log_in:
        csrf = {"csrf": []} if operation.method == "post" else {}
        found["security"] = [{"session": [], **csrf}]
    return found


def _problem(why: str) -> Json:
    return {"description": why, "content": {PROBLEM: {"schema": ref("Problem")}}}


def _walk(patterns: list[Any], before: str) -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif pattern.name:
            yield route, pattern.name, pattern
