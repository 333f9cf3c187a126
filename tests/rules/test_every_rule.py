"""Every rule is broken by some test, and the table in docs/broken-rules.md says which."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import Disagrees, UnknownKind, WrongCase
from bankruptcy.kinds.weights_published import NoAmounts
from ledger.log import jcs
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Malformed
from ledger.log.statement import Role, Statement
from tests.rules import broken, scenes
from tests.rules import meeting as play
from tests.rules.broken import NOT_IN_A_BUNDLE, ROOT
from tests.rules.broken_table import FALSE, PAGE
from tests.rules.test_forged_bundles import altered, at, failures
from tests.rules.world import Said, World
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Report
from voting.protocol.roll import Leaf, Roll
from voting.protocol.validity import Choice

Json = Any


# --- The table


def rows() -> list[list[str]]:
    """The cells of every row of the page, without their code marks."""
    lines = [x for x in PAGE.read_text("utf-8").splitlines() if x.startswith("| ")]
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in lines]


def test_no_rule_is_missing_in_the_table_and_no_cell_is_empty() -> None:
    named = {cell for row in rows() for cell in row[:2]}
    assert sorted(set(broken.rules()) - named - NOT_IN_A_BUNDLE.keys()) == []
    assert [row for row in rows() if not all(row)] == []


def test_no_rule_is_excused_that_is_not_there_or_that_a_test_breaks() -> None:
    shown = {row[1] for row in rows() if len(row) == 5}
    assert NOT_IN_A_BUNDLE.keys() <= set(broken.rules())
    assert sorted(NOT_IN_A_BUNDLE.keys() & shown) == []


def test_every_test_that_the_table_names_is_there() -> None:
    named = [f"rules/{row[4]}" for row in rows() if len(row) == 5 and "::" in row[4]]
    for test in {*named, *FALSE.values()}:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
        there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not name or name in there, test


# --- Rules of every statement


class Elsewhere(Said):
    """The same statement in another case."""

    def statement(self) -> Statement:
        return replace(Said.statement(self), case="case-2")


def test_a_statement_of_another_case() -> None:
    world = scenes.forked(scenes.at_stage("reviewed").world)
    body = scenes.exhibit_body(world, "c-bob", "bob-e9")
    said = world.signed("evidence.added@1", Role.CREDITOR, "bob", body)
    other = Elsewhere(**{f: getattr(said, f) for f in Said.__slots__ if f != "signed"})
    with pytest.raises(WrongCase):
        world.put(replace(other, signed=other.envelope()))


def test_a_kind_that_nobody_declares() -> None:
    world = scenes.forked(scenes.at_stage("reviewed").world)
    with pytest.raises(UnknownKind):
        world.say("claim.sold@1", Role.CREDITOR, "bob", {})


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("claim.filed@1", ("name",), "王秀兰"),
        ("claim.filed@1", ("lines",), {}),
        ("claim.filed@1", ("related",), 1),
        ("claim.filed@1", ("lines", 0, "nature"), "gift"),
        ("claim.filed@1", ("lines", 0, "amount"), {"commitment": "AAAA"}),
        ("case.opened@1", ("accepted",), "2026-02-30"),
        ("register.published@1", ("version",), "1"),
    ],
)
def test_a_member_that_is_not_spelled_as_the_format_says(
    kind: str, path: tuple[str | int, ...], value: Json
) -> None:
    world = scenes.forked(scenes.at_stage("reviewed").world)
    said = next(s for s in world.said if s.kind == kind)
    body = copy.deepcopy(said.body)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(Malformed):
        world.say(kind, said.role, said.by, body)


# --- The genesis


def report_of(world: World, folder: Path, said: list[Said]) -> Report:
    report = verify(Bundle.open(world.write_bundle(folder, said)))
    assert not report.verified
    return report


class Unbegun(World):
    """A world in which nothing was said yet."""

    def begin(self) -> None:
        pass


@pytest.mark.parametrize(
    ("by", "change", "what"),
    [
        (CLERK, lambda body: body["court"][0].update(by=CLERK), "court"),
        (CLERK, lambda body: body["rule_pack"].update(version="2020.1"), "rule pack"),
        ("judge", lambda body: None, "clerk"),
    ],
)
def test_a_genesis_that_is_not_the_clerks_or_names_a_wrong_judge_or_pack(
    by: str, change: Callable[[Json], None], what: str
) -> None:
    world = Unbegun()
    body = world.genesis().to_json()
    change(body)
    said = world.signed("log.created@1", Role.CLERK, CLERK, body)
    with pytest.raises(Disagrees, match=what):
        world.put(said.changed(by=by, on_behalf=by, signer=world.clerk))


# --- Mathematics and log


def test_a_complaint_after_the_counted_set_is_refused_in_a_bundle(tmp_path: Path) -> None:
    meeting = scenes.at_stage("open")
    bad = scenes.spoiled(meeting, "bob", Choice.FOR)
    play.cast(meeting, "bob", bad)
    scenes.closed(meeting)
    for index in (1, 2, 3):
        scenes.boxes_checked(meeting, index)
    play.counted(meeting)
    world, body = meeting.world, scenes.complaint(meeting, bad.body)
    late = world.signed("ballot.complained@1", Role.TRUSTEE, scenes.trustee_of(meeting, 1), body)
    report = report_of(world, tmp_path, [*world.said, late])
    (check,) = failures(report, "complaints")
    assert check.entry == len(world.said)
    assert "late" in check.en


def test_a_line_of_a_roll_altered(tmp_path: Path) -> None:
    meeting = scenes.at_stage("prepared")
    world, said = meeting.world, list(meeting.world.said)
    index = at(said, "voting.prepared")
    body = said[index].body
    (head,) = body["rolls"]
    name = unb64u(head["root"]).hex()
    lines = [Leaf.decode(jcs.loads(x), world.group) for x in world.tables[name].splitlines()]
    # Alice's weight stands beside Bob's line, and his beside hers: the sums stay what they were.
    first, second = [line for line in lines if line.class_id == lines[0].class_id][:2]
    swapped = {first.line: second.weight, second.line: first.weight}
    lines = [replace(x, weight=swapped.get(x.line, x.weight)) for x in lines]
    root = world.keep_table([line.encode() for line in Roll.of(lines).leaves])

    def change(body: Json) -> None:
        body["rolls"][0]["root"] = b64u(root)
        body["manifest"]["motions"][0]["roll_root"] = b64u(root)

    report = report_of(world, tmp_path, altered(said, index, change))
    assert [check.entry for check in failures(report, "rolls")] == [index]


def test_a_register_with_a_lower_version(tmp_path: Path) -> None:
    world = scenes.forked(scenes.at_stage("reviewed").world)
    world.publish_register()
    said = list(world.said)
    index = at(said, "register.published", 1)
    report = report_of(world, tmp_path, altered(said, index, lambda body: body.update(version=1)))
    assert [check.entry for check in failures(report, "rules")] == [index]


def test_an_entry_with_a_lower_number(tmp_path: Path) -> None:
    world = scenes.forked(scenes.at_stage("reviewed").world)
    entry = world._entry
    world._entry = lambda n, prev, said: entry(4 if n == 5 else n, prev, said)
    report = report_of(world, tmp_path, world.said)
    assert [check.entry for check in failures(report, "chain")] == [5]


def test_there_are_no_weights_to_publish_of_a_result_without_amounts() -> None:
    world = play.opened_case()
    for creditor, nature in (("alice", "ordinary"), ("tax", "tax")):
        play.file_claim(world, creditor, 40_00, nature)
        play.review(world, creditor, 40_00, nature)
    world.publish_register()
    meeting = play.convened(world)
    play.prepared(meeting)
    play.opened(meeting)
    for voter in ("alice", "tax"):
        play.cast(meeting, voter, play.ballot(meeting, voter, Choice.FOR))
    scenes.closed(meeting)
    for index in meeting.indices:
        scenes.boxes_checked(meeting, index)
    for step in (play.counted, play.summed, play.declared):
        step(meeting)
    with pytest.raises(NoAmounts):
        play.published(meeting)
