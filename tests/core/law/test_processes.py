"""What follows a vote, event by event: concursus-processes/1 (S1 to S18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bankruptcy.law import process as steps
from bankruptcy.law.errors import NoAuthority, NotOnRoll, StepNotOpen
from bankruptcy.law.outcome import Fraction
from bankruptcy.law.pack import builtin
from bankruptcy.law.parts import Claim, Part, PartNature
from bankruptcy.law.periods import china
from bankruptcy.law.process import Process, State, Step
from bankruptcy.law.reading import day, moment
from bankruptcy.law.register import Nature
from bankruptcy.law.roll import Motion, Plan, Roll, Times, admit, roll
from ledger.log.errors import Category
from tests.core.law.cases import documents

DOCUMENTS = documents("processes*.json", "concursus-processes/1", "processes")
CASES = [
    pytest.param(case, id=f"{document['file']}-{case['id']}")
    for document in DOCUMENTS
    for case in document["processes"]
]
PACK, DAYS = builtin(), china()
STATUS = {Category.FORBIDDEN: 403, Category.CONFLICT: 409}
NOON = moment("2026-04-16T12:00:00+08:00")
TIMES = Times(date(2026, 2, 10), NOON, NOON, moment("2026-04-18T18:00:00+08:00"))
# Whom the events of `ballot_cast` and `roll_fixed` speak of, as a claim without its amount.
PERSONS = {
    "secured_unwaived": ("S", Nature.SECURED),
    "social": ("I", Nature.SOCIAL),
    "unaffected_shareholder": ("H4", Nature.EQUITY),
    "agent_without_authority": ("A", Nature.ORDINARY),
}
OTHERS = (("A", Nature.ORDINARY), ("H1", Nature.EQUITY))


def claim(creditor: str, nature: Nature) -> Claim:
    part = Part(nature.value, PartNature(nature.value), None)
    return Claim(creditor, f"{creditor}-1", True, False, nature, (part,))


def fixed_roll(matter: str, creditor: str) -> Roll:
    """The roll of a case with everybody the events speak of; H4 is not affected by the plan."""
    everybody = dict([*OTHERS, *PERSONS.values()])
    claims = [claim(name, nature) for name, nature in everybody.items()]
    assert creditor in everybody
    motion = Motion(matter, PACK.matter(matter).rule, 1, Plan(unaffected_creditors=("H4",)))
    return roll(PACK, motion, claims, None, (), TIMES)


def fraction(text: str) -> Fraction:
    part, _, whole = text.partition("/")
    return Fraction(int(part), int(whole))


def declared(process: Process, event: dict[str, Any]) -> Step:
    groups = {
        name: (fraction(group["heads"]), fraction(group["amount"]))
        for name, group in event["data"]["groups"].items()
    }
    return steps.declare(PACK, DAYS, process, moment(event["at"]), groups)


def cast(process: Process, event: dict[str, Any]) -> Step:
    person = event["data"]["by"]
    unit, _ = PERSONS[person]
    found = fixed_roll(process.matter, unit)
    authorised = person != "agent_without_authority"
    for cls in found.classes:
        admit(PACK, found, unit, cls, authorised=authorised)
    raise AssertionError("the ballot was offered")


def fixed(process: Process, event: dict[str, Any]) -> Step:
    unit = event["data"]["creditor"]
    found = fixed_roll(process.matter, unit)
    assert [line for line in found.lines if line.unit == unit] == []
    (excluded,) = [x for x in found.excluded if x.unit == unit]
    assert PACK.article(excluded.ground) == event["data"]["article"]
    return Step(process, PACK.article(excluded.ground))


ACTS: dict[str, Callable[[Process, dict[str, Any]], Step]] = {
    "result_declared": declared,
    "second_result_declared": declared,
    "court_ruling": lambda p, e: steps.rule_instead(PACK, DAYS, p, moment(e["at"])),
    "second_vote_opened": lambda p, e: steps.open_second_vote(
        PACK, p, e.get("data", {}).get("groups")
    ),
    "second_vote_refused": lambda p, e: steps.refuse_second_vote(PACK, p, e["data"]["groups"]),
    "cramdown_form_opened": lambda p, e: steps.open_cram_down(PACK, p),
    "reconsideration_asked": lambda p, e: steps.ask_reconsideration(
        PACK, p, moment(e["at"]), fraction(e["data"]["holding"])
    ),
    "meeting_requested": lambda p, e: steps.request_meeting(
        PACK, p, fraction(e["data"]["holding"])
    ),
    "committee_proposed": lambda p, e: steps.propose_committee(PACK, p, **e["data"]),
    "delegated": lambda p, e: steps.delegate(PACK, p, e["data"]["item"]),
    "claim_admitted": lambda p, e: steps.admit_claim(PACK, p, moment(e["at"])),
    "weight_ordered": lambda p, e: steps.order_weight(PACK, p, moment(e["at"])),
    "annulment_applied": lambda p, e: steps.apply_annulment(
        PACK, DAYS, p, moment(e["at"]), day(e["data"]["notice_received"])
    ),
    "roll_fixed": fixed,
    "ballot_cast": cast,
}


def said(event: dict[str, Any], before: Process) -> tuple[Process, dict[str, Any]]:
    """The state after an event, and what the vectors expect to be told of it."""
    kind = event["kind"]
    try:
        step = ACTS[kind](before, event)
    except (StepNotOpen, NotOnRoll, NoAuthority) as refused:
        article = refused.facts["article"]
        value = {"accepted": False, "error": article, "article": article}
        if kind == "ballot_cast":
            status = STATUS[refused.category]
            value |= {"offered": False, "recorded": False, "status": status}
        if kind == "reconsideration_asked":
            terms = PACK.matter(before.matter).reconsideration
            assert terms is not None
            value["suspends"] = terms.suspends
        return before, value | told(before)
    after = step.process
    value = {"accepted": True, "error": None, "article": step.article}
    if step.last_days:
        value["last_days"] = [
            {"what": x.what, "day": str(x.day), "article": x.article} for x in step.last_days
        ]
    if kind.endswith("result_declared"):
        value["groups"] = {
            name: "passed" if after.groups[name] else "failed" for name in event["data"]["groups"]
        }
    if kind == "annulment_applied":
        value["flags"] = list(step.flags)
    if kind == "cramdown_form_opened":
        value |= {"conditions": list(step.conditions), "warnings": list(step.warnings)}
    if kind == "roll_fixed":
        value["groups_of"] = {event["data"]["creditor"]: []}
    for name in ("suspends", "roll_changes", "result_changes", "sheet"):
        if getattr(step, name) is not None:
            value[name] = getattr(step, name)
    return after, value | told(after)


def told(process: Process) -> dict[str, Any]:
    return {"state": process.state.value, "next": list(process.next)}


@pytest.mark.parametrize("case", CASES)
def test_process(case: dict[str, Any]) -> None:
    start = case["start"]
    process = Process(
        matter=case["motion"],
        state=State(start["state"]),
        round=start.get("round", 1),
        next=tuple(start.get("next", ())),
        record=moment(start["record"]) if "record" in start else None,
        closes=moment(start["closes"]) if "closes" in start else None,
    )
    for event in case["events"]:
        process, value = said(event, process)
        assert value == event["expected"]
