"""What no vote can do: for that harms, an abstention that helps, an order that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bankruptcy.law.errors import BadSwitch
from bankruptcy.law.outcome import Answer, Outcome, count, outcome
from bankruptcy.law.pack import RulePack, builtins
from bankruptcy.law.reading import moment
from bankruptcy.law.register import Nature, Row, Split, Status
from bankruptcy.law.roll import Line, Motion, PartRef, Roll, Times, roll_of_rows

PACKS = builtins()
RULES = [(pack, rule) for pack in PACKS for rule in sorted(pack.rules)]
AMOUNTS = st.none() | st.integers(1, 9) | st.integers(1, 2**50)
RECORD = moment("2026-04-16T09:00:00+08:00")
ACCEPTED = date(2026, 2, 10)
TIMES = Times(ACCEPTED, RECORD, RECORD, moment("2026-04-16T18:00:00+08:00"))
Ballots = Mapping[str, Mapping[str, Answer]]


def line(unit: str, amount: int | None, related: bool = False) -> Line:
    parts = () if amount is None else (PartRef(unit, "p"),)
    return Line(unit, "all", 1, parts, amount, ("vote.member",), (unit,), related)


@st.composite
def votes(draw: st.DrawFn) -> tuple[Roll, dict[str, dict[str, Answer]], list[str]]:
    """A roll of one class with its ballots and who signed in; perhaps amounts nobody votes."""
    units = [f"u{n}" for n in range(draw(st.integers(1, 6)))]
    lines = tuple(line(unit, draw(AMOUNTS), draw(st.booleans())) for unit in units)
    base = tuple(replace(line(f"b{n}", draw(st.integers(1, 9))), heads=0) for n in range(2))
    answers = {unit: draw(st.none() | st.sampled_from(list(Answer))) for unit in units}
    ballots = {unit: {"all": answer} for unit, answer in answers.items() if answer is not None}
    there = draw(st.lists(st.sampled_from(units), unique=True))
    return Roll(lines, (), base[: draw(st.integers(0, 2))]), ballots, there


SETTINGS = st.fixed_dictionaries(
    {
        "P2": st.sampled_from(["signed_in_or_voted", "voted"]),
        "P3": st.sampled_from(["not_counted", "deemed_for"]),
    }
)
VOTES = votes()
RULE = st.sampled_from(RULES)


def judged(
    rule: tuple[RulePack, str],
    roll: Roll,
    ballots: Ballots,
    there: list[str],
    chosen: dict[str, str],
) -> Outcome:
    pack, name = rule
    known = {s: v for s, v in chosen.items() if v in pack.switches[s].values}
    tallies = count(roll, ballots, there)
    return outcome(pack, Motion(None, name), roll.totals(), tallies, known)


@given(RULE, VOTES, SETTINGS, st.data())
def test_a_vote_turned_for_the_motion_never_defeats_it(
    rule: tuple[RulePack, str],
    vote: tuple[Roll, dict[str, dict[str, Answer]], list[str]],
    chosen: dict[str, str],
    data: st.DataObject,
) -> None:
    """against → abstain → for: each step helps, or changes nothing, under every law here."""
    roll, ballots, there = vote
    if not ballots:
        return
    unit = data.draw(st.sampled_from(sorted(ballots)))
    passed = [
        judged(rule, roll, {**ballots, unit: {"all": answer}}, there, chosen).passed
        for answer in (Answer.AGAINST, Answer.ABSTAIN, Answer.FOR)
    ]
    assert passed == sorted(passed)


@given(RULE, VOTES, st.sampled_from(["signed_in_or_voted", "voted"]), st.data())
def test_an_abstention_never_helps_a_motion_that_silence_does_not(
    rule: tuple[RulePack, str],
    vote: tuple[Roll, dict[str, dict[str, Answer]], list[str]],
    presence: str,
    data: st.DataObject,
) -> None:
    """Who abstains is present and not for (P1); only consent by silence makes silence worse."""
    roll, ballots, there = vote
    unit = data.draw(st.sampled_from([x.unit for x in roll.lines]))
    silent = {u: answer for u, answer in ballots.items() if u != unit}
    chosen = {"P2": presence, "P3": "not_counted"}
    away = [u for u in there if u != unit]
    before = judged(rule, roll, silent, away, chosen).passed
    after = judged(rule, roll, {**silent, unit: {"all": Answer.ABSTAIN}}, away, chosen).passed
    assert after <= before
    assert judged(rule, roll, silent, [*away, unit], chosen).passed <= before


@given(RULE, VOTES, SETTINGS)
def test_the_order_of_lines_and_ballots_decides_nothing(
    rule: tuple[RulePack, str],
    vote: tuple[Roll, dict[str, dict[str, Answer]], list[str]],
    chosen: dict[str, str],
) -> None:
    roll, ballots, there = vote
    mixed = replace(roll, lines=tuple(reversed(roll.lines)))
    turned = dict(reversed(ballots.items()))
    assert judged(rule, mixed, turned, there[::-1], chosen) == judged(
        rule, roll, ballots, there, chosen
    )


@given(RULE, VOTES, SETTINGS)
def test_what_nobody_votes_is_never_for_the_motion(
    rule: tuple[RulePack, str],
    vote: tuple[Roll, dict[str, dict[str, Answer]], list[str]],
    chosen: dict[str, str],
) -> None:
    """An amount in the base without a vote is no silent creditor: it can only stand against."""
    roll, ballots, there = vote
    without = judged(rule, replace(roll, base_only=()), ballots, there, chosen)
    with_base = judged(rule, roll, ballots, there, chosen)
    if rule[0].rule(rule[1]).veto is None:
        assert with_base.passed <= without.passed


def test_consent_by_silence_takes_nothing_from_who_has_no_vote() -> None:
    """P3 with an excluded related creditor whose 60 stay in the total: 40 of 100 is no half."""
    roll = Roll(
        (line("a", 20), line("b", 20)), (), (replace(line("r", 60), heads=0, related=True),)
    )
    found = judged((PACKS[0], "CN-ORD"), roll, {"a": {"all": Answer.FOR}}, [], {"P3": "deemed_for"})
    assert str(found.classes["all"].amount) == "40/100"
    assert not found.passed
    assert str(found.classes["all"].heads) == "2/2"


@pytest.mark.parametrize("items", [(), ("tax",), ("tax", "social", "deficiency", "employee")])
def test_no_case_leaves_ordinary_claims_out_of_the_total(items: tuple[str, ...]) -> None:
    """What is in total unsecured is open (P5), but not that ordinary claims are."""
    with pytest.raises(BadSwitch):
        PACKS[0].settings({"P5": items})


@given(st.integers(1, 5), st.integers(1, 2**40), st.sampled_from(list(Answer)), AMOUNTS)
def test_a_claim_split_after_acceptance_gains_neither_heads_nor_amount(
    holders: int, amount: int, answer: Answer, other: int | None
) -> None:
    """P8: friendly holders of the parts are the one creditor they were (by default)."""
    pack = PACKS[0]
    rest = Row("z", "z-1", Nature.ORDINARY, 1, False, other or 1, None, Status.ADMITTED)
    whole = Row("a", "a-1", Nature.ORDINARY, amount, False, amount, None, Status.ADMITTED)
    parts = [
        replace(
            whole,
            creditor=f"h{n}",
            claim=f"a-1.{n}",
            admitted=amount // holders + (n < amount % holders),
            split_of=Split("a-1", ACCEPTED + timedelta(1)),
        )
        for n in range(holders)
    ]
    motion = Motion("ORD-9", "CN-ORD")
    found = []
    for rows, unit in (([whole], "a"), ([p for p in parts if p.admitted], "a-1")):
        roll = roll_of_rows(pack, motion, [rest, *rows], None, (), TIMES)
        ballots = {"z": {"all": Answer.FOR}, unit: {"all": answer}}
        found.append(outcome(pack, motion, roll.totals(), count(roll, ballots), None))
    assert found[0] == found[1]
