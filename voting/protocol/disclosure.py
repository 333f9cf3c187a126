"""The opening of a single answer by t trustees (protocol 2, 7).

For the answer of a class of one weighted line, under `disclosure: named`, or on a court's order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from ledger.log.errors import Malformed
from voting.protocol.ballot import Answer
from voting.protocol.complaint import commitments_of
from voting.protocol.errors import ResultFalse, ShareFalse, SumsTooFew
from voting.protocol.group import Group
from voting.protocol.pedersen import Opening, opens
from voting.protocol.sharing import Share, check_shares, interpolate
from voting.protocol.tally import Result
from voting.protocol.validity import Choice


def check_share(group: Group, answer: Answer, index: int, share: Share) -> None:
    """f(j)·H + g(j)·G = C + Σ j^l·A_l. Raises ShareFalse, which names the trustee j."""
    if index < 1 or not check_shares(
        group, index, (share,), (commitments_of(group, answer),), (1,)
    ):
        raise ShareFalse(index=index)


def disclose(
    group: Group, threshold: int, answer: Answer, shares: Mapping[int, Share]
) -> tuple[Choice, Opening]:
    """The choice of an answer and (v, ρ), from the shares of trustees by index.

    Every share is checked before the first t are used. Raises ShareFalse, SumsTooFew,
    ResultFalse.
    """
    for index, share in shares.items():
        check_share(group, answer, index, share)
    if len(shares) < threshold:
        raise SumsTooFew(needed=threshold, given=len(shares))
    found = interpolate({j: shares[j] for j in sorted(shares)[:threshold]})
    opening = Opening(found.f, found.g)
    return check_disclosed(group, answer, opening), opening


def check_disclosed(group: Group, answer: Answer, opening: Opening) -> Choice:
    """That (v, ρ) opens C, and what it says. Raises ResultFalse."""
    if not opens(group, group.decode(answer.c), opening.value, opening.blinding):
        raise ResultFalse(what="v and ρ do not open the answer's commitment")
    try:
        return Choice.of_code(opening.value)
    except Malformed as error:
        raise ResultFalse(what="v is not the code of a choice") from error


EXACT: Final = 9
"""Classes up to this many voters are searched whole: 3^9 assignments."""
MAX_KNOWN: Final = 5
"""Answers known beside; above, every answer of the class is named."""


@dataclass(frozen=True, slots=True)
class Line:
    """A counted answer of a class. weight: fen, or None where it is a head only."""

    line: str
    heads: int
    weight: int | None


def given_away(
    lines: Sequence[Line],
    heads: Result,
    amount: Result | None,
    known: Collection[str],
    disclosed: str,
) -> tuple[str, ...]:
    """Lines whose answers would follow, for some choices, once `disclosed` is known too.

    By arithmetic from the exact totals of their class: for classes of up to EXACT voters by
    trying every assignment, for larger ones by bounds (a residual that is unanimous, or smaller
    than a line). Lines that follow without it are not named, nor is it ever promised that no
    more could be found (section 10). In order of line.
    """
    after = _determined(lines, heads, amount, {*known, disclosed})
    before = _determined(lines, heads, amount, set(known))
    return tuple(sorted(after - before))


def _determined(
    lines: Sequence[Line], heads: Result, amount: Result | None, known: set[str]
) -> set[str]:
    told = [line for line in lines if line.line in known]
    rest = [line for line in lines if line.line not in known]
    if len(told) > MAX_KNOWN and len(lines) > EXACT:
        return {line.line for line in rest}
    whole = (_parts(heads), None if amount is None else _parts(amount))
    if len(lines) <= EXACT:
        return _searched(told, rest, whole)
    found: set[str] = set()
    for choices in product(range(3), repeat=len(told)):
        left = _less(whole, told, choices)
        if left is not None:
            found |= _bounded(rest, left)
    return found


_Parts = tuple[int, int, int]
_Left = tuple[_Parts, _Parts | None]


def _parts(result: Result) -> _Parts:
    return result.for_, result.against, result.abstained


def _less(left: _Left, lines: Sequence[Line], choices: Sequence[int]) -> _Left | None:
    """What remains of the totals without these answers; None if they cannot be theirs."""
    heads, amount = list(left[0]), None if left[1] is None else list(left[1])
    for line, choice in zip(lines, choices, strict=True):
        heads[choice] -= line.heads
        if amount is not None:
            amount[choice] -= line.weight or 0
    if min(heads) < 0 or (amount is not None and min(amount) < 0):
        return None
    return (heads[0], heads[1], heads[2]), None if amount is None else (
        amount[0],
        amount[1],
        amount[2],
    )


def _searched(told: Sequence[Line], rest: Sequence[Line], whole: _Left) -> set[str]:
    """Lines that have one answer only in all assignments that agree on what is told."""
    found: set[str] = set()
    for choices in product(range(3), repeat=len(told)):
        left = _less(whole, told, choices)
        possible: list[set[int]] = [set() for _ in rest]
        if left is None:
            continue
        for answers in product(range(3), repeat=len(rest)):
            remains = _less(left, rest, answers)
            if remains is not None and not any(remains[0]) and not any(remains[1] or ()):
                for i, answer in enumerate(answers):
                    possible[i].add(answer)
        found |= {line.line for line, ways in zip(rest, possible, strict=True) if len(ways) == 1}
    return found


def _bounded(rest: Sequence[Line], left: _Left) -> set[str]:
    """Lines for which the bounds leave one answer, found one after another."""
    found: set[str] = set()
    open_ = list(rest)
    while True:
        for line in open_:
            ways = [c for c in range(3) if _less(left, [line], [c]) is not None]
            ways = [c for c in ways if left[0][c] or not line.heads]
            if len(ways) == 1:
                reduced = _less(left, [line], ways)
                assert reduced is not None
                found.add(line.line)
                open_.remove(line)
                left = reduced
                break
        else:
            return found
