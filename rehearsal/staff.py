"""Judge, administrator and tally trustees of a rehearsal: accounts, keys, and what they say."""

from __future__ import annotations

import secrets
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from bankruptcy.kinds import records
from demo import bodies, paper, voting
from demo.answers import Problem
from demo.case import Case, Journal
from demo.cast import JUDGE, Cast, Member
from demo.ledger_client import LedgerClient
from demo.script import TRUSTEES, Motion
from demo.session import Session
from demo.voting import Window
from ledger.log.encoding import format_time
from ledger.log.statement import Role
from rehearsal.making import Speaker, Where
from trustee import work

ADMINISTRATOR: Final = "administrator"
_PATIENCE: Final = 600.0


def new_tag() -> str:
    """Eight letters, none of them of a password's hexadecimal digits: an account whose name is
    like its password would be refused."""
    return "".join(secrets.choice("ghjkmnpqrstvwxyz") for _ in range(8))


class Staff:
    """The few who run the meeting, over their own sessions; every step measured by the caller."""

    def __init__(self, url: str, folder: Path, ledger: LedgerClient, starts: datetime) -> None:
        """folder: of their own, with judge.password in it, the court's password at the server."""
        self._url, self._ledger = url, ledger
        # A server of several rehearsals knows them apart.
        tag = new_tag()
        self._names = {
            ADMINISTRATOR: f"rehearsal-{tag}-administrator",
            **{trustee: f"rehearsal-{tag}-{trustee}" for trustee in TRUSTEES.values()},
        }
        names = {JUDGE: "演练审判长", **{user: f"演练 {who}" for who, user in self._names.items()}}
        self._cast = Cast(folder, names)
        self.case = self._create(folder, starts)

    # --- Who

    def member(self, who: str) -> Member:
        """The judge, the administrator, or a trustee by the name in demo.script."""
        return self._cast[self._names.get(who, who)]

    def web(self, who: str) -> Session:
        """The session of one of them."""
        member = self.member(who)
        found = member.web(lambda: Session(self._url, patience=_PATIENCE))
        if not isinstance(found, Session):
            raise TypeError("a session over HTTP was expected")
        return found

    @property
    def where(self) -> Where:
        """The case, for those who make statements in other processes."""
        return Where(self.case.id, self.case.origin)

    @property
    def desk(self) -> Speaker:
        """The administrator, likewise."""
        member = self.member(ADMINISTRATOR)
        return Speaker(member.person.id, int(str(member.kept["device_key"]), 16))

    def act(self, step: str, who: str, kind: str, role: Role, body: Any) -> None:
        """One of them says something."""
        self.case.say(step, self.member(who).person, kind, role, body)

    def close(self) -> None:
        """End the sessions."""
        for member in self._cast.members():
            member.leave()

    # --- The case

    def _create(self, folder: Path, starts: datetime) -> Case:
        told = self.web(JUDGE).new_case()
        judge = self.member(JUDGE)
        judge.keep(person=told["person"])
        try:
            self.web(JUDGE).create_case(told["case"], judge.key.key.public_key, starts)
        except Problem as problem:
            # A cut connection hid that it was made.
            if problem.slug != "log-exists":
                raise
        journal = Journal(folder / f"acts-{told['case']}.jsonl")
        return Case(self._ledger, told["case"], told["origin"], journal)

    def open_case(self) -> None:
        """The court opens the case and appoints everybody."""
        self.act("case", JUDGE, "case.opened@1", Role.COURT, bodies.case_opened("演练公司"))
        decision = "演练决定书"
        for who in (ADMINISTRATOR, *TRUSTEES.values()):
            member = self.member(who)
            member.joined(self.case.id, lambda: Session(self._url, patience=_PATIENCE))
            role = Role.ADMINISTRATOR if who == ADMINISTRATOR else Role.TRUSTEE
            body = bodies.role_appointed(member.person.id, member.name, role, decision)
            self.act(f"role/{who}", JUDGE, "role.appointed@1", Role.COURT, body)
            key = bodies.key_enrolled(self.case.id, self.case.origin, member.person)
            self.act(f"key/{who}", JUDGE, "key.enrolled@1", Role.COURT, key)
        self.case.catch_up(_PATIENCE)

    # --- The meeting

    def convene(self, meeting: str, starts: datetime, motions: tuple[Motion, ...]) -> None:
        """Notice and motions."""
        body = bodies.meeting_convened(meeting, 1, starts, "演练会议", "演练：数字和票都是模拟的。")
        kind = "meeting.convened@1"
        self.act("convened", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)
        for motion in motions:
            content = paper.text(motion.text)
            file = self.web(ADMINISTRATOR).upload(
                self.case.id, f"{motion.title}.txt", paper.TEXT, content
            )
            put = bodies.motion_put(meeting, motion, file)
            step = f"motion/{motion.id}"
            self.act(step, ADMINISTRATOR, "motion.put@1", Role.ADMINISTRATOR, put)

    def publish_keys(self, meeting: str) -> None:
        """The trustees publish their keys for the meeting."""
        for trustee, who in TRUSTEES.items():
            secret = self.secret(meeting, trustee)
            body = work.trustee_key(self.case.id, meeting, trustee, secret, ())
            step = f"trustee/{trustee}"
            self.act(step, who, "trustee.key_published@1", Role.TRUSTEE, body)
        self.case.catch_up(_PATIENCE)

    def prepare(self, meeting: str, window: Window) -> None:
        """Manifest and rolls."""
        body = voting.preparation(self.case.view, meeting, tuple(TRUSTEES), window)
        self.act("prepared", ADMINISTRATOR, "voting.prepared@1", Role.ADMINISTRATOR, body)
        self.case.catch_up(_PATIENCE)

    def secret(self, meeting: str, trustee: str) -> int:
        """A trustee's secret for the meeting."""
        return self.member(TRUSTEES[trustee]).trustee_secret(self.case.id, meeting, trustee)

    # --- Time

    def move(self, to: datetime) -> None:
        """Move the demonstration clock, and wait until the log says so."""
        if self.case.follow().now < to:
            try:
                self.web(ADMINISTRATOR).move_clock(self.case.id, to)
            except Problem as problem:
                if problem.slug != "clock-backward":
                    raise
        what = f"clock {format_time(to)}"
        self.case.wait(what, lambda view: view.now >= to, _PATIENCE)

    def reach(self, meeting: str, stage: records.Stage) -> None:
        """Wait for the clerk to bring the vote to a stage."""
        order = list(records.Stage)

        def reached(view: Any) -> bool:
            vote = voting.vote_on(view, meeting)
            return vote is not None and order.index(vote.stage) >= order.index(stage)

        self.case.wait(f"{meeting} {stage.value}", reached, _PATIENCE)

    def cosigned(self, size: int) -> str:
        """A checkpoint of a quorum over so many entries."""
        return self.case.cosigned_checkpoint(size, _PATIENCE)


def wait_for_server(ledger: LedgerClient, patience: float = 120.0) -> None:
    """Until it answers. Raises Problem, TransportError."""
    ends = time.monotonic() + patience
    while True:
        try:
            ledger.logs()
            return
        except Exception:
            if time.monotonic() > ends:
                raise
        time.sleep(0.2)
