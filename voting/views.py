"""Pages and addresses of the vote: the trustee's, the board, the results, the public check."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from bankruptcy.cases.context import case_page
from bankruptcy.cases.reading import Reader
from bankruptcy.cases.store import PostgresState
from bankruptcy.delivery import problems
from bankruptcy.kinds import records
from bankruptcy.kinds.keys import STANDINGS, Standing, late_keys
from bankruptcy.kinds.keys_destroyed import final_from
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import vote_of_meeting
from bankruptcy.people.access import Access, NotSignedIn, case_view, person
from bankruptcy.people.bodies import answer, read_json
from ledger import logs
from ledger.api.reading import digest, number
from ledger.log.encoding import format_time
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from ledger.log.statement import Role
from voting import board, boxes, notice, results, tested, weights


@require_GET
@case_view()
def boxes_page(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """{total, ballots: [{ballot, body, box, void}], next} for the trustee ?index=, from ?from=."""
    view = PostgresState(access.case)
    vote = boxes.vote_for(view, meeting)
    index = number(request.GET.get("index", ""))
    start = number(request.GET.get("from", "0"))
    found = boxes.page(view, access.case, vote, access.pseudonym, index, start)
    return answer({"total": found.total, "ballots": list(found.rows), "next": found.next})


@require_GET
@case_view()
def weights_page(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """{weights: [{amount, line, motion, sigma}]} for who may see the register."""
    if not access.may_see_claims:
        raise weights.RegisterNotYours()
    vote = boxes.vote_for(access.view, meeting)
    return answer({"weights": weights.of_vote(access.view, vote)})


@require_safe
@case_view(Role.TRUSTEE)
def trustee(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """M/trustee: the key, the boxes, the sums. What stands, its script reads from the log."""
    held = meeting_named(access.view, meeting)
    reader = Reader(access.view)
    names = reader.names()
    creditors = sorted({claim.creditor for claim in access.view.find(records.CLAIMS)})
    vote = vote_of_meeting(access.view, held.meeting)
    final = None if vote is None else final_from(access.view, vote)
    script: dict[str, Json] = {
        "meeting": held.meeting,
        "names": dict(names),
        "final": None if final is None else format_time(final),
    }
    content = {
        "meeting": held,
        "title": reader.opened(held.title) or "",
        "creditors": [
            (person, names.get(person, person))
            for person in creditors
            if person != access.pseudonym
        ],
        "script": script,
    }
    return case_page(request, access, "voting/trustee.html", content)


@require_safe
def board_page(request: HttpRequest, case: str, meeting: str) -> HttpResponse:
    """M/board: turnout, then the tally being proven in the visitor's browser. Public."""
    return _public(request, case, meeting, "voting/board.html", {})


@require_safe
def results_page(request: HttpRequest, case: str, meeting: str) -> HttpResponse:
    """M/results: what was declared, each test with its exact fraction and article. Public."""
    seen = board.visitor(request.user, case, meeting)
    found = board.summary(seen)
    vote = vote_of_meeting(seen.view, seen.meeting.meeting)
    declared = vote is not None and vote.stage is records.Stage.DECLARED
    result = seen.view.get(records.RESULTS, vote.manifest_hash) if vote and declared else None
    content: dict[str, object] = {}
    if vote is not None and result is not None:
        names = Reader(seen.view).names() if seen.sees_amounts else {}
        late = late_keys(seen.view, vote)
        content = {
            "shown": results.shown(found, problems.language() == "en"),
            "declared": result.declared,
            "verified": result.verified is not None,
            "left_out": results.left_out(seen.view, vote),
            "bounds": results.bounds_shown(seen.view, vote, result, Reader(seen.view)),
            "keys": [
                {
                    "key": one.key,
                    "name": names.get(one.key.holder, one.key.holder),
                    "confirmed": one.standing is not Standing.UNCONFIRMED,
                    "standing": STANDINGS[one.standing][problems.language() == "en"],
                }
                for one in late
            ],
            "bundles": _bundles(request, case),
        }
    return _public(request, case, meeting, "voting/results.html", content)


@require_safe
def notice_page(request: HttpRequest, case: str, meeting: str) -> HttpResponse:
    """M/results/notice: the notice of the result, to read and print, in both languages. Public."""
    return _public(
        request, case, meeting, "voting/notice.html", {"notice": _notice(request, case, meeting)}
    )


