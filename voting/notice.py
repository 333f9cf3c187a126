"""The notice of a result (决议公告): its text in Chinese and English, with exact fractions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bankruptcy.cases.reading import Reader
from bankruptcy.delivery.articles import cited
from bankruptcy.delivery.figures import day, day_time, digits, last_moment
from bankruptcy.kinds import records
from bankruptcy.kinds.keys import STANDINGS, late_keys
from bankruptcy.kinds.tables import CaseView
from bankruptcy.kinds.vote import window
from bankruptcy.law.following import FollowUp, Start, follow_ups
from bankruptcy.law.periods import china

CLASSES: Mapping[str, tuple[str, str]] = {
    "all": ("全体有表决权的债权人", "All creditors entitled to vote"),
    "ordinary": ("普通债权组", "Group of ordinary claims"),
    "secured": ("有财产担保债权组", "Group of secured claims"),
    "tax": ("税款债权组", "Group of tax claims"),
    "employee": ("职工债权组", "Group of employee claims"),
    "social": ("社会保险债权组", "Group of social insurance claims"),
    "equity": ("出资人组", "Group of shareholders"),
    "small": ("小额债权组", "Group of small claims"),
}
STARTS: Mapping[Start, tuple[str, str]] = {
    Start.VOTE_ENDED: ("自表决结束", "from the end of voting"),
    Start.DECLARED: ("自结果宣布", "from the declaration of the result"),
    Start.NOTICE_RECEIVED: ("自收到本通知", "from receipt of this notice"),
    Start.RULING: ("自裁定宣布或收到通知", "from announcement or notice of the ruling"),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in both languages; `head`: the title of a motion."""

    zh: str
    en: str
    head: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """The paper: titles, and its paragraphs in order."""

    title: Text
    paragraphs: tuple[Text, ...]

    def plain(self) -> str:
        """As a text file: Chinese, then English."""
        zh = [self.title.zh, *(_plain(p.zh, p) for p in self.paragraphs)]
        en = [self.title.en, *(_plain(p.en, p) for p in self.paragraphs)]
        return "\n".join([*zh, "", "-" * 40, "", *en, ""])


def notice(
    view: CaseView, vote: records.Vote, result: records.Result, seen: Mapping[str, Any]
) -> Notice:
    """The notice of a declared result. `seen`: the board's summary, which shows no claim."""
    reader, file = Reader(view), records.case_file(view)
    court, number, debtor = (
        "" if file is None or value is None else reader.opened(value) or ""
        for value in (
            (None, None, None) if file is None else (file.court_name, file.case_number, file.debtor)
        )
    )
    return Notice(
        Text(
            f"{debtor}债权人会议决议公告",
            f"Notice of resolutions of the creditors’ meeting: {debtor}",
        ),
        tuple(_paragraphs(view, vote, result, seen, (court, number))),
    )


def _paragraphs(
    view: CaseView,
    vote: records.Vote,
    result: records.Result,
    seen: Mapping[str, Any],
    case: tuple[str, str],
) -> Iterator[Text]:
    closes = window(view, vote).closes
    yield Text(f"{case[0]} {case[1]}".strip(), f"{case[0]} {case[1]}".strip())
    yield Text(
        f"表决截止：{day_time(closes, 'zh')}。结果宣布：{day_time(result.declared, 'zh')}。",
        f"Voting closed {day_time(closes, 'en')}. Declared {day_time(result.declared, 'en')}.",
    )
    words = {motion["motion"]: motion for motion in seen["motions"]}
    for place, motion in enumerate(seen["result"]["motions"], 1):
        yield from _motion(view, place, words[motion["motion"]], motion)
        yield from _after(view, motion, closes, result.declared)
    yield from _late_keys(view, vote)
    binding = view.pack.article("result.binding")
    yield Text(
        f"通过的决议有约束力（{binding}）。比例只按整数精确比较；百分比只舍不入，不作依据。",
        f"A resolution passed is binding ({binding}). Shares are compared as exact integers; "
        "percentages, cut down, decide nothing.",
    )
    yield Text(
        f"规则包 {view.pack.id} {view.pack.version}，SHA-256 {view.pack.sha256}。",
        f"Rule pack {view.pack.id} {view.pack.version}, SHA-256 {view.pack.sha256}.",
    )


def _late_keys(view: CaseView, vote: records.Vote) -> Iterator[Text]:
    """Each key enrolled late by its first digits, without the holder's name: the paper is public
    to everybody, and who holds it knows his own key."""
    found = late_keys(view, vote)
    if not found:
        yield Text(
            "截止前48小时内或投票期间没有登记新钥匙。",
            "No key was enrolled within 48 hours of the close or during the vote.",
        )
        return
    listed = [(*STANDINGS[late.standing], late.key.key[:16], late.key.enrolled) for late in found]
    zh = "；".join(f"{key}（{day_time(when, 'zh')}，{how}）" for how, _, key, when in listed)
    en = "; ".join(f"{key} ({day_time(when, 'en')}, {how})" for _, how, key, when in listed)
    yield Text(
        f"截止前48小时内或投票期间登记的钥匙：{zh}。发现不是自己的钥匙，告知法院。",
        f"Keys enrolled within 48 hours of the close or during the vote: {en}. Who finds a key "
        "that is not his, should tell the court.",
    )


