"""The demonstration case from a real published one: Zhuhai Xinguang, plan meeting of 2014-11-25.

Published are the debtor, the date, the groups' totals and heads, and the votes in favour of the
ordinary group; the rest is invented and said to be so (figures.json, `invented`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

from bankruptcy.kinds import records
from bankruptcy.kinds.register_published import register_rows, table_root
from demo import bodies, paper, voting
from demo.case import Case, Journal
from demo.cast import JUDGE, Cast, Member, Web
from demo.client import Ledger, Person, Problem, read_private, write_private
from demo.figures import Creditor, Figures
from demo.replica import Replica
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
    STARTS,
    TRUSTEES,
    Motion,
)
from demo.voting import Window
from ledger.log import jcs
from ledger.log.encoding import b64u, unb64u
from ledger.log.statement import Role
from trustee import work
from voting.protocol.validity import Choice

T = TypeVar("T")

_AT_ONCE: Final = 6


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
        body = bodies.case_opened(self._told.debtor)
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
            if member.username in TRUSTEES.values():
                self._enrol_key(member.username, JUDGE, Role.COURT)
            elif member.username != ADMINISTRATOR:
                self._enrol_key(member.username, ADMINISTRATOR, Role.ADMINISTRATOR)

    def _join(self, member: Member) -> None:
        # An account costs half a second of hashing; only who may be a visitor has one.
        if member.username in EARLY:
            member.stays_away()
        else:
            member.joined(self.case.id, self._connect)

    def _appoint(self, username: str, role: Role, decision: str | None) -> None:
        member = self.member(username)
        body = bodies.role_appointed(member.person.id, member.name, role, decision)
        self.act(f"role/{username}/{role.value}", JUDGE, "role.appointed@1", Role.COURT, body)

    def _enrol_key(self, username: str, by: str, role: Role) -> None:
        person = self.member(username).person
        body = bodies.key_enrolled(self.case.id, self.case.origin, person)
        self.act(f"key/{username}", by, "key.enrolled@1", role, body)

    # --- Claims

    def _file(self) -> None:
        self._move(FILING)
        _each(self._told.creditors, self._file_one)

    def _file_one(self, creditor: Creditor) -> None:
        member = self.member(creditor.username)

        def body() -> dict[str, Any]:
            web = self.web(ADMINISTRATOR if member.username in EARLY else member.username)
            made = bodies.papers(creditor, self._told.debtor)
            return bodies.claim_filed(
                creditor,
                [
                    bodies.exhibit(
                        creditor, i, web.upload(self.case.id, name, media_type, content), purpose
                    )
                    for i, (name, media_type, content, purpose) in enumerate(made, start=1)
                ],
            )

        kind = "claim.filed@1"
        self.case.say(f"claim/{creditor.claim}", member.person, kind, Role.CREDITOR, body)

    def _question(self) -> None:
        self._move(QUESTIONING)
        self._ask("q1", "creditor01", "c13", "e-c13-1")
        self._ask("q2", "creditor02", "c04", "e-c04-2")
        self._answer("q1", "creditor13", Role.CREDITOR, refuse=False)
        self._answer("q2", ADMINISTRATOR, Role.ADMINISTRATOR, refuse=True)

    def _ask(self, question: str, username: str, claim: str, evidence: str) -> None:
        body = bodies.evidence_questioned(question, claim, evidence)
        kind = "evidence.questioned@1"
        self.act(f"question/{question}", username, kind, Role.CREDITOR, body)

    def _answer(self, question: str, username: str, role: Role, *, refuse: bool) -> None:
        body = bodies.evidence_answered(question, refuse=refuse)
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
        body = bodies.claim_reviewed(creditor)
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
        self._put(FIRST, PLAN_MOTION)
        self._entrust()

    def _entrust(self) -> None:
        """The lawyer's principals sign his powers of attorney."""
        lawyer = self.member(LAWYER)
        for username, mandate in MANDATES.items():
            name = f"a-{username}"
            body = bodies.authority_granted(name, lawyer.person.id, lawyer.name, mandate)
            kind = "authority.granted@1"
            self.act(f"authority/{username}", username, kind, Role.CREDITOR, body)

    def _call(self, meeting: str, number: int, starts: datetime, title: str, agenda: str) -> None:
        body = bodies.meeting_convened(meeting, number, starts, title, agenda)
        kind = "meeting.convened@1"
        self.act(f"{meeting}/convened", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)

    def _put(self, meeting: str, motion: Motion) -> None:
        def body() -> dict[str, Any]:
            web, content = self.web(ADMINISTRATOR), paper.text(motion.text)
            file = web.upload(self.case.id, f"{motion.title}.txt", paper.TEXT, content)
            return bodies.motion_put(meeting, motion, file)

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
                work.trustee_key(
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
        signer, role = self._speaks_for(creditor)
        body = {"meeting": meeting, "person": person.id}
        step = f"{meeting}/presence/{creditor.claim}"
        self.case.say(step, signer, "presence.began@1", role, body, for_=person.id)

    def _speaks_for(self, creditor: Creditor) -> tuple[Person, Role]:
        """Who comes to the meetings: the lawyer for his principals, the others themselves."""
        if creditor.username in MANDATES:
            return self.member(LAWYER).person, Role.AGENT
        return self.member(creditor.username).person, Role.CREDITOR

    def _cast_ballot(self, meeting: str, creditor: Creditor, choices: Mapping[str, Choice]) -> None:
        step = f"{meeting}/ballot/{creditor.claim}"
        if self.case.journal.is_done(step):
            return
        person = self.member(creditor.username).person
        signer, role = self._speaks_for(creditor)
        made = voting.ballot(self.case.view, meeting, signer.id, choices, person.id)
        encoded: Any = made.body.encode()
        self.case.say(step, signer, "ballot.cast@1", role, encoded, made.boxes)

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
            weights = voting.known_weights(self.case.view, meeting)
            body = work.sums(self.case.view, meeting, index, shares, weights)
            self.act(steps[0], username, "tally.summed@1", Role.TRUSTEE, body)
            for given in work.disclosures(self.case.view, meeting, index, shares):
                self.act(steps[1], username, "disclosure.given@1", Role.TRUSTEE, given)

    def _check(self, meeting: str, index: int, trustee: str) -> dict[str, Any]:
        self._opened(meeting, index, trustee)
        return work.boxes_checked(self.case.view, meeting, index)

    def _opened(self, meeting: str, index: int, trustee: str) -> work.Shares:
        boxes = self.web(TRUSTEES[trustee]).boxes(self.case.id, meeting, index)
        secret = self._secret(meeting, trustee)
        opened = work.open_boxes(self.case.view, meeting, index, secret, boxes)
        for ballot in (*opened.faulty, *opened.missing):
            raise ValueError(f"a box of ballot {ballot.hex()[:12]} is missing or does not open")
        return opened.shares

    def declare(self, meeting: str) -> None:
        """The result, declared by the administrator and verified by the court."""
        size = self.case.catch_up().size

        def body() -> dict[str, Any]:
            note = self.case.cosigned_checkpoint(size)
            return voting.declaration(self.case.view, meeting, note)

        kind = "result.declared@1"
        self.act(f"{meeting}/declared", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)
        self.case.catch_up()
        self._publish_weights(meeting)
        self.case.catch_up()
        verdict = partial(self._verdict, meeting)
        self.act(f"{meeting}/verified", JUDGE, "result.verified@1", Role.COURT, verdict)
        # A finished meeting can be exported once a quorum has seen all of it.
        self.case.cosigned_checkpoint(self.case.catch_up().size)

    def _publish_weights(self, meeting: str) -> None:
        """What lets everybody check the amounts of the result; the table comes first."""

        def body() -> dict[str, Any]:
            said, rows = voting.weights(self.case.view, meeting)
            table = b"".join(jcs.dumps(row) + b"\n" for row in rows)
            web = self.web(ADMINISTRATOR)
            web.send_weights(self.case.id, meeting, unb64u(said["root"], 32), table)
            return said

        kind = "weights.published@1"
        self.act(f"{meeting}/weights", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)

    def _verdict(self, meeting: str) -> dict[str, Any]:
        view = self.case.verified()
        vote = voting.vote_on(view, meeting)
        result = None if vote is None else view.get(records.RESULTS, vote.manifest_hash)
        if vote is None or result is None:
            raise ValueError(f"no result of {meeting}")
        return bodies.result_verified(vote.manifest_hash, result.statement, view.size, view.root)

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


def _each(items: Iterable[T], do: Callable[[T], object]) -> None:
    """Do it for all, some at a time; the first failure is raised."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(do, items):
            pass
