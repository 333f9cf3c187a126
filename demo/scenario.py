"""The demonstration case from a real published one: Zhuhai Xinguang, plan meeting of 2014-11-25.

Published are the debtor, the date, the groups' totals and heads, and the votes in favour of the
ordinary group; the rest is invented and said to be so (figures.json, `invented`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files
from typing import Any, Final, TypeVar

from bankruptcy.kinds import records
from bankruptcy.kinds.register_published import register_rows, table_root
from bankruptcy.law.parts import partition
from bankruptcy.law.register import Nature
from demo import paper, voting
from demo.case import Case, Journal
from demo.cast import JUDGE, Cast, Member, Web
from demo.client import Ledger, Problem, read_private, write_private
from demo.replica import Replica
from demo.sealing import Amount, Secret
from demo.voting import Window
from ledger.log.encoding import b64u, format_time
from ledger.log.statement import Role
from voting.protocol.validity import Choice

T = TypeVar("T")

ADMINISTRATOR: Final = "administrator"
TRUSTEES: Final = {
    "court": "trustee-court",
    "administrator": "trustee-administrator",
    "creditors": "trustee-creditors",
}
"""The trustees' ids in the manifest, in order, with the user names of those who are it."""
FIRST: Final = "m1"
SECOND: Final = "m2"
PLAN: Final = "plan"
_AT_ONCE: Final = 6


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


STARTS: Final = _utc("2014-09-01T01:00:00")
FILING: Final = _utc("2014-09-16T01:30:00")
QUESTIONING: Final = _utc("2014-10-16T01:00:00")
REVIEWING: Final = _utc("2014-10-22T01:00:00")
CONVENING: Final = _utc("2014-11-03T01:00:00")
PREPARING: Final = _utc("2014-11-20T01:00:00")
SIGNING_IN: Final = _utc("2014-11-25T01:00:00")
PLAN_WINDOW: Final = Window(
    _utc("2014-11-25T01:30:00"), _utc("2014-11-25T06:00:00"), _utc("2014-11-25T07:00:00")
)
CONVENING_AGAIN: Final = _utc("2014-11-26T01:00:00")
PREPARING_AGAIN: Final = _utc("2014-12-12T01:00:00")
SIGNING_IN_AGAIN: Final = _utc("2014-12-15T01:00:00")
OPEN_WINDOW: Final = Window(
    _utc("2014-12-15T01:30:00"), _utc("2014-12-15T09:00:00"), _utc("2014-12-15T10:00:00")
)


@dataclass(frozen=True, slots=True)
class Creditor:
    """One of the creditors. Amounts in fen. reason: code, where less is admitted than filed."""

    claim: str
    username: str
    name: str
    cause: str
    filed: int
    admitted: int
    vote: Choice
    reason: str | None
    nature: Nature


@dataclass(frozen=True, slots=True)
class Figures:
    """figures.json."""

    raw: Mapping[str, Any]
    creditors: tuple[Creditor, ...]

    @property
    def debtor(self) -> str:
        return str(self.raw["published"]["debtor"])


def figures() -> Figures:
    """The published figures and what was invented around them."""
    raw = json.loads((files("demo") / "figures.json").read_text("utf-8"))
    ordinary = [_creditor(row, Nature.ORDINARY) for row in raw["creditors"]]
    return Figures(raw, (*ordinary, _creditor(raw["tax"], Nature.TAX)))


def _creditor(row: Mapping[str, Any], nature: Nature) -> Creditor:
    return Creditor(
        claim=row["claim"],
        username=row["username"],
        name=row["name"],
        cause=row["cause"],
        filed=int(row["filed"]),
        admitted=int(row["admitted"]),
        vote=Choice(row["vote"]),
        reason=row["reason"],
        nature=nature,
    )


