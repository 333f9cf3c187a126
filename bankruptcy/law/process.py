"""What may follow a vote, step by step: the state of a motion and the acts that move it.

Every act is a function of the present state; one the law does not open raises StepNotOpen with
its article and changes nothing. Times are moments; days follow from the pack's zone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum

from bankruptcy.law.errors import StepNotOpen, UnknownRule
from bankruptcy.law.model import Matter
from bankruptcy.law.outcome import Fraction
from bankruptcy.law.pack import RulePack
from bankruptcy.law.periods import Calendar, period
from bankruptcy.law.share import Of, Op, Share

SECOND_VOTE = "SECOND_VOTE"
COURT_RULING = "COURT_RULING"
CRAMDOWN = "CRAMDOWN_OR_BANKRUPT"
COURT_DECIDES = "COURT_DECIDES"


class State(Enum):
    """Where a motion stands."""

    DRAFT = "DRAFT"
    NOTICED = "NOTICED"
    OPEN = "OPEN"
    EXTENDED = "EXTENDED"
    CLOSED = "CLOSED"
    TALLIED = "TALLIED"
    PASSED = "PASSED"
    FAILED = "FAILED"
    SECOND_VOTE = "SECOND_VOTE"
    COURT_RULING = "COURT_RULING"
    CRAMDOWN_APPLIED = "CRAMDOWN_APPLIED"
    APPROVED = "APPROVED"
    BANKRUPT = "BANKRUPT"
    NOTIFIED = "NOTIFIED"
    ANNULMENT_APPLIED = "ANNULMENT_APPLIED"
    UPHELD = "UPHELD"
    ANNULLED = "ANNULLED"
    FINAL = "FINAL"


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day of a period that an act starts."""

    what: str
    day: date
    article: str


@dataclass(frozen=True, slots=True)
class Process:
    """The state of one motion. `groups`: each class that ever voted, passed or not."""

    matter: str
    state: State
    round: int = 1
    next: tuple[str, ...] = ()
    groups: Mapping[str, bool] = field(default_factory=dict)
    record: datetime | None = None
    closes: datetime | None = None
    reconsider_until: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """An accepted act: the state after it, its article, and what it starts or says.

    `roll_changes`, `result_changes`, `sheet`: None where the act is of another kind.
    """

    process: Process
    article: str
    last_days: tuple[LastDay, ...] = ()
    flags: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    suspends: bool | None = None
    roll_changes: bool | None = None
    result_changes: bool | None = None
    sheet: str | None = None


def declare(
    pack: RulePack,
    days: Calendar,
    process: Process,
    at: datetime,
    groups: Mapping[str, tuple[Fraction, Fraction | None]],
) -> Step:
    """A result is declared: both fractions of each class that voted (amounts None: no test)."""
    matter = _matter(pack, process)
    if process.state not in (State.TALLIED, State.SECOND_VOTE):
        raise _closed("declare", process, matter.articles)
    rule = pack.rule(matter.rule)
    passed = {
        name: (rule.heads is None or rule.heads.met(heads.part, heads.whole))
        and (
            rule.amount is None
            or (amount is not None and rule.amount.met(amount.part, amount.whole))
        )
        for name, (heads, amount) in groups.items()
    }
    # A group that failed before and did not vote again still stands against the whole.
    known = {**process.groups, **passed}
    ok = bool(passed) and all(known.values())
    follows = matter.follows(ok, process.round)
    after = replace(
        process,
        state=State.PASSED if ok else State.FAILED,
        next=(follows.next,),
        groups=known,
    )
    notice = _last_day(pack, days, "D9", "result notice", pack.day_of(at), "result_notice")
    return Step(after, follows.articles, (notice,))


def rule_instead(pack: RulePack, days: Calendar, process: Process, at: datetime) -> Step:
    """The court rules in place of a resolution that failed."""
    matter = _matter(pack, process)
    if not matter.ruling.allowed or COURT_RULING not in process.next:
        raise _closed("court_ruling", process, matter.ruling.articles)
    ends = _last_day(pack, days, "D11", "reconsideration", pack.day_of(at), "reconsideration")
    after = replace(process, state=State.COURT_RULING, next=(), reconsider_until=ends.day)
    return Step(after, matter.ruling.articles, (ends,))


def open_second_vote(
    pack: RulePack, process: Process, groups: Collection[str] | None = None
) -> Step:
    """The second vote is opened, of exactly the groups that failed (None: all of those)."""
    matter = _matter(pack, process)
    failed = {name for name, ok in process.groups.items() if not ok}
    if (
        not matter.second_vote.allowed
        or SECOND_VOTE not in process.next
        or (groups is not None and not (groups and set(groups) <= failed))
    ):
        raise _closed("second_vote", process, matter.second_vote.articles)
    after = replace(process, state=State.SECOND_VOTE, round=process.round + 1, next=())
    return Step(after, matter.second_vote.articles)


