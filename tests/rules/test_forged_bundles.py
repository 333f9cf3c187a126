"""Forged bundles: one thing false, all else chained, signed, cosigned and indexed anew.

The forger holds every key of the operator and of the people. What he cannot do is make the rules
or the mathematics come out otherwise: each forgery is refused, with the reason.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds.people import CLERK
from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.sign import Es256Signer
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.world import Said
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Check, Report, Status
from voting.protocol.group import scalar_bytes, scalar_of
from voting.protocol.validity import Choice

Json = Any
Change = Callable[[list[Said], Meeting], list[Said]]


@pytest.fixture(scope="module")
def meeting() -> Meeting:
    return play.whole_meeting()


def refused(
    meeting: Meeting, folder: Path, said: Sequence[Said] | None = None, **how: Json
) -> Report:
    report = verify(Bundle.open(meeting.world.write_bundle(folder, said, **how)))
    assert not report.verified
    return report


def failures(report: Report, name: str) -> list[Check]:
    return [c for c in report.checks() if c.name == name and c.status is Status.FAILED]


def at(said: Sequence[Said], kind: str, nth: int = 0) -> int:
    return [i for i, one in enumerate(said) if one.kind == f"{kind}@1"][nth]


def altered(said: Sequence[Said], index: int, change: Callable[[Json], None]) -> list[Said]:
    body = copy.deepcopy(said[index].body)
    change(body)
    forged = list(said)
    forged[index] = said[index].changed(body=body)
    return forged


def bumped(text: str) -> str:
    """A scalar, plus one."""
    return b64u(scalar_bytes(scalar_of(unb64u(text)) + 1))


def test_a_ballot_dropped(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    del said[at(said, "ballot.cast", 3)]
    report = refused(meeting, tmp_path, said)
    assert failures(report, "counted")
    assert failures(report, "results")


def test_a_ballot_doubled(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    index = at(said, "ballot.cast", 4)
    report = refused(meeting, tmp_path, [*said[: index + 1], said[index], *said[index + 1 :]])
    assert failures(report, "ballots")[0].entry == index + 1


def test_a_ballot_moved_after_the_close(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    closed = at(said, "voting.closed")
    ballot = said.pop(at(said, "ballot.cast", 4))
    said.insert(closed, ballot.changed(received=said[closed - 1].received))
    report = refused(meeting, tmp_path, said)
    assert failures(report, "ballots")[0].entry == closed
    assert "Voting" in failures(report, "ballots")[0].en


def test_a_ballot_with_a_false_proof(meeting: Meeting, tmp_path: Path) -> None:
    said = meeting.world.said
    index = at(said, "ballot.cast", 2)

    def change(body: Json) -> None:
        z = body["answers"][0]["proof"]["z"]
        z[0] = bumped(z[0])

    report = refused(meeting, tmp_path, altered(said, index, change))
    assert failures(report, "ballots")[0].entry == index
    assert "proof" in failures(report, "ballots")[0].en


def test_a_ballot_signed_by_somebody_else(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    index = at(said, "ballot.cast", 2)
    said[index] = said[index].changed(by="dora", signer=meeting.world.keys["dora"])
    assert failures(refused(meeting, tmp_path, said), "ballots")[0].entry == index


def test_a_ballot_signed_with_a_key_that_was_never_enrolled(
    meeting: Meeting, tmp_path: Path
) -> None:
    said = list(meeting.world.said)
    index = at(said, "ballot.cast", 2)
    said[index] = said[index].changed(signer=Es256Signer(secrets.randbelow(2**200) + 1))
    failed = failures(refused(meeting, tmp_path, said), "signatures")
    assert failed[0].entry == index
    assert "not enrolled" in failed[0].en


def test_a_signature_that_is_false(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    index = at(said, "claim.reviewed")
    envelope = said[index].envelope()
    said[index] = replace(said[index], signed=replace(envelope, sig=secrets.token_bytes(64)))
    assert failures(refused(meeting, tmp_path, said), "signatures")[0].entry == index


def test_a_key_enrolled_without_its_holder_having_it(meeting: Meeting, tmp_path: Path) -> None:
    said = meeting.world.said
    index = at(said, "key.enrolled", 3)

    def change(body: Json) -> None:
        body["possession"] = b64u(secrets.token_bytes(64))

    assert failures(refused(meeting, tmp_path, altered(said, index, change)), "keys")[0].entry == (
        index
    )


def test_a_trustees_sum_that_is_false(meeting: Meeting, tmp_path: Path) -> None:
    said = meeting.world.said
    index = at(said, "tally.summed", 1)
    row = next(i for i, s in enumerate(said[index].body["sums"]) if s["metric"] == "heads")

    def change(body: Json) -> None:
        body["sums"][row]["f"] = bumped(body["sums"][row]["f"])

    failed = failures(refused(meeting, tmp_path, altered(said, index, change)), "sums")
    assert failed[0].entry == index
    assert "trustee 2" in failed[0].en


def test_a_disclosed_share_that_is_false(meeting: Meeting, tmp_path: Path) -> None:
    said = meeting.world.said
    index = at(said, "disclosure.given", 2)

    def change(body: Json) -> None:
        body["answers"][0]["g"] = bumped(body["answers"][0]["g"])

    assert failures(refused(meeting, tmp_path, altered(said, index, change)), "sums")[0].entry == (
        index
    )


def test_a_counted_set_that_is_false(meeting: Meeting, tmp_path: Path) -> None:
    said = meeting.world.said
    index = at(said, "voting.counted")

    def change(body: Json) -> None:
        body["counted_hash"] = b64u(secrets.token_bytes(32))

    report = refused(meeting, tmp_path, altered(said, index, change))
    assert failures(report, "counted")[0].entry == index


def test_a_roll_total_that_is_false(meeting: Meeting, tmp_path: Path) -> None:
    said = meeting.world.said
    index = at(said, "voting.prepared")

    def change(body: Json) -> None:
        rows = [r for r in body["rolls"][0]["classes"] if r["total"] is not None]
        rows[0]["total"] = str(int(rows[0]["total"]) + 1)

    failed = failures(refused(meeting, tmp_path, altered(said, index, change)), "rolls")
    assert failed[0].entry == index
    assert "total" in failed[0].en


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("for", lambda body: body["vectors"][0].update({"for": "999"})),
        ("m", lambda body: body["vectors"][-1].update(m=b64u(scalar_bytes(3)))),
        ("r", lambda body: body["vectors"][1].update(r=b64u(scalar_bytes(3)))),
        ("cast", lambda body: body["vectors"][1].update(cast="2")),
        ("v", lambda body: body["opened"][0].update(v=b64u(scalar_bytes(2**64)))),
        ("passed", lambda body: body["motions"][0].update(passed=False)),
        ("next", lambda body: body["motions"][0].update(next="COURT_RULING")),
        ("heads_ok", lambda body: body["motions"][0]["classes"][0].update(heads_ok=False)),
        ("present", lambda body: body["motions"][0]["classes"][0].update(present="17")),
    ],
)
def test_a_result_in_which_one_figure_is_false(
    meeting: Meeting, tmp_path: Path, what: str, change: Callable[[Json], None]
) -> None:
    said = meeting.world.said
    index = at(said, "result.declared")
    report = refused(meeting, tmp_path, altered(said, index, change))
    assert failures(report, "results")[0].entry == index, what


def test_time_running_backward(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    index = at(said, "meeting.convened")
    said[index] = said[index].changed(received=said[index].received - timedelta(seconds=1))
    assert failures(refused(meeting, tmp_path, said), "time")[0].entry == index


def test_an_entry_received_after_it_was_recorded(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    index = at(said, "claim.filed")
    said[index] = said[index].changed(at=said[index].received - timedelta(days=1))
    assert failures(refused(meeting, tmp_path, said), "time")[0].entry == index


def test_too_few_witnesses(meeting: Meeting, tmp_path: Path) -> None:
    report = refused(meeting, tmp_path, cosigners=("court", "administrator"))
    failed = failures(report, "checkpoint")
    assert "committee" in failed[0].en
    assert "regulator" in failed[0].en


def test_a_clock_moved_backward(meeting: Meeting, tmp_path: Path) -> None:
    said = meeting.world.said
    index = at(said, "clock.moved")

    def change(body: Json) -> None:
        body["to"] = "2020-01-01T00:00:00Z"

    assert failures(refused(meeting, tmp_path, altered(said, index, change)), "rules")[0].entry == (
        index
    )


def test_an_amount_opened_falsely(meeting: Meeting, tmp_path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        first, rest = files["amounts.jsonl"].split(b"\n", 1)
        files["amounts.jsonl"] = first.replace(b'"amount":"', b'"amount":"1') + b"\n" + rest

    assert failures(refused(meeting, tmp_path, change=change), "amounts")


def test_a_row_of_the_register_altered(meeting: Meeting, tmp_path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        for path, data in files.items():
            if path.startswith("tables/") and b'"open_points":0' in data:
                files[path] = data.replace(b'"open_points":0', b'"open_points":1')

    assert failures(refused(meeting, tmp_path, change=change), "tables")


def test_another_rule_pack(meeting: Meeting, tmp_path: Path) -> None:
    def change(files: dict[str, bytes]) -> None:
        path = next(p for p in files if p.startswith("packs/"))
        data = files.pop(path).replace(b'"2/3"', b'"1/3"')
        files[f"packs/{sha256(data).hex()}.json"] = data

    assert failures(refused(meeting, tmp_path, change=change), "packs")


def test_an_honest_log_with_one_bad_ballot_is_not_verified_but_its_result_still_follows(
    tmp_path: Path,
) -> None:
    """An entry appended when a result is unwelcome does not unmake the result (protocol 6)."""
    meeting = play.convened(play.reviewed_case())
    play.prepared(meeting)
    play.opened(meeting)
    play.voted(meeting)
    world = meeting.world
    late = play.ballot(meeting, "bob", Choice.AGAINST)
    index = len(world.said)
    said = Said(
        "ballot.cast@1",
        Role.CREDITOR,
        "bob",
        late.body.encode(),
        world.now,
        world.keys["bob"],
        None,
        late.boxes,
    )
    world.record(said)
    play.checked(meeting)
    play.counted(meeting)
    play.summed(meeting)
    play.declared(meeting)
    report = refused(meeting, tmp_path)
    assert [c.entry for c in report.checks() if c.status is Status.FAILED] == [index]
    assert not failures(report, "results")
    assert report.counts["results"] == 1


def test_a_statement_of_the_clerk_in_another_role(meeting: Meeting, tmp_path: Path) -> None:
    said = list(meeting.world.said)
    index = at(said, "voting.closed")
    said[index] = said[index].changed(role=Role.ADMINISTRATOR)
    failed = failures(refused(meeting, tmp_path, said), "rules")
    assert failed[0].entry == index
    assert said[index].by == CLERK
