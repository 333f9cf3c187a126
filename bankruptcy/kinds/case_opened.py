"""case.opened@1: the court opens a case: names, procedure, periods, open points of law."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bankruptcy.kinds import records
from bankruptcy.kinds.act import Act
from bankruptcy.kinds.kind import Kind
from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NotFound
from bankruptcy.kinds.schema import PublicShort
from bankruptcy.kinds.tables import CaseState, CaseView
from bankruptcy.law.periods import check_claim_period
from ledger.log.errors import Category, Refused
from ledger.log.statement import Role


@dataclass(frozen=True, slots=True)
class Body:
    """accepted: day of the acceptance ruling; announced, filing_ends: of the claim period."""

    court_name: PublicShort
    case_number: PublicShort
    debtor: PublicShort
    procedure: records.Procedure
    accepted: date
    announced: date
    filing_ends: date
    switches: tuple[records.Switch, ...]


class DatesOutOfOrder(Refused):
    """Acceptance comes before the announcement, which is not in the future."""

    slug = "dates-out-of-order"
    category = Category.MALFORMED
    zh = "日期先后不对：受理日不晚于公告日，公告日不晚于今天"
    en = "The dates are out of order: acceptance, then announcement, then today"


def check(view: CaseView, act: Act[Body]) -> None:
    """Opened once, by a judge of the genesis; a claim period within the law's bounds."""
    file = records.case_file(view)
    if file is None:
        raise NotFound(what="case", id="")
    if file.opened:
        raise AlreadyThere(what="case", id=file.case)
    body = act.body
    if not body.accepted <= body.announced <= act.received.date():
        raise DatesOutOfOrder()
    check_claim_period(view.pack, body.announced, body.filing_ends)
    named = [entry.switch for entry in body.switches]
    if len(set(named)) != len(named):
        raise Disagrees(what="switches", stated=",".join(named), follows="-")
    view.pack.settings({entry.switch: entry.value for entry in body.switches})


def apply(state: CaseState, act: Act[Body]) -> None:
    """The case file is complete."""
    file, body = records.case_file(state), act.body
    if file is not None:
        state.put(
            records.CASE,
            replace(
                file,
                opened=True,
                court_name=body.court_name,
                case_number=body.case_number,
                debtor=body.debtor,
                procedure=body.procedure,
                accepted=body.accepted,
                announced=body.announced,
                filing_ends=body.filing_ends,
                switches=body.switches,
            ),
        )


KIND = Kind(
    name="case.opened",
    version=1,
    body=Body,
    roles=frozenset({Role.COURT}),
    ground="case.opened",
    check=check,
    apply=apply,
    zh="法院（{who}）立案，债权申报期至{filing_ends}",
    en="The court ({who}) opened the case; claims may be filed until {filing_ends}",
    facts=lambda view, body: {"filing_ends": body.filing_ends.isoformat()},
)
