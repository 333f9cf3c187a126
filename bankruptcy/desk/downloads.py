"""Bundles to download: everything for the court, a party's part for a party."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_GET

from bankruptcy.desk.access import desk_view
from bankruptcy.people.access import Access, case_view
from ledger.download import bundle_response
from ledger.log.bundle import Profile
from ledger.log.statement import Role


@require_GET
@desk_view(Role.COURT)
def court(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The court's profile: every opening, every document."""
    return bundle_response(access.case, Profile.COURT, None)


@require_GET
@case_view()
def party(request: HttpRequest, access: Access) -> HttpResponseBase:
    """The profile of whoever asks, if he may see the register (EBL 57-58)."""
    if not access.may_see_claims:
        raise Http404
    return bundle_response(access.case, Profile.PARTY, access.pseudonym)
