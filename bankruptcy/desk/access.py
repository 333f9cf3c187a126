"""Pages for an office: to everybody else in the case they look as if they were not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponseBase

from bankruptcy.people.access import Access, case_view
from ledger.log.statement import Role

View = Callable[..., HttpResponseBase]


def desk_view(*roles: Role) -> Callable[[View], View]:
    """As `case_view`, but 404 for who holds none of these roles."""

    def decorate(view: View) -> View:
        @wraps(view)
        def hidden(request: HttpRequest, access: Access, **rest: object) -> HttpResponseBase:
            if not access.has(*roles):
                raise Http404
            return view(request, access, **rest)

        return case_view()(hidden)

    return decorate
