"""Who plays the demonstration: its people, their sessions, and the case that they act in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bankruptcy.kinds import records
from demo import voting
from demo.answers import Problem
from demo.case import Case, Journal
from demo.cast import JUDGE, Cast, Member, Web
from demo.ledger_client import Ledger
from demo.private import read_private, write_private
from demo.replica import Replica
from demo.script import ADMINISTRATOR, STARTS, TRUSTEES
from ledger.log.statement import Role


class Players:
    """The people of a case, its log opened; started again, they know what they have said."""

    def __init__(self, ledger: Ledger, connect: Callable[[], Web], cast: Cast) -> None:
        self._ledger, self.connect, self.cast = ledger, connect, cast
        self.case = self._open_log()

    def member(self, username: str) -> Member:
        """One of the people."""
        return self.cast[username]

    def web(self, username: str) -> Web:
        """The session of one of the people."""
        return self.cast[username].web(self.connect)

    def act(self, step: str, username: str, kind: str, role: Role, body: Any) -> None:
        """One of the people says something."""
        self.case.say(step, self.cast[username].person, kind, role, body)

    def trustee_secret(self, meeting: str, trustee: str) -> int:
        """The secret of a trustee's key for a meeting."""
        member = self.member(TRUSTEES[trustee])
        return member.trustee_secret(self.case.id, meeting, trustee)

    def move(self, to: datetime) -> None:
        """Move the demonstration clock there, unless it stands there already."""
        view = self.case.catch_up()
        if view.now < to:
            try:
                self.web(ADMINISTRATOR).move_clock(self.case.id, to)
            except Problem as problem:
                # Moved before, by a program that was killed before it could read so.
                if problem.slug != "clock-backward":
                    raise
            self.case.wait(f"clock {to:%Y-%m-%d}", lambda view: view.now >= to)

    def reach(self, meeting: str, stage: records.Stage) -> None:
        """Wait for the clerk to bring the vote to a stage."""
        order = list(records.Stage)

        def reached(view: Replica) -> bool:
            vote = voting.vote_on(view, meeting)
            return vote is not None and order.index(vote.stage) >= order.index(stage)

        self.case.catch_up()
        self.case.wait(f"{meeting} {stage.value}", reached)

    def _open_log(self) -> Case:
        judge = self.cast[JUDGE]
        path = self.cast.folder / "case.json"
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
        journal = Journal(self.cast.folder / "acts.jsonl")
        return Case(self._ledger, told["case"], told["origin"], journal)
