"""The demonstration case from a real published one: Zhuhai Xinguang, plan meeting of 2014-11-25.

Published are the debtor, the date, the groups' totals and heads, and the votes in favour of the
ordinary group; the rest is invented and said to be so (figures.json, `invented`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, TypeVar

from bankruptcy.kinds import records
from bankruptcy.kinds.register_published import register_rows, table_root
from demo import bodies, paper, voting
from demo.cast import JUDGE, Member
from demo.figures import Creditor, Figures
from demo.person import Person
from demo.players import Players
from demo.script import (
    ADMINISTRATOR,
    CONVENING,
    CONVENING_AGAIN,
    EARLY,
    FILING,
    FIRST,
    LAWYER,
    MANDATES,
    OPEN_MOTIONS,
    OPEN_WINDOW,
    PLAN,
    PLAN_MOTION,
    PLAN_WINDOW,
    PREPARING,
    PREPARING_AGAIN,
    QUESTIONING,
    REVIEWING,
    SECOND,
    SIGNING_IN,
    SIGNING_IN_AGAIN,
    TRUSTEES,
    Motion,
)
from demo.tallying import Tallying
from demo.voting import Window
from ledger.log.encoding import b64u
from ledger.log.statement import Role
from trustee import work
from voting.protocol.validity import Choice

T = TypeVar("T")

_AT_ONCE: Final = 6


class Scenario:
    """Plays the case; started again, it goes on where it was."""

    def __init__(
        self,
        players: Players,
        told: Figures,
        say: Callable[[str, str, int, int], None] = lambda zh, en, done, of: None,
    ) -> None:
        """say: told what is being done, in Chinese and English, and which of how many steps."""
        self._players, self._told, self._say = players, told, say
        self._case, self._tallying = players.case, Tallying(players)

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
                lambda: self._tallying.declare(FIRST),
            ),
        )

    # --- The case and its people

    def _open_case(self) -> None:
        body = bodies.case_opened(self._told.debtor)
        self._players.act("case", JUDGE, "case.opened@1", Role.COURT, body)

    def _enrol(self) -> None:
        everybody = [member for member in self._players.cast.members() if member.username != JUDGE]
        _each(everybody, self._join)
        decision = "（2014）珠中法破（演示）字第1-1号决定书"
        self._appoint(ADMINISTRATOR, Role.ADMINISTRATOR, decision)
        self._enrol_key(ADMINISTRATOR, JUDGE, Role.COURT)
        for username in TRUSTEES.values():
            self._appoint(username, Role.TRUSTEE, decision)
        self._appoint(TRUSTEES["creditors"], Role.COMMITTEE, None)
        for member in everybody:
            if member.username in TRUSTEES.values():
                self._enrol_key(member.username, JUDGE, Role.COURT)
            elif member.username != ADMINISTRATOR:
                self._enrol_key(member.username, ADMINISTRATOR, Role.ADMINISTRATOR)

    def _join(self, member: Member) -> None:
        # An account costs half a second of hashing; only who may be a visitor has one.
        if member.username in EARLY:
            member.stays_away()
        else:
            member.joined(self._case.id, self._players.connect)

    def _appoint(self, username: str, role: Role, decision: str | None) -> None:
        member = self._players.member(username)
        body = bodies.role_appointed(member.person.id, member.name, role, decision)
        self._players.act(
            f"role/{username}/{role.value}", JUDGE, "role.appointed@1", Role.COURT, body
        )

    def _enrol_key(self, username: str, by: str, role: Role) -> None:
        person = self._players.member(username).person
        body = bodies.key_enrolled(self._case.id, self._case.origin, person)
        self._players.act(f"key/{username}", by, "key.enrolled@1", role, body)

    # --- Claims

    def _file(self) -> None:
        self._players.move(FILING)
        _each(self._told.creditors, self._file_one)

    def _file_one(self, creditor: Creditor) -> None:
        member = self._players.member(creditor.username)

        def body() -> dict[str, Any]:
            web = self._players.web(ADMINISTRATOR if member.username in EARLY else member.username)
            made = bodies.papers(creditor, self._told.debtor)
            return bodies.claim_filed(
                creditor,
                [
                    bodies.exhibit(
                        creditor, i, web.upload(self._case.id, name, media_type, content), purpose
                    )
                    for i, (name, media_type, content, purpose) in enumerate(made, start=1)
                ],
            )

        kind = "claim.filed@1"
        self._case.say(f"claim/{creditor.claim}", member.person, kind, Role.CREDITOR, body)

    def _question(self) -> None:
        self._players.move(QUESTIONING)
        self._ask("q1", "creditor01", "c13", "e-c13-1")
        self._ask("q2", "creditor02", "c04", "e-c04-2")
        self._answer("q1", "creditor13", Role.CREDITOR, refuse=False)
        self._answer("q2", ADMINISTRATOR, Role.ADMINISTRATOR, refuse=True)

    def _ask(self, question: str, username: str, claim: str, evidence: str) -> None:
        body = bodies.evidence_questioned(question, claim, evidence)
        kind = "evidence.questioned@1"
        self._players.act(f"question/{question}", username, kind, Role.CREDITOR, body)

    def _answer(self, question: str, username: str, role: Role, *, refuse: bool) -> None:
        body = bodies.evidence_answered(question, refuse=refuse)
        self._players.act(f"answer/{question}", username, "evidence.answered@1", role, body)

    def _review(self) -> None:
        self._players.move(REVIEWING)
        _each(self._told.creditors, self._review_one)
        self._case.catch_up()

        def register() -> dict[str, Any]:
            rows = register_rows(self._case.view)
            return {"version": 1, "root": b64u(table_root(rows)), "rows": len(rows)}

        kind = "register.published@1"
        self._players.act("register", ADMINISTRATOR, kind, Role.ADMINISTRATOR, register)

    def _review_one(self, creditor: Creditor) -> None:
        body = bodies.claim_reviewed(creditor)
        kind = "claim.reviewed@1"
        self._players.act(f"review/{creditor.claim}", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)

    # --- The plan meeting

    def _convene(self) -> None:
        self._players.move(CONVENING)
        agenda = (
            "一、管理人说明重整计划（草案）；二、各债权人组分组表决。\n"
            f"数字来源：{self._told.raw['source']['title']}\n{self._told.raw['invented']['zh']}"
        )
        self._call(FIRST, 1, SIGNING_IN, "重整计划（草案）分组表决会议", agenda)
        self._put(FIRST, PLAN_MOTION)
        self._entrust()

    def _entrust(self) -> None:
        """The lawyer's principals sign his powers of attorney."""
        lawyer = self._players.member(LAWYER)
        for username, mandate in MANDATES.items():
            name = f"a-{username}"
            body = bodies.authority_granted(name, lawyer.person.id, lawyer.name, mandate)
            kind = "authority.granted@1"
            self._players.act(f"authority/{username}", username, kind, Role.CREDITOR, body)

    def _call(self, meeting: str, number: int, starts: datetime, title: str, agenda: str) -> None:
        body = bodies.meeting_convened(meeting, number, starts, title, agenda)
        kind = "meeting.convened@1"
        self._players.act(f"{meeting}/convened", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)

    def _put(self, meeting: str, motion: Motion) -> None:
        def body() -> dict[str, Any]:
            web, content = self._players.web(ADMINISTRATOR), paper.text(motion.text)
            file = web.upload(self._case.id, f"{motion.title}.txt", paper.TEXT, content)
            return bodies.motion_put(meeting, motion, file)

        step = f"{meeting}/motion/{motion.id}"
        self._players.act(step, ADMINISTRATOR, "motion.put@1", Role.ADMINISTRATOR, body)

    def _prepare(self) -> None:
        self._players.move(PREPARING)
        self._fix(FIRST, PLAN_WINDOW)

    def _fix(self, meeting: str, window: Window) -> None:
        """The trustees' keys, then manifest and rolls."""
        chair = self._players.member("creditor01").person.id
        for trustee, username in TRUSTEES.items():
            stands_for = (chair,) if trustee == "creditors" else ()
            self._players.act(
                f"{meeting}/trustee/{trustee}",
                username,
                "trustee.key_published@1",
                Role.TRUSTEE,
                work.trustee_key(
                    self._case.id,
                    meeting,
                    trustee,
                    self._players.trustee_secret(meeting, trustee),
                    stands_for,
                ),
            )
        self._case.catch_up()
        self._players.act(
            f"{meeting}/prepared",
            ADMINISTRATOR,
            "voting.prepared@1",
            Role.ADMINISTRATOR,
            lambda: voting.preparation(self._case.view, meeting, tuple(TRUSTEES), window),
        )
        self._case.catch_up()

    def _vote(self) -> None:
        self._players.move(SIGNING_IN)
        _each(self._told.creditors, lambda creditor: self._sign_in(FIRST, creditor))
        self._players.move(PLAN_WINDOW.opens)
        self._players.reach(FIRST, records.Stage.OPEN)
        _each(
            self._told.creditors,
            lambda creditor: self._cast_ballot(FIRST, creditor, {PLAN: creditor.vote}),
        )
        self._tallying.close(FIRST, PLAN_WINDOW)

    def _sign_in(self, meeting: str, creditor: Creditor) -> None:
        person = self._players.member(creditor.username).person
        signer, role = self._speaks_for(creditor)
        body = {"meeting": meeting, "person": person.id}
        step = f"{meeting}/presence/{creditor.claim}"
        self._case.say(step, signer, "presence.began@1", role, body, for_=person.id)

    def _speaks_for(self, creditor: Creditor) -> tuple[Person, Role]:
        """Who comes to the meetings: the lawyer for his principals, the others themselves."""
        if creditor.username in MANDATES:
            return self._players.member(LAWYER).person, Role.AGENT
        return self._players.member(creditor.username).person, Role.CREDITOR

    def _cast_ballot(self, meeting: str, creditor: Creditor, choices: Mapping[str, Choice]) -> None:
        step = f"{meeting}/ballot/{creditor.claim}"
        if self._case.journal.is_done(step):
            return
        person = self._players.member(creditor.username).person
        signer, role = self._speaks_for(creditor)
        made = voting.ballot(self._case.view, meeting, signer.id, choices, person.id)
        encoded: Any = made.body.encode()
        self._case.say(step, signer, "ballot.cast@1", role, encoded, made.boxes)

    def _tally_first(self) -> None:
        self._tallying.tally(FIRST, PLAN_WINDOW)

    # --- The second meeting

    def _convene_again(self) -> None:
        self._players.move(CONVENING_AGAIN)
        agenda = "表决三项一般决议。本次会议为演示而虚构，表决正在进行，您可以投票。"
        self._call(SECOND, 2, SIGNING_IN_AGAIN, "债权人会议（演示，表决进行中）", agenda)
        for motion in OPEN_MOTIONS:
            self._put(SECOND, motion)
        self._players.move(PREPARING_AGAIN)
        self._fix(SECOND, OPEN_WINDOW)

    def _vote_again(self) -> None:
        self._players.move(SIGNING_IN_AGAIN)
        early = [creditor for creditor in self._told.creditors if creditor.username in EARLY]
        _each(early, lambda creditor: self._sign_in(SECOND, creditor))
        self._players.move(OPEN_WINDOW.opens)
        self._players.reach(SECOND, records.Stage.OPEN)
        choices = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.ABSTAIN)
        for i, creditor in enumerate(early):
            answers = {
                motion.id: choices[(i + j) % len(choices)] for j, motion in enumerate(OPEN_MOTIONS)
            }
            self._cast_ballot(SECOND, creditor, answers)
        self._case.catch_up()


def _each(items: Iterable[T], do: Callable[[T], object]) -> None:
    """Do it for all, some at a time; the first failure is raised."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(do, items):
            pass
