"""Rolls and outcomes from register rows, switches and orders: concursus-rolls/1."""

from __future__ import annotations

from typing import Any

import pytest

from bankruptcy.law.outcome import Answer, ClassOutcome, Outcome, count, outcome
from bankruptcy.law.pack import CHINA, builtin
from bankruptcy.law.register import Row, decode_order
from bankruptcy.law.roll import Motion, Plan, Roll, Times, roll_of_rows
from tests.core.law.cases import documents, pack_of, params

DOCUMENTS = documents("rolls*.json", "concursus-rolls/1", "cases")
GROUPED = ("PLAN-6",)


def switches_of(value: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in value.items()}


def computed(case: dict[str, Any], *, hindsight: bool = False) -> tuple[Roll, Outcome]:
    pack = pack_of(case["rule"])
    plan = None if case["plan"] is None else Plan.decode(case["plan"])
    motion = Motion(case["motion"], case["rule"], case["round"], plan)
    found = roll_of_rows(
        pack,
        motion,
        [Row.decode(row) for row in case["register"]],
        switches_of(case["switches"]),
        [decode_order(order) for order in case["orders"]],
        Times.decode(case["times"]),
        hindsight=hindsight,
    )
    ballots = {
        unit: {cls: Answer(answer) for cls, answer in answers.items()}
        for unit, answers in case["ballots"].items()
    }
    tallies = count(found, ballots, case["attendance"])
    return found, outcome(pack, motion, found.totals(), tallies, switches_of(case["switches"]))


def lines_of(found: Roll) -> list[dict[str, Any]]:
    return [
        {
            "line": f"{line.unit}/{line.cls}",
            "creditor": line.unit,
            "class": line.cls,
            "heads": line.heads,
            "amount": None if line.amount is None else str(line.amount),
        }
        for line in found.lines
    ]


def figures_of(result: ClassOutcome) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if result.heads is not None:
        found |= {"heads": str(result.heads), "head_ok": result.heads_ok}
    if result.amount is not None:
        found |= {"amount": str(result.amount), "amount_ok": result.amount_ok}
    if result.veto is not None:
        found |= {"veto": str(result.veto), "veto_blocks": result.veto_blocks}
    return found


def brief(result: Outcome) -> dict[str, Any]:
    """Both fractions and whether it passed; of the one class there is."""
    (only,) = result.classes.values()
    found = {k: v for k, v in figures_of(only).items() if k in ("heads", "amount")}
    return found | {"passed": result.passed}


def expectation(case: dict[str, Any], found: Roll, result: Outcome) -> dict[str, Any]:
    """What the case's `expected` must be, from what was computed; the roll apart."""
    pack = pack_of(case["rule"])
    value: dict[str, Any] = {
        "denominators": {
            cls: {
                "heads": None if r.heads is None else r.heads.whole,
                "amount": None if r.amount is None else str(r.amount.whole),
            }
            for cls, r in result.classes.items()
        },
        "passed": result.passed,
    }
    if case["motion"] in GROUPED:
        value["groups"] = {
            cls: figures_of(r) | {"passed": r.passed} for cls, r in result.classes.items()
        }
    else:
        for r in result.classes.values():
            value |= figures_of(r)
    if case["motion"] is not None:
        value["next"] = result.next
    if result.contested:
        value["contested"] = True
        assert result.without_silence_rule is not None
        value["without_silence_rule"] = brief(result.without_silence_rule)
    later = Times.decode(case["times"]).closes
    if any(decode_order(order).at >= later for order in case["orders"]):
        value["what_if"] = brief(computed(case, hindsight=True)[1])
    value["excluded"] = sorted((x.unit, pack.article(x.ground)) for x in found.excluded)
    return value


@pytest.mark.parametrize(("document", "case"), params(DOCUMENTS, "cases"))
def test_roll_and_outcome_follow_from_the_register(
    document: dict[str, Any], case: dict[str, Any]
) -> None:
    expected = dict(case["expected"])
    found, result = computed(case)
    roll = [{k: v for k, v in line.items() if k != "reason"} for line in expected.pop("roll")]
    assert lines_of(found) == sorted(roll, key=lambda line: f"{line['creditor']}.{line['class']}")
    expected["excluded"] = sorted((x["creditor"], x["reason"]) for x in expected["excluded"])
    assert expectation(case, found, result) == expected


@pytest.mark.parametrize(("document", "case"), params(DOCUMENTS, "cases"))
def test_every_line_gives_the_article_that_gives_it(
    document: dict[str, Any], case: dict[str, Any]
) -> None:
    """The reasons are for people; other laws' cases print those of the Chinese statute."""
    pack = pack_of(case["rule"])
    found, _ = computed(case)
    wanted = {line["line"]: line["reason"] for line in case["expected"]["roll"]}
    given = {f"{line.unit}/{line.cls}": line.reason(pack) for line in found.lines}
    assert all(given.values())
    if pack.id == CHINA:
        assert given == wanted


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["file"])
def test_the_pack_has_the_switches_of_the_file(document: dict[str, Any]) -> None:
    pack = builtin()
    for name, default in switches_of(document["switch_defaults"]).items():
        assert pack.switches[name].default == default
    for name, values in document["switch_values"].items():
        assert list(pack.switches[name].values) == values
