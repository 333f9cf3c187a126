"""The sensitivity sheet of a result as pages and papers show it (domain A.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bankruptcy.delivery.figures import digits
from bankruptcy.kinds.sensitivity import Judged
from bankruptcy.law.model import Effect
from bankruptcy.law.outcome import Outcome
from bankruptcy.law.pack import RulePack
from bankruptcy.law.sensitivity import Found, Verdict
from ledger.log.jcs import Json

# Codes of the packs' switch values, in words.
VALUES: Mapping[str, tuple[str, str]] = {
    "signed_in_or_voted": ("签到或投票即为出席", "present is who signed in or voted"),
    "voted": ("只有投票者为出席", "present is only who cast a ballot"),
    "not_counted": ("沉默不计", "silence counts for nothing"),
    "deemed_for": ("沉默视为同意", "silence is consent"),
    "exclude": ("担保债权额不计", "secured amounts are left out"),
    "include_both_sides": ("担保债权额计入两侧", "secured amounts count on both sides"),
    "min(claim, valuation)": (
        "担保组按担保物价值",
        "the secured group counts the collateral’s value",
    ),
    "claim": ("担保组按债权全额", "the secured group counts the whole claim"),
    "one_for_original_claim": ("拆分的债权合为一人", "one head for a claim that was split"),
    "one_for_each_holder": ("拆分的债权每人一人", "one head for each holder"),
    "counted_and_disclosed": ("关联债权人照常表决", "related creditors vote"),
    "excluded_by_court_order/both_sides": (
        "关联债权人全部排除，债权额也不计",
        "all related creditors are excluded, with their claims",
    ),
    "excluded_by_court_order/vote_only": (
        "关联债权人全部不表决，债权额仍计入总额",
        "all related creditors do not vote, their claims stay in the total",
    ),
    "tax": ("税款债权", "tax claims"),
    "social": ("社会保险债权", "social insurance claims"),
    "deficiency": ("担保不足部分", "deficiencies"),
    "employee": ("职工债权", "employee claims"),
}


def label_words(label: str) -> tuple[str, str]:
    """A reading's label in Chinese and English; a code that is not known stands for itself."""
    if label[:1] in ("+", "-"):
        zh, en = VALUES.get(label[1:], (label[1:], label[1:]))
        if label[0] == "+":
            return f"总额计入{zh}", f"{en} are in the total"
        return f"总额不计{zh}", f"{en} are not in the total"
    return VALUES.get(label, (label, label))


def sheet_json(pack: RulePack, judged: Judged, *, amounts: bool) -> Json:
    """{depends, open, readings}. Without `amounts` the verdicts alone of readings that weigh
    ballots otherwise: the totals of two readings differ by somebody's claims.
    """
    sheet = judged.sheet
    return {
        "depends": list(sheet.depends),
        "open": list(sheet.open),
        "readings": [
            {
                "switch": found.reading.switch,
                **_titled(pack, found.reading.switch),
                "label": dict(zip(("zh", "en"), label_words(found.reading.label), strict=True)),
                "exact": found.reading.effect is Effect.SILENT,
                "verdict": found.verdict.value,
                "lines": found.lines,
                "low": _ends(found.low, found, amounts=amounts),
                "high": _ends(found.high, found, amounts=amounts),
            }
            for found in sheet.found
        ],
    }


def _titled(pack: RulePack, switch: str) -> dict[str, Json]:
    point = pack.switches[switch]
    return {
        "title": {"zh": point.title.zh, "en": point.title.en},
        "source": {"zh": point.source.zh, "en": point.source.en},
    }


def _ends(end: Outcome | None, found: Found, *, amounts: bool) -> Json:
    """The outcome at one end; None where it is open or would show a claim."""
    hidden = found.reading.effect is Effect.WEIGHTS and found.lines > 0 and not amounts
    if end is None or hidden:
        return None
    return {
        "passed": end.passed,
        "classes": {
            name: {
                "heads": None if row.heads is None else str(row.heads),
                "amount": None if row.amount is None else str(row.amount),
            }
            for name, row in end.classes.items()
        },
    }


def shown(sheet: Mapping[str, Any], english: bool) -> dict[str, Any]:
    """A sheet as `voting/sheet.html` needs it: what differs first."""
    language = "en" if english else "zh"
    order = (Verdict.DIFFERS.value, Verdict.OPEN.value, Verdict.SAME.value)
    rows: Sequence[Mapping[str, Any]] = sorted(
        sheet["readings"], key=lambda row: order.index(row["verdict"])
    )
    joint = "、" if language == "zh" else ", "
    # Why a point is open is said once, where it first stands.
    first = {row["switch"]: place for place, row in reversed(list(enumerate(rows)))}
    return {
        "depends": joint.join(sheet["depends"]),
        "open": joint.join(sheet["open"]),
        "rows": [
            {
                "switch": row["switch"],
                "title": row["title"][language],
                "source": row["source"][language] if first[row["switch"]] == place else "",
                "label": row["label"][language],
                "exact": row["exact"],
                "verdict": row["verdict"],
                "lines": row["lines"],
                "ends": [_end(row[end]) for end in ("low", "high") if row[end] is not None],
            }
            for place, row in enumerate(rows)
        ],
    }


def _end(end: Mapping[str, Any]) -> dict[str, Any]:
    fractions = []
    for row in end["classes"].values():
        if row["heads"] is not None:
            fractions.append(row["heads"])
        if row["amount"] is not None:
            part, whole = (digits(int(fen)) for fen in row["amount"].split("/"))
            fractions.append(f"{part}/{whole}")
    return {"passed": end["passed"], "fractions": " · ".join(fractions)}
