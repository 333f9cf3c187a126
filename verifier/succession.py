"""A log that follows a closed one: does the old log's bundle end where the new one says it did?"""

from __future__ import annotations

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import Category, Refused
from ledger.log.merkle import root_at
from ledger.log.succession import followed
from verifier.bundle import Bundle
from verifier.log import ReadLog, read_log
from verifier.report import Report

CHECK = "follows"


class NotTheOldLog(Refused):
    """The bundle is of another log, ends earlier, or has another root. Facts: `what`, `log`."""

    slug = "not-the-old-log"
    category = Category.CONFLICT
    zh = "所给的旧账本与本账本接续的 {log} 不符：{what}"
    en = "The old bundle is not of the log {log} that this one follows: {what}"


class OldLogFalse(Refused):
    """Chain, tree, checkpoint or quorum of the old bundle do not hold."""

    slug = "old-log-false"
    category = Category.CONFLICT
    zh = "旧账本的档案本身没有通过核验；请单独核验它"
    en = "The old log's bundle does not hold by itself; verify it alone to see why"


class FollowsNothing(Refused):
    """An old bundle was given, and the log names none."""

    slug = "follows-nothing"
    category = Category.CONFLICT
    zh = "本账本没有写明接续任何旧账本"
    en = "This log names no log that it follows"


def check_follows(log: ReadLog, old: Bundle | None, report: Report) -> None:
    """Under `follows`: the old log's cosigned checkpoint is the one that the genesis names."""
    try:
        last = followed(log.genesis.policy, log.genesis.origin)
        if last is None:
            if old is not None:
                raise FollowsNothing()
            report.ok(CHECK, "账本从头开始，不接续别的账本", "the log follows no other")
            return
        if old is None:
            report.gap(
                CHECK,
                f"接续账本 {last.origin}（{last.size} 条）：用 --follows 给出它的档案才能核对",
                f"follows the log {last.origin} of {last.size} entries: name its bundle with"
                " --follows to check it",
            )
            return
        _check(last, old)
    except Refused as error:
        report.fail(CHECK, error, entry=0)
        return
    report.ok(
        CHECK,
        f"接续账本 {last.origin}，止于第 {last.size} 条，与其经见证的检查点相符",
        f"follows the log {last.origin}, which ended at {last.size} entries, as its cosigned"
        " checkpoint says",
    )


def _check(last: Checkpoint, old: Bundle) -> None:
    alone = Report(log=old.index.log)
    found = read_log(old, alone)
    if found is None or not alone.verified:
        raise OldLogFalse()
    if found.genesis.origin != last.origin:
        raise NotTheOldLog(log=last.origin, what=found.genesis.origin)
    if found.checkpoint.size != last.size:
        raise NotTheOldLog(log=last.origin, what=f"{found.checkpoint.size} / {last.size}")
    if root_at(last.size, found.node) != last.root:
        raise NotTheOldLog(log=last.origin, what="root")
