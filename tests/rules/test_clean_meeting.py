"""A clean meeting, played by the rules, verifies from its bundle; and says what it cannot check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger.log.bundle import Profile
from tests.rules.meeting import Meeting, whole_meeting
from tests.rules.scenes import at_stage
from tests.rules.world import World
from verifier.bundle import Bundle
from verifier.command import main
from verifier.replay import verify
from verifier.report import NAMES, Status


@pytest.fixture(scope="module")
def meeting() -> Meeting:
    return whole_meeting()


def test_a_clean_meeting_verifies_from_the_courts_bundle(meeting: Meeting, tmp_path: Path) -> None:
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path)))
    assert [c.name for c in report.checks()] == list(NAMES)
    assert {c.status for c in report.checks()} == {Status.OK}
    assert report.counts == {
        "entries": len(meeting.world.said),
        "statements": len(meeting.world.said),
        "claims": 4,
        "ballots": 5,
        "answers": 5,
        "complaints": 0,
        "results": 1,
    }


def test_a_bundle_without_openings_verifies_and_names_what_it_could_not_check(
    meeting: Meeting, tmp_path: Path
) -> None:
    report = verify(Bundle.open(meeting.world.write_bundle(tmp_path, profile=Profile.PARTY)))
    assert report.verified
    gaps = {c.name for c in report.checks() if c.status is Status.NOT_POSSIBLE}
    assert gaps == {"documents", "openings", "amounts", "rules", "sums"}


def test_without_weight_proofs_who_sees_no_amounts_cannot_check_those_of_the_result(
    tmp_path: Path,
) -> None:
    world = at_stage("declared").world
    report = verify(Bundle.open(world.write_bundle(tmp_path, profile=Profile.PARTY)))
    assert report.verified
    gaps = [c for c in report.checks() if c.status is Status.NOT_POSSIBLE]
    assert {"results", "weights"} <= {c.name for c in gaps}
    (declared,) = (c for c in gaps if c.name == "results")
    assert f"#{len(world.said) - 1}" in declared.en


def test_a_key_enrolled_shortly_before_the_close_is_named(tmp_path: Path) -> None:
    meeting = at_stage("open")
    world = meeting.world
    world.person("bob")
    world.enrol("bob")
    report = verify(Bundle.open(world.write_bundle(tmp_path)))
    assert report.verified
    (keys,) = (c for c in report.checks() if c.name == "keys")
    assert keys.en.endswith("not confirmed in a second way: bob")


def test_the_command_prints_the_report_in_both_languages_and_exits_0(
    meeting: Meeting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(meeting.world.write_bundle(tmp_path))
    assert main([folder, "--lang", "zh"]) == 0
    assert "核验通过" in capsys.readouterr().out
    assert main([folder, "--lang", "en"]) == 0
    assert "demonstration clock" in capsys.readouterr().out


def test_the_json_report_has_exactly_the_members_of_the_format(
    meeting: Meeting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(meeting.world.write_bundle(tmp_path)), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"verified", "profile", "log", "size", "clock", "counts", "checks"}
    members = {"name", "status", "entry", "file", "article", "zh", "en"}
    assert all(set(check) == members for check in report["checks"])


@pytest.mark.parametrize(
    "path", ["bundle.json", "checkpoint", "policy", "README", "openings.jsonl", "amounts.jsonl"]
)
def test_one_byte_flipped_in_a_file_is_refused(
    meeting: Meeting, tmp_path: Path, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = meeting.world.write_bundle(tmp_path)
    data = bytearray((folder / path).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / path).write_bytes(data)
    status = main([str(folder)])
    shown = capsys.readouterr()
    if path == "bundle.json":
        assert status == 2
        assert shown.err
    else:
        assert status == 1
        assert path in shown.out


def test_a_folder_that_is_no_bundle_is_unusable_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "nowhere")]) == 2
    assert "bundle" in capsys.readouterr().err


def test_a_policy_from_elsewhere_is_compared_with_the_logs_own(
    meeting: Meeting, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who forges a whole log forges the genesis too: the court brings the keys it trusts."""
    folder, policy = str(meeting.world.write_bundle(tmp_path / "bundle")), tmp_path / "policy"
    policy.write_text(meeting.world.policy(), "utf-8")
    assert main([folder, "--policy", str(policy)]) == 0
    policy.write_text(World().policy(), "utf-8")
    assert main([folder, "--policy", str(policy)]) == 1
    assert "policy that you trust" in capsys.readouterr().out
    assert main([folder, "--policy", str(tmp_path / "nowhere")]) == 2
