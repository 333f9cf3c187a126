"""What the meeting rules decide about meetings, votes and rolls (domain A.4, P9, P12, P14, P15).

A law without the point leaves it to whoever prepares the vote.
"""

from __future__ import annotations

from enum import Enum

from bankruptcy.law.model import Switches
from bankruptcy.law.pack import RulePack

FORM_OF_FIRST = "P15"


class Form(Enum):
    """How a meeting is held; the values of P15."""

    ON_SITE = "on_site"
    VIDEO = "video"
    OTHER_REMOTE = "other_remote"


def forms_of_first(pack: RulePack, settings: Switches) -> tuple[Form, ...]:
    """How the first meeting may be held: as far from the room as P15 goes, or nearer."""
    switch = pack.switches.get(FORM_OF_FIRST)
    if switch is None:
        return tuple(Form)
    furthest = switch.values.index(str(settings[FORM_OF_FIRST]))
    return tuple(Form(value) for value in switch.values[: furthest + 1])


def may_replace(settings: Switches) -> bool:
    """May a cast ballot be replaced until the close (P12)? `settings`: every switch, decided."""
    return settings.get("P12") != "no"


def may_name(settings: Switches) -> bool:
    """May administrator and court learn who voted how (P14)? Nobody else ever does by the rules."""
    return settings.get("P14") != "aggregate"


def may_exclude(settings: Switches) -> bool:
    """May the court exclude a related creditor from voting (P9)?"""
    return settings.get("P9") == "excluded_by_court_order"
