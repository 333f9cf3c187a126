"""meeting.convened@1: a creditors' meeting is convened, with its notice (EBL 62, 63)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.electorate import settings_of
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import may_act_on_case
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.schema import Audience, Id, Instant, LongText, Opens, PublicShort, Sealed
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.law.meeting_rules import Form, forms_of_first
from bankruptcy.law.pack import RulePack
from bankruptcy.law.periods import china, period
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

NOTICE = "D6"
MEETING_RULES = "ORD-11"
"""The matter under which a meeting resolves on its own rules."""


@dataclass(frozen=True, slots=True)
class Body:
    """number: 1 for the first meeting. starts: when signing in begins.

    form: as the notice states it (P15). resolved, form_reason: why a later meeting is held by
    other remote means than video: a resolution of the first, or another ground; else both None.
    """

    meeting: Id
    number: int
    starts: datetime
    form: Form
    resolved: records.MotionRef | None
    form_reason: Annotated[Sealed, Opens(LongText, Audience.PUBLIC)] | None
    title: PublicShort
    agenda: Annotated[Sealed, Opens(LongText, Audience.PUBLIC)]


class StartUnthinkable(Refused):
    """The start lies beyond every calendar."""

    slug = "start-unthinkable"
    category = Category.MALFORMED
    zh = "会议开始时间不在日历范围内"
    en = "The start is not within the calendar"


class NoticeTooShort(Refused):
    """The notice does not give the statutory number of days. Fact: `last`, the last day for it."""

    slug = "notice-too-short"
    zh = "会议通知最迟应在 {last} 发出；请推迟开会时间"
    en = "Notice had to be given by {last} at the latest; choose a later start"


class FormNotAllowed(Refused):
    """The first meeting cannot be held in this form in this case. Facts: `form`, `allowed`."""

    slug = "form-not-allowed"
    zh = "本案第一次会议不能采用这种形式（{form}）；可用：{allowed}"
    en = "The first meeting of this case cannot be held like this ({form}); possible: {allowed}"


class FormNeedsGround(Refused):
    """By other remote means than video, without a resolution of the first meeting or a reason."""

    slug = "form-needs-ground"
    zh = "以书面、短信等其他非现场方式召开，须有第一次会议的决议，或写明依据"
    en = (
        "A meeting by letter, message or other remote means needs a resolution of the first "
        "meeting, or a stated ground"
    )


class FormGroundMisplaced(Refused):
    """A resolution or a reason stands where the form needs none."""

    slug = "form-ground-misplaced"
    category = Category.MALFORMED
    zh = "这种会议形式不需要决议或依据；请留空"
    en = "This form of meeting needs neither resolution nor ground; leave both empty"


class NotSoResolved(Refused):
    """The first meeting has not passed that motion, or it is on another matter. Fact: `motion`."""

    slug = "not-so-resolved"
    zh = "第一次会议没有通过这项决议，或它不是关于议事规则的：{motion}"
    en = "The first meeting has not passed this motion, or it is not on meeting rules: {motion}"


def check(view: CaseView, act: Act[Body]) -> None:
    """In order, and with the statutory notice between this statement and the start."""
    may_act_on_case(view)
    body = act.body
    if view.get(records.MEETINGS, body.meeting) is not None:
        raise AlreadyThere(what="meeting", id=body.meeting)
    number = len(view.find(records.MEETINGS)) + 1
    if body.number != number:
        raise Disagrees(what="number", stated=body.number, follows=number)
    _check_form(view, body)
    last = _last_day_of_notice(view.pack, body.starts)
    if view.pack.day_of(act.received) > last:
        raise NoticeTooShort(ground="meeting.notice", last=last.isoformat())


def _check_form(view: CaseView, body: Body) -> None:
    """On site or by video; otherwise as P15 says of the first, or on a ground of a later one."""
    ground, given = "meeting.form", body.resolved is not None or body.form_reason is not None
    if given and (body.number == 1 or body.form is not Form.OTHER_REMOTE):
        raise FormGroundMisplaced(ground=ground)
    if body.number == 1:
        allowed = forms_of_first(view.pack, settings_of(view))
        if body.form not in allowed:
            names = ", ".join(form.value for form in allowed)
            raise FormNotAllowed(ground=ground, form=body.form.value, allowed=names)
    elif body.form is Form.OTHER_REMOTE:
        if not given:
            raise FormNeedsGround(ground=ground)
        if body.resolved is not None and body.resolved not in resolutions(view):
            raise NotSoResolved(ground=ground, motion=body.resolved.motion)


def resolutions(view: CaseView) -> tuple[records.MotionRef, ...]:
    """What the first meeting resolved on its own rules (EBL 61(1)(11)), as declared."""
    found = []
    for meeting in view.find(records.MEETINGS):
        if meeting.number == 1 and meeting.manifest_hash is not None:
            result = view.get(records.RESULTS, meeting.manifest_hash)
            for declared in () if result is None else result.motions:
                motion = view.get(records.MOTIONS, meeting.meeting, declared.motion)
                if declared.passed and motion is not None and motion.matter == MEETING_RULES:
                    found.append(records.MotionRef(meeting.meeting, declared.motion))
    return tuple(found)


def _last_day_of_notice(pack: RulePack, starts: datetime) -> date:
    try:
        return period(pack, china(), pack.period(NOTICE), pack.day_of(starts)).last_day
    except OverflowError as error:
        raise StartUnthinkable() from error


def apply(state: CaseState, act: Act[Body]) -> None:
    """The meeting is convened."""
    body = act.body
    state.put(
        records.MEETINGS,
        records.Meeting(
            meeting=body.meeting,
            number=body.number,
            starts=body.starts,
            form=body.form,
            title=body.title,
            convened=Instant(act.received),
            statement=act.digest,
            manifest_hash=None,
        ),
    )


KIND = Kind(
    name="meeting.convened",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR, Role.COURT}),
    ground="meeting.convened",
    check=check,
    apply=apply,
    zh="{who} 召集第 {number} 次债权人会议（{form}），{starts} 开始",
    en="{who} convened creditors' meeting no. {number} ({form}) for {starts}",
    facts=lambda view, body: {
        "number": body.number,
        "form": body.form.value,
        "starts": body.starts.isoformat(),
    },
)
