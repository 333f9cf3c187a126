"""A ballot opened to test it, checked by the command: what it holds against a lying browser."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ledger.log.jcs import Json, dumps
from tests.rules.meeting import Meeting, ballot, cast
from tests.rules.scenes import at_stage, taken_up
from verifier.challenge import check_tested
from verifier.command import main
from voting.protocol.ballot import fingerprint
from voting.protocol.opening import challenge_file
from voting.protocol.preparing import Prepared
from voting.protocol.validity import Choice


@pytest.fixture
def meeting() -> Meeting:
    """A meeting whose vote is open."""
    return taken_up(at_stage("open"))


def opened(meeting: Meeting, made: Prepared) -> bytes:
    """The bytes of the challenge file."""
    return dumps(challenge_file(meeting.manifest, made))


def faults(meeting: Meeting, made: Prepared, noted: str | None = None) -> list[str]:
    """Slugs of what is wrong."""
    return [fault.slug for fault in check_tested(opened(meeting, made), noted).faults]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and output of `concursus-verify challenge`."""
    code = main(["challenge", *arguments])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_an_honest_test_shows_the_choices_in_both_languages(
    meeting: Meeting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = ballot(meeting, "alice", Choice.AGAINST)
    noted = fingerprint(made.body)
    file = tmp_path / "a.challenge.json"
    file.write_bytes(opened(meeting, made))
    code, said = run(capsys, str(file), "--fingerprint", noted.lower(), "--lang", "zh")
    assert (code, "不同意" in said, noted in said) == (0, True, True)
    code, said = run(capsys, str(file), "--lang", "en")
    assert code == 0
    assert "against" in said
    assert "compare it yourself" in said
    code, said = run(capsys, str(file), "--fingerprint", noted, "--json")
    found: Json = json.loads(said)
    assert code == 0
    assert isinstance(found, dict)
    assert found["verified"] is True
    assert found["fingerprint"] == found["noted"] == noted
    assert [a["choice"] for a in found["answers"]] == ["against"] * len(made.body.answers)


def test_another_choice_than_the_one_revealed_is_caught(meeting: Meeting) -> None:
    made = ballot(meeting, "alice", Choice.AGAINST)
    said = tuple(replace(answer, choice=Choice.FOR) for answer in made.secrets.answers)
    lying = replace(made, secrets=replace(made.secrets, answers=said))
    assert faults(meeting, lying, fingerprint(made.body)) == ["opening-false"]
    # A browser that lies no further shows what it sealed: then the voter sees it.
    honest = check_tested(opened(meeting, made))
    assert {choice for _, _, choice in honest.answers} == {Choice.AGAINST}


def test_sharing_commitments_swapped_after_the_fingerprint_are_caught(meeting: Meeting) -> None:
    shown, other = (ballot(meeting, "alice", Choice.FOR) for _ in range(2))
    assert faults(meeting, other, fingerprint(shown.body)) == ["fingerprint-differs"]
    mixed = tuple(
        replace(answer, a=swapped.a)
        for answer, swapped in zip(shown.body.answers, other.body.answers, strict=True)
    )
    half = replace(shown, body=replace(shown.body, answers=mixed))
    assert faults(meeting, half, fingerprint(shown.body)) == ["ballot-proof", "fingerprint-differs"]


def test_a_ballot_opened_and_then_cast_is_found_on_the_ledger(
    meeting: Meeting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, thrown = (ballot(meeting, "alice", Choice.FOR) for _ in range(2))
    cast(meeting, "alice", kept)
    bundle = str(meeting.world.write_bundle(tmp_path / "bundle"))
    for made, expected in ((kept, 1), (thrown, 0)):
        file = tmp_path / "a.challenge.json"
        file.write_bytes(opened(meeting, made))
        code, said = run(capsys, str(file), "--bundle", bundle, "--lang", "en")
        assert code == expected
        assert ("although it was opened" in said) is bool(expected)


def test_a_ballot_of_another_vote_is_named(meeting: Meeting, tmp_path: Path) -> None:
    elsewhere = replace(meeting.manifest, meeting="other")
    made = ballot(meeting, "alice", Choice.FOR)
    body = replace(made.body, manifest_hash=elsewhere.digest)
    data = dumps(challenge_file(elsewhere, replace(made, body=body)))
    found = check_tested(data)
    assert not found.verified


def test_what_is_no_challenge_file_is_told_apart_from_a_false_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], meeting: Meeting
) -> None:
    file = tmp_path / "a.challenge.json"
    for data in (b"", b"{}", b"[1]", b"\xff", b'{"format":"concursus-challenge/2"}'):
        file.write_bytes(data)
        assert run(capsys, str(file))[0] == 2
    assert run(capsys, str(tmp_path / "none"))[0] == 2
    file.write_bytes(opened(meeting, ballot(meeting, "alice", Choice.FOR)))
    assert run(capsys, str(file), "--fingerprint", "short")[0] == 2
    file.write_bytes(b'{"format":"concursus-challenge/1"}')
    assert run(capsys, str(file))[0] == 1