def names(told: Figures) -> dict[str, str]:
    """User name -> display name of everybody."""
    return {
        JUDGE: "梁审判长（演示）",
        ADMINISTRATOR: "鑫光重整案管理人（演示）",
        TRUSTEES["court"]: "法院监票人（演示）",
        TRUSTEES["administrator"]: "管理人监票人（演示）",
        TRUSTEES["creditors"]: "债权人代表监票人（演示）",
        **{creditor.username: creditor.name for creditor in told.creditors},
    }


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion of the demonstration."""

    id: str
    matter: str
    rule: str
    title: str
    text: tuple[str, ...]


class Scenario:
    """Plays the case; started again, it goes on where it was."""

    def __init__(
        self,
        ledger: Ledger,
        connect: Callable[[], Web],
        cast: Cast,
        told: Figures,
        say: Callable[[str, str, int, int], None] = lambda zh, en, done, of: None,
    ) -> None:
        """say: told what is being done, in Chinese and English, and which of how many steps."""
        self._ledger, self._connect, self._cast, self._told, self._say = (
            ledger,
            connect,
            cast,
            told,
            say,
        )
        self.case = self._open_log()

    # --- Who and where

    def member(self, username: str) -> Member:
        """One of the people."""
        return self._cast[username]

    def web(self, username: str) -> Web:
        """The session of one of the people."""
        return self._cast[username].web(self._connect)

    def act(self, step: str, username: str, kind: str, role: Role, body: Any) -> None:
        """One of the people says something."""
        self.case.say(step, self._cast[username].person, kind, role, body)

    def play(self) -> None:
        """The whole demonstration: a meeting finished, and one that is open."""
        self.play_first_meeting()
        self.play_second_meeting()

    def play_first_meeting(self) -> None:
        """From the opening of the case to the result that the court has verified."""
        for number, (zh, en, step) in enumerate(self._first(), start=1):
            self._say(zh, en, number, 12)
            step()

    def play_second_meeting(self) -> None:
        """Another meeting, open for voting."""
        self._say("正在召集第二次会议", "Convening the second meeting", 11, 12)
        self._convene_again()
        self._say("正在开始第二次会议的表决", "Opening the second meeting's vote", 12, 12)
        self._vote_again()

    def _first(self) -> Sequence[tuple[str, str, Callable[[], None]]]:
        return (
            ("正在立案", "Opening the case", self._open_case),
            ("正在登记参与人", "Enrolling the people", self._enrol),
            ("正在申报债权", "Filing claims", self._file),
            ("正在质证", "Cross-examining evidence", self._question),
            ("正在审查债权", "Reviewing claims", self._review),
            ("正在召集会议", "Convening the meeting", self._convene),
            ("正在准备表决", "Preparing the vote", self._prepare),
            ("正在投票", "Voting", self._vote),
            ("正在计票", "Tallying", self._tally_first),
            (
                "正在宣布并核验结果",
                "Declaring and verifying the result",
                lambda: self.declare(FIRST),
            ),
        )

    # --- The case and its people

    def _open_log(self) -> Case:
        judge = self._cast[JUDGE]
        path = self._cast.folder / "case.json"
        told = read_private(path)
        if told is None:
            told = self.web(JUDGE).new_case()
            judge.keep(person=told["person"])
            write_private(path, told)
        if "created" not in told:
            try:
                self.web(JUDGE).create_case(told["case"], judge.key.key.public_key, STARTS)
            except Problem as problem:
                if problem.slug != "log-exists":
                    raise
            write_private(path, {**told, "created": True})
        journal = Journal(self._cast.folder / "acts.jsonl")
        return Case(self._ledger, told["case"], told["origin"], journal)

    def _open_case(self) -> None:
        body = {
            "court_name": Secret("广东省珠海市中级人民法院"),
            "case_number": Secret("（2014）珠中法破（演示）字第1号"),
            "debtor": Secret(self._told.debtor),
            "procedure": "reorganisation",
            "accepted": "2014-08-27",
            "announced": "2014-09-01",
            "filing_ends": "2014-10-15",
            "switches": [{"switch": "P14", "value": "aggregate"}],
        }
        self.act("case", JUDGE, "case.opened@1", Role.COURT, body)

    def _enrol(self) -> None:
        everybody = [member for member in self._cast.members() if member.username != JUDGE]
        _each(everybody, self._join)
        decision = "（2014）珠中法破（演示）字第1-1号决定书"
        self._appoint(ADMINISTRATOR, Role.ADMINISTRATOR, decision)
        self._enrol_key(ADMINISTRATOR, JUDGE, Role.COURT)
        for username in TRUSTEES.values():
            self._appoint(username, Role.TRUSTEE, decision)
        self._appoint(TRUSTEES["creditors"], Role.COMMITTEE, None)
        for member in everybody:
            if member.username != ADMINISTRATOR:
                self._enrol_key(member.username, ADMINISTRATOR, Role.ADMINISTRATOR)

    def _join(self, member: Member) -> None:
        # An account costs half a second of hashing; only who may be a visitor has one.
        if member.username in EARLY:
            member.stays_away()
        else:
            member.joined(self.case.id, self._connect)

    def _appoint(self, username: str, role: Role, decision: str | None) -> None:
        body = {
            "person": self.member(username).person.id,
            "role": role.value,
            "name": Secret(self.member(username).name),
            "decision": None if decision is None else Secret(decision),
        }
        self.act(f"role/{username}/{role.value}", JUDGE, "role.appointed@1", Role.COURT, body)

    def _enrol_key(self, username: str, by: str, role: Role) -> None:
        person = self.member(username).person
        body = {
            "holder": person.id,
            "suite": "es256",
            "public_key": b64u(person.key.key.public_key),
            "possession": b64u(person.possession(self.case.id, self.case.origin)),
            "level": "attested",
            "until": None,
        }
        self.act(f"key/{username}", by, "key.enrolled@1", role, body)

    # --- Claims

    def _file(self) -> None:
        self._move(FILING)
        _each(self._told.creditors, self._file_one)

    def _file_one(self, creditor: Creditor) -> None:
        member = self.member(creditor.username)

        def body() -> dict[str, Any]:
            number = int(creditor.claim[1:])
            return {
                "claim": creditor.claim,
                "name": Secret(creditor.name),
                "identity": Secret(f"统一社会信用代码（演示）91440400{number:010d}"),
                "contact": Secret(f"演示联系人，电话 0756-000{number:04d}"),
                "account": Secret(f"演示账户 6200 0000 0000 {number:04d}"),
                "related": False,
                "joint": None,
                "lines": [
                    {
                        "line": "l1",
                        "nature": creditor.nature.value,
                        "cause": Secret(creditor.cause),
                        "amount": Amount(creditor.filed),
                        "security": None,
                    }
                ],
                "evidence": self._exhibits(creditor, member),
            }

        kind = "claim.filed@1"
        self.case.say(f"claim/{creditor.claim}", member.person, kind, Role.CREDITOR, body)

    def _exhibits(self, creditor: Creditor, member: Member) -> list[dict[str, Any]]:
        yuan = f"{creditor.filed // 100:,}.{creditor.filed % 100:02d}"
        lines = (
            "演示文件，内容为虚构。",
            f"债权人：{creditor.name}",
            f"债务人：{self._told.debtor}",
            f"事由：{creditor.cause}",
            f"截至破产受理前一日的金额：人民币 {yuan} 元",
        )
        made = [
            ("证据一：合同.pdf", paper.PDF, paper.pdf("合同（演示）", lines), "证明债权成立"),
            ("证据二：对账单.txt", paper.TEXT, paper.text(lines), "证明债权金额"),
        ]
        username = ADMINISTRATOR if member.username in EARLY else member.username
        web, found = self.web(username), []
        for i, (name, media_type, content, purpose) in enumerate(
            made[: 2 if int(creditor.claim[1:]) <= 6 else 1]
        ):
            found.append(
                {
                    "evidence": f"e-{creditor.claim}-{i + 1}",
                    "file": Secret(web.upload(self.case.id, name, media_type, content)),
                    "title": Secret(name.partition(".")[0]),
                    "purpose": Secret(purpose),
                }
            )
        return found

    def _question(self) -> None:
        self._move(QUESTIONING)
        self._ask("q1", "creditor01", "c13", "e-c13-1")
        self._ask("q2", "creditor02", "c04", "e-c04-2")
        self._answer("q1", "creditor13", Role.CREDITOR, refuse=False)
        self._answer("q2", ADMINISTRATOR, Role.ADMINISTRATOR, refuse=True)

    def _ask(self, question: str, username: str, claim: str, evidence: str) -> None:
        body = {
            "question": question,
            "claim": claim,
            "evidence": evidence,
            "points": [
                _point("authenticity", "contested", "复印件没有原件核对，签章日期晚于合同日期。"),
                _point("lawfulness", "accepted", None),
                _point("relevance", "accepted", None),
                _point("probative_force", "unclear", "没有付款凭证，不清楚款项是否实际发生。"),
            ],
        }
        kind = "evidence.questioned@1"
        self.act(f"question/{question}", username, kind, Role.CREDITOR, body)

    def _answer(self, question: str, username: str, role: Role, *, refuse: bool) -> None:
        proof = "银行流水涉及第三人，另行提交法院查阅，在此不答复。"
        body = {
            "question": question,
            "answers": [
                {
                    "point": "authenticity",
                    "answer": Secret("原件已交管理人核对；盖章日期为补签日期，附说明。"),
                    "refusal": None,
                },
                {
                    "point": "probative_force",
                    "answer": None if refuse else Secret("已补充银行回单，金额与合同一致。"),
                    "refusal": Secret(proof) if refuse else None,
                },
            ],
        }
        self.act(f"answer/{question}", username, "evidence.answered@1", role, body)

    def _review(self) -> None:
        self._move(REVIEWING)
        _each(self._told.creditors, self._review_one)
        self.case.catch_up()

        def register() -> dict[str, Any]:
            rows = register_rows(self.case.view)
            return {"version": 1, "root": b64u(table_root(rows)), "rows": len(rows)}

        kind = "register.published@1"
        self.act("register", ADMINISTRATOR, kind, Role.ADMINISTRATOR, register)

    def _review_one(self, creditor: Creditor) -> None:
        whole = creditor.reason is None
        parts = [
            {
                "part": f"{creditor.claim}.l1.{part.id}",
                "nature": part.nature.value,
                "amount": Amount(part.amount or 0),
            }
            for part in partition(creditor.admitted, creditor.nature)
        ]
        line = {
            "line": "l1",
            "nature": creditor.nature.value,
            "status": "admitted" if whole else "partly",
            "admitted": Amount(creditor.admitted),
            "security": None,
            "parts": parts,
            "reasons": [] if whole else [creditor.reason],
            "reason": None if whole else Secret("按合同约定和付款凭证核减，差额不予确认。"),
        }
        body = {"claim": creditor.claim, "lines": [line]}
        kind = "claim.reviewed@1"
        self.act(f"review/{creditor.claim}", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)

    # --- The plan meeting

    def _convene(self) -> None:
        self._move(CONVENING)
        agenda = (
            "一、管理人说明重整计划（草案）；二、各债权人组分组表决。\n"
            f"数字来源：{self._told.raw['source']['title']}\n{self._told.raw['invented']['zh']}"
        )
        self._call(FIRST, 1, SIGNING_IN, "重整计划（草案）分组表决会议", agenda)
        lines = (
            "重整计划（草案）（演示文本，内容为虚构）",
            "一、普通债权按计划规定的比例和期限清偿。",
            "二、税款债权依法全额清偿。",
            "三、计划经人民法院批准后，由债务人执行，管理人监督。",
        )
        self._put(FIRST, Motion(PLAN, "PLAN-6", "CN-PLAN", "通过重整计划（草案）", lines))

    def _call(self, meeting: str, number: int, starts: datetime, title: str, agenda: str) -> None:
        body = {
            "meeting": meeting,
            "number": number,
            "starts": format_time(starts),
            "title": Secret(title),
            "agenda": Secret(agenda),
        }
        kind = "meeting.convened@1"
        self.act(f"{meeting}/convened", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)

    def _put(self, meeting: str, motion: Motion) -> None:
        def body() -> dict[str, Any]:
            web = self.web(ADMINISTRATOR)
            content = paper.text(motion.text)
            file = web.upload(self.case.id, f"{motion.title}.txt", paper.TEXT, content)
            plan: dict[str, Any] = {"untouched_classes": [], "untouched": [], "passed_groups": []}
            return {
                "meeting": meeting,
                "motion": motion.id,
                "matter": motion.matter,
                "rule": motion.rule,
                "round": 1,
                "title": Secret(motion.title),
                "text": Secret(file),
                "text_sha256": file["sha256"],
                "plan": plan if motion.matter == "PLAN-6" else None,
            }

        step = f"{meeting}/motion/{motion.id}"
        self.act(step, ADMINISTRATOR, "motion.put@1", Role.ADMINISTRATOR, body)

    def _prepare(self) -> None:
        self._move(PREPARING)
        self._fix(FIRST, PLAN_WINDOW)

    def _fix(self, meeting: str, window: Window) -> None:
        """The trustees' keys, then manifest and rolls."""
        chair = self.member("creditor01").person.id
        for trustee, username in TRUSTEES.items():
            stands_for = (chair,) if trustee == "creditors" else ()
            self.act(
                f"{meeting}/trustee/{trustee}",
                username,
                "trustee.key_published@1",
                Role.TRUSTEE,
                voting.trustee_key(
                    self.case.id, meeting, trustee, self._secret(meeting, trustee), stands_for
                ),
            )
        self.case.catch_up()
        self.act(
            f"{meeting}/prepared",
            ADMINISTRATOR,
            "voting.prepared@1",
            Role.ADMINISTRATOR,
            lambda: voting.preparation(self.case.view, meeting, tuple(TRUSTEES), window),
        )
        self.case.catch_up()

    def _secret(self, meeting: str, trustee: str) -> int:
        member = self.member(TRUSTEES[trustee])
        return member.trustee_secret(self.case.id, meeting, trustee)

    def _vote(self) -> None:
        self._move(SIGNING_IN)
        _each(self._told.creditors, lambda creditor: self._sign_in(FIRST, creditor))
        self._move(PLAN_WINDOW.opens)
        self._reach(FIRST, records.Stage.OPEN)
        _each(
            self._told.creditors,
            lambda creditor: self._cast_ballot(FIRST, creditor, {PLAN: creditor.vote}),
        )
        self.close(FIRST, PLAN_WINDOW)

    def _sign_in(self, meeting: str, creditor: Creditor) -> None:
        person = self.member(creditor.username).person
        body = {"meeting": meeting, "person": person.id}
        step = f"{meeting}/presence/{creditor.claim}"
        self.case.say(step, person, "presence.began@1", Role.CREDITOR, body)

    def _cast_ballot(self, meeting: str, creditor: Creditor, choices: Mapping[str, Choice]) -> None:
        step = f"{meeting}/ballot/{creditor.claim}"
        if self.case.journal.is_done(step):
            return
        person = self.member(creditor.username).person
        made = voting.ballot(self.case.view, meeting, person.id, choices)
        encoded: Any = made.body.encode()
        self.case.say(step, person, "ballot.cast@1", Role.CREDITOR, encoded, made.boxes)

    def _tally_first(self) -> None:
        self.tally(FIRST, PLAN_WINDOW)

    def tally(self, meeting: str, window: Window) -> None:
        """Boxes checked, the counted set, sums, and the answers of classes of one."""
        for index, (trustee, username) in enumerate(TRUSTEES.items(), start=1):
            self.act(
                f"{meeting}/checked/{trustee}",
                username,
                "boxes.checked@1",
                Role.TRUSTEE,
                partial(self._check, meeting, index, trustee),
            )
        self._move(window.complaints_close)
        self._reach(meeting, records.Stage.COUNTED)
        for index, (trustee, username) in enumerate(TRUSTEES.items(), start=1):
            steps = [f"{meeting}/{what}/{trustee}" for what in ("sums", "disclosed")]
            if all(map(self.case.journal.is_done, steps)):
                continue
            shares = self._opened(meeting, index, trustee)
            body = voting.sums(self.case.view, meeting, index, shares)
            self.act(steps[0], username, "tally.summed@1", Role.TRUSTEE, body)
            given = voting.disclosure(self.case.view, meeting, index, shares)
            if given is not None:
                self.act(steps[1], username, "disclosure.given@1", Role.TRUSTEE, given)

    def _check(self, meeting: str, index: int, trustee: str) -> dict[str, Any]:
        self._opened(meeting, index, trustee)
        return voting.boxes_checked(self.case.view, meeting, index)

    def _opened(self, meeting: str, index: int, trustee: str) -> voting.Shares:
        boxes = self.web(TRUSTEES[trustee]).boxes(self.case.id, meeting, index)
        secret = self._secret(meeting, trustee)
        return voting.open_boxes(self.case.view, meeting, index, secret, boxes)

    def declare(self, meeting: str) -> None:
        """The result, declared by the administrator and verified by the court."""
        size = self.case.catch_up().size

        def body() -> dict[str, Any]:
            note = self.case.cosigned_checkpoint(size)
            return voting.declaration(self.case.view, meeting, note)

        kind = "result.declared@1"
        self.act(f"{meeting}/declared", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)
        self.case.catch_up()
        verdict = partial(self._verdict, meeting)
        self.act(f"{meeting}/verified", JUDGE, "result.verified@1", Role.COURT, verdict)
        # A finished meeting can be exported once a quorum has seen all of it.
        self.case.cosigned_checkpoint(self.case.catch_up().size)

    def _verdict(self, meeting: str) -> dict[str, Any]:
        view = self.case.verified()
        vote = voting.vote_on(view, meeting)
        result = None if vote is None else view.get(records.RESULTS, vote.manifest_hash)
        if vote is None or result is None:
            raise ValueError(f"no result of {meeting}")
        return {
            "manifest_hash": b64u(vote.manifest_hash),
            "declared": b64u(result.statement),
            "size": view.size,
            "root": b64u(view.root),
            "verdict": "verified",
            "note": Secret("已自行重放全部账本并逐条核对，结果成立。"),
        }

    def close(self, meeting: str, window: Window) -> None:
        """Move the clock to the close, and wait until the clerk has said so."""
        self._move(window.closes)
        self._reach(meeting, records.Stage.CLOSED)

    # --- The second meeting

    def _convene_again(self) -> None:
        self._move(CONVENING_AGAIN)
        agenda = "表决三项一般决议。本次会议为演示而虚构，表决正在进行，您可以投票。"
        self._call(SECOND, 2, SIGNING_IN_AGAIN, "债权人会议（演示，表决进行中）", agenda)
        for motion in OPEN_MOTIONS:
            self._put(SECOND, motion)
        self._move(PREPARING_AGAIN)
        self._fix(SECOND, OPEN_WINDOW)

    def _vote_again(self) -> None:
        self._move(SIGNING_IN_AGAIN)
        early = [creditor for creditor in self._told.creditors if creditor.username in EARLY]
        _each(early, lambda creditor: self._sign_in(SECOND, creditor))
        self._move(OPEN_WINDOW.opens)
        self._reach(SECOND, records.Stage.OPEN)
        choices = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.ABSTAIN)
        for i, creditor in enumerate(early):
            answers = {
                motion.id: choices[(i + j) % len(choices)] for j, motion in enumerate(OPEN_MOTIONS)
            }
            self._cast_ballot(SECOND, creditor, answers)
        self.case.catch_up()

    # --- Time

    def _move(self, to: datetime) -> None:
        view = self.case.catch_up()
        if view.now < to:
            try:
                self.web(ADMINISTRATOR).move_clock(self.case.id, to)
            except Problem as problem:
                # Moved before, by a program that was killed before it could read so.
                if problem.slug != "clock-backward":
                    raise
            self.case.wait(f"clock {to:%Y-%m-%d}", lambda view: view.now >= to)

    def _reach(self, meeting: str, stage: records.Stage) -> None:
        """Wait for the clerk to bring the vote to a stage."""
        order = list(records.Stage)

        def reached(view: Replica) -> bool:
            vote = voting.vote_on(view, meeting)
            return vote is not None and order.index(vote.stage) >= order.index(stage)

        self.case.catch_up()
        self.case.wait(f"{meeting} {stage.value}", reached)