def refuse_second_vote(pack: RulePack, process: Process, groups: Collection[str]) -> Step:
    """A failed group refuses to vote again."""
    matter = _matter(pack, process)
    failed = {name for name, ok in process.groups.items() if not ok}
    if (
        not matter.second_refused.allowed
        or SECOND_VOTE not in process.next
        or not (groups and set(groups) <= failed)
    ):
        raise _closed("second_vote_refused", process, matter.second_refused.articles)
    return Step(replace(process, next=(CRAMDOWN,)), matter.second_refused.articles)


def open_cram_down(pack: RulePack, process: Process) -> Step:
    """The application for approval without consent is opened, with its conditions."""
    rule = pack.cram_down
    if rule is None:
        raise UnknownRule(what="cram-down", pack=pack.id)
    if CRAMDOWN not in process.next:
        raise _closed("cramdown", process, rule.articles)
    warned = () if any(process.groups.values()) else ("no_group_passed",)
    return Step(process, rule.articles, conditions=rule.conditions, warnings=warned)


def ask_reconsideration(pack: RulePack, process: Process, at: datetime, holding: Fraction) -> Step:
    """A creditor asks the court to reconsider its ruling; `holding`: of total unsecured."""
    matter = _matter(pack, process)
    terms = matter.reconsideration
    if terms is None or process.state is not State.COURT_RULING:
        raise _closed("reconsideration", process, matter.articles)
    late = process.reconsider_until is None or pack.day_of(at) > process.reconsider_until
    least = terms.least
    enough = holding.part > 0 if least is None else _at_least(least, holding)
    if late or not enough:
        raise _closed("reconsideration", process, terms.articles)
    return Step(process, terms.articles, suspends=terms.suspends)


def request_meeting(pack: RulePack, process: Process, holding: Fraction) -> Step:
    """Creditors ask for a meeting; `holding`: of all claims, secured included."""
    if pack.call is None:
        raise UnknownRule(what="call", pack=pack.id)
    if not _at_least(pack.call.least, holding):
        raise _closed("meeting_requested", process, pack.call.articles)
    return Step(process, pack.call.articles)


def propose_committee(pack: RulePack, process: Process, creditors: int, employees: int) -> Step:
    """A committee is proposed."""
    rule = pack.committee
    if rule is None:
        raise UnknownRule(what="committee", pack=pack.id)
    within = creditors + employees <= rule.members_at_most
    if creditors < 1 or employees != rule.employees or not within:
        raise _closed("committee_proposed", process, rule.articles)
    return Step(process, rule.articles)


def delegate(pack: RulePack, process: Process, item: int) -> Step:
    """An item of the meeting's list is delegated to the committee."""
    rule = pack.delegation
    if rule is None:
        raise UnknownRule(what="delegation", pack=pack.id)
    if item not in rule.items:
        raise _closed("delegated", process, rule.articles)
    return Step(process, rule.articles)


def admit_claim(pack: RulePack, process: Process, at: datetime) -> Step:
    """A claim is admitted: after the record time it changes no roll."""
    changes = process.record is None or at <= process.record
    return Step(process, _orders(pack), roll_changes=changes)


def order_weight(pack: RulePack, process: Process, at: datetime) -> Step:
    """The court sets an amount for voting: after the close the result stays, and is noted."""
    if process.closes is None or at < process.closes:
        return Step(process, _orders(pack), roll_changes=True)
    return Step(
        process, _orders(pack), roll_changes=False, result_changes=False, sheet="sensitivity_noted"
    )


def apply_annulment(
    pack: RulePack, days: Calendar, process: Process, at: datetime, notice_received: date
) -> Step:
    """Annulment is applied for; lateness is flagged, the court decides on it."""
    if pack.annulment is None:
        raise UnknownRule(what="annulment", pack=pack.id)
    ends = _last_day(pack, days, "D10", "annulment application", notice_received, "annulment")
    flags = ("late",) if pack.day_of(at) > ends.day else ()
    after = replace(process, state=State.ANNULMENT_APPLIED, next=(COURT_DECIDES,))
    return Step(after, pack.annulment, (ends,), flags)


def _matter(pack: RulePack, process: Process) -> Matter:
    return pack.matter(process.matter)


def _at_least(least: tuple[int, int], holding: Fraction) -> bool:
    return Share(Op.AT_LEAST, *least, Of.TOTAL).met(holding.part, holding.whole)


def _orders(pack: RulePack) -> str:
    if pack.orders is None:
        raise UnknownRule(what="orders", pack=pack.id)
    return pack.orders


def _last_day(
    pack: RulePack, days: Calendar, deadline: str, what: str, start: date, name: str
) -> LastDay:
    rule = pack.period(deadline, what)
    return LastDay(name, period(pack, days, rule, start).last_day, rule.articles)


def _closed(step: str, process: Process, article: str) -> StepNotOpen:
    return StepNotOpen(step=step, state=process.state.value, article=article)