def _motion(
    view: CaseView, place: int, words: Mapping[str, Any], motion: Mapping[str, Any]
) -> Iterator[Text]:
    passed = ("通过", "passed") if motion["passed"] else ("未通过", "not passed")
    contested = ("（有争议：含视为同意的沉默者）", " (CONTESTED: silence taken as consent)")
    zh, en = contested if motion["contested"] else ("", "")
    title = words["title"]
    yield Text(
        f"第{place}项{title if title.startswith('《') else f'《{title}》'}：{passed[0]}{zh}",
        f"{place}. “{title}”: {passed[1]}{en}",
        head=True,
    )
    matter, rule = words["matter"], words["rule"]
    yield Text(
        f"{matter['zh']}（{matter['articles']['zh']}）；"
        f"表决规则：{rule['zh']}（{rule['articles']['zh']}）。",
        f"{matter['en']} ({matter['articles']['en']}); "
        f"decided by: {rule['en']} ({rule['articles']['en']}).",
    )
    for row in motion["classes"]:
        yield _class(row)
    yield _sheet(motion["sheet"])


def _class(row: Mapping[str, Any]) -> Text:
    zh, en = CLASSES.get(row["class"], (row["class"], row["class"]))
    tests = [_test("人数", "heads", row["heads"], money=False)]
    if row["single"] and row["amount"] is not None:
        ok = row["amount"]["ok"]
        tests.append(
            (
                f"金额：该组只有一笔债权，其表决已公开，{'达到' if ok else '未达到'}",
                "amount: one creditor alone holds it and the answer is opened, "
                + ("reached" if ok else "not reached"),
            )
        )
    else:
        tests.append(_test("金额", "amount", row["amount"], money=True))
    said = [pair for pair in tests if pair is not None]
    return Text(
        f"{zh}：" + "；".join(pair[0] for pair in said) + "。",
        f"{en}: " + "; ".join(pair[1] for pair in said) + ".",
    )


def _test(
    zh: str, en: str, test: Mapping[str, Any] | None, *, money: bool
) -> tuple[str, str] | None:
    if test is None:
        return None
    part, whole = (digits(int(test[name])) if money else test[name] for name in ("part", "whole"))
    bound = f"{test['num']}/{test['den']}"
    must = ("须超过", "more than") if test["op"] == ">" else ("须达到", "at least")
    unit = (" 元", " yuan") if money else ("", "")
    return (
        f"{zh} {part}/{whole}{unit[0]}，{must[0]} {bound}，{'达到' if test['ok'] else '未达到'}",
        f"{en} {part}/{whole}{unit[1]}, {must[1]} {bound} needed, "
        + ("reached" if test["ok"] else "not reached"),
    )


def _sheet(sheet: Mapping[str, Any]) -> Text:
    if sheet["depends"]:
        points = ", ".join(sheet["depends"])
        readings = [r for r in sheet["readings"] if r["verdict"] == "differs"]
        zh = "；".join(f"{r['switch']} {r['label']['zh']}" for r in readings)
        en = "; ".join(f"{r['switch']} {r['label']['en']}" for r in readings)
        return Text(
            f"法律未定之点：结果因解释而异（{points}），即下列解释下结果不同或可能不同：{zh}。",
            f"Unsettled law: the result depends on {points}; it is, or may be, another if {en}.",
        )
    if sheet["open"]:
        points = ", ".join(sheet["open"])
        return Text(
            f"法律未定之点：已算各种解释结果相同，{points} 未能计算。",
            f"Unsettled law: the same under every reading computed; {points} could not be.",
        )
    return Text(
        "法律未定之点：各种解释结果相同。",
        "Unsettled law: robust, the result is the same under every reading.",
    )


def _after(
    view: CaseView, motion: Mapping[str, Any], closes: datetime, declared: datetime
) -> Iterator[Text]:
    matter, step = view.pack.matter(motion["matter"]), motion["next"]
    if step is None:
        return
    yield Text(
        f"下一步：{step['zh']}（{step['articles']['zh']}）。",
        f"Next step: {step['en']} ({step['articles']['en']}).",
    )
    follows = matter.follows(motion["passed"], motion["round"])
    ended, said = view.pack.day_of(closes), view.pack.day_of(declared)
    for item in follow_ups(view.pack, china(), matter, follows, ended, said):
        yield _period(item, said)


def _period(item: FollowUp, declared: date) -> Text:
    length = item.length
    zh_long = f"{length.days}日" if length.days else f"{length.months}个月"
    en_long = f"{length.days} days" if length.days else f"{length.months} months"
    zh_start, en_start = STARTS[item.start]
    zh, en = f"{zh_start}{zh_long}内", f"within {en_long} {en_start}"
    if item.last_day is not None:
        zh_if, en_if = "", ""
        if item.start is Start.NOTICE_RECEIVED:
            zh_if, en_if = f"{day(declared, 'zh')}收到的，", f"if received {day(declared, 'en')}: "
        zh += f"，{zh_if}最后一日{last_moment(item.last_day, 'zh')}"
        en += f", {en_if}last day {last_moment(item.last_day, 'en')}"
        if item.provisional:
            zh, en = (
                f"{zh}（节假日安排未公布，暂定）",
                f"{en} (provisional: holidays not published)",
            )
    if item.least is not None:
        num, den = item.least
        zh += f"，申请人须代表无财产担保债权总额 {num}/{den} 以上"
        en += f", by creditors holding at least {num}/{den} of all unsecured claims"
    return Text(
        f"{item.what.zh}：{zh}（{cited(item.articles, 'zh')}）。",
        f"{item.what.en}: {en} ({cited(item.articles, 'en')}).",
    )


def _plain(text: str, paragraph: Text) -> str:
    return f"\n{text}" if paragraph.head else text
