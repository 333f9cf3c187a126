"""The verifier's report: what was checked, what failed and where, in two languages (9.12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from ledger.log.errors import Refused
from ledger.log.jcs import Json


class Status(Enum):
    """What became of a check."""

    OK = "ok"
    FAILED = "failed"
    NOT_POSSIBLE = "not_possible"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. entry: its index; file: a path in the bundle."""

    name: str
    status: Status
    zh: str
    en: str
    entry: int | None = None
    file: str | None = None
    article: str | None = None

    def to_json(self) -> Json:
        """The row of ledger 9.12."""
        return {
            "name": self.name,
            "status": self.status.value,
            "entry": self.entry,
            "file": self.file,
            "article": self.article,
            "zh": self.zh,
            "en": self.en,
        }


COUNTS = ("entries", "statements", "claims", "ballots", "answers", "complaints", "results")

NAMES: dict[str, tuple[str, str]] = {
    "index": ("文件清单", "index of files"),
    "format": ("条目格式", "format of entries"),
    "chain": ("哈希链", "hash chain"),
    "time": ("时间顺序", "order of time"),
    "tree": ("默克尔树", "Merkle tree"),
    "checkpoint": ("检查点与见证", "checkpoint and witnesses"),
    "follows": ("接续的账本", "the log before it"),
    "packs": ("规则包", "rule pack"),
    "tables": ("名册与债权表", "tables"),
    "openings": ("摘要的打开", "openings of digests"),
    "amounts": ("金额承诺的打开", "openings of amounts"),
    "documents": ("证据文件", "documents"),
    "signatures": ("签名", "signatures"),
    "keys": ("钥匙登记", "enrolment of keys"),
    "rules": ("各行为的法律规则", "rules of every act"),
    "rolls": ("表决权名单", "rolls"),
    "ballots": ("表决票及其证明", "ballots and their proofs"),
    "complaints": ("监票异议", "complaints"),
    "boxes": ("密封份额的检查", "checks of the boxes"),
    "counted": ("计票范围", "counted set"),
    "sums": ("监票人合计", "trustees' sums"),
    "results": ("表决结果", "results"),
    "weights": ("不透露金额的核验", "amounts without showing them"),
    "sensitivity": ("法律未定之点", "unsettled law"),
}
"""The checks in the order of the report, in Chinese and English."""


@dataclass(slots=True)
class Report:
    """What a verification found. Failures and gaps are added; `checks` completes the rest."""

    profile: str = ""
    log: str = ""
    size: int = 0
    clock: str = ""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    found: list[Check] = field(default_factory=list)
    done: dict[str, tuple[str, str]] = field(default_factory=dict)

    def fail(
        self,
        name: str,
        error: Refused,
        *,
        entry: int | None = None,
        file: str | None = None,
        article: str | None = None,
    ) -> None:
        """Note that a check failed, with the sentence of the refusal."""
        zh, en = error.sentence("zh"), error.sentence("en")
        self.found.append(Check(name, Status.FAILED, zh, en, entry, file, article))

    def gap(self, name: str, zh: str, en: str, *, entry: int | None = None) -> None:
        """Note what the profile does not let the verifier check."""
        self.found.append(Check(name, Status.NOT_POSSIBLE, zh, en, entry))

    def erased(self, name: str, entry: int, by: int) -> None:
        """Note what cannot be checked of an entry since entry `by` erased values of it."""
        zh = f"有内容已依法删除（见第 {by} 条），因此未能核对"
        en = f"values were erased by entry {by} and could not be checked"
        self.found.append(Check(name, Status.ERASED, zh, en, entry))

    def ok(self, name: str, zh: str, en: str) -> None:
        """Note that a check was made; it stands as ok unless something of it failed."""
        self.done[name] = (zh, en)

    def has_failed(self, name: str) -> bool:
        """Did this check fail anywhere?"""
        return any(c.name == name and c.status is Status.FAILED for c in self.found)

    @property
    def verified(self) -> bool:
        """No check failed, and there was something to check."""
        return bool(self.done) and all(c.status is not Status.FAILED for c in self.found)

    def checks(self) -> tuple[Check, ...]:
        """All lines, in the order of NAMES."""
        lines: list[Check] = []
        for name in NAMES:
            if name in self.done and not self.has_failed(name):
                zh, en = self.done[name]
                lines.append(Check(name, Status.OK, zh, en))
            lines.extend(check for check in self.found if check.name == name)
        return tuple(lines)

    def to_json(self) -> Json:
        """The object of ledger 9.12."""
        return {
            "verified": self.verified,
            "profile": self.profile,
            "log": self.log,
            "size": self.size,
            "clock": self.clock,
            "counts": dict(self.counts),
            "checks": [check.to_json() for check in self.checks()],
        }


MARKS = {
    Status.OK: "✓",
    Status.FAILED: "✗",
    Status.NOT_POSSIBLE: "–",
    Status.ERASED: "·",
}
HEAD = {
    "zh": ("核验通过", "核验不通过", "演示时钟：时间不是真实时间"),
    "en": ("VERIFIED", "NOT VERIFIED", "demonstration clock: not real time"),
}
UNIT = {
    "zh": "共 {entries} 条、债权 {claims} 件、表决票 {ballots} 张（{answers} 项）、"
    "结果 {results} 个",
    "en": "{entries} entries, {claims} claims, {ballots} ballots ({answers} answers), "
    "{results} results",
}


def render(report: Report, language: str) -> str:
    """The report for a person; `language` is "zh" or "en"."""
    good, bad, clock = HEAD[language]
    lines = [f"{good if report.verified else bad}  {report.log}"]
    lines.append(UNIT[language].format(**report.counts) + f"  [{report.profile}]")
    if report.clock == "demonstration":
        lines.append(f"! {clock}")
    lines.append("")
    lines.extend(_line(check, language) for check in report.checks())
    return "\n".join(lines) + "\n"


def _line(check: Check, language: str) -> str:
    zh, en = NAMES[check.name]
    text = check.zh if language == "zh" else check.en
    place = [f"#{check.entry}"] if check.entry is not None else []
    place += [check.file] if check.file is not None else []
    place += [check.article] if check.article is not None else []
    where = f" ({', '.join(place)})" if place else ""
    return _plain(f"{MARKS[check.status]} {zh if language == 'zh' else en}{where}: {text}")


def _plain(line: str) -> str:
    """One line that no text of the bundle can break, colour or overwrite on a terminal."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
