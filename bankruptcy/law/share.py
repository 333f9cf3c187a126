"""Shares of heads or of amounts, tested with exact integers; never with rounded percentages.

过半数 excludes the half, 以上 includes the number named (Civil Code 1259): the pack says which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bankruptcy.law.reading import Members
from ledger.log.errors import Malformed

_SHARE = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})")


class Op(Enum):
    """How a part is compared with its share of the whole."""

    MORE_THAN = ">"
    AT_LEAST = ">="


class Of(Enum):
    """What a share is taken of: the denominators of the laws known here."""

    PRESENT = "present"
    VOTED = "voted"
    TOTAL_UNSECURED = "total_unsecured"
    GROUP_TOTAL = "group_total"
    TOTAL = "total"
    ALL_MEMBERS = "all_members"
    TOTAL_UNCONNECTED = "total_unconnected"


class Side(Enum):
    """Whose heads or amounts stand in the numerator."""

    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Share:
    """A threshold: `num`/`den` of `of`, exceeded or reached by those who voted `count`."""

    op: Op
    num: int
    den: int
    of: Of
    count: Side = Side.FOR

    def met(self, part: int, whole: int) -> bool:
        """Whether `part` of `whole` (heads or fen, 0 ≤ part ≤ whole) meets the share.

        A whole of 0 carries nothing. Raises ValueError where the part is outside the whole.
        """
        if not 0 <= part <= whole:
            raise ValueError(f"part {part} is not within 0..{whole}")
        left, right = part * self.den, whole * self.num
        return whole > 0 and (left > right if self.op is Op.MORE_THAN else left >= right)

    @property
    def threshold(self) -> str:
        """The share as the pack spells it."""
        return f"{self.num}/{self.den}"

    @classmethod
    def decode(cls, value: object) -> Share:
        """From {`count`, `of`, `op`, `share`}. Raises Malformed."""
        members = Members(value, "share")
        num, den = ratio(members.text("share"))
        try:
            found = cls(
                Op(members.text("op")),
                num,
                den,
                Of(members.text("of")),
                Side(members.text("count")),
            )
        except ValueError as error:
            raise Malformed(what="share") from error
        members.done()
        return found


def ratio(text: object) -> tuple[int, int]:
    """Numerator and denominator of a share in (0, 1]. Raises Malformed."""
    match = _SHARE.fullmatch(text) if isinstance(text, str) else None
    if match is None or int(match[1]) > int(match[2]):
        raise Malformed(what="share")
    return int(match[1]), int(match[2])
