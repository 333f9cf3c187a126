"""meeting.convened@1: a creditors' meeting is convened, with its notice (EBL 62, 63)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import may_act_on_case
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.schema import Audience, Id, Instant, LongText, Opens, PublicShort, Sealed
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.law.pack import RulePack
from bankruptcy.law.periods import china, period
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

NOTICE = "D6"


@dataclass(frozen=True, slots=True)
class Body:
    """number: 1 for the first meeting. starts: when signing in begins."""

    meeting: Id
    number: int
    starts: datetime
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


def check(view: CaseView, act: Act[Body]) -> None:
    """In order, and with the statutory notice between this statement and the start."""
    may_act_on_case(view)
    body = act.body
    if view.get(records.MEETINGS, body.meeting) is not None:
        raise AlreadyThere(what="meeting", id=body.meeting)
    number = len(view.find(records.MEETINGS)) + 1
    if body.number != number:
        raise Disagrees(what="number", stated=body.number, follows=number)
    last = _last_day_of_notice(view.pack, body.starts)
    if view.pack.day_of(act.received) > last:
        raise NoticeTooShort(ground="meeting.notice", last=last.isoformat())


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
    zh="{who} 召集第 {number} 次债权人会议，{starts} 开始",
    en="{who} convened creditors' meeting no. {number} for {starts}",
    facts=lambda view, body: {"number": body.number, "starts": body.starts.isoformat()},
)
