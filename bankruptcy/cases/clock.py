"""The demonstration clock: court or administrator ask, the clerk moves it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from bankruptcy.kinds import clock_moved
from bankruptcy.people.access import STAFF, Access, case_view
from bankruptcy.people.bodies import answer, fields, is_json, next_address
from ledger import clerk, logs
from ledger.log.encoding import format_time, parse_time


@require_POST
@case_view(*STAFF)
def move(request: HttpRequest, access: Access) -> HttpResponse:
    """{to: "YYYY-MM-DDThh:mm:ssZ"} -> {now}; refused on a case of real time."""
    to = parse_time(fields(request, "to")["to"])
    clerk.say(access.case, clock_moved.KIND.id, {"to": format_time(to)})
    if is_json(request):
        return answer({"now": format_time(logs.now(access.case).replace(microsecond=0))})
    return HttpResponseRedirect(next_address(request, f"/c/{access.case}/"))
