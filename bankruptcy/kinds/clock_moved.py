"""clock.moved@1: the clerk moves a demonstration clock forward (architecture, Time)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.schema import Instant
from bankruptcy.kinds.tables import CaseState, CaseView
from ledger.log.encoding import format_time
from ledger.log.errors import Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """to: the new time of the log."""

    to: datetime


class ClockIsReal(Refused):
    """A log whose clock is real takes no `clock.moved`."""

    slug = "clock-is-real"
    zh = "这个账本用真实时间，不能拨动"
    en = "This log keeps real time; its clock cannot be moved"


class ClockBackward(Refused):
    """Time does not run backward. Facts: `now`, `to`."""

    slug = "clock-backward"
    zh = "时间只能向前：现在是 {now}，不能拨到 {to}"
    en = "Time only runs forward: it is {now}, it cannot be moved to {to}"


class ClockAhead(Refused):
    """A demonstration clock never passes real time. Fact: `to`."""

    slug = "clock-ahead"
    zh = "演示时钟不能超过真实时间：{to}"
    en = "A demonstration clock cannot pass real time: {to}"


def check(view: CaseView, act: Act[Body]) -> None:
    """Only a demonstration clock moves, forward, and not past real time."""
    file, to = records.case_file(view), act.body.to
    if file is None or file.clock is records.Clock.REAL:
        raise ClockIsReal()
    if to <= file.clock_at:
        raise ClockBackward(now=file.clock_at.isoformat(), to=format_time(to))
    if to > act.at:
        raise ClockAhead(to=format_time(to))


def apply(state: CaseState, act: Act[Body]) -> None:
    """The clock stands at the new time."""
    file = records.case_file(state)
    if file is not None:
        state.put(records.CASE, replace(file, clock_at=Instant(act.body.to)))


KIND = Kind(
    name="clock.moved",
    version=1,
    body=Body,
    roles=frozenset({Role.CLERK}),
    ground="clock.moved",
    check=check,
    apply=apply,
    zh="演示时钟拨到 {to}",
    en="The demonstration clock was moved to {to}",
    facts=lambda view, body: {"to": format_time(body.to)},
)