@require_safe
def notice_text(request: HttpRequest, case: str, meeting: str) -> HttpResponse:
    """The notice as a text file. Public."""
    response = HttpResponse(
        _notice(request, case, meeting).plain(), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{case}-{meeting}.txt"'
    return response


def _notice(request: HttpRequest, case: str, meeting: str) -> notice.Notice:
    """Raises Http404 while nothing is declared."""
    seen = board.visitor(request.user, case, meeting)
    found = board.summary(seen)
    vote = vote_of_meeting(seen.view, seen.meeting.meeting)
    result = None if vote is None else seen.view.get(records.RESULTS, vote.manifest_hash)
    if vote is None or vote.stage is not records.Stage.DECLARED or result is None:
        raise Http404
    return notice.notice(seen.view, vote, result, found)


@require_safe
def board_json(request: HttpRequest, case: str, meeting: str) -> HttpResponse:
    """What the board's socket answers to {"get": "summary"}, for browsers without WebSocket."""
    return answer(board.summary(board.visitor(request.user, case, meeting)))


@require_safe
def vector_json(request: HttpRequest, case: str, meeting: str) -> HttpResponse:
    """What the board's socket answers to {"get": "vector"}: ?motion=&class=&metric=&from=."""
    motion, name, metric = (request.GET.get(key, "") for key in ("motion", "class", "metric"))
    seen = board.visitor(request.user, case, meeting)
    start = number(request.GET.get("from", "0"))
    return answer(board.vector(seen, (motion, name, metric), start))


@csrf_exempt
@require_POST
def tests(request: HttpRequest, case: str, meeting: str) -> HttpResponse:
    """{challenge, matched}: a ballot was opened to test it. Answers {done, matched}. Public.

    No cookie has a say: the device that checks a ballot is not logged in.
    """
    if len(request.body) > tested.LARGEST:
        raise tested.ReportTooLarge(size=len(request.body), most=tested.LARGEST)
    seen = board.visitor(None, case, meeting)
    tested.check_rate(request.META.get("REMOTE_ADDR", ""))
    given = read_json(request)
    if not isinstance(given, dict) or set(given) != {"challenge", "matched"}:
        raise Malformed(what="challenge, matched")
    if not isinstance(given["matched"], bool):
        raise Malformed(what="matched")
    tested.report(seen.view, case, meeting, given["challenge"], given["matched"])
    done, matched = tested.count(case, meeting)
    return answer({"done": done, "matched": matched})


@require_safe
def tested_json(
    request: HttpRequest, case: str, meeting: str, manifest: str, ballot: str
) -> HttpResponse:
    """{vote, cast, entry, size}: does a ballot (hash of its body, hex) stand on the ledger?"""
    seen = board.visitor(None, case, meeting)
    found = tested.standing(seen.view, case, meeting, digest(manifest), digest(ballot))
    return answer(
        {"vote": found.vote, "cast": found.cast, "entry": found.entry, "size": found.size}
    )


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """/verify: a receipt checked in the browser. Public, and the same for everybody."""
    return render(request, "verify.html")


def _bundles(request: HttpRequest, case: str) -> list[tuple[str, str]]:
    """(address, label) of the bundles that the visitor may download."""
    public = reverse("ledger:public-bundle", args=[case])
    found = [(public, _("Download the public bundle (no names, no amounts)"))]
    try:
        access = person(request, case)
    except (NotSignedIn, Http404):
        return found
    if access.has(Role.COURT):
        found.append((reverse("court-bundle", args=[case]), _("Download the court’s bundle")))
    if access.may_see_claims:
        found.append((reverse("bundle", args=[case]), _("Download my bundle")))
    return found


def _public(
    request: HttpRequest, case: str, meeting: str, template: str, content: dict[str, object]
) -> HttpResponse:
    """A page of a meeting that is public; who is in the case sees it with the case around it."""
    seen = board.visitor(request.user, case, meeting)
    reader = Reader(seen.view)
    script: dict[str, Json] = {"case": case, "meeting": seen.meeting.meeting}
    shown = {
        "meeting": seen.meeting,
        "title": reader.opened(seen.meeting.title) or "",
        "script": script,
        "sees_amounts": seen.sees_amounts,
        **content,
    }
    try:
        access = person(request, case)
    except (NotSignedIn, Http404):
        file = records.case_file(seen.view)
        demonstration = file is not None and file.clock is records.Clock.DEMONSTRATION
        outside = {
            "case": case,
            "card": reader.card(file),
            "around": "voting/public.html",
            "clock": logs.now(case) if demonstration else None,
        }
        return render(request, template, {**outside, **shown})
    return case_page(request, access, template, {"around": "case_base.html", **shown})


def meeting_named(view: CaseView, meeting: str) -> records.Meeting:
    """The meeting of an address. Raises Http404."""
    found = view.get(records.MEETINGS, Id(meeting))
    if found is None:
        raise Http404
    return found