OPEN_MOTIONS: Final = (
    Motion(
        "committee",
        "ORD-4",
        "CN-ORD",
        "选任债权人委员会成员",
        ("选任三名债权人代表为债权人委员会成员（演示文本，内容为虚构）。",),
    ),
    Motion(
        "management",
        "ORD-8",
        "CN-ORD",
        "债务人财产的管理方案",
        ("管理人接管的财产按本方案保管、出租和维护（演示文本，内容为虚构）。",),
    ),
    Motion(
        "realisation",
        "ORD-9",
        "CN-ORD",
        "破产财产的变价方案",
        ("设备和存货经网络公开拍卖变价（演示文本，内容为虚构）。",),
    ),
)
EARLY: Final = frozenset(f"creditor{number:02d}" for number in (1, *range(6, 17)))
"""Who has voted in the open meeting already. They have no accounts: the administrator's desk takes
their files in, their devices sign; the others' log-ins are for visitors."""


def _point(point: str, stance: str, reason: str | None) -> dict[str, Any]:
    return {
        "point": point,
        "stance": stance,
        "reason": None if reason is None else Secret(reason),
    }


def _each(items: Iterable[T], do: Callable[[T], object]) -> None:
    """Do it for all, some at a time; the first failure is raised."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(do, items):
            pass
