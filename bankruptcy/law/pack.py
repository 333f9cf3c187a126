"""A rule pack: one jurisdiction's law as data, each provision with its article.

Packs are JSON files, one a jurisdiction and version; the hash of a pack is the SHA-256 of its
RFC 8785 bytes and stands in the first entry of every log, so that a result can be judged by the
law under which it was declared. Nothing of the law is in the code: thresholds, articles, who has
which vote and what follows come from here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, TypeVar

from bankruptcy.law import decoding
from bankruptcy.law.errors import BadSwitch, UnknownRule
from bankruptcy.law.model import (
    CallRule,
    CommitteeRule,
    CramDown,
    Deadline,
    DelegationRule,
    Matter,
    PeriodRule,
    Rule,
    Switch,
    Switches,
    SwitchValue,
    Title,
)
from bankruptcy.law.reading import Members, day
from ledger.log import jcs
from ledger.log.encoding import parse_amount, sha256
from ledger.log.errors import Malformed

FORMAT: Final = "concursus-rule-pack/1"
CHINA: Final = "CN-EBL-2006"
_PACKS: Final = "packs"

# What the roll itself gives as reasons; a pack without one of them is not usable.
REQUIRED_GROUNDS: Final = (
    "vote.member",
    "vote.no-amount",
    "vote.provisional",
    "vote.after-record",
    "vote.unliquidated",
    "vote.designated",
    "claim.not-filed",
    "claim.withdrawn",
    "recourse.future",
    "setoff.whole",
    "related.excluded",
    "plan.unaffected",
    "plan.passed-earlier",
    "ballot.not-entitled",
    "authority.missing",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RulePack:
    """One jurisdiction's law at one version. `sha256` is lower-case hex over `canonical`."""

    id: str
    version: str
    jurisdiction: str
    effective_from: date
    title: Title
    offset_hours: int | None
    need_not_file: tuple[str, ...]
    unliquidated: int | None
    switches: Mapping[str, Switch]
    rules: Mapping[str, Rule]
    matters: Mapping[str, Matter]
    next: Mapping[str, Title]
    grounds: Mapping[str, str]
    deadlines: Mapping[str, Deadline]
    call: CallRule | None
    committee: CommitteeRule | None
    delegation: DelegationRule | None
    orders: str | None
    annulment: str | None
    cram_down: CramDown | None
    sha256: str
    canonical: bytes = field(repr=False)

    @classmethod
    def decode(cls, value: object) -> RulePack:
        """From decoded JSON. Raises Malformed on anything missing, unknown or inconsistent."""
        try:
            canonical = jcs.dumps(value)
        except ValueError as error:
            raise Malformed(what="rule pack") from error
        members = Members(value, "rule pack")
        if members.text("format") != FORMAT:
            raise Malformed(what="format of the rule pack")
        offset, unliquidated = members.take("offset_hours"), members.take("unliquidated")
        if offset is not None and type(offset) is not int:
            raise Malformed(what="offset_hours of the rule pack")
        pack = cls(
            id=members.text("id"),
            version=members.text("version"),
            jurisdiction=members.text("jurisdiction"),
            effective_from=day(members.take("effective_from")),
            title=decoding.title(members.take("title")),
            offset_hours=offset,
            need_not_file=members.texts("need_not_file"),
            unliquidated=None if unliquidated is None else _amount(unliquidated),
            switches=decoding.each(members.take("switches"), decoding.switch),
            rules=decoding.each(members.take("rules"), decoding.rule),
            matters=decoding.each(members.take("matters"), decoding.matter),
            next=decoding.each(members.take("next"), lambda _, item: decoding.title(item)),
            grounds=decoding.grounds(members.take("grounds")),
            deadlines=decoding.each(members.take("deadlines"), decoding.deadline),
            call=decoding.optional(members.take("call"), decoding.call),
            committee=decoding.optional(members.take("committee"), decoding.committee),
            delegation=decoding.optional(members.take("delegation"), decoding.delegation),
            orders=decoding.optional(members.take("orders"), decoding.articles),
            annulment=decoding.optional(members.take("annulment"), decoding.articles),
            cram_down=decoding.optional(members.take("cram_down"), decoding.cram_down),
            sha256=sha256(canonical).hex(),
            canonical=canonical,
        )
        members.done()
        _consistent(pack)
        return pack

    @classmethod
    def load(cls, canonical: bytes) -> RulePack:
        """From canonical bytes, as a bundle holds them. Raises Malformed."""
        return cls.decode(jcs.loads(canonical))

    def rule(self, id_: str) -> Rule:
        """Raises UnknownRule."""
        return self._find(self.rules, id_, "rule")

    def matter(self, id_: str) -> Matter:
        """Raises UnknownRule."""
        return self._find(self.matters, id_, "matter")

    def article(self, ground: str) -> str:
        """The article behind a ground. Raises UnknownRule."""
        return self._find(self.grounds, ground, "ground")

    def period(self, deadline: str, what: str | None = None) -> PeriodRule:
        """A period of a deadline; without `what` its first. Raises UnknownRule."""
        periods = self._find(self.deadlines, deadline, "deadline").periods
        return self._find(periods, next(iter(periods)) if what is None else what, "period")

    def settings(self, chosen: Switches | None = None) -> Switches:
        """All switches: those chosen, else the defaults. Raises BadSwitch."""
        taken: dict[str, SwitchValue] = {}
        for name, value in (chosen or {}).items():
            switch = self.switches.get(name)
            if switch is None:
                raise BadSwitch(switch=name, value=value)
            if switch.kind == "list":
                items = value if isinstance(value, tuple) else ()
                if not isinstance(value, tuple) or not (
                    set(switch.settled) <= set(items) <= set(switch.values)
                ):
                    raise BadSwitch(switch=name, value=value)
            elif value not in switch.values:
                raise BadSwitch(switch=name, value=value)
            taken[name] = value
        return MappingProxyType({s.id: taken.get(s.id, s.default) for s in self.switches.values()})

    def day_of(self, at: datetime) -> date:
        """The day of a moment where this law applies (as written, if the pack fixes no zone)."""
        if self.offset_hours is None:
            return at.date()
        return at.astimezone(timezone(timedelta(hours=self.offset_hours))).date()

    def _find(self, among: Mapping[str, T], key: str, what: str) -> T:
        try:
            return among[key]
        except KeyError:
            raise UnknownRule(what=f"{what} {key}", pack=self.id) from None


