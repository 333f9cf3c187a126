"""What the report says of the open points of the law: one sentence a motion (domain A.4)."""

from __future__ import annotations

from bankruptcy.kinds import records
from bankruptcy.kinds.sensitivity import Judged, sheets
from ledger.log.errors import Refused
from verifier.report import Report
from verifier.state import ReplayState

NAME = "sensitivity"


def read_sheets(state: ReplayState, report: Report) -> None:
    """Compute the sheet of every declared result; what lacks amounts is named as a gap."""
    said: list[tuple[str, str]] = []
    for result in state.find(records.RESULTS):
        vote = state.get(records.VOTES, result.manifest_hash)
        if vote is None:
            continue
        try:
            found = sheets(state, vote, result.vectors, result.opened)
        except (Refused, ValueError):
            # Amounts that this profile does not open need not fit together; say that much.
            report.gap(
                NAME,
                "所宣布的数字互不相容，无法推算",
                "the figures declared do not fit together; nothing follows from them",
            )
            continue
        for judged in found:
            said.append(_sentence(judged))
            if judged.sheet.open:
                points = ", ".join(judged.sheet.open)
                report.gap(
                    NAME,
                    f"{judged.motion.motion}：{points} 须知金额才能算，本档案没有",
                    f"{judged.motion.motion}: {points} need amounts, which this profile lacks",
                )
    zh = "；".join(zh for zh, _ in said) or "没有已宣布的结果"
    en = "; ".join(en for _, en in said) or "no result has been declared"
    report.ok(NAME, zh, en)


def _sentence(judged: Judged) -> tuple[str, str]:
    motion, sheet = judged.motion.motion, judged.sheet
    if sheet.depends:
        points = ", ".join(sheet.depends)
        return f"{motion}：结果因解释而异（{points}）", f"{motion}: depends on {points}"
    if sheet.open:
        return (
            f"{motion}：算得出的各种解释结果相同",
            f"{motion}: the same under every reading that could be computed",
        )
    return f"{motion}：各种解释结果相同", f"{motion}: robust, the same under every reading"
