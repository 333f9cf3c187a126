"""What is checked ahead of the replay, by a process of its own: the verdict is the same."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.test_forged_bundles import altered, at, bumped
from verifier import ahead as module
from verifier import looking, replay
from verifier.ahead import ahead, beside
from verifier.bundle import Bundle
from verifier.log import read_log
from verifier.replay import verify
from verifier.report import Report, Status
from voting.protocol.ballot import Body


@pytest.fixture(scope="module")
def meeting() -> Meeting:
    return play.whole_meeting()


@pytest.fixture(autouse=True)
def _every_log_is_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WORTH", 0)


def test_a_clean_meeting_is_verified(meeting: Meeting, tmp_path: Path) -> None:
    assert verify(Bundle.open(meeting.world.write_bundle(tmp_path))).verified


def test_a_false_proof_is_named_as_it_is_without(
    meeting: Meeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = at(meeting.world.said, "ballot.cast", 2)
    said = altered(
        meeting.world.said,
        index,
        lambda body: body["key_proof"].update(z=bumped(body["key_proof"]["z"])),
    )
    bundle = Bundle.open(meeting.world.write_bundle(tmp_path, said))
    found = verify(bundle)
    monkeypatch.setattr(module, "WORTH", 1_000_000)
    assert found.to_json() == verify(bundle).to_json()
    assert any(
        c.name == "ballots" and c.entry == index and c.status is Status.FAILED
        for c in found.checks()
    )


def test_where_the_process_dies_everything_is_checked_here(
    meeting: Meeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.getpid()

    def dies(*given: object) -> Iterator[Any]:
        assert os.getpid() != here
        os._exit(9)
        yield

    look = looking.Looking._look

    def dies_there(self: looking.Looking, start: int) -> looking.Looked:
        return look(self, start) if os.getpid() == here else next(iter(dies()))

    monkeypatch.setattr(looking.Looking, "_look", dies_there)
    monkeypatch.setattr(replay, "rows_ahead", dies)
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert report.verified
    assert report.counts["ballots"] == len(meeting.cast)


def test_a_ballot_is_handed_over_whole_with_what_was_worked_out_of_it(meeting: Meeting) -> None:
    group = meeting.world.group
    ballot = Body.decode(meeting.cast[0].body.encode(), meeting.manifest, group)
    (found,) = ahead(lambda: iter([ballot]), 1)
    assert found is not ballot
    assert found == ballot
    assert found._digest == ballot.digest
    assert found._key == ballot.key(group)


def test_items_come_in_order_until_the_work_ends() -> None:
    assert list(ahead(lambda: iter(range(5)), 1)) == [0, 1, 2, 3, 4]


def test_replay_and_process_meet_and_miss_nothing(
    meeting: Meeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of three, whoever is faster."""
    monkeypatch.setattr(looking, "BATCH", 3)
    log = read_log(Bundle.open(meeting.world.write_bundle(tmp_path)), Report(profile="", log=""))
    assert log is not None
    starts = range(0, len(log.entries), 3)
    alone = looking.Looking(log.entries, meeting.world.group)
    expected = [alone._look(start) for start in starts]
    assert sum(len(found.signed) for found in expected) == len(log.entries)
    assert sum(len(found.ballots) for found in expected) == len(meeting.cast)
    for waits in (0, 1, len(starts)):
        both = looking.Looking(log.entries, meeting.world.group)
        while both._other._waiting.qsize() < waits:
            time.sleep(0.01)
        assert [both.at(start) for start in starts] == expected


def test_what_has_come_is_there_without_waiting_and_nothing_comes_after_the_end() -> None:
    other = beside(lambda: map(slowly, range(3)), 1)
    assert list(other.arrived()) == []
    found: list[int] = []
    while len(found) < 2:
        found += other.arrived()
    other.end()
    time.sleep(0.5)
    assert found + list(other.arrived()) == [0, 1]


def slowly(item: int) -> int:
    time.sleep(0.3 if item < 2 else 60)
    return item
