"""The law judged twice: random votes come out the same in Python and in the page's TypeScript."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from bankruptcy.law.outcome import Answer, Count, Fraction, Tally, disclosed, outcome
from bankruptcy.law.pack import RulePack, builtins
from bankruptcy.law.roll import Motion, Total

FRONTEND = Path(__file__).parents[3] / "frontend"
SEED, CASES = 20260416, 4000
SMALL, LARGE = 6, 2**62


def _count(draw: random.Random, most: int) -> Count:
    cast = draw.randint(0, most)
    for_ = draw.randint(0, cast)
    return Count(for_, draw.randint(0, cast - for_), cast)


def _case(draw: random.Random, pack: RulePack) -> tuple[dict[str, Any], dict[str, Any]]:
    """A vote, as the page gets it, and its outcome by `bankruptcy.law`."""
    rule = draw.choice(sorted(pack.rules))
    matters = sorted(m.id for m in pack.matters.values() if m.rule == rule)
    motion = Motion(draw.choice(matters) if matters else None, rule, draw.randint(1, 3))
    switches = {
        name: draw.choice(pack.switches[name].values)
        for name in ("P2", "P3")
        if draw.random() < 0.5
    }
    totals, tallies, sent = {}, {}, {}
    for name in draw.sample(["all", "ordinary", "secured", "tax"], draw.randint(1, 3)):
        members = draw.randint(1, SMALL)
        heads = _count(draw, members)
        attended = draw.randint(heads.cast, members)
        whole = draw.choice([draw.randint(0, SMALL), draw.randint(0, LARGE)])
        base = draw.choice([0, draw.randint(0, whole)])
        amount = _count(draw, whole - base)
        connected = draw.randint(0, whole)
        against = draw.randint(0, whole - connected)
        total = Total(members, 2, whole, whole - connected, base)
        sent_amount: object = {
            "whole": str(whole),
            "voteless": str(base),
            "answers": _answers(amount),
        }
        if draw.random() < 0.2:
            answer = draw.choice([*Answer, None])
            total, amount = disclosed(Total(members, 1, 0, whole - connected), answer)
            sent_amount = "silent" if answer is None else answer.value
        totals[name] = total
        tallies[name] = Tally(attended, heads, amount, against)
        sent[name] = {
            "members": members,
            "attended": attended,
            "heads": _answers(heads),
            "amount": sent_amount,
            "unconnected": {"whole": str(whole - connected), "against": str(against)},
        }
    found = outcome(pack, motion, totals, tallies, switches)
    case = {
        "pack": pack.sha256,
        "motion": {"rule": rule, "matter": motion.matter, "round": motion.round},
        "switches": switches,
        "classes": sent,
    }
    return case, {
        "passed": found.passed,
        "next": found.next,
        "classes": {
            name: {
                "heads": _shown(row.heads, row.heads_ok),
                "amount": _shown(row.amount, row.amount_ok),
                "veto": _shown(row.veto, row.veto_blocks),
                "present": str(row.present),
            }
            for name, row in found.classes.items()
        },
    }


def _answers(count: Count) -> dict[str, str]:
    return {"for": str(count.for_), "against": str(count.against), "cast": str(count.cast)}


def _shown(fraction: Fraction | None, ok: bool | None) -> list[object] | None:
    return None if fraction is None else [str(fraction), ok]


def test_page_and_server_judge_random_votes_alike() -> None:
    draw = random.Random(SEED)
    packs = builtins()
    # The case's own law three times out of four.
    drawn = [
        _case(draw, packs[0] if draw.random() < 0.75 else draw.choice(packs)) for _ in range(CASES)
    ]
    request = {
        "packs": {pack.sha256: pack.canonical.decode() for pack in packs},
        "cases": [case for case, _ in drawn],
    }
    node = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    assert node is not None
    made = subprocess.run(
        [node, str(FRONTEND / "test" / "law_cases.mjs")],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    answers = json.loads(made.stdout)
    assert len(answers) == CASES
    for (case, expected), answer in zip(drawn, answers, strict=True):
        assert answer == expected, case
    passed = sum(expected["passed"] for _, expected in drawn)
    assert CASES // 50 < passed < CASES - CASES // 50
