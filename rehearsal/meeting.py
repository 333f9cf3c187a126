"""The rehearsal itself: from the opening of a case to a bundle that verifies."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from bankruptcy.kinds import records
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.register_published import register_rows, table_root
from demo import voting
from demo.ledger_client import LedgerClient
from ledger.log.encoding import b64u
from ledger.log.statement import Role
from rehearsal import making, script
from rehearsal.crowd import Fate, Simulated, crowd
from rehearsal.making import Cast, Devices, Made, Pair
from rehearsal.screens import MOST, Screen
from rehearsal.sending import Receipts, Told, send_all
from rehearsal.staff import ADMINISTRATOR, Staff, new_tag
from rehearsal.stages import Bar, Stages
from rehearsal.tallying import Tally

AT_ONCE: Final = 12
"""Statements on their way at a time: so many creditors press a button at the same moment."""
PATIENCE: Final = 600.0
"""Seconds for which a client tries again where the server is not to be had."""
_REFUSED: Final = {Fate.FALSE_PROOF: "ballot-proof", Fate.FALSE_REPLACES: "ballot-replayed"}


class RehearsalFailed(Exception):
    """Something went otherwise than it must; the text says what."""


@dataclass(frozen=True, slots=True)
class Ballots:
    """What became of the ballots. `standing`: pseudonyms whose acknowledged ballot must count."""

    acknowledged: int
    refused: Mapping[str, int]
    standing: frozenset[str]


@dataclass(slots=True)
class Rehearsal:
    """One rehearsal. url: of the server. folder: private, with judge.password in it."""

    url: str
    folder: Path
    creditors: int
    motions: int
    receipts: Receipts
    stages: Stages
    at_once: int = AT_ONCE
    crowd: tuple[Simulated, ...] = ()
    screens: list[Screen] = field(default_factory=list)
    ballots: Ballots | None = None
    counted: int = 0

    def run(self, bundle: Path) -> dict[str, Any]:
        """All of it; the report. bundle: a new folder. Raises RehearsalFailed, Problem."""
        ledger = LedgerClient(self.url, patience=PATIENCE, received=self.receipts.keep)
        try:
            with self.stages.once("case opened"):
                staff = Staff(self.url, self.folder, ledger, script.OPENED)
                staff.open_case()
            with Devices() as devices:
                self._gather(staff)
                self._before_the_meeting(staff, devices)
                self.meeting(staff, devices)
            tally = Tally(staff, self.stages, bundle)
            tally.close()
            tally.open_boxes()
            tally.sum_up()
            self.counted = self._counted(staff)
            tally.declare()
            tally.verify()
            staff.close()
        finally:
            for screen in self.screens:
                screen.close()
            ledger.close()
        return self.report()

    def report(self) -> dict[str, Any]:
        """The report. acknowledged: creditors with an acknowledged ballot that no complaint voids;
        counted: creditors in the counted set. Anything acknowledged and not counted was lost."""
        ballots = self.ballots
        return {
            "stages": [stage.to_json() for stage in self.stages.all],
            "acknowledged": 0 if ballots is None else len(ballots.standing),
            "counted": self.counted,
            "ballots": {
                "acknowledged": 0 if ballots is None else ballots.acknowledged,
                "refused": {} if ballots is None else dict(ballots.refused),
                "fates": dict(Counter(one.fate.value for one in self.crowd)),
            },
            "receipts": self.receipts.count,
            "creditors": self.creditors,
            "motions": self.motions,
            "seconds": round(self.stages.seconds, 1),
        }

    # --- Before the meeting

    def _gather(self, staff: Staff) -> None:
        """The crowd; some of them have an account and a page that stays open."""
        tag = new_tag()
        everybody = list(crowd(self.creditors))
        self.screens = [Screen(self.url, one, tag) for one in everybody[:MOST]]

        def enter(screen: Screen) -> tuple[str, float]:
            begun = time.perf_counter()
            person = screen.enter(staff.case.id, staff.case.origin)
            return person.id, (time.perf_counter() - begun) * 1000

        with (
            self.stages.stage("accounts made", len(self.screens)) as bar,
            ThreadPoolExecutor(2) as pool,
        ):
            for number, (person, ms) in enumerate(pool.map(enter, self.screens)):
                everybody[number] = replace(everybody[number], id=person)
                bar.done(ms)
        self.crowd = tuple(everybody)

    def _before_the_meeting(self, staff: Staff, devices: Devices) -> None:
        where, desk = staff.where, staff.desk
        self._say(staff, devices, "keys enrolled", making.enrolments, where, desk)
        staff.move(script.FILED)
        self._say(staff, devices, "claims filed", making.claims, where)
        staff.move(script.REVIEWED)
        self._say(staff, devices, "claims reviewed", making.reviews, where, desk)
        with self.stages.once("register published"):
            view = staff.case.catch_up(PATIENCE)
            rows = register_rows(view)
            body = {"version": 1, "root": b64u(table_root(rows)), "rows": len(rows)}
            kind = "register.published@1"
            staff.act("register", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)
        with self.stages.once("meeting convened"):
            staff.move(script.CONVENED)
            motions = tuple(script.motions(self.motions))
            staff.convene(script.MEETING, script.SIGNED_IN, motions)
        with self.stages.once("rolls and manifest fixed"):
            staff.move(script.PREPARED)
            staff.publish_keys(script.MEETING)
            staff.prepare(script.MEETING, script.WINDOW)

    def _say(
        self,
        staff: Staff,
        devices: Devices,
        name: str,
        work: Callable[..., list[Made]],
        *given: Any,
    ) -> None:
        """A statement of everybody, made on their devices and then sent."""
        made = devices.make(work, self.crowd, *given)
        for one in made:
            staff.case.view.learn(one.amounts)
        told = self._send(staff, name, [[one.data] for one in made])
        for number, answers in told.items():
            if not answers[0].acknowledged:
                raise RehearsalFailed(f"{name}: creditor {number}: {answers[0].slug}")

    def _send(
        self, staff: Staff, name: str, sequences: Sequence[Sequence[bytes]]
    ) -> dict[int, list[Told]]:
        told: dict[int, list[Told]] = defaultdict(list)
        with self.stages.stage(name, sum(map(len, sequences))) as bar:

            def done(number: int, answer: Told) -> None:
                told[number].append(answer)
                bar.done(answer.ms)

            send_all(
                self.url,
                staff.case.id,
                sequences,
                at_once=self.at_once,
                receipts=self.receipts,
                patience=PATIENCE,
                done=done,
            )
        return told

    # --- The meeting

    def meeting(self, staff: Staff, devices: Devices) -> None:
        """Sign-in and votes: everything between the prepared rolls and the close."""
        staff.move(script.SIGNED_IN)
        for screen in self.screens:
            screen.open(script.MEETING)
        self._say(staff, devices, "signed in", making.presences, staff.where, script.MEETING)
        self._hear(staff)
        cast = self.make_ballots(staff, devices)
        staff.move(script.WINDOW.opens)
        staff.reach(script.MEETING, records.Stage.OPEN)
        sequences = [[made.data for made in one.ballots] for one in cast]
        self.ballots = self._judge(cast, self._send(staff, "ballots cast", sequences))

    def _hear(self, staff: Staff) -> None:
        """Every open page hears by its socket what the log has come to."""
        size = staff.case.follow().size
        with self.stages.stage("pages told", len(self.screens)) as bar:
            for screen in self.screens:
                bar.done(screen.heard(size))

    def make_ballots(self, staff: Staff, devices: Devices) -> list[Cast]:
        """The ballots of everybody, ready to be sent, in the order of the crowd."""
        vote = voting.vote_on(staff.case.view, script.MEETING)
        if vote is None:
            raise RehearsalFailed("no vote was prepared")
        lines: dict[str, list[Pair]] = defaultdict(list)
        for line in staff.case.view.find(records.ROLL_LINES, manifest_hash=vote.manifest_hash):
            for member in line.members:
                lines[member].append((line.line, line.motion))
        with self.stages.stage("ballots made", len(self.crowd)) as bar:
            return devices.make(
                making.ballots,
                self.crowd,
                staff.where,
                vote.manifest,
                {one.id: tuple(lines[one.id]) for one in self.crowd},
                done=lambda made: _made(bar, made),
            )

    def _judge(self, cast: Sequence[Cast], told: Mapping[int, Sequence[Told]]) -> Ballots:
        """Was taken what must be, and refused what must not? Raises RehearsalFailed."""
        acknowledged, refused, standing = 0, Counter[str](), set()
        for number, one in enumerate(self.crowd):
            answers = told.get(number, ())
            expected = _REFUSED.get(one.fate, "")
            for answer in answers:
                if answer.slug != expected:
                    raise RehearsalFailed(
                        f"ballot of creditor {number} ({one.fate.value}):"
                        f" {answer.slug or 'taken'}, not {expected or 'taken'}"
                    )
                if answer.acknowledged:
                    acknowledged += 1
                else:
                    refused[answer.slug] += 1
            if cast[number].ballots and one.fate.counts:
                standing.add(one.id)
        return Ballots(acknowledged, refused, frozenset(standing))

    def _counted(self, staff: Staff) -> int:
        """Creditors in the counted set, who must be those whose ballots stand."""
        view = staff.case.view
        vote = voting.vote_on(view, script.MEETING)
        if vote is None or self.ballots is None:
            raise RehearsalFailed("no vote was held")
        found: set[str] = set()
        for answer in counted_answers(view, vote):
            line = view.get(records.ROLL_LINES, vote.manifest_hash, answer.motion, answer.line)
            found.update(() if line is None else line.members)
        if found != self.ballots.standing:
            lost, more = self.ballots.standing - found, found - self.ballots.standing
            raise RehearsalFailed(f"{len(lost)} ballots lost, {len(more)} counted that must not be")
        return len(found)


def _made(bar: Bar, slice_: Sequence[Cast]) -> None:
    for one in slice_:
        bar.done(sum(ballot.ms for ballot in one.ballots))
