"""tests.drawn@1: the chair drew a digit; claim numbers that end in it test a ballot (protocol 8).

Not in the format's list of kinds. Nobody's software may foresee who tests, so a digit is drawn by
hand while votes are sealed, and more than one may be. Which voters it calls on, each sees himself
in the register; the record names none.
"""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import leads_meeting
from bankruptcy.kinds.refusals import AlreadyThere
from bankruptcy.kinds.schema import Hash, Instant
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.kinds.vote import at_stage, before_close, vote_named
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """digit: 0 to 9."""

    manifest_hash: Hash
    digit: int


class DigitWrong(Refused):
    """No digit. Fact: `digit`."""

    slug = "digit-wrong"
    category = Category.MALFORMED
    zh = "尾号应为 0 至 9 的一位数字，现为 {digit}"
    en = "The digit must be from 0 to 9; it is {digit}"


def check(view: CaseView, act: Act[Body]) -> None:
    """By the administrator or the chair, while ballots are cast, each digit once."""
    body = act.body
    leads_meeting(view, act)
    vote = vote_named(view, body.manifest_hash)
    at_stage(vote, records.Stage.OPEN)
    before_close(view, vote, act.received)
    if body.digit > 9:
        raise DigitWrong(digit=body.digit)
    if view.get(records.DRAWN, body.manifest_hash, body.digit) is not None:
        raise AlreadyThere(what="digit", id=body.digit)


def apply(state: CaseState, act: Act[Body]) -> None:
    """The digit is announced."""
    body = act.body
    state.put(
        records.DRAWN,
        records.DrawnDigit(
            manifest_hash=body.manifest_hash,
            digit=body.digit,
            by=act.by,
            drawn=Instant(act.received),
        ),
    )


KIND = Kind(
    name="tests.drawn",
    version=1,
    body=Body,
    roles=frozenset({Role.ADMINISTRATOR, Role.CREDITOR}),
    ground="tests.drawn",
    check=check,
    apply=apply,
    zh="{who} 抽出尾号 {digit}：债权表编号以它结尾的债权人抽查一张票",
    en="{who} drew the digit {digit}: creditors whose number in the register ends in it test one",
    facts=lambda view, body: {"digit": body.digit},
)