def builtin(id_: str = CHINA, version: str = "2026.1") -> RulePack:
    """A pack that comes with the program. Raises UnknownRule."""
    return RulePack.decode(builtin_value(id_, version))


def builtin_value(id_: str = CHINA, version: str = "2026.1") -> object:
    """The decoded JSON of a pack that comes with the program. Raises UnknownRule."""
    name = f"{id_}-{version}.json"
    if name not in _names():
        raise UnknownRule(what=f"version {version}", pack=id_)
    return json.loads((files("bankruptcy.law") / _PACKS / name).read_text("utf-8"))


def builtins() -> tuple[RulePack, ...]:
    """Every pack that comes with the program, in order of id."""
    values = [
        json.loads((files("bankruptcy.law") / _PACKS / name).read_text("utf-8"))
        for name in _names()
    ]
    return tuple(RulePack.decode(value) for value in values)


@cache
def named(sha256_: str) -> RulePack:
    """The pack with this hash (lower-case hex) that comes with the program. Raises UnknownRule."""
    found = next((pack for pack in builtins() if pack.sha256 == sha256_), None)
    if found is None:
        raise UnknownRule(what="rules", pack=sha256_)
    return found


def _names() -> list[str]:
    found = (item.name for item in (files("bankruptcy.law") / _PACKS).iterdir())
    return sorted(n for n in found if n.endswith(".json") and not n.startswith("calendar-"))


def _amount(value: object) -> int:
    members = Members(value, "unliquidated")
    amount = parse_amount(members.take("amount"))
    members.done()
    return amount


def _consistent(pack: RulePack) -> None:
    """Every name that one part of the pack uses stands in another. Raises Malformed."""
    seats = [s for r in pack.rules.values() for row in r.seats.values() for s in row]
    used = {s.ground for s in seats} | {r.small.ground for r in pack.rules.values() if r.small}
    if missing := (used | set(REQUIRED_GROUNDS)) - set(pack.grounds):
        raise Malformed(what=f"rule pack without grounds {', '.join(sorted(missing))}")
    switches = {name for s in seats for name, _ in s.when}
    if missing := switches - set(pack.switches):
        raise Malformed(what=f"rule pack without switches {', '.join(sorted(missing))}")
    for matter in pack.matters.values():
        steps = {matter.on_pass.next, *(step.next for step in matter.on_fail)}
        started = {step.deadline for step in (matter.on_pass, *matter.on_fail)} - {None}
        if (
            matter.rule not in pack.rules
            or not steps <= set(pack.next)
            or not started <= set(pack.deadlines)
        ):
            raise Malformed(what=f"matter {matter.id} of the rule pack")
