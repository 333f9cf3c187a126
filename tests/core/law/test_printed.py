"""Published results: what follows from the figures as printed (concursus-real-results/1)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from bankruptcy.law.printed import Checked, Figure, Printed, check, percent
from tests.core.law.cases import PACKS, documents, pack_of, params

DOCUMENTS = documents("real_results*.json", "concursus-real-results/1", "results")
KNOWN = {name for pack in PACKS for name in pack.rules}
MET = {"met": True, "not met": False, None: None}
PASSED = {"passed": True, "failed": False, None: None}


def printed_of(result: dict[str, Any]) -> Printed:
    rounding = result.get("amount_rounding", "exact as printed")
    meaning = result.get("base_amount_meaning", "").partition("=")[2]

    def amount(name: str) -> Fraction | None:
        return Fraction(result[name]) if name in result else None

    def figure(name: str) -> Figure | None:
        return Figure.read(result[name]) if name in result else None

    return Printed(
        present=result.get("present_heads"),
        for_heads=result.get("for_heads"),
        against_heads=result.get("against_heads"),
        base=amount("base_amount"),
        base_terms=meaning.count("+") + 1,
        for_amount=amount("for_amount"),
        against_amount=amount("against_amount"),
        rounding=Fraction(0) if rounding.startswith("exact") else Fraction(rounding),
        heads_percent=figure("stated_heads_pct"),
        amount_percent=figure("stated_amount_pct"),
        heads_met=MET[result.get("stated_heads_test")],
        passed=PASSED[result.get("stated_outcome")],
    )


def recomputed(rule: str, printed: Printed, found: Checked) -> dict[str, Any]:
    value: dict[str, Any] = {}
    if found.heads_share is not None:
        value |= {"heads_pct": percent(found.heads_share), "heads_base": found.heads_base}
    if found.amount_share is not None:
        value["amount_pct"] = percent(found.amount_share)
    if found.amount_low is not None and found.amount_high is not None:
        value["amount_pct_interval"] = f"{percent(found.amount_low)}..{percent(found.amount_high)}"
    if not found.heads_required:
        value["heads_test"] = "not required"
    elif found.heads_test is not None:
        value["heads_test"] = found.heads_test
    if found.amount_test is not None:
        value["amount_test"] = found.amount_test
    share = pack_of(rule).rule(rule).amount
    if share is not None:
        value["amount_threshold"] = share.threshold
    value["outcome"] = {True: "passed", False: "failed", None: "undetermined"}[found.passed]
    if found.agrees is not None:
        value["agrees"] = found.agrees
    why = []
    if found.passed is None and found.amount_test is None:
        why.append("amount side not checkable")
    if found.passed is None and found.heads_required and found.heads_test is None:
        why.append("head side not checkable")
    if printed.passed is None:
        why.append("no outcome stated for this group in the text")
    if found.heads_differ and found.heads_share is not None:
        said = "met" if printed.heads_met else "not met"
        why.append(f"text says head test {said}, recomputed {percent(found.heads_share)}")
    if why:
        value["why_not"] = "; ".join(why)
    return value


@pytest.mark.parametrize(
    ("document", "result"),
    [p for p in params(DOCUMENTS, "results") if p.values[1]["rule_id"] is not None],
)
def test_tests_percentages_and_outcome_follow_from_the_print(
    document: dict[str, Any], result: dict[str, Any]
) -> None:
    rule = result["rule_id"]
    assert rule in KNOWN
    printed = printed_of(result)
    found = check(pack_of(rule).rule(rule), printed)
    assert recomputed(rule, printed, found) == result["recomputed"]


def test_percentages_round_half_up_at_the_fourth_decimal() -> None:
    assert percent(Fraction(1, 2)) == "50.0000%"
    assert percent(Fraction(2, 3)) == "66.6667%"
    assert percent(Fraction(5, 10**7)) == "0.0001%"
    assert percent(Fraction(49, 10**8)) == "0.0000%"


def test_a_rounded_percentage_at_the_threshold_decides_nothing() -> None:
    rule = pack_of("CN-PLAN").rule("CN-PLAN")
    found = check(rule, Printed(amount_percent=Figure.read("66.67%"), heads_met=True))
    assert found.amount_test is None
    assert found.passed is None
