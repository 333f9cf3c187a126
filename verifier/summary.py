"""What a replay found, said in a line a check: keys, rules, boxes, sums, results."""

from __future__ import annotations

from dataclasses import dataclass, field

from bankruptcy.kinds import records
from bankruptcy.kinds.correcting import bounds
from bankruptcy.kinds.keys import STANDINGS, Standing, late_keys
from bankruptcy.kinds.refusals import NotOpened
from ledger.log.encoding import b64u
from verifier.report import Report
from verifier.state import ReplayState


@dataclass(slots=True)
class Tally:
    """What is counted while entries are replayed."""

    signed: int = 0
    judged: int = 0
    unopened: int = 0
    unchecked: dict[str, list[int]] = field(default_factory=dict)
    """Entries of which rules that need openings could not be checked, by name of the check."""


def count_all(state: ReplayState, report: Report) -> None:
    """How many of each thing the log holds."""
    ballots = state.find(records.BALLOTS)
    report.counts.update(
        statements=len(state.log.index),
        claims=len(state.find(records.CLAIMS)),
        ballots=len(ballots),
        answers=sum(len(b.body["answers"]) for b in ballots if isinstance(b.body, dict)),
        complaints=len(state.find(records.COMPLAINTS)),
        results=len(state.find(records.RESULTS)),
    )


def _keys(state: ReplayState) -> tuple[str, str]:
    """That every key was enrolled, and whose was in the last two days of a vote."""
    found: dict[Standing, list[str]] = {}
    for vote in state.find(records.VOTES):
        for late in late_keys(state, vote):
            found.setdefault(late.standing, []).append(late.key.holder)
    zh, en = "每把钥匙都经登记", "every key was enrolled before it signed"
    for standing, (word_zh, word_en) in STANDINGS.items():
        if holders := found.get(standing):
            names = ", ".join(sorted(set(holders)))
            zh += f"；投票截止前48小时内或投票期间登记，{word_zh}：{names}"
            en += (
                "; enrolled within 48 hours of the close of a vote or during it, "
                f"{word_en}: {names}"
            )
    return zh, en


def _boxes(state: ReplayState) -> tuple[str, str]:
    """That every box was checked, and which were missing and which ballots were left out."""
    zh, en = "监票人的检查与账本一致", "what the trustees checked agrees with the log"
    missed = state.find(records.MISSING_BOXES)
    if missed:
        supplied = sum(box.supplied is not None for box in missed)
        zh += f"；缺少 {len(missed)} 个密封份额，补交 {supplied} 个"
        en += f"; {len(missed)} boxes were missing, {supplied} of them supplied"
    left_out = [b64u(b) for vote in state.find(records.VOTES) for b in vote.left_out]
    if left_out:
        zh += f"；因服务方丢失份额而未计的票：{'、'.join(left_out)}"
        en += f"; ballots left out, by the server's fault: {', '.join(left_out)}"
    return zh, en


def _results(state: ReplayState, count: int) -> tuple[str, str]:
    """That every result follows, and what a roll corrected later would change (protocol 7)."""
    zh, en = f"{count} 个结果由票和法律推得", f"{count} results follow from ballots and law"
    for result in state.find(records.RESULTS):
        vote = state.get(records.VOTES, result.manifest_hash)
        if vote is None:
            continue
        try:
            found = bounds(state, vote, result)
        except NotOpened:
            corrected = state.find(records.CORRECTIONS, manifest_hash=vote.manifest_hash)
            names = sorted({row.motion for row in corrected})
            zh += f"；法院更正了名单：{'、'.join(names)}，本档案不含金额，未算界限"
            en += f"; rolls corrected by the court, bounds not possible here: {', '.join(names)}"
            continue
        for one in found:
            name = one.motion.motion
            if one.robust:
                zh += f"；名单更正不影响事项 {name}"
                en += f"; the corrected roll does not change {name}"
            else:
                zh += f"；名单更正可能影响事项 {name}（界限不一致）"
                en += f"; the corrected roll may change {name} (the bounds differ)"
    return zh, en


def summarise(state: ReplayState, tally: Tally, report: Report) -> None:
    """The line of every check that held, and what could not be checked."""
    counts = report.counts
    for name, zh, en in (
        ("time", "没有倒退", "it never runs backward"),
        ("signatures", f"{tally.signed} 份陈述的签名成立", f"{tally.signed} signatures hold"),
        ("keys", *_keys(state)),
        ("rules", f"{tally.judged} 项行为合法", f"{tally.judged} acts were lawful when made"),
        ("openings", "所附打开数据都成立", "all openings given hold"),
        ("amounts", "所附金额都打开其承诺", "all amounts given open their commitments"),
        ("rolls", "名单由债权表推得", "the rolls follow from the register"),
        (
            "ballots",
            f"{counts['ballots']} 张票、{counts['answers']} 项的证明成立",
            f"the proofs of {counts['ballots']} ballots and {counts['answers']} answers hold",
        ),
        ("complaints", f"成立 {counts['complaints']} 件", f"{counts['complaints']} upheld"),
        ("boxes", *_boxes(state)),
        ("counted", "由账本推得", "it follows from the log"),
        ("sums", "每位监票人的合计成立", "every trustee's sums hold"),
        ("results", *_results(state, counts["results"])),
    ):
        report.ok(name, zh, en)
    for name, entries in sorted(tally.unchecked.items()):
        shown = ", ".join(f"#{n}" for n in entries[:10]) + (" …" if len(entries) > 10 else "")
        report.gap(
            name,
            f"有 {len(entries)} 项行为，其需要明文、金额或文件的规则本档案无法核对：{shown}",
            f"of {len(entries)} acts the rules that need values, amounts or files could not be "
            f"checked with this profile: {shown}",
        )
    if tally.unopened and report.profile != "court":
        report.gap(
            "openings",
            f"有 {tally.unopened} 处摘要或承诺在本档案中未打开，相关金额核对未做",
            f"{tally.unopened} digests or commitments are not opened in this profile; "
            "checks that need them were not made",
        )
