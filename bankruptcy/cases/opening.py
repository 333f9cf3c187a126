"""Setting up a case: the judge's pseudonym first, then, with his key at hand, the log itself.

What the case is called and when it runs follows as a statement, case.opened@1, signed by the judge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.contrib.auth.models import User

from bankruptcy.cases.store import PostgresState
from bankruptcy.cases.witnesses import witness_keys
from bankruptcy.kinds.records import Clock
from bankruptcy.people import membership
from bankruptcy.people.models import Person, random_id
from ledger import closing, keys, logs
from ledger.creating import create_log, origin_of
from ledger.log import jcs
from ledger.log.checkpoint import Checkpoint
from ledger.log.encoding import parse_time, unb64u
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.genesis import CourtKey
from ledger.log.jcs import Json
from ledger.log.statement import Role
from ledger.log.suites import PublicKey, Suite, UnknownSuite, parse_suite
from ledger.receipts import Receipt


class OnlyCourt(Refused):
    """Cases are opened by the court's staff."""

    slug = "only-court"
    category = Category.FORBIDDEN
    zh = "只有法院工作人员可以立案"
    en = "Only the court's staff can open a case"


class NoSuchDraft(Refused):
    """This person has not begun to open such a case."""

    slug = "no-such-draft"
    category = Category.NOT_FOUND
    zh = "没有这个待立的案件；请重新开始立案"
    en = "There is no such case to be opened; please begin again"


class StartsWrong(Refused):
    """A demonstration clock starts in the past; a real one has no start."""

    slug = "clock-start-wrong"
    category = Category.MALFORMED
    zh = "演示时钟的起点应早于现在；真实时钟没有起点"
    en = "A demonstration clock starts before now; a real clock has no start"


class NothingToFollow(Refused):
    """The case's log is not closed, or the judge is not of its court. Fact: `case`."""

    slug = "nothing-to-follow"
    category = Category.CONFLICT
    zh = "案件 {case} 的账本尚未终结，或不是您经办的案件，不能接续"
    en = "The log of case {case} has not ended, or is not of your court; it cannot be followed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A case that has its ids and its judge, and no log yet."""

    case: str
    origin: str
    person: str

    def to_json(self) -> dict[str, Json]:
        return {"case": self.case, "origin": self.origin, "person": self.person}


def begin(user: User, host: str) -> Draft:
    """Choose the case's id and the judge's pseudonym. Raises OnlyCourt."""
    if not user.is_staff:
        raise OnlyCourt()
    case = random_id("c-")
    name = keys.deployment_name(_host_name(host))
    return Draft(case, origin_of(name, case), membership.join(user, case).pseudonym)


def create(user: User, value: Json, base: str) -> Receipt:
    """Make the log of a draft, {case, suite, public_key, clock, starts}, and maybe {follows}.

    `follows`: the case whose closed log the new one goes on; the judge has to be of its court.
    `base`: address of this server, such as https://court.example. Raises OnlyCourt, NoSuchDraft,
    StartsWrong, NothingToFollow, LogExists, WitnessSilent, Malformed.
    """
    if not user.is_staff:
        raise OnlyCourt()
    sent = {"follows": None, **value} if isinstance(value, dict) else value
    found = jcs.members(sent, "case", "case", "suite", "public_key", "clock", "starts", "follows")
    case = jcs.text(found["case"], "case", 64)
    person = Person.objects.filter(case=case, user=user).first()
    if person is None:
        raise NoSuchDraft()
    suite = parse_suite(found["suite"])
    if suite is not Suite.ES256:
        raise UnknownSuite(suite=suite.value)
    key = PublicKey(suite, unb64u(found["public_key"]))
    key.check()
    return create_log(
        case,
        name=_host_name(urlsplit(base).netloc),
        court=[CourtKey(person.pseudonym, key)],
        witnesses=witness_keys(),
        starts=_starts(found["clock"], found["starts"]),
        rp_id=_host_name(urlsplit(base).netloc),
        origins=(base,),
        follows=_followed(user, found["follows"]),
    )


def closed(user: User) -> list[str]:
    """The cases of whose court the user is and whose logs are closed."""
    there = Person.objects.filter(user=user, case__in=closing.all_ended()).order_by("case")
    return [
        person.case
        for person in there
        if Role.COURT in membership.roles_of(PostgresState(person.case), person.pseudonym)
    ]


def _followed(user: User, case: Json) -> Checkpoint | None:
    if case is None:
        return None
    name = jcs.text(case, "follows", 64)
    last = closing.ended(name)
    if last is None or name not in closed(user):
        raise NothingToFollow(case=name)
    return last


def exists(case: str) -> bool:
    """Is there a log of this case?"""
    try:
        logs.log_row(case)
    except logs.NoSuchLog:
        return False
    return True


def _starts(clock: Json, starts: Json) -> datetime | None:
    if clock not in (Clock.REAL.value, Clock.DEMONSTRATION.value):
        raise Malformed(what="clock")
    if clock == Clock.REAL.value:
        if starts is not None:
            raise StartsWrong()
        return None
    at = parse_time(starts)
    if at > datetime.now(UTC):
        raise StartsWrong()
    return at


def _host_name(netloc: str) -> str:
    return netloc.rpartition(":")[0] if ":" in netloc.rpartition("]")[2] else netloc
