"""What review and provisional order share: an amount as the parts that the law makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import Disagrees
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.tables import CaseView
from bankruptcy.law import register
from bankruptcy.law.parts import partition
from ledger.log.errors import Category, Refused


class PartsWrong(Refused):
    """The parts do not have the ids and natures of this line. Facts: `line`, `what`."""

    slug = "parts-wrong"
    category = Category.MALFORMED
    zh = "第 {line} 项的确认金额划分有误：{what}"
    en = "The parts of line {line} are wrong: {what}"


@dataclass(frozen=True, slots=True)
class Admitted:
    """An amount of a line with its security and parts. prefix: "" or "provisional."."""

    claim: Id
    line: Id
    nature: register.Nature
    security: records.Security | None
    parts: tuple[records.Part, ...]
    prefix: str


def check_parts(given: Admitted) -> None:
    """Ids, natures and security fit the line; which parts there must be takes the amounts.

    Raises PartsWrong.
    """
    if (given.security is not None) != (given.nature is register.Nature.SECURED):
        raise PartsWrong(line=given.line, what="security")
    whole = partition(
        2, given.nature, None if given.security is None else register.Security(1, False, False)
    )
    allowed = {_id(given, part.id): part.nature.value for part in whole}
    ids = [part.part for part in given.parts]
    if len(set(ids)) != len(ids):
        raise PartsWrong(line=given.line, what="twice")
    for part in given.parts:
        if allowed.get(part.part) != part.nature:
            raise PartsWrong(line=given.line, what=part.part)


def check_amounts(view: CaseView, given: Admitted, amount: int) -> None:
    """The parts are the law's partition of `amount`. Raises Disagrees, NotOpened."""
    security = None
    if given.security is not None:
        value = view.amount(given.security.value)
        security = register.Security(value, given.security.waived, given.security.deficiency_fixed)
    follows = {
        _id(given, part.id): part.amount for part in partition(amount, given.nature, security)
    }
    stated = {str(part.part): view.amount(part.amount) for part in given.parts}
    if stated != follows:
        raise Disagrees(what=f"{given.line} parts", stated=stated, follows=follows)


def _id(given: Admitted, part: str) -> str:
    return f"{given.claim}.{given.line}.{given.prefix}{part}"
