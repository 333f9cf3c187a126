"""What is checked ahead of the replay, by a process of its own: the verdict is the same."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds.refusals import NoTable
from bankruptcy.kinds.schema import Hash
from ledger.log.encoding import b64u
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.test_forged_bundles import altered, at, bumped
from tests.rules.test_weights import rows_of
from verifier import ahead as module
from verifier import looking, replay, weights
from verifier.ahead import ahead, shared
from verifier.bundle import Bundle
from verifier.log import ReadLog, read_log
from verifier.proven import Proven, Proving
from verifier.replay import verify
from verifier.report import Report, Status
from voting.protocol import weights as proofs
from voting.protocol.ballot import Body
from voting.protocol.group import Group
from voting.protocol.weights import WeightedAnswer


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
    assert_named_as_without(monkeypatch, bundle, "ballots", index)


def assert_named_as_without(
    monkeypatch: pytest.MonkeyPatch, bundle: Bundle, name: str, index: int
) -> None:
    """With a process beside it and without, the verdict is the same, and names this entry."""
    found = verify(bundle)
    monkeypatch.setattr(module, "WORTH", 1_000_000)
    assert found.to_json() == verify(bundle).to_json()
    assert any(
        c.name == name and c.entry == index and c.status is Status.FAILED for c in found.checks()
    )


def test_where_the_process_dies_everything_is_checked_here(
    meeting: Meeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.getpid()

    def dies(*given: object) -> Iterator[Any]:
        assert os.getpid() != here
        os._exit(9)
        yield

    done = looking.Looking._done

    def dies_there(self: looking.Looking, number: int) -> Any:
        return done(self, number) if os.getpid() == here else next(iter(dies()))

    monkeypatch.setattr(looking.Looking, "_done", dies_there)
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


def test_replay_and_process_share_the_log_and_miss_nothing(
    meeting: Meeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of three, whoever is faster."""
    monkeypatch.setattr(looking, "BATCH", 3)
    bundle = Bundle.open(meeting.world.write_bundle(tmp_path))
    log = read_log(bundle, Report(profile="", log=""))
    assert log is not None
    starts = range(0, len(log.entries), 3)
    monkeypatch.setattr(module, "WORTH", 1_000_000)
    alone = looked_at(log, bundle, meeting)
    expected = [alone.at(start) for start in starts]
    assert sum(len(found.signed) for found in expected) == len(log.entries)
    assert sum(len(found.ballots) for found in expected) == len(meeting.cast)
    monkeypatch.setattr(module, "WORTH", 0)
    for seconds in (0, 0.05, 1):
        both = looked_at(log, bundle, meeting)
        time.sleep(seconds)
        assert [both.at(start) for start in starts] == expected
        both.end()


@dataclass(frozen=True)
class Ahead:
    """What was checked ahead of the replay, and of what."""

    manifest_hash: bytes
    answers: tuple[WeightedAnswer, ...]
    proven: Proven


@pytest.fixture
def checked(meeting: Meeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ahead:
    bundle = Bundle.open(meeting.world.write_bundle(tmp_path))
    log = read_log(bundle, Report(profile="", log=""))
    assert log is not None
    asked: list[tuple[bytes, tuple[WeightedAnswer, ...]]] = []
    check = Proven.of

    def noted(group: Group, vote: bytes, answers: Sequence[WeightedAnswer]) -> Proven:
        asked.append((vote, tuple(answers)))
        return check(group, vote, answers)

    proving = Proving(log.entries, weights.lines_of(bundle), meeting.world.group)
    (piece,) = proving.pieces(5)
    with monkeypatch.context() as patched:
        patched.setattr(Proven, "of", noted)
        found = proving.check(piece)
    assert found is not None
    assert found.false == ()
    (of,) = asked
    assert len(of[1]) > 1
    return Ahead(*of, found)


def test_weight_proofs_that_were_checked_ahead_are_not_checked_again(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch, checked: Ahead
) -> None:
    monkeypatch.setattr(proofs, "false_weights", refuses)
    of = (meeting.world.group, checked.manifest_hash, checked.answers)
    assert weights.false_weights(*of, [checked.proven]) == ()
    with pytest.raises(AssertionError, match="checked again"):
        weights.false_weights(*of, [None])


@pytest.mark.parametrize("differs", ["answers", "order", "vote", "fewer"])
def test_what_was_checked_ahead_counts_for_no_other_answers(
    meeting: Meeting, checked: Ahead, differs: str
) -> None:
    first, second, *others = checked.answers
    wrongly = replace(checked.proven, false=(0,))
    vote, asked, false = {
        "answers": (checked.manifest_hash, [first, replace(second, c=first.c), *others], (1,)),
        "order": (checked.manifest_hash, [second, first, *others], ()),
        "vote": (bytes(32), checked.answers, tuple(range(len(checked.answers)))),
        "fewer": (checked.manifest_hash, checked.answers[:-1], ()),
    }[differs]
    group = meeting.world.group
    assert weights.false_weights(group, vote, asked, [wrongly]) == false
    same = (checked.manifest_hash, checked.answers)
    assert weights.false_weights(group, *same, [wrongly]) == (0,)


def test_a_table_is_read_once_whatever_is_in_it(meeting: Meeting, tmp_path: Path) -> None:
    """Else a log that says it has a thousand pieces would have them read a thousand times."""
    bundle = Bundle.open(meeting.world.write_bundle(tmp_path))
    log = read_log(bundle, Report(profile="", log=""))
    assert log is not None
    lines = weights.lines_of(bundle)
    asked: list[Hash] = []
    for spoil in (lambda rows: rows, lambda rows: [b"{}", *rows], refused):
        asked.clear()

        def read(root: Hash, spoil: Any = spoil) -> Any:
            asked.append(root)
            return spoil(lines(root))

        proving = Proving(log.entries, read, meeting.world.group)
        (piece,) = proving.pieces(5)
        found = [proving.check(piece) for _ in range(3)]
        assert found[0] == found[1] == found[2]
        assert len(set(asked)) == len(asked) > 0


def refused(rows: object) -> None:
    raise NoTable(root="")


def test_a_false_weight_proof_is_named_as_it_is_without(
    meeting: Meeting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The table's root is that of its false row, so that only the proof tells."""
    world, index = meeting.world, at(meeting.world.said, "weights.published")
    rows = rows_of(meeting, world.said[index].body)
    rows[1]["z"][2] = bumped(rows[1]["z"][2])
    root = world.keep_table(rows)
    said = altered(world.said, index, lambda body: body.update(root=b64u(root)))
    bundle = Bundle.open(world.write_bundle(tmp_path, said))
    del world.tables[root.hex()]
    assert_named_as_without(monkeypatch, bundle, "weights", index)


def test_pieces_are_each_done_once_by_one_or_the_other() -> None:
    work = shared(who_did, 40, 1)
    done = [work.get(number) for number in range(40)]
    assert [number for number, _who in done] == list(range(40))
    assert {who for _number, who in done} > {os.getpid()}


def test_what_is_not_needed_any_more_ends() -> None:
    work = shared(sleeps, 3, 1)
    beside = work._beside
    assert beside is not None
    work.end()
    assert not beside.process.is_alive()


def looked_at(log: ReadLog, bundle: Bundle, meeting: Meeting) -> looking.Looking:
    return looking.Looking(log.entries, weights.lines_of(bundle), meeting.world.group)


def refuses(*given: object) -> None:
    raise AssertionError("checked again")


def who_did(number: int) -> tuple[int, int]:
    time.sleep(0.01)
    return number, os.getpid()


def sleeps(number: int) -> int:
    time.sleep(60)
    return number
