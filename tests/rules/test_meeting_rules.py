"""What the meeting rules of a case decide about a vote: a second ballot (P12), names (P14)."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import registry
from bankruptcy.kinds.leaves import hidden
from bankruptcy.kinds.schema import Audience
from bankruptcy.kinds.voting_prepared import NamedNotAllowed, ReplacementNotAllowed
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import taken_up
from tests.rules.switched import Switched
from tests.rules.test_disclosures import recipients
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.errors import BallotAnswered, ManifestRefused
from voting.protocol.validity import Choice

Json = Any


@cache
def _convened(switch: str, value: str) -> Meeting:
    world = play.reviewed_case(Switched({switch: value}))
    return play.convened(world, trustees={"t1": "judge", "t2": "administrator", "t3": "carol"})


def convened(switch: str, value: str) -> Meeting:
    """The clean meeting under one other switch, with its motion put."""
    return taken_up(_convened(switch, value))


def prepare(meeting: Meeting, **changes: Json) -> None:
    meeting.manifest_changes = changes
    play.prepared(meeting)


def test_where_no_ballot_may_be_changed_the_manifest_says_so() -> None:
    meeting = convened("P12", "no")
    with pytest.raises(ReplacementNotAllowed) as refused:
        prepare(meeting, replacement=True)
    assert refused.value.ground == "ballot.replaced"
    prepare(meeting, replacement=False)
    assert not meeting.manifest.replacement


def test_a_ballot_that_may_not_be_changed_is_refused_by_the_article_for_it(tmp_path: Path) -> None:
    meeting = convened("P12", "no")
    prepare(meeting, replacement=False)
    play.opened(meeting)
    play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.FOR))
    with pytest.raises(BallotAnswered) as refused:
        play.cast(meeting, "alice", play.ballot(meeting, "alice", Choice.AGAINST))
    assert refused.value.ground == "ballot.replaced"
    assert meeting.world.pack.article("ballot.replaced") == "EBL 61(1)(11)"
    play.closed(meeting)
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


def test_an_item_voted_on_the_spot_takes_one_ballot_whatever_the_rules() -> None:
    meeting = convened("P12", "until_close")
    prepare(meeting, replacement=False)
    assert not meeting.manifest.replacement


def test_a_secret_vote_is_not_prepared_by_name() -> None:
    meeting = convened("P14", "aggregate")
    with pytest.raises(NamedNotAllowed):
        prepare(meeting, disclosure="named", recipients=recipients(meeting))
    prepare(meeting)
    assert meeting.manifest.disclosure.value == "aggregate"


def test_totals_alone_are_lawful_where_votes_may_be_named() -> None:
    meeting = convened("P14", "named_to_administrator_and_court")
    other = taken_up(meeting)
    prepare(meeting, disclosure="named", recipients=recipients(meeting))
    prepare(other)


def test_no_creditor_may_open_another_ones_answer() -> None:
    """P14: named to administrator and court. The manifest names these two as recipients and no
    other (protocol 2), and what a trustee gives by name is opened to them alone."""
    meeting = convened("P14", "named_to_administrator_and_court")
    given = recipients(meeting)
    assert [one["id"] for one in given] == ["administrator", "court"]
    creditor = {**copy.deepcopy(given[0]), "id": "alice"}
    with pytest.raises(ManifestRefused, match="recipients"):
        prepare(taken_up(meeting), disclosure="named", recipients=[*given, creditor])
    prepare(meeting, disclosure="named", recipients=given)
    play.opened(meeting)
    play.voted(meeting)
    play.checked(meeting)
    play.counted(meeting)
    kind = registry.KINDS["disclosure.given@1"]
    body = kind.decode(play.disclosure_body(meeting, 1))
    seen = [item.audience for item in hidden(kind.id, body)]
    assert len(seen) == 6
    assert set(seen) == {Audience.OWNER}
