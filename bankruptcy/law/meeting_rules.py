"""What the meeting rules decide about a vote (domain A.4, P12, P14).

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
