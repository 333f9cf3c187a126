"""The sensitivity sheet on a played meeting: on record, in the report, without amounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bankruptcy.kinds import records
from bankruptcy.kinds.sensitivity import Judged, sheets
from bankruptcy.law.sensitivity import Verdict
from ledger.log.bundle import Profile
from ledger.log.encoding import b64u, sha256
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Check, Status


def _sheets(meeting: Meeting) -> dict[str, Judged]:
    result = meeting.world.state.get(records.RESULTS, meeting.vote.manifest_hash)
    assert result is not None
    found = sheets(meeting.world.state, meeting.vote, result.vectors, result.opened)
    return {str(judged.motion.motion): judged for judged in found}


def _rows(meeting: Meeting, folder: Path, profile: Profile) -> list[Check]:
    report = verify(Bundle.open(meeting.world.write_bundle(folder, profile=profile)))
    assert report.verified
    return [check for check in report.checks() if check.name == "sensitivity"]


@pytest.fixture(scope="module")
def meeting() -> Meeting:
    """Beside the plan a sale is put, on which the tax claim outweighs all others (P5)."""
    world = play.reviewed_case()
    made = play.convened(world)
    kind, text = "motion.put@1", "变价方案".encode()
    body = {
        "meeting": made.name,
        "motion": "sale",
        "matter": "ORD-9",
        "rule": "CN-ORD",
        "round": 1,
        "title": world.seal(kind, "/title", "变价方案"),
        "text": world.document(kind, "/text", text),
        "text_sha256": b64u(sha256(text)),
        "plan": None,
    }
    world.say(kind, Role.ADMINISTRATOR, "administrator", body)
    play.prepared(made)
    play.opened(made)
    play.voted(made)
    play.checked(made)
    play.counted(made)
    play.summed(made)
    play.declared(made)
    play.verified(made)
    return made


def test_what_another_reading_would_change_is_kept_when_the_roll_is_fixed(meeting: Meeting) -> None:
    (reading,) = meeting.world.state.find(
        records.READINGS, manifest_hash=meeting.vote.manifest_hash
    )
    assert (reading.motion, reading.switch, reading.label) == ("sale", "P5", "-tax")
    (line,) = reading.lines
    assert (line.line, line.class_) == ("tax.all", "all")
    assert (line.before.heads, line.after.heads) == (1, 1)
    assert ([part.part for part in line.before.parts], line.after.parts) == (["c-tax.l1.tax"], ())


def test_server_and_verifier_say_which_reading_the_result_rests_on(
    meeting: Meeting, tmp_path: Path
) -> None:
    found = _sheets(meeting)
    assert found["plan"].sheet.robust
    (without,) = (f for f in found["sale"].sheet.found if f.reading.label == "-tax")
    # Without the tax claim at least 70,000 of 80,000 were for it: it passes either way.
    assert without.low is not None
    assert str(without.low.classes["all"].amount) == "7000000/8000000"
    (row,) = _rows(meeting, tmp_path, Profile.COURT)
    assert row.status is Status.OK
    assert row.en == (
        "plan: robust, the same under every reading; sale: robust, the same under every reading"
    )
    assert row.zh == "plan：各种解释结果相同；sale：各种解释结果相同"


def test_without_amounts_what_needs_none_is_still_computed(
    meeting: Meeting, tmp_path: Path
) -> None:
    rows = _rows(meeting, tmp_path, Profile.PUBLIC)
    assert [row.status for row in rows] == [Status.OK, Status.NOT_POSSIBLE]
    assert "plan: robust" in rows[0].en
    assert "sale: the same under every reading that could be computed" in rows[0].en
    assert rows[1].en.startswith("sale: P5 need amounts")
    assert rows[1].zh.startswith("sale：P5 须知金额")


def test_a_claim_admitted_after_the_record_time_changes_no_sheet(meeting: Meeting) -> None:
    """The register moves on; what the sheet says of a result does not."""
    before = _sheets(meeting)["sale"].sheet
    play.file_claim(meeting.world, "late-tax", 9_000_000_00, "tax")
    play.review(meeting.world, "late-tax", 9_000_000_00, "tax")
    after = _sheets(meeting)["sale"].sheet
    assert after == before
    assert all(f.verdict is Verdict.SAME for f in after.found)
