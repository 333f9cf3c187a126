"""What is checked ahead of the replay, by a process of its own: the verdict is the same."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.test_forged_bundles import altered, at, bumped
from verifier import ahead as module
from verifier import looking, replay
from verifier.ahead import ahead
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Status
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

    def dies(*given: object) -> Iterator[object]:
        assert os.getpid() != here
        os._exit(9)
        yield

    monkeypatch.setattr(looking, "_look", dies)
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
