"""C/desk/meetings/new: a meeting with its notice; M/motions/new: what is put to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited, titled
from bankruptcy.delivery.figures import BEIJING, day
from bankruptcy.delivery.problems import language
from bankruptcy.desk.access import desk_view
from bankruptcy.desk.pages import desk_page
from bankruptcy.kinds import records
from bankruptcy.kinds.electorate import settings_of
from bankruptcy.kinds.meeting_convened import NOTICE, resolutions
from bankruptcy.kinds.motion_put import MAX_MOTIONS, class_passed, first_round
from bankruptcy.kinds.schema import Code, Id
from bankruptcy.law.meeting_rules import Form, forms_of_first
from bankruptcy.law.model import Matter
from bankruptcy.law.pack import RulePack
from bankruptcy.law.periods import china, period
from bankruptcy.law.share import Share
from bankruptcy.people.access import Access
from bankruptcy.people.bodies import answer
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from ledger.log.statement import Role

STAFF = (Role.ADMINISTRATOR, Role.COURT)


@require_GET
@desk_view(*STAFF)
def new_meeting(request: HttpRequest, access: Access) -> HttpResponse:
    """Number, time, title, agenda; the script signs meeting.convened."""
    pack = access.view.pack
    number = len(access.view.find(records.MEETINGS)) + 1
    today = pack.day_of(access.now)
    earliest = _earliest(pack, today)
    proposed = datetime.combine(earliest + timedelta(days=1), time(9, 30), BEIJING)
    content = {
        "number": number,
        "earliest": earliest,
        "proposed": proposed.strftime("%Y-%m-%dT%H:%M"),
        "article": cited(pack.article("meeting.notice")),
        "ground": cited(pack.article("meeting.convened")),
        "form_article": cited(pack.article("meeting.form")),
        "forms": _forms(access, number),
        "resolved": _resolved(access),
        "draft": {
            "meeting": _free_id(access, number),
            "number": number,
            "today": today.isoformat(),
            "notice": f"/c/{access.case}/desk/meetings/notice",
        },
    }
    return desk_page(request, access, "meetings/new.html", content)


def _forms(access: Access, number: int) -> list[str]:
    """How this meeting may be held, the nearest first."""
    allowed: tuple[Form, ...] = tuple(Form)
    if number == 1:
        allowed = forms_of_first(access.view.pack, settings_of(access.view))
    return [form.value for form in allowed]


def _resolved(access: Access) -> list[dict[str, str]]:
    """What the first meeting resolved on its rules."""
    view, reader = access.view, Reader(access.view)
    found = []
    for ref in resolutions(view):
        motion = view.get(records.MOTIONS, ref.meeting, ref.motion)
        title = None if motion is None else reader.opened(motion.title)
        found.append({"key": f"{ref.meeting} {ref.motion}", "title": title or ref.motion})
    return found


@require_GET
@desk_view(*STAFF)
def notice(request: HttpRequest, access: Access) -> HttpResponse:
    """?day=YYYY-MM-DD of the start -> {last, words, enough}: the last day for the notice."""
    try:
        start = date.fromisoformat(request.GET.get("day", ""))
    except ValueError as error:
        raise Malformed(what="day") from error
    pack = access.view.pack
    last = _last_day(pack, start)
    return answer(
        {
            "last": last.isoformat(),
            "words": day(last, language()),
            "enough": pack.day_of(access.now) <= last,
        }
    )


@require_GET
@desk_view(*STAFF)
def new_motion(request: HttpRequest, access: Access, meeting: str) -> HttpResponse:
    """Matter, title and text; the script signs motion.put."""
    convened = access.view.get(records.MEETINGS, meeting)
    if convened is None:
        raise Http404
    pack, reader = access.view.pack, Reader(access.view)
    there = access.view.find(records.MOTIONS, meeting=Id(meeting))
    content = {
        "meeting": convened,
        "meeting_title": reader.opened(convened.title) or "",
        "motions": [
            {
                "motion": motion,
                "title": reader.opened(motion.title) or motion.motion,
                "matter": titled(pack.matter(motion.matter).title),
                "articles": cited(pack.matter(motion.matter).articles),
                "file": reader.document(motion.text),
            }
            for motion in there
        ],
        "closed": convened.manifest_hash is not None or len(there) >= MAX_MOTIONS,
        "most": MAX_MOTIONS,
        "matters": [_matter(access, pack, matter) for matter in pack.matters.values()],
        "draft": {
            "meeting": meeting,
            "motion": _free_motion(there),
            "matters": {
                matter.id: _matter(access, pack, matter) for matter in pack.matters.values()
            },
        },
        "prepare": access.has(Role.ADMINISTRATOR),
    }
    return desk_page(request, access, "meetings/motion.html", content)


def _matter(access: Access, pack: RulePack, matter: Matter) -> dict[str, Json]:
    rule = pack.rule(matter.rule)
    first = first_round(access.view, Code(matter.id))
    classes = () if first is None else first.classes
    groups: list[Json] = [str(row.class_) for row in classes if class_passed(row)]
    return {
        "id": matter.id,
        "title": titled(matter.title),
        "articles": cited(matter.articles),
        "rule": rule.id,
        "rule_title": titled(rule.title),
        "rule_articles": cited(rule.articles),
        "heads": _share(rule.heads),
        "amount": _share(rule.amount),
        "second": first is not None and matter.second_vote.allowed,
        "passed_groups": groups,
    }


def _share(share: Share | None) -> Json:
    return None if share is None else {"op": share.op.value, "share": f"{share.num}/{share.den}"}


def _free_id(access: Access, number: int) -> str:
    taken = {meeting.meeting for meeting in access.view.find(records.MEETINGS)}
    return next(f"m{n}" for n in range(number, number + len(taken) + 1) if f"m{n}" not in taken)


def _free_motion(there: Sequence[records.Motion]) -> str:
    taken = {motion.motion for motion in there}
    return next(f"motion-{n}" for n in range(1, MAX_MOTIONS + 2) if f"motion-{n}" not in taken)


def _last_day(pack: RulePack, start: date) -> date:
    return period(pack, china(), pack.period(NOTICE), start).last_day


def _earliest(pack: RulePack, today: date) -> date:
    """The first day on which a meeting may begin whose notice is given today."""
    start = today
    while _last_day(pack, start) < today:
        start += timedelta(days=1)
    return start
