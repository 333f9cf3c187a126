"""From the close of a vote to the result that the court has verified."""

from __future__ import annotations

from functools import partial
from typing import Any

from bankruptcy.kinds import records
from demo import bodies, voting
from demo.cast import JUDGE
from demo.players import Players
from demo.script import ADMINISTRATOR, TRUSTEES
from demo.voting import Window
from ledger.log import jcs
from ledger.log.encoding import unb64u
from ledger.log.statement import Role
from trustee import work


class Tallying:
    """What the trustees, the administrator and the court do after the vote of a meeting."""

    def __init__(self, players: Players) -> None:
        self._players, self._case = players, players.case

    def close(self, meeting: str, window: Window) -> None:
        """Move the clock to the close, and wait until the clerk has said so."""
        self._players.move(window.closes)
        self._players.reach(meeting, records.Stage.CLOSED)

    def tally(self, meeting: str, window: Window) -> None:
        """Boxes checked, the counted set, sums, and the answers of classes of one."""
        for index, (trustee, username) in enumerate(TRUSTEES.items(), start=1):
            self._players.act(
                f"{meeting}/checked/{trustee}",
                username,
                "boxes.checked@1",
                Role.TRUSTEE,
                partial(self._check, meeting, index, trustee),
            )
        self._players.move(window.complaints_close)
        self._players.reach(meeting, records.Stage.COUNTED)
        for index, (trustee, username) in enumerate(TRUSTEES.items(), start=1):
            steps = [f"{meeting}/{what}/{trustee}" for what in ("sums", "disclosed")]
            if all(map(self._case.journal.is_done, steps)):
                continue
            shares = self._opened(meeting, index, trustee)
            weights = voting.known_weights(self._case.view, meeting)
            body = work.sums(self._case.view, meeting, index, shares, weights)
            self._players.act(steps[0], username, "tally.summed@1", Role.TRUSTEE, body)
            for given in work.disclosures(self._case.view, meeting, index, shares):
                self._players.act(steps[1], username, "disclosure.given@1", Role.TRUSTEE, given)

    def _check(self, meeting: str, index: int, trustee: str) -> dict[str, Any]:
        self._opened(meeting, index, trustee)
        return work.boxes_checked(self._case.view, meeting, index)

    def _opened(self, meeting: str, index: int, trustee: str) -> work.Shares:
        boxes = self._players.web(TRUSTEES[trustee]).boxes(self._case.id, meeting, index)
        secret = self._players.trustee_secret(meeting, trustee)
        opened = work.open_boxes(self._case.view, meeting, index, secret, boxes)
        for ballot in (*opened.faulty, *opened.missing):
            raise ValueError(f"a box of ballot {ballot.hex()[:12]} is missing or does not open")
        return opened.shares

    def declare(self, meeting: str) -> None:
        """The result, declared by the administrator and verified by the court."""
        size = self._case.catch_up().size

        def body() -> dict[str, Any]:
            note = self._case.cosigned_checkpoint(size)
            return voting.declaration(self._case.view, meeting, note)

        kind = "result.declared@1"
        self._players.act(f"{meeting}/declared", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)
        self._case.catch_up()
        self._publish_weights(meeting)
        self._case.catch_up()
        verdict = partial(self._verdict, meeting)
        self._players.act(f"{meeting}/verified", JUDGE, "result.verified@1", Role.COURT, verdict)
        # A finished meeting can be exported once a quorum has seen all of it.
        self._case.cosigned_checkpoint(self._case.catch_up().size)

    def _publish_weights(self, meeting: str) -> None:
        """What lets everybody check the amounts of the result; the table comes first."""

        def body() -> dict[str, Any]:
            said, rows = voting.weights(self._case.view, meeting)
            table = b"".join(jcs.dumps(row) + b"\n" for row in rows)
            web = self._players.web(ADMINISTRATOR)
            web.send_weights(self._case.id, meeting, unb64u(said["root"], 32), table)
            return said

        kind = "weights.published@1"
        self._players.act(f"{meeting}/weights", ADMINISTRATOR, kind, Role.ADMINISTRATOR, body)

    def _verdict(self, meeting: str) -> dict[str, Any]:
        view = self._case.verified()
        vote = voting.vote_on(view, meeting)
        result = None if vote is None else view.get(records.RESULTS, vote.manifest_hash)
        if vote is None or result is None:
            raise ValueError(f"no result of {meeting}")
        return bodies.result_verified(vote.manifest_hash, result.statement, view.size, view.root)
