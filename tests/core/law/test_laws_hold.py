"""Properties: exact bounds, monotonicity, partitions, and rolls that do not need amounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bankruptcy.law.errors import AmountNeeded, NotOnRoll
from bankruptcy.law.outcome import Answer, Count, Tally, count, disclosed, outcome
from bankruptcy.law.pack import builtin
from bankruptcy.law.parts import claim_of, partition, parts_of
from bankruptcy.law.reading import moment
from bankruptcy.law.register import (
    Nature,
    OrderSmallGroup,
    Provisional,
    Row,
    Security,
    SetOff,
    Split,
    Status,
)
from bankruptcy.law.roll import Motion, Roll, Times, Total, admit, roll, roll_of_rows
from bankruptcy.law.share import Of, Op, Share

PACK = builtin()
RECORD = moment("2026-04-16T09:00:00+08:00")
TIMES = Times(date(2026, 2, 10), RECORD, RECORD, moment("2026-04-16T18:00:00+08:00"))
TODAY = date(2026, 4, 16)
AMOUNTS = st.integers(1, 2**50)
MOTIONS = st.sampled_from(
    [Motion(m, PACK.matter(m).rule) for m in ("ORD-9", "DIST-10", "COMP-7", "PLAN-6")]
)
SWITCHES = st.fixed_dictionaries(
    {
        "P4": st.sampled_from(PACK.switches["P4"].values),
        "P5": st.lists(st.sampled_from(PACK.switches["P5"].values), unique=True).map(
            lambda items: tuple({*items, *PACK.switches["P5"].settled})
        ),
        "P7": st.sampled_from(PACK.switches["P7"].values),
        "P8": st.sampled_from(PACK.switches["P8"].values),
    }
)


@st.composite
def rows(draw: st.DrawFn) -> list[Row]:
    found = []
    for number in range(draw(st.integers(1, 7))):
        nature = draw(st.sampled_from(list(Nature)))
        secured = nature is Nature.SECURED
        on = TODAY + timedelta(draw(st.integers(-2, 2)))
        found.append(
            Row(
                creditor=draw(st.sampled_from("abcd")),
                claim=f"c{number}",
                nature=nature,
                filed=draw(AMOUNTS),
                filed_late=False,
                admitted=draw(AMOUNTS),
                admitted_on=None,
                status=draw(st.sampled_from([Status.ADMITTED, Status.DISPUTED, Status.WITHDRAWN])),
                security=Security(draw(AMOUNTS), draw(st.booleans()), draw(st.booleans()))
                if secured
                else None,
                set_off=draw(st.none() | st.builds(SetOff, AMOUNTS, st.just(on))),
                split_of=draw(st.none() | st.just(Split("o-0", date(2026, 3, 1)))),
                provisional=draw(
                    st.none() | st.builds(Provisional, st.integers(0, 9), st.none(), st.just("1"))
                ),
            )
        )
    return found


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 2**60))
def test_shares_are_exact_around_the_bound_by_one_fen(num: int, den: int, unit: int) -> None:
    num, den = min(num, den), max(num, den)
    whole, bound = den * unit, num * unit
    least, more = Share(Op.AT_LEAST, num, den, Of.TOTAL), Share(Op.MORE_THAN, num, den, Of.TOTAL)
    assert least.met(bound, whole)
    assert not least.met(bound - 1, whole)
    assert not more.met(bound, whole)
    if bound < whole:
        assert more.met(bound + 1, whole)


@given(
    st.integers(1, 2**50),
    st.sampled_from(list(Nature)),
    st.none() | st.builds(Security, AMOUNTS, st.booleans(), st.booleans()),
    st.none() | st.builds(SetOff, AMOUNTS, st.just(TODAY)),
)
def test_a_partition_sums_to_its_amount_and_to_it_less_the_set_off(
    amount: int, nature: Nature, security: Security | None, set_off: SetOff | None
) -> None:
    parts = partition(amount, nature, security, set_off)
    assert all(part.amount for part in parts)
    assert len({part.id for part in parts}) == len(parts)
    assert sum(part.amount or 0 for part in parts) == amount
    left = sum(part.amount or 0 for part in parts if part.until is None)
    assert left == max(0, amount - (set_off.amount if set_off else 0))
    after = partition(left, nature, security) if left else ()
    assert {(p.nature, p.amount) for p in parts if p.until is None} == {
        (p.nature, p.amount) for p in after
    }


@given(rows(), MOTIONS, SWITCHES, st.randoms())
def test_the_order_of_the_rows_does_not_matter(
    register: list[Row], motion: Motion, switches: dict[str, Any], random: Any
) -> None:
    shuffled = list(register)
    random.shuffle(shuffled)
    assert roll_of_rows(PACK, motion, register, switches, (), TIMES) == roll_of_rows(
        PACK, motion, shuffled, switches, (), TIMES
    )


def bare(found: Roll) -> Roll:
    return replace(
        found,
        lines=tuple(replace(line, amount=None) for line in found.lines),
        base_only=tuple(replace(line, amount=None) for line in found.base_only),
    )


@given(rows(), MOTIONS, SWITCHES)
def test_an_outsider_without_amounts_gets_the_same_lines(
    register: list[Row], motion: Motion, switches: dict[str, Any]
) -> None:
    """And every known amount is the sum of the parts that the line names."""
    claims = [claim_of(PACK, row) for row in register]
    sealed = [
        replace(
            claim,
            parts=tuple(replace(p, amount=None) for p in claim.parts),
            ordered=tuple(
                replace(o, parts=tuple(replace(p, amount=None) for p in o.parts))
                for o in claim.ordered
            ),
        )
        for claim in claims
    ]
    known = roll(PACK, motion, claims, switches, (), TIMES)
    assert roll(PACK, motion, sealed, switches, (), TIMES) == bare(known)
    amounts = {
        (claim.claim, part.id): part.amount
        for claim in claims
        for part in (*claim.parts, *(p for o in claim.ordered for p in o.parts))
    }
    used: list[object] = []
    for line in (*known.lines, *known.base_only):
        summed = [amounts[ref.claim, ref.part] or 0 for ref in line.parts]
        assert line.amount == (sum(summed) if summed else None)
        used += line.parts
    assert len(used) == len(set(used))


@given(rows(), MOTIONS, SWITCHES)
def test_p7_and_p8_move_parts_but_lose_none(
    register: list[Row], motion: Motion, switches: dict[str, Any]
) -> None:
    def parts(**changed: str) -> set[object]:
        found = roll_of_rows(PACK, motion, register, {**switches, **changed}, (), TIMES)
        return {ref for line in (*found.lines, *found.base_only) for ref in line.parts}

    for name in ("P7", "P8"):
        assert len({frozenset(parts(**{name: v})) for v in PACK.switches[name].values}) == 1


@given(st.data(), MOTIONS)
def test_more_for_never_turns_passed_into_failed(data: st.DataObject, motion: Motion) -> None:
    """Present and total fixed, an answer that changes to `for` cannot hurt."""
    weights = data.draw(st.lists(st.integers(1, 50), min_size=1, max_size=6))
    register = [
        Row(f"u{n}", f"c{n}", Nature.ORDINARY, w, False, w, None, Status.ADMITTED)
        for n, w in enumerate(weights)
    ]
    found = roll_of_rows(PACK, motion, register, None, (), TIMES)
    cls = found.classes[0]
    answers = data.draw(
        st.lists(st.sampled_from(list(Answer)), min_size=len(weights), max_size=len(weights))
    )

    def passed(given: list[Answer]) -> bool:
        ballots = {f"u{n}": {cls: answer} for n, answer in enumerate(given)}
        return outcome(PACK, motion, found.totals(), count(found, ballots)).passed

    changed = data.draw(st.integers(0, len(weights) - 1))
    better = [Answer.FOR if n == changed else answer for n, answer in enumerate(answers)]
    assert passed(better) or not passed(answers)


def test_a_group_of_small_claims_and_a_total_need_amounts() -> None:
    row = Row("a", "c", Nature.ORDINARY, 5, False, 5, None, Status.ADMITTED)
    claim = claim_of(PACK, row)
    sealed = replace(claim, parts=tuple(replace(p, amount=None) for p in parts_of(row)))
    plan = Motion("PLAN-6", "CN-PLAN")
    with pytest.raises(AmountNeeded, match=r"a\.ordinary"):
        roll(PACK, plan, [sealed], None, [OrderSmallGroup(10, RECORD)], TIMES)
    found = roll(PACK, plan, [sealed], None, (), TIMES)
    with pytest.raises(AmountNeeded):
        found.totals()
    assert found.lines[0].weighted


def test_a_class_of_one_weighted_line_is_judged_from_its_disclosed_answer() -> None:
    motion = Motion("PLAN-6", "CN-PLAN")
    for answer in (*Answer, None):
        total, amount = disclosed(Total(1, 1, 0), answer)
        heads = Count(int(answer is Answer.FOR), int(answer is Answer.AGAINST), int(bool(answer)))
        tally = Tally(heads.cast, heads, amount)
        result = outcome(PACK, motion, {"tax": total}, {"tax": tally})
        assert result.passed is (answer is Answer.FOR)


def test_a_barred_unit_is_refused_with_the_ground_of_its_exclusion() -> None:
    security = Security(9, False, False)
    row = Row("s", "c", Nature.SECURED, 5, False, 5, None, Status.ADMITTED, security=security)
    found = roll_of_rows(PACK, Motion("DIST-10", "CN-DIST"), [row], None, (), TIMES)
    with pytest.raises(NotOnRoll) as refused:
        admit(PACK, found, "s", "all")
    assert refused.value.ground == "vote.secured-barred"


def test_a_tally_that_exceeds_its_class_is_no_tally() -> None:
    tally = Tally(2, Count(2, 0, 2), Count(5, 0, 5))
    with pytest.raises(ValueError, match="exceeds"):
        outcome(PACK, Motion("ORD-9", "CN-ORD"), {"all": Total(1, 1, 5)}, {"all": tally})
    with pytest.raises(ValueError, match="cast"):
        Count(2, 2, 3)
