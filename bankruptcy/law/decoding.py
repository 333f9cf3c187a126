"""Reading the values of a rule pack from decoded JSON; strict: Malformed on anything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from bankruptcy.law.model import (
    CallRule,
    CommitteeRule,
    CramDown,
    Deadline,
    DelegationRule,
    Effect,
    Leave,
    Length,
    Matter,
    PeriodRule,
    Reconsideration,
    Rule,
    Seat,
    SmallGroup,
    Step,
    Switch,
    SwitchValue,
    Title,
)
from bankruptcy.law.reading import Members, texts
from bankruptcy.law.share import Share, ratio
from ledger.log.errors import Malformed

T = TypeVar("T")
SWITCH_KINDS = ("fixed", "choice", "list")


def each(value: object, read: Callable[[str, object], T]) -> Mapping[str, T]:
    """An object of ids to values, read one by one, in its order."""
    if not isinstance(value, Mapping):
        raise Malformed(what="part of the rule pack")
    return MappingProxyType({str(name): read(str(name), item) for name, item in value.items()})


def optional(value: object, read: Callable[[object], T]) -> T | None:
    """null, or what `read` makes of it."""
    return None if value is None else read(value)


def title(value: object) -> Title:
    members = Members(value, "title")
    found = Title(members.text("zh"), members.text("en"))
    members.done()
    return found


def grounds(value: object) -> Mapping[str, str]:
    def text(name: str, item: object) -> str:
        if not isinstance(item, str) or not item:
            raise Malformed(what=f"ground {name}")
        return item

    return each(value, text)


def switch(name: str, value: object) -> Switch:
    members = Members(value, f"switch {name}")
    kind, values, default = members.text("kind"), members.texts("values"), members.take("default")
    chosen: SwitchValue = texts(default, name) if kind == "list" else str(default)
    within = set(chosen) <= set(values) if isinstance(chosen, tuple) else chosen in values
    if kind not in SWITCH_KINDS or not within:
        raise Malformed(what=f"switch {name}")
    settled = texts(members.take_or("settled", ()), name)
    try:
        effect = Effect(members.take("effect"))
    except ValueError as error:
        raise Malformed(what=f"effect of switch {name}") from error
    if not set(settled) <= set(values) or (effect is not Effect.NONE and kind == "fixed"):
        raise Malformed(what=f"switch {name}")
    found = Switch(
        id=name,
        title=title(members.take("title")),
        kind=kind,
        values=values,
        default=chosen,
        effect=effect,
        settled=settled,
        source=title(members.take("source")),
    )
    members.done()
    return found


def rule(name: str, value: object) -> Rule:
    members = Members(value, f"rule {name}")
    found = Rule(
        id=name,
        title=title(members.take("title")),
        articles=members.text("articles"),
        heads=optional(members.take("heads"), Share.decode),
        amount=optional(members.take("amount"), Share.decode),
        veto=optional(members.take("veto"), Share.decode),
        secured=members.text("secured"),
        seats=each(members.take("seats"), _seats),
        small=optional(members.take("small"), _small),
    )
    members.done()
    if found.heads is None and found.amount is None:
        raise Malformed(what=f"rule {name} without a test")
    return found


def _seats(name: str, value: object) -> tuple[Seat, ...]:
    if not isinstance(value, list):
        raise Malformed(what=f"seats of {name}")
    found = tuple(_seat(item) for item in value)
    # The last seat must fit whatever the switches are, or a claim would have no answer.
    if not found or found[-1].when:
        raise Malformed(what=f"seats of {name}")
    return found


def _seat(value: object) -> Seat:
    members = Members(value, "seat")
    when, cls = members.take("when"), members.take("class")
    if not isinstance(when, Mapping) or not (cls is None or isinstance(cls, str)):
        raise Malformed(what="seat")
    found = Seat(
        when=tuple(sorted((str(k), str(v)) for k, v in when.items())),
        cls=cls,
        heads=members.flag("heads"),
        amount=members.flag("amount"),
        ground=members.text("ground"),
    )
    members.done()
    if cls is None and (found.heads or found.amount):
        raise Malformed(what="seat without a class")
    return found


def _small(value: object) -> SmallGroup:
    members = Members(value, "small group")
    found = SmallGroup(members.text("from"), members.text("to"), members.text("ground"))
    members.done()
    return found


def matter(name: str, value: object) -> Matter:
    members = Members(value, f"matter {name}")
    item, fails = members.take("item"), members.take("fail")
    if (item is not None and type(item) is not int) or not isinstance(fails, list) or not fails:
        raise Malformed(what=f"matter {name}")
    found = Matter(
        id=name,
        title=title(members.take("title")),
        rule=members.text("rule"),
        item=item,
        articles=members.text("articles"),
        on_pass=_step(members.take("pass")),
        on_fail=tuple(_step(step) for step in fails),
        ruling=_leave(members.take("ruling")),
        second_vote=_leave(members.take("second_vote")),
        second_refused=_leave(members.take("second_refused")),
        reconsideration=optional(members.take("reconsideration"), _reconsideration),
    )
    members.done()
    return found


def _step(value: object) -> Step:
    members = Members(value, "step")
    found = Step(
        members.text("next"),
        members.text("articles"),
        optional(members.take_or("deadline", None), str),
    )
    members.done()
    return found


def _leave(value: object) -> Leave:
    members = Members(value, "leave")
    found = Leave(members.flag("allowed"), members.text("articles"))
    members.done()
    return found


def _reconsideration(value: object) -> Reconsideration:
    members = Members(value, "reconsideration")
    members.take("of")
    found = Reconsideration(
        optional(members.take("least"), ratio), members.text("articles"), members.flag("suspends")
    )
    members.done()
    return found


def deadline(name: str, value: object) -> Deadline:
    members = Members(value, f"deadline {name}")
    heading, law = title(members.take("title")), members.text("articles")
    periods = members.take("periods")
    if not isinstance(periods, list) or not periods:
        raise Malformed(what=f"deadline {name}")
    members.done()
    found = [_period(item, law) for item in periods]
    if len({p.what for p in found}) != len(found):
        raise Malformed(what=f"deadline {name} names a period twice")
    return Deadline(name, heading, law, MappingProxyType({p.what: p for p in found}))


def _period(value: object, law: str) -> PeriodRule:
    members = Members(value, "period")
    found = PeriodRule(
        what=members.text("what"),
        zh=members.text("zh"),
        length=length(members.take("length")),
        backward=members.flag("backward"),
        articles=str(members.take_or("short", law)),
        after=optional(members.take_or("after", None), str),
        target=optional(members.take_or("target", None), length),
    )
    members.done()
    return found


def length(value: object) -> Length:
    """{`days`} or {`months`}."""
    members = Members(value, "length")
    days, months = members.take_or("days", 0), members.take_or("months", 0)
    members.done()
    if type(days) is not int or type(months) is not int or min(days, months) < 0:
        raise Malformed(what="length of a period")
    return Length(days, months)


def call(value: object) -> CallRule:
    members = Members(value, "call")
    members.take("of")
    found = CallRule(ratio(members.take("least")), members.text("articles"))
    members.done()
    return found


def committee(value: object) -> CommitteeRule:
    members = Members(value, "committee")
    found = CommitteeRule(
        members.whole("members_at_most"), members.whole("employees"), members.text("articles")
    )
    members.done()
    return found


def delegation(value: object) -> DelegationRule:
    members = Members(value, "delegation")
    items = members.take("items")
    if not isinstance(items, list) or not all(type(item) is int for item in items):
        raise Malformed(what="items that may be delegated")
    found = DelegationRule(tuple(items), members.text("articles"))
    members.done()
    return found


def articles(value: object) -> str:
    """{`articles`}: what stands behind an act as such."""
    members = Members(value, "articles")
    found = members.text("articles")
    members.done()
    return found


def cram_down(value: object) -> CramDown:
    members = Members(value, "cram-down")
    found = CramDown(members.texts("conditions"), members.text("articles"))
    members.done()
    return found
