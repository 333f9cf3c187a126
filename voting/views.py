"""Pages and addresses of the vote: the trustee's, the board, the results, the public check."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.people.access import Access, case_view
from bankruptcy.people.bodies import answer
from ledger.api.reading import number
from voting import boxes


@require_GET
@case_view()
def boxes_page(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """{total, ballots: [{ballot, body, box, void}], next} for the trustee ?index=, from ?from=."""
    vote = boxes.vote_for(access.view, meeting)
    index = number(request.GET.get("index", ""))
    start = number(request.GET.get("from", "0"))
    found = boxes.page(access.view, vote, access.pseudonym, index, start)
    return answer({"total": found.total, "ballots": list(found.rows), "next": found.next})
