"""What the meeting rules decide about a vote and its rolls (domain A.4, P9, P12, P14).

A law without the point leaves it to whoever prepares the vote.
"""

from __future__ import annotations

from bankruptcy.law.model import Switches


def may_replace(settings: Switches) -> bool:
    """May a cast ballot be replaced until the close (P12)? `settings`: every switch, decided."""
    return settings.get("P12") != "no"


def may_name(settings: Switches) -> bool:
    """May administrator and court learn who voted how (P14)? Nobody else ever does by the rules."""
    return settings.get("P14") != "aggregate"


def may_exclude(settings: Switches) -> bool:
    """May the court exclude a related creditor from voting (P9)?"""
    return settings.get("P9") == "excluded_by_court_order"
