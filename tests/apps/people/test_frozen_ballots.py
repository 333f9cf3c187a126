"""A frozen key shows the ballots that were cast with it, and what can be done about each."""

from __future__ import annotations

import re

from ledger import clerk
from tests.apps.acting import Person
from tests.apps.voting.browsing import member
from tests.apps.voting.support import CLOSES, Meeting
from voting.protocol.validity import Choice


def remedies(meeting: Meeting, who: Person) -> list[str]:
    """Of each ballot listed on the page of his devices; a key without any says so."""
    page = member(meeting, who.id).get(f"/c/{meeting.id}/me/devices").content.decode()
    return re.findall(r'data-cast="(\w+)"|(?:没有用这把钥匙投过票)', page)


def freeze(meeting: Meeting, who: Person) -> None:
    said = {"key": who.key.key.id.hex(), "cause": "stolen", "reason": None}
    clerk.say(meeting.id, "key.revoked@1", said, wait=0)
    meeting.settle()


def test_a_ballot_of_a_frozen_key_is_replaced_while_one_can_and_else_told_to_the_court(
    database: str,
) -> None:
    meeting = Meeting()
    meeting.until_open()
    first, second, silent = meeting.creditors[:3]
    for who in (first, first, second):
        meeting.cast(who, Choice.FOR)
    meeting.settle()
    assert remedies(meeting, first) == []
    for who in (first, second, silent):
        freeze(meeting, who)
    assert remedies(meeting, first) == ["replace", "none"]
    assert remedies(meeting, second) == ["replace"]
    assert remedies(meeting, silent) == [""]
    meeting.move(CLOSES)
    assert remedies(meeting, second) == ["court"]
