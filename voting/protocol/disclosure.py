"""The opening of a single answer by t trustees (protocol 2, 7).

For the answer of a class of one weighted line, under `disclosure: named`, or on a court's order.
"""

from __future__ import annotations

from collections.abc import Mapping

from ledger.log.errors import Malformed
from voting.protocol.ballot import Answer
from voting.protocol.complaint import commitments_of
from voting.protocol.errors import ResultFalse, ShareFalse, SumsTooFew
from voting.protocol.group import Group
from voting.protocol.pedersen import Opening, opens
from voting.protocol.sharing import Share, check_shares, interpolate
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
