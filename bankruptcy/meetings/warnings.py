"""What exact totals would give away, said before the rolls are fixed (protocol 10).

An estimate for the person who decides: arithmetic gives no secrecy that a small class lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a roll: its class, the voter's name, its amount in fen (None: head only)."""

    line: str
    class_: str
    who: str
    amount: int | None


def warnings(lines: Sequence[Line]) -> list[str]:
    """Sentences for one motion's roll, class by class."""
    classes = sorted({line.class_ for line in lines})
    return [
        warning
        for name in classes
        for warning in _of_class(name, [line for line in lines if line.class_ == name])
    ]


def _of_class(name: str, lines: Sequence[Line]) -> Iterator[str]:
    weighted = [line for line in lines if line.amount is not None]
    total = sum(line.amount or 0 for line in weighted)
    if len(lines) == 1:
        yield _("Group %(class)s: only %(who)s votes here, so the result shows the choice.") % {
            "class": name,
            "who": lines[0].who,
        }
        return
    if len(weighted) == 1:
        yield _("Group %(class)s: %(who)s alone has an amount; that answer will be disclosed.") % {
            "class": name,
            "who": weighted[0].who,
        }
        return
    for line in weighted:
        if 2 * (line.amount or 0) > total:
            yield _(
                "Group %(class)s: the amount of %(who)s exceeds half of the group; "
                "the totals show that choice."
            ) % {"class": name, "who": line.who}
    bits = max(total.bit_length(), 1)
    if weighted and len(weighted) * log2(3) <= 2 * bits:
        yield _(
            "Group %(class)s: with %(n)s amounts, exact totals as a rule allow single choices "
            "to be computed."
        ) % {"class": name, "n": len(weighted)}
