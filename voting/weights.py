"""The amounts behind a roll, for who may see the register: (w, σ) of every weighted line.

A line's weight is the sum of its parts' commitments, so its opening is the sum of theirs
(protocol 2). Whoever fetches it checks it against W: nothing here has to be believed.
"""

from __future__ import annotations

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import NotOpened
from bankruptcy.kinds.tables import CaseView
from ledger import openings
from ledger.log.encoding import format_amount, parse_amount
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json
from voting.protocol.group import ORDER, read_scalar, write_scalar


class RegisterNotYours(Refused):
    """Amounts are shown only to who may see the register of claims."""

    slug = "register-not-yours"
    category = Category.FORBIDDEN
    zh = "金额只向可以查阅债权表的人显示"
    en = "Amounts are shown only to those who may see the register of claims"


def of_vote(view: CaseView, vote: records.Vote) -> list[Json]:
    """[{amount, line, motion, sigma}] of every weighted line. Raises NotOpened."""
    lines = [
        line
        for line in view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash)
        if line.weight is not None
    ]
    known = openings.store().many(
        commitments=(part.amount.commitment for line in lines for part in line.parts)
    )
    return [_row(line, known) for line in lines]


def _row(line: records.RollLine, known: dict[bytes, Json]) -> Json:
    fen, sigma = 0, 0
    for part in line.parts:
        row = known.get(part.amount.commitment)
        if not isinstance(row, dict):
            raise NotOpened(what=part.part)
        fen += parse_amount(row["amount"])
        sigma += read_scalar(row["sigma"])
    return {
        "amount": format_amount(fen),
        "line": line.line,
        "motion": line.motion,
        "sigma": write_scalar(sigma % ORDER),
    }
