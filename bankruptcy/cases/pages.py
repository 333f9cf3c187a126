"""The list of cases, opening one, and the way into each."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from bankruptcy.cases import opening
from bankruptcy.cases.context import case_page
from bankruptcy.cases.reading import CaseCard, Reader
from bankruptcy.cases.store import PostgresState
from bankruptcy.delivery import problems
from bankruptcy.kinds import records
from bankruptcy.law.model import Length
from bankruptcy.law.pack import RulePack, builtin
from bankruptcy.people import membership
from bankruptcy.people.access import Access, case_view, to_log_in
from bankruptcy.people.bodies import answer, read_json
from bankruptcy.people.models import Person
from ledger import logs
from ledger.log.statement import Role

A_PAGE = 100


@require_http_methods(["GET", "HEAD", "POST"])
def cases(request: HttpRequest) -> HttpResponse:
    """GET: my cases, then all that courts have opened. POST: the log of a case begun before."""
    if request.method == "POST":
        return _create(request)
    mine = [
        {"card": card, "roles": membership.roles_of(PostgresState(card.case), pseudonym)}
        for case, pseudonym in _joined(request)
        if (card := _card(case)) is not None
    ]
    joined = {row["card"].case for row in mine}
    page = Paginator(_ids(), A_PAGE).get_page(request.GET.get("page"))
    others = [
        card
        for case in page
        if case not in joined and (card := _card(case)) is not None and card.file.opened
    ]
    return render(request, "cases/list.html", {"mine": mine, "others": others, "page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """GET: the judge's form. POST: {case, origin, person} of a case to be opened."""
    if not isinstance(request.user, User):
        return to_log_in(request)
    if request.method == "POST":
        return answer(opening.begin(request.user, request.get_host()).to_json(), 201)
    if not request.user.is_staff:
        raise opening.OnlyCourt()
    content = {**_form(), "closed": opening.closed(request.user)}
    return render(request, "cases/new.html", content)


@require_GET
@case_view(Role.COURT)
def resume(request: HttpRequest, access: Access) -> HttpResponse:
    """The same form where the log is made and case.opened was never said."""
    if access.file.opened:
        return HttpResponseRedirect(f"/c/{access.case}/")
    return case_page(request, access, "cases/new.html", _form())


def _form() -> dict[str, object]:
    pack = builtin()
    shortest, longest = pack.period("D4", "earliest end"), pack.period("D4", "latest end")
    return {
        "switches": _switches(pack),
        "procedures": [procedure.value for procedure in records.Procedure],
        "claim_period": {
            "least": _length(shortest.length),
            "most": _length(longest.length),
            "article": pack.article("claim.period"),
        },
    }


def _length(length: Length) -> str:
    english = problems.language() == "en"
    if length.months:
        return f"{length.months} months" if english else f"{length.months}个月"
    return f"{length.days} days" if english else f"{length.days}日"


def _create(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, User):
        return to_log_in(request)
    base = f"{request.scheme}://{request.get_host()}"
    value = read_json(request)
    receipt = opening.create(request.user, value, base)
    return answer({"digest": receipt.digest.hex(), "index": receipt.index}, 201)


def _joined(request: HttpRequest) -> list[tuple[str, str]]:
    if not isinstance(request.user, User):
        return []
    rows = Person.objects.filter(user=request.user).order_by("-joined", "-pk")
    return [(row.case, row.pseudonym) for row in rows]


def _card(case: str) -> CaseCard | None:
    view = PostgresState(case)
    file = records.case_file(view)
    return None if file is None else Reader(view).card(file)


def _ids() -> list[str]:
    """Every case there is, the newest first."""
    with connections[logs.USING].cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_log ORDER BY created DESC, id")
        return [case for (case,) in cursor.fetchall()]


def _switches(pack: RulePack) -> list[dict[str, object]]:
    """The open points of law that a court may decide, with the choices of each."""
    english = problems.language() == "en"
    return [
        {
            "id": switch.id,
            "kind": switch.kind,
            "title": switch.title.en if english else switch.title.zh,
            "values": switch.values,
            "default": switch.default,
        }
        for switch in pack.switches.values()
        if switch.kind != "fixed"
    ]
