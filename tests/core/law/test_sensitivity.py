"""The sensitivity sheet: worked examples, and bounds between which every other count lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bankruptcy.law import outcome as law
from bankruptcy.law.model import Effect
from bankruptcy.law.outcome import Answer, count, outcome
from bankruptcy.law.pack import builtin
from bankruptcy.law.parts import Claim, claim_of
from bankruptcy.law.reading import moment
from bankruptcy.law.readings import Place, Reading, moved, readings
from bankruptcy.law.register import Nature, Row, Security, Status
from bankruptcy.law.roll import Motion, PartRef, Times, roll
from bankruptcy.law.sensitivity import Affected, Sheet, Verdict, Weight, sheet
from tests.core.law.cases import params
from tests.core.law.test_laws_hold import MOTIONS, rows
from tests.core.law.test_resolutions import DOCUMENTS, SWITCHES, roll_of

PACK = builtin()
RECORD = moment("2026-04-16T09:00:00+08:00")
TIMES = Times(date(2026, 2, 10), RECORD, RECORD, moment("2026-04-16T18:00:00+08:00"))
Ballots = Mapping[str, Mapping[str, Answer]]


def affected(
    claims: Sequence[Claim],
    motion: Motion,
    reading: Reading,
    ballots: Ballots,
    attendance: Sequence[str] = (),
) -> tuple[Affected, ...]:
    """The lines that a reading affects, with their amounts and who answered them."""
    known = {
        PartRef(c.claim, part.id): part.amount or 0
        for c in claims
        for part in (*c.parts, *(p for o in c.ordered for p in o.parts))
    }

    def weight(place: Place) -> Weight:
        amount, base = (sum(known[ref] for ref in refs) for refs in (place.parts, place.base))
        return Weight(place.heads, amount, base)

    before = roll(PACK, motion, claims, None, (), TIMES)
    members = {line.id: (line.unit, line.creditors) for line in before.lines}
    found = []
    for line in moved(PACK, motion, claims, None, (), TIMES, reading):
        unit, creditors = members.get(line.line, ("", ()))
        cast = line.cls in ballots.get(unit, {})
        there = cast or unit in attendance or bool(set(creditors) & set(attendance))
        found.append(Affected(line.cls, cast, there, weight(line.before), weight(line.after)))
    return tuple(found)


def sheet_of(
    register: Sequence[Row], motion: Motion, ballots: Ballots, attendance: Sequence[str] = ()
) -> Sheet:
    claims = [claim_of(PACK, row) for row in register]
    before = roll(PACK, motion, claims, None, (), TIMES)
    return sheet(
        PACK,
        motion,
        before.totals(),
        count(before, ballots, attendance),
        None,
        [(r, affected(claims, motion, r, ballots, attendance)) for r in readings(PACK)],
    )


def row(creditor: str, amount: int, nature: Nature = Nature.ORDINARY, **more: Any) -> Row:
    return Row(
        creditor, f"{creditor}-1", nature, amount, False, amount, None, Status.ADMITTED, **more
    )


def _share(of: law.Fraction | None) -> Fraction:
    assert of is not None
    return Fraction(of.part, of.whole) if of.whole else Fraction(0)


def everybody(**answers: str) -> Ballots:
    return {unit: {"all": Answer(answer)} for unit, answer in answers.items()}


DEPENDS = {
    "T09a": ("P2", "P3"),
    "T10a": ("P3",),
    "T10b": ("P3",),
    "T34": ("P3",),
}
"""Worked examples that turn on presence or silence; all others are the same either way."""
CHINESE = [
    parameter
    for parameter in params(DOCUMENTS, "cases")
    if parameter.values[1]["rule"].startswith("CN")
]


@pytest.mark.parametrize(("document", "case"), CHINESE)
def test_worked_examples_say_whether_they_turn_on_presence_or_silence(
    document: dict[str, Any], case: dict[str, Any]
) -> None:
    found = roll_of(case["rule"], case["creditors"])
    ballots = everybody(**{c["id"]: c["ballot"] for c in case["creditors"] if "ballot" in c})
    signed_in = [c["id"] for c in case["creditors"] if c.get("signed_in")]
    switches = {SWITCHES[name]: value for name, value in case["policies"].items()}
    silent = [(r, ()) for r in readings(PACK, switches) if r.effect is Effect.SILENT]
    tallies = count(found, ballots, signed_in)
    made = sheet(PACK, Motion(None, case["rule"]), found.totals(), tallies, switches, silent)
    assert {f.reading.switch for f in made.found} == {"P2", "P3"}
    assert made.depends == DEPENDS.get(case["id"], ())


def test_a_secured_creditors_amount_on_an_ordinary_item_is_shown_by_its_bounds() -> None:
    """T11: 55 of 100 for, and a secured claim of 500 that counts as a head only (P4)."""
    register = [
        row("A", 30),
        row("B", 25),
        row("C", 25),
        row("D", 20),
        row("S", 500, Nature.SECURED, security=Security(500, False, False)),
    ]
    ballots = everybody(A="for", B="for", C="against", D="against", S="for")
    made = sheet_of(register, Motion("ORD-9", "CN-ORD"), ballots)
    assert made.outcome.passed
    assert made.depends == ("P4",)
    (p4,) = (f for f in made.found if f.reading.switch == "P4")
    assert p4.low is not None
    assert p4.high is not None
    assert (str(p4.low.classes["all"].amount), p4.low.passed) == ("55/600", False)
    assert (str(p4.high.classes["all"].amount), p4.high.passed) == ("555/600", True)
    assert str(p4.high.classes["all"].heads) == "3/5"


def test_a_deficiency_left_out_of_the_total_changes_nothing_where_both_bounds_pass() -> None:
    """T13: the deficiency of 40 votes; without it in the total (P5) it is 30/60 or 60/60."""
    register = [
        row("A", 30),
        row("B", 30),
        row("S", 100, Nature.SECURED, security=Security(60, False, True)),
    ]
    made = sheet_of(
        register, Motion("DIST-10", "CN-DIST"), everybody(A="for", B="against", S="for")
    )
    (without,) = (f for f in made.found if f.reading.label == "-deficiency")
    assert without.low is not None
    assert without.high is not None
    # Of the 70 for it, the deficiency's 40 are part, or else its 40 are the 30 against and more.
    assert str(without.low.classes["all"].amount) == "30/60"
    assert str(without.high.classes["all"].amount) == "60/60"
    assert without.verdict is Verdict.SAME
    assert made.robust


def test_related_creditors_are_supposed_excluded_with_and_without_their_claims() -> None:
    """P9 in both scopes: out of both sides, or out of the vote alone."""
    register = [row("A", 40), row("B", 10), row("R", 50, related_party=True)]
    made = sheet_of(register, Motion("ORD-9", "CN-ORD"), everybody(A="for", B="for", R="against"))
    both, vote_only = (f for f in made.found if f.reading.switch == "P9")
    assert both.high is not None
    assert vote_only.high is not None
    assert both.high.classes["all"].amount is not None
    assert both.high.classes["all"].amount.whole == 50
    assert vote_only.high.classes["all"].amount is not None
    assert vote_only.high.classes["all"].amount.whole == 100
    assert made.outcome.passed


def test_a_point_whose_amounts_are_not_open_is_left_open() -> None:
    found = roll_of("CN-ORD", [{"id": "A", "weight": 1, "ballot": "for"}])
    tallies = count(found, everybody(A="for"))
    rows_ = [(r, None if r.switch == "P4" else ()) for r in readings(PACK)]
    made = sheet(PACK, Motion(None, "CN-ORD"), found.totals(), tallies, None, rows_)
    assert made.open == ("P4",)
    assert not made.robust
    assert made.depends == ()


def test_only_unsettled_items_of_the_total_are_varied() -> None:
    labels = {r.label for r in readings(PACK) if r.switch == "P5"}
    assert labels == {"-tax", "-social", "-deficiency", "+employee"}
    assert {r.switch for r in readings(PACK)} == {"P2", "P3", "P4", "P5", "P7", "P8", "P9"}


ANSWERS = st.none() | st.sampled_from(list(Answer))


@given(st.data(), rows(), MOTIONS)
def test_the_count_under_another_reading_lies_between_the_bounds(
    data: st.DataObject, register: list[Row], motion: Motion
) -> None:
    claims = [claim_of(PACK, row) for row in register]
    before = roll(PACK, motion, claims, None, (), TIMES)
    if not before.lines:
        return
    reading = data.draw(st.sampled_from([r for r in readings(PACK) if r.effect is Effect.WEIGHTS]))
    ballots: dict[str, dict[str, Answer]] = {}
    for line in before.lines:
        answer = data.draw(ANSWERS)
        if answer is not None:
            ballots.setdefault(line.unit, {})[line.cls] = answer
    there = data.draw(st.lists(st.sampled_from("abcd"), unique=True))
    made = sheet(
        PACK,
        motion,
        before.totals(),
        count(before, ballots, there),
        None,
        [(reading, affected(claims, motion, reading, ballots, there))],
    )
    after = roll(
        PACK,
        motion,
        claims,
        {reading.switch: reading.value},
        reading.orders((), claims, TIMES.record),
        TIMES,
    )
    told = {(line.unit, line.cls) for line in before.lines}
    for line in after.lines:
        # A line that the reading first creates could have answered anything.
        if (line.unit, line.cls) not in told and (fresh := data.draw(ANSWERS)) is not None:
            ballots.setdefault(line.unit, {})[line.cls] = fresh
    true = outcome(
        PACK,
        motion,
        after.totals(),
        count(after, ballots, there),
        {reading.switch: reading.value},
    )
    (found,) = made.found
    assert found.low is not None
    assert found.high is not None
    assert found.low.passed <= true.passed <= found.high.passed
    assert found.low.classes.keys() == true.classes.keys() == found.high.classes.keys()
    for cls, row_ in true.classes.items():
        low, high = found.low.classes[cls], found.high.classes[cls]
        assert low.passed <= row_.passed <= high.passed
        assert _share(low.amount) <= _share(row_.amount) <= _share(high.amount)
    if found.verdict is Verdict.SAME:
        assert true.passed == made.outcome.passed
