"""Worked examples from final weights: resolutions.json, and the rules it states."""

from __future__ import annotations

from typing import Any

import pytest

from bankruptcy.law.outcome import Answer, count, outcome
from bankruptcy.law.roll import Line, Motion, PartRef, Roll
from bankruptcy.law.share import Share
from tests.core.law.cases import documents, pack_of, params
from tests.core.law.test_rolls import figures_of

DOCUMENTS = documents("resolutions*.json", None, "rules")
RULES = [
    pytest.param(name, rule, id=f"{d['file']}-{name}")
    for d in DOCUMENTS
    for name, rule in d["rules"].items()
]
SWITCHES = {"silence": "P3", "presence": "P2"}


def roll_of(rule: str, creditors: list[dict[str, Any]]) -> Roll:
    """A roll from weights that are final: who has no right or is barred has no line."""
    treatment = pack_of(rule).rule(rule).secured
    lines = []
    for c in creditors:
        unfixed = c.get("secured_unwaived", False) and not c.get("deficiency", False)
        if c.get("right") == "none" or (unfixed and treatment == "barred"):
            continue
        bare = unfixed and treatment == "head_only"
        lines.append(
            Line(
                unit=c["id"],
                cls="all",
                heads=1,
                parts=() if bare else (PartRef(c["id"], "final"),),
                amount=None if bare else c["weight"],
                grounds=("vote.member",),
                creditors=(c["id"],),
                related=c.get("connected", False),
            )
        )
    return Roll(tuple(lines))


@pytest.mark.parametrize(("document", "case"), params(DOCUMENTS, "cases"))
def test_worked_example(document: dict[str, Any], case: dict[str, Any]) -> None:
    found = roll_of(case["rule"], case["creditors"])
    ballots = {c["id"]: {"all": Answer(c["ballot"])} for c in case["creditors"] if "ballot" in c}
    signed_in = [c["id"] for c in case["creditors"] if c.get("signed_in")]
    result = outcome(
        pack_of(case["rule"]),
        Motion(None, case["rule"]),
        found.totals(),
        count(found, ballots, signed_in),
        {SWITCHES[name]: value for name, value in case["policies"].items()},
    )
    assert figures_of(result.classes["all"]) | {"passed": result.passed} == case["expected"]
    assert result.contested == ("silence" in case["policies"])
    for creditor in case["creditors"]:
        assert creditor["weight"] == sum(creditor.get("claims", [creditor["weight"]]))


@pytest.mark.parametrize(("name", "stated"), RULES)
def test_the_pack_states_the_rule_of_the_file(name: str, stated: dict[str, Any]) -> None:
    rule = pack_of(name).rule(name)

    def written(share: Share | None) -> dict[str, str] | None:
        if share is None:
            return None
        return {
            "num": share.count.value,
            "den": share.of.value,
            "op": share.op.value,
            "th": share.threshold,
        }

    veto = stated.get("veto")
    assert written(rule.heads) == stated["head"]
    assert written(rule.amount) == stated["amt"]
    assert written(rule.veto) == (veto and {k: v for k, v in veto.items() if k != "who"})
    assert (rule.articles, rule.secured) == (stated["art"], stated["secured"])
