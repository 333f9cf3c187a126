"""What exact totals would give away, in words, said before the rolls are fixed (protocol 10).

An estimate for the person who decides: arithmetic gives no secrecy that a small class lacks.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from voting.protocol.inference import Inference, Why


def sentence(found: Inference, who: Callable[[str], str], motion: Callable[[str], str]) -> str:
    """The sentence for what is given away. who: the name behind a line; motion: its title."""
    facts = {
        "class": found.class_id,
        "who": "、".join(who(line) for line in found.lines),
        "n": found.count,
        "bits": found.bits,
        "other": "" if found.other is None else motion(found.other),
    }
    return _words(found) % facts


def _words(found: Inference) -> str:
    match found.why:
        case Why.ONE_LINE:
            return _("Group %(class)s: only %(who)s votes here, so the result shows the choice.")
        case Why.ONE_WEIGHT:
            return _("Group %(class)s: %(who)s alone has an amount; that answer will be disclosed.")
        case Why.OVER_HALF:
            return _(
                "Group %(class)s: the amount of %(who)s exceeds half of the group; "
                "the totals show that choice."
            )
        case Why.FEW_LINES:
            return _(
                "Group %(class)s: with %(n)s amounts, exact totals as a rule allow single choices "
                "to be computed (n·log2 3 ≤ 2b, b = %(bits)s bits)."
            )
        case Why.ONE_SILENT if found.lines:
            return _(
                "Group %(class)s: if only one of %(who)s votes, total and cast show both amounts "
                "to everybody."
            )
        case Why.ONE_SILENT:
            return _(
                "Group %(class)s: if exactly one does not vote, or exactly one votes, total and "
                "cast show the amount of that one to everybody."
            )
        case Why.ROLLS_DIFFER:
            return _(
                "Group %(class)s: this roll and that of “%(other)s” differ only in %(who)s; the "
                "difference of the totals shows that amount to everybody."
            )
