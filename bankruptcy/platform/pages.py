"""The front page, which answers from the first second, and the health check."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bankruptcy.platform import demonstration, readiness


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Where everybody starts; while things are being loaded, how far they are."""
    if readiness.ready():
        told = demonstration.read(settings.DATA)
        english = (get_language() or "").startswith("en")
        invented = "" if told is None else told.invented["en" if english else "zh"]
        content = {"demonstration": told, "invented": invented}
        response = render(request, "front.html", content)
        if told is not None:
            response["Cache-Control"] = "private, no-store"
        return response
    now = readiness.progress()
    words = now.en if (get_language() or "").startswith("en") else now.zh
    response = render(request, "starting.html", {"progress": now, "words": words})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when loaded, 503 before; text, for machines."""
    is_ready = readiness.ready()
    return HttpResponse(
        "ready\n" if is_ready else f"{readiness.progress().en}\n",
        status=200 if is_ready else 503,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )
