"""weights.published: the amount results for a public that sees no amount, and lies about them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds.refusals import AlreadyThere, Disagrees, NoTable, NotNow, RoleMayNot
from ledger.log import jcs
from ledger.log.bundle import Profile
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Malformed, Refused
from ledger.log.statement import Role
from tests.rules import meeting as play
from tests.rules.meeting import Meeting
from tests.rules.scenes import at_stage
from tests.rules.world import Said
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Status
from voting.protocol.errors import ResultFalse, WeightFalse
from voting.protocol.group import scalar_bytes, scalar_of
from voting.protocol.pedersen import Opening
from voting.protocol.randomness import SystemRandomness
from voting.protocol.weights import prove_weight

Json = Any
Change = Callable[[Meeting, Json, list[Json]], object]

KIND = "weights.published@1"


def more(text: str) -> str:
    """A scalar, plus one."""
    return b64u(scalar_bytes(scalar_of(unb64u(text)) + 1))


def rows_of(meeting: Meeting, body: Json) -> list[Json]:
    table = meeting.world.tables[unb64u(body["root"]).hex()]
    return [jcs.loads(row) for row in table.splitlines()]


def changed(meeting: Meeting, change: Change) -> Json:
    """The honest body with something changed, over a table that its root and rows name."""
    body = play.weights_body(meeting)
    rows = rows_of(meeting, body)
    del meeting.world.tables[unb64u(body["root"]).hex()]
    change(meeting, body, rows)
    body["root"], body["rows"] = b64u(meeting.world.keep_table(rows)), len(rows)
    return body


def say(meeting: Meeting, body: Json) -> None:
    meeting.world.say(KIND, Role.ADMINISTRATOR, "administrator", body)


def of_another_line(meeting: Meeting, body: Json, rows: list[Json]) -> None:
    """The proof of one line in the place of another."""
    rows[1] = {**rows[0], "line": rows[1]["line"]}


def of_another_amount(meeting: Meeting, body: Json, rows: list[Json]) -> None:
    """Z holds a fen more than W, and all sums agree with it."""
    prove(meeting, rows, meeting.vote.manifest_hash, extra=1)


def in_another_context(meeting: Meeting, body: Json, rows: list[Json]) -> None:
    """True, but proven for another vote."""
    prove(meeting, rows, bytes(32))


def prove(meeting: Meeting, rows: list[Json], context: bytes, extra: int = 0) -> None:
    world = meeting.world
    line, motion = rows[0]["line"], rows[0]["motion"]
    made = next(b for b in reversed(meeting.cast) if any(a.line == line for a in b.body.answers))
    opening = play.weight_of(meeting, line, motion)
    proof = prove_weight(
        world.group,
        SystemRandomness(),
        context,
        line,
        motion,
        made.body.answer((line, motion)).c,
        Opening(opening.value + extra, opening.blinding),
        SystemRandomness().scalar(),
    )
    rows[0] = proof.encode()


FORGERIES: dict[str, tuple[Change, type[Refused]]] = {
    "the proof of another line": (of_another_line, WeightFalse),
    "another amount than the roll's": (of_another_amount, WeightFalse),
    "a proof for another vote": (in_another_context, WeightFalse),
    "a proof that is false": (
        lambda m, body, rows: rows[2]["z"].__setitem__(2, more(rows[2]["z"][2])),
        WeightFalse,
    ),
    "rows in another order": (lambda m, body, rows: rows.reverse(), Disagrees),
    "a row too few": (lambda m, body, rows: rows.pop(), Disagrees),
    "a row doubled": (lambda m, body, rows: rows.append(rows[0]), Disagrees),
    "a row of another shape": (lambda m, body, rows: rows[0].pop("z"), Malformed),
    "another cast than declared": (
        lambda m, body, rows: body["vectors"][0].update(cast="1"),
        Disagrees,
    ),
    "another M than declared": (
        lambda m, body, rows: body["vectors"][0].update(m=more(body["vectors"][0]["m"])),
        Disagrees,
    ),
    "a cast that does not open the weights": (
        lambda m, body, rows: body["vectors"][0].update(sigma=more(body["vectors"][0]["sigma"])),
        ResultFalse,
    ),
    "a tally that does not open the sum of Z": (
        lambda m, body, rows: body["vectors"][0].update(r=more(body["vectors"][0]["r"])),
        ResultFalse,
    ),
    "a vector left out": (lambda m, body, rows: body["vectors"].pop(), Disagrees),
    "another counted set": (
        lambda m, body, rows: body.update(counted_hash=b64u(bytes(32))),
        Disagrees,
    ),
    "another result": (lambda m, body, rows: body.update(declared=b64u(bytes(32))), Disagrees),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_of_the_weights_is_refused_with_its_own_reason(name: str) -> None:
    meeting = at_stage("declared")
    change, refusal = FORGERIES[name]
    before = len(meeting.world.said)
    body = changed(meeting, change)
    with pytest.raises(refusal):
        say(meeting, body)
    assert len(meeting.world.said) == before
    say(meeting, play.weights_body(meeting))


def test_weights_come_once_and_after_the_result_from_the_administrator() -> None:
    summed = at_stage("summed")
    body = play.weights_body(at_stage("declared"))
    with pytest.raises(NotNow):
        say(summed, body | {"manifest_hash": b64u(summed.vote.manifest_hash)})
    meeting = at_stage("declared")
    with pytest.raises(RoleMayNot):
        meeting.world.say(KIND, Role.CREDITOR, "alice", body)
    say(meeting, play.weights_body(meeting))
    with pytest.raises(AlreadyThere):
        say(meeting, play.weights_body(meeting))


def test_the_table_must_be_there_before_the_statement() -> None:
    meeting = at_stage("declared")
    body = play.weights_body(meeting)
    meeting.world.tables.pop(unb64u(body["root"]).hex())
    with pytest.raises(NoTable):
        say(meeting, body)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_bundle_with_forged_weights_is_refused_for_everybody(name: str, tmp_path: Path) -> None:
    """All else is made anew with the real keys; the public profile refuses it like the court's."""
    meeting = at_stage("declared")
    body = changed(meeting, FORGERIES[name][0])
    index = len(meeting.world.said)
    meeting.world.record(honest_said(meeting, body))
    for profile in (Profile.COURT, Profile.PUBLIC):
        folder = meeting.world.write_bundle(tmp_path / profile.value, profile=profile)
        report = verify(Bundle.open(folder))
        assert not report.verified
        failed = [c for c in report.checks() if c.status is Status.FAILED and c.name == "weights"]
        assert [c.entry for c in failed] == [index]
        assert failed[0].article == "EBL 64(1); JI-III 11; PIPL 6, 25"


def honest_said(meeting: Meeting, body: Json) -> Said:
    world, by = meeting.world, "administrator"
    return Said(KIND, Role.ADMINISTRATOR, by, body, world.now, world.signer(by), by)


def test_an_amount_declared_falsely_passes_no_profile_once_weights_are_published(
    tmp_path: Path,
) -> None:
    """Without amounts nobody sees that a fen is missing; the sum of Z shows it."""
    meeting = at_stage("published")
    said = list(meeting.world.said)
    result, weights = len(said) - 2, len(said) - 1
    declared = copy.deepcopy(said[result].body)
    vector = next(v for v in declared["vectors"] if v["metric"] == "amount" and v["for"] != "0")
    vector["for"] = str(int(vector["for"]) - 1)
    vector["m"] = b64u(scalar_bytes(scalar_of(unb64u(vector["m"])) - 1))
    said[result] = said[result].changed(body=declared)
    body = copy.deepcopy(said[weights].body)
    body["declared"] = b64u(said[result].envelope().digest())
    given = next(v for v in body["vectors"] if v["class"] == vector["class"])
    given["m"] = vector["m"]
    said[weights] = said[weights].changed(body=body)
    folder = meeting.world.write_bundle(tmp_path, said, profile=Profile.PUBLIC)
    failed = [c for c in verify(Bundle.open(folder)).checks() if c.status is Status.FAILED]
    assert [(c.name, c.entry) for c in failed if c.name != "tables"] == [("weights", weights)]


def test_the_public_profile_verifies_the_amounts_of_the_result(tmp_path: Path) -> None:
    world = at_stage("published").world
    report = verify(Bundle.open(world.write_bundle(tmp_path, profile=Profile.PUBLIC)))
    assert report.verified
    assert not [c for c in report.checks() if c.name == "results" and c.status is not Status.OK]
    (weights,) = (c for c in report.checks() if c.name == "weights")
    assert weights.status is Status.OK
    assert "3 weight proofs hold" in weights.en
