"""The demonstration case, played against the shared rules in memory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Id
from bankruptcy.kinds.vote import manifest_of
from demo.cast import Cast
from demo.figures import figures
from demo.players import Players
from demo.scenario import Scenario
from demo.script import FIRST, LAWYER, MANDATES, OPEN_MOTIONS, OPEN_WINDOW, SECOND, names
from demo.tallying import Tallying
from tests.apps.demo.local import LocalServer, LocalWeb
from voting.protocol.ballot import Body


class Killed(Exception):
    """The program ends here, as by kill -9."""


class Fragile(LocalServer):
    """Ends the program at one submission, before it arrives or after."""

    def __init__(self, at: int, *, arrives: bool) -> None:
        super().__init__()
        self._left, self._arrives = at, arrives

    def submit(self, case: str, submission: Mapping[str, Any]) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0 and not self._arrives:
                raise Killed
            super().submit(case, submission)
            if self._left == 0:
                raise Killed


def play(server: LocalServer, folder: Path) -> Players:
    players = Players(server, lambda: LocalWeb(server), Cast(folder, names(figures())))
    Scenario(players, figures()).play()
    return players


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Players:
    return play(LocalServer(), tmp_path_factory.mktemp("people"))


def test_the_result_is_the_published_one(played: Players) -> None:
    published = figures().raw["published"]
    (result,) = played.case.view.find(records.RESULTS, meeting=FIRST)
    counts = {(v.class_, v.metric): (v.cast, v.for_) for v in result.vectors}
    ordinary = published["ordinary"]
    assert counts["ordinary", "heads"] == (ordinary["present"], ordinary["for_heads"])
    assert counts["ordinary", "amount"] == (int(ordinary["total"]), int(ordinary["for_amount"]))
    assert counts["tax", "heads"] == (1, 1)
    share = int(ordinary["for_amount"]) * 10_000 // int(ordinary["total"])
    assert f"{share / 100:.2f}%" == ordinary["for_share"]
    assert [motion.passed for motion in result.motions] == [True]
    assert result.verified is not None


def test_the_answer_of_a_class_of_one_is_opened(played: Players) -> None:
    (result,) = played.case.view.find(records.RESULTS, meeting=FIRST)
    assert [opened.line.rpartition(".")[2] for opened in result.opened] == ["tax"]


def test_the_second_meeting_is_open_and_waits_for_visitors(played: Players) -> None:
    view = played.case.view
    (vote,) = view.find(records.VOTES, meeting=SECOND)
    assert vote.stage is records.Stage.OPEN
    answered = {a.line for a in view.find(records.LAST_ANSWERS, manifest_hash=vote.manifest_hash)}
    lines = view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash)
    assert {line.motion for line in lines} == {motion.id for motion in OPEN_MOTIONS}
    assert len({line.line for line in lines} - answered) == 6


def test_the_lawyer_acts_for_his_two_principals(played: Players) -> None:
    view, lawyer = played.case.view, played.member(LAWYER).person.id
    principals = {played.member(username).person.id for username in MANDATES}
    assert {a.principal for a in view.find(records.AUTHORITIES, agent=Id(lawyer))} == principals
    cast = view.find(records.BALLOTS, signer=Id(lawyer))
    (vote,) = view.find(records.VOTES, meeting=FIRST)
    assert {ballot.manifest_hash for ballot in cast} == {vote.manifest_hash}
    bodies = [Body.decode(ballot.body, manifest_of(view, vote), view.group) for ballot in cast]
    assert {answer.line.partition(".")[0] for body in bodies for answer in body.answers} == (
        principals
    )
    present = {one.person for one in view.find(records.PRESENCES, meeting=FIRST)}
    assert principals < present
    assert lawyer not in present


def test_every_entry_is_lawful_to_whoever_reads_the_log_anew(played: Players) -> None:
    assert played.case.verified().size == played.case.view.size


def test_the_open_meeting_can_be_finished_too(tmp_path: Path) -> None:
    finished = play(LocalServer(), tmp_path)
    tallying = Tallying(finished)
    tallying.close(SECOND, OPEN_WINDOW)
    tallying.tally(SECOND, OPEN_WINDOW)
    tallying.declare(SECOND)
    (result,) = finished.case.view.find(records.RESULTS, meeting=SECOND)
    assert len(result.motions) == len(OPEN_MOTIONS)
    assert not result.opened
    assert result.verified is not None


def test_what_was_played_is_not_played_again(played: Players) -> None:
    size = played.case.view.size
    Scenario(played, figures()).play()
    assert played.case.follow().size == size


@pytest.mark.parametrize("arrives", [True, False])
@pytest.mark.parametrize("at", [1, 90, 140])
def test_a_program_that_was_killed_goes_on_where_it_was(
    tmp_path: Path, played: Players, at: int, arrives: bool
) -> None:
    server = Fragile(at, arrives=arrives)
    with pytest.raises(Killed):
        play(server, tmp_path)
    again = play(server, tmp_path)
    assert again.case.view.size == played.case.view.size
    (result,) = again.case.view.find(records.RESULTS, meeting=FIRST)
    assert result.verified is not None
