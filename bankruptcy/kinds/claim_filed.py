"""claim.filed@1: a creditor files a claim with its lines and evidence (EBL 48, 49, 56)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.evidence_added import (
    Exhibit,
    check_documents,
    check_new_evidence,
    put_evidence,
)
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.people import may_act_on_case, needs
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees
from bankruptcy.kinds.register import next_version
from bankruptcy.kinds.schema import Committed, Id, Instant, PrivateShort, SealedShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.law.register import Nature
from ledger.log.encoding import MAX_AMOUNT
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role

MAX_LINES = 50
MAX_CLAIM = 30
MAX_LINE = 10
MAX_UNIT = 48


@dataclass(frozen=True, slots=True)
class FiledSecurity:
    """Security as the creditor states it. value: of the property, in fen."""

    asset: SealedShort
    value: Committed
    waived: bool


@dataclass(frozen=True, slots=True)
class FiledLine:
    """One line: a debt of one nature. amount: in fen, interest up to the day before acceptance."""

    line: Id
    nature: Nature
    cause: SealedShort
    amount: Committed
    security: FiledSecurity | None


@dataclass(frozen=True, slots=True)
class Body:
    """name is for the parties; identity, contact and account for administrator and court."""

    claim: Id
    name: SealedShort
    identity: PrivateShort
    contact: PrivateShort
    account: PrivateShort | None
    related: bool
    joint: Id | None
    lines: tuple[FiledLine, ...]
    evidence: tuple[Exhibit, ...]


class LinesWrong(Refused):
    """Number of lines, a line twice, or security that does not fit the nature. Fact: `what`."""

    slug = "claim-lines"
    category = Category.MALFORMED
    zh = "债权明细有误：{what}"
    en = "The lines of the claim are wrong: {what}"


class IdUnfit(Refused):
    """An id from which others are made is too long, or holds the dot that joins them.

    Part ids are `<claim>.<line>.<suffix>`, line ids of a roll `<unit>.<class>`: with dots inside,
    two different ones could be spelled alike. Fact: `id`.
    """

    slug = "id-unfit"
    category = Category.MALFORMED
    zh = "编号“{id}”过长或含有点号，请换一个"
    en = "The id “{id}” is too long or holds a dot; choose another"


class JointTaken(Refused):
    """A joint group's id is somebody's pseudonym, or the filer's pseudonym is a group's id.

    Both name voting units: who files under another's pseudonym would vote on his line.
    Fact: `id`.
    """

    slug = "joint-taken"
    category = Category.FORBIDDEN
    zh = "“{id}”不能同时作为连带债权组和当事人的编号"
    en = "“{id}” cannot stand both for a group of joint creditors and for a person"


class UnitSplit(Refused):
    """The id names a claim that was split, whose holders are a voting unit. Fact: `id`."""

    slug = "unit-split"
    category = Category.FORBIDDEN
    zh = "“{id}”是已拆分债权的编号，不能作为当事人或连带债权组的编号"
    en = "“{id}” names a claim that was split; it cannot stand for a person or a joint group"


class AmountOutOfRange(Refused):
    """A line is zero, or the total is beyond what the ledger can hold."""

    slug = "claim-amount"
    category = Category.MALFORMED
    zh = "每项金额须大于零，合计须小于 92233720368547758.08 元"
    en = "Each amount must be above zero and the total below 92,233,720,368,547,758.08"


def check(view: CaseView, act: Act[Body]) -> None:
    """Late filing is recorded as late and not refused (EBL 56(1))."""
    may_act_on_case(view)
    body = act.body
    check_ids(body.claim, body.lines)
    for unit in (act.principal, body.joint):
        if unit is not None:
            check_id(unit, MAX_UNIT)
    _check_unit(view, act.principal, body.joint)
    if view.get(records.CLAIMS, body.claim) is not None:
        raise AlreadyThere(what="claim", id=body.claim)
    if not body.lines:
        raise LinesWrong(what=f"1–{MAX_LINES}")
    check_lines(body.lines, ())
    check_waiver(view, act, body.lines)
    check_new_evidence(view, body.evidence)


def check_lines(lines: tuple[FiledLine, ...], kept: tuple[records.ClaimLine, ...]) -> None:
    """Lines that are stated, beside those that stand as they are. Raises LinesWrong, Disagrees."""
    ids = [line.line for line in lines] + [line.line for line in kept]
    if not 0 < len(ids) <= MAX_LINES:
        raise LinesWrong(what=f"1–{MAX_LINES}")
    if len(set(ids)) != len(ids):
        raise LinesWrong(what="id")
    for line in lines:
        if (line.security is not None) != (line.nature is Nature.SECURED):
            raise LinesWrong(what=f"{line.line}: security")
    commitments = [line.amount.commitment for line in lines]
    commitments += [line.filed.commitment for line in kept]
    if len(set(commitments)) != len(commitments):
        raise Disagrees(what="commitment", stated="twice", follows="once")


def check_waiver(view: CaseView, act: Act[object], lines: tuple[FiledLine, ...]) -> None:
    """An agent who states security as waived needs an authority for that (CPL 62)."""
    if act.principal != act.by and any(x.security is not None and x.security.waived for x in lines):
        needs(view, act.by, act.principal, records.Item.WAIVE_SECURITY, act.received)


def check_ids(claim: Id, lines: tuple[FiledLine, ...]) -> None:
    """Ids of which part ids are made leave room for the rest, and hold no dot. Raises IdUnfit."""
    check_id(claim, MAX_CLAIM)
    for line in lines:
        check_id(line.line, MAX_LINE)


def check_id(id_: Id, most: int) -> None:
    """Raises IdUnfit."""
    if "." in id_ or len(id_) > most:
        raise IdUnfit(id=id_)


def _check_unit(view: CaseView, creditor: Id, joint: Id | None) -> None:
    if joint is not None and (joint == creditor or _is_person(view, joint)):
        raise JointTaken(id=joint)
    if view.find(records.CLAIMS, joint=creditor):
        raise JointTaken(id=creditor)
    for unit in (creditor, joint):
        if unit is not None and view.find(records.SPLITS, original=unit):
            raise UnitSplit(id=unit)


def is_unit(view: CaseView, id_: Id) -> bool:
    """Does the id name a person, or a group of joint creditors?"""
    return _is_person(view, id_) or bool(view.find(records.CLAIMS, joint=id_))


def _is_person(view: CaseView, id_: Id) -> bool:
    return bool(
        view.find(records.KEYS, holder=id_)
        or view.find(records.ROLES, person=id_)
        or view.find(records.CLAIMS, creditor=id_)
    )


def check_opened(view: CaseView, act: Act[Body]) -> None:
    """Amounts are above zero and add up within bounds; the files are at hand."""
    check_amounts([view.amount(line.amount) for line in act.body.lines])
    check_documents(view, act.kind, act.body.evidence, "/evidence")


def check_amounts(amounts: Sequence[int]) -> None:
    """What the lines of a claim come to. Raises AmountOutOfRange."""
    if min(amounts) < 1 or sum(amounts) >= MAX_AMOUNT:
        raise AmountOutOfRange()


def apply(state: CaseState, act: Act[Body]) -> None:
    """The claim stands in the register as filed, with its evidence."""
    body, late = act.body, is_late(state, act.received)
    state.put(
        records.CLAIMS,
        records.Claim(
            claim=body.claim,
            creditor=act.principal,
            name=body.name,
            late=late,
            related=body.related,
            joint=body.joint,
            filed=Instant(act.received),
            statement=act.digest,
            lines=tuple(filed_line(state, act, line, late=late) for line in body.lines),
            reviewed=None,
            review=None,
        ),
    )
    put_evidence(state, act, body.claim, body.evidence)


def is_late(view: CaseView, received: datetime) -> bool:
    """Is the period for filing over (EBL 45, 56(1))?"""
    file = records.case_file(view)
    ends = None if file is None else file.filing_ends
    return ends is not None and view.pack.day_of(received) > ends


def filed_line(
    view: CaseView, act: Act[object], line: FiledLine, *, late: bool
) -> records.ClaimLine:
    """A line as it is stated by the act: not reviewed, and in no published register."""
    return records.ClaimLine(
        line=line.line,
        stated=act.digest,
        late=late,
        version=next_version(view),
        nature=line.nature,
        filed=line.amount,
        status=records.Status.FILED,
        admitted=None,
        security=None,
        parts=(),
        reasons=(),
    )


KIND = Kind(
    name="claim.filed",
    version=1,
    body=Body,
    roles=frozenset({Role.CREDITOR, Role.AGENT}),
    item=records.Item.FILE,
    ground="claim.filed",
    check=check,
    check_opened=check_opened,
    apply=apply,
    zh="{who} 申报债权 {claim}，共 {lines} 项，附证据 {evidence} 份",
    en="{who} filed claim {claim}: {lines} line(s), {evidence} document(s)",
    facts=lambda view, body: {
        "claim": body.claim,
        "lines": len(body.lines),
        "evidence": len(body.evidence),
    },
)
