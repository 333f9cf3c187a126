"""The front page, which answers from the first second, and the health check."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bankruptcy.desk.witnesses import witness_names
from bankruptcy.platform import demonstration, readiness
from ledger import cosign, directory, logs
from ledger.log.directory import ID, Directory
from ledger.log.encoding import b64
from ledger.log.errors import Refused


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
def logs_page(request: HttpRequest) -> HttpResponse:
    """Every log with its size and root, and how far the directory has listed it."""
    found = _directory(logs.size(ID))
    rows = [
        {
            "origin": origin,
            "size": size,
            "root": b64(root),
            "listed": head.size
            if (listed := found.logs.get(origin)) is not None and (head := listed.head) is not None
            else None,
        }
        for origin, size, root in logs.heads()
        if not origin.endswith(f"/{ID}")
    ]
    return render(request, "logs.html", {"rows": rows, "directory": _standing()})


@lru_cache(maxsize=1)
def _directory(size: int) -> Directory:
    """What the directory says; read anew when it has grown to another `size`."""
    return directory.read()


def _standing() -> dict[str, object] | None:
    try:
        quorum = logs.quorum_checkpoint(ID)
        size = logs.checkpoint(ID)[0] if quorum is None else quorum[0]
    except Refused:
        return None
    names = witness_names()
    reached = cosign.cosigned_sizes(ID)
    told = [str(names[name]) for name in names if reached.get(name, -1) >= size]
    english = (get_language() or "").startswith("en")
    return {"size": size, "witnesses": (", " if english else "、").join(told)}


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
