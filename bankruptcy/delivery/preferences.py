"""What a visitor prefers to read: the size of the text, kept in a cookie of theirs.

Nothing is stored on the server and nothing needs a log-in: an elderly creditor sets the size once,
on the front page, before anything else.
"""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

TEXT_COOKIE = "text"
TEXT_SIZES = ("18", "22", "30")
"""Body text in CSS pixels. The first is the normal size and needs no cookie."""
_YEAR = 365 * 24 * 3600


def text_size(request: HttpRequest | None) -> str:
    """The chosen size, ``"22"`` or ``"30"``; empty for the normal one."""
    chosen = request.COOKIES.get(TEXT_COOKIE, "") if request is not None else ""
    return chosen if chosen in TEXT_SIZES[1:] else ""


def next_text_size(current: str) -> str:
    """The size the header's switch leads to: 18, 22, 30, and round again."""
    place = TEXT_SIZES.index(current) if current in TEXT_SIZES else 0
    return TEXT_SIZES[(place + 1) % len(TEXT_SIZES)]


@require_POST
def set_text_size(request: HttpRequest) -> HttpResponse:
    """Keep ``size`` and go back to ``next``; an unknown size or a foreign address is ignored."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = HttpResponseRedirect(target)
    size = request.POST.get("size", "")
    if size == TEXT_SIZES[0]:
        response.delete_cookie(TEXT_COOKIE, samesite="Lax")
    elif size in TEXT_SIZES:
        response.set_cookie(
            TEXT_COOKIE,
            size,
            max_age=_YEAR,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response
