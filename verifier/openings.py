"""What a bundle opens: digests, commitments, documents; every row is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ledger.log import jcs
from ledger.log.disclosure import Opening, decode_rows
from ledger.log.encoding import b64u, parse_amount
from ledger.log.errors import Malformed, Refused
from voting.protocol import pedersen
from voting.protocol.batch import delta_source
from voting.protocol.group import Group, Point, read_point, read_scalar, vanishes


class AmountOpensNothing(Refused):
    """Amount and σ do not give the commitment. Fact: `row`."""

    slug = "amount-opens-nothing"
    zh = "amounts.jsonl 第 {row} 行打不开它所列的承诺"
    en = "Row {row} of amounts.jsonl does not open the commitment it names"


@dataclass(frozen=True, slots=True)
class AmountRow:
    """A row of amounts.jsonl: amount in fen, commitment (96 bytes), σ."""

    amount: int
    commitment: bytes
    sigma: int


def read_openings(data: bytes) -> Mapping[bytes, Opening]:
    """Rows of openings.jsonl by digest, each checked. Raises BadOpening, OpensNothing."""
    return {opening.digest: opening for opening in decode_rows(data)}


def read_amounts(data: bytes, group: Group) -> Mapping[bytes, int]:
    """Amounts of amounts.jsonl by commitment, each row checked, all in one multiplication.

    Raises Malformed, AmountOpensNothing.
    """
    if data and not data.endswith(b"\n"):
        raise Malformed(what="amounts.jsonl")
    rows = [_row(line, group) for line in data.split(b"\n")[:-1]]
    spelled = [b64u(row.commitment) for row in rows]
    if spelled != sorted(set(spelled)):
        raise Malformed(what="amounts.jsonl: order")
    if rows and not _hold(rows, group):
        raise AmountOpensNothing(row=_culprit(rows, 0, group) + 1)
    return {row.commitment: row.amount for row in rows}


def _row(line: bytes, group: Group) -> AmountRow:
    found = jcs.members(jcs.loads(line), "members", "amount", "commitment", "sigma")
    return AmountRow(
        parse_amount(found["amount"]),
        read_point(group, found["commitment"]),
        read_scalar(found["sigma"]),
    )


def _hold(rows: Sequence[AmountRow], group: Group) -> bool:
    """Σ δ·(amount·H + σ·G − commitment) = O, cofactored, with a random δ for each row."""
    deltas = delta_source(len(rows))
    points: list[Point] = [group.decode(row.commitment) for row in rows]
    value = sum(d * row.amount for d, row in zip(deltas, rows, strict=True))
    blinding = sum(d * row.sigma for d, row in zip(deltas, rows, strict=True))
    left = pedersen.commit(group, value, blinding)
    return vanishes(group, group.add(left, group.neg(group.msm(points, deltas))))


def _culprit(rows: Sequence[AmountRow], start: int, group: Group) -> int:
    """Position of the first false row of a batch that does not hold."""
    if len(rows) == 1:
        return start
    half = len(rows) // 2
    if not _hold(rows[:half], group):
        return _culprit(rows[:half], start, group)
    return _culprit(rows[half:], start + half, group)
