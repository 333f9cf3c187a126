"""A case in the hands of one program: what it says, keeps, and reads back.

Every statement is written to a journal before it is sent, so that a program killed at any moment
sends the same bytes again, which the server takes for the same act.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from bankruptcy.kinds import records
from demo.answers import Problem, TookTooLong
from demo.ledger_client import Ledger, size_of
from demo.person import Person
from demo.replica import Replica
from ledger.log.dsse import Envelope
from ledger.log.policy import Policy
from ledger.log.statement import Role

T = TypeVar("T")
BodyOf = Mapping[str, Any] | Callable[[], Mapping[str, Any]]

PATIENCE: Final = 60.0
_PAUSE: Final = 0.05


@dataclass(slots=True)
class _Step:
    submission: dict[str, Any]
    done: bool


class Journal:
    """A file of JSON lines: what is about to be sent, and what was acknowledged."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._steps: dict[str, _Step] = {}
        whole = b""
        if path.exists():
            whole = path.read_bytes()
            kept = whole[: whole.rfind(b"\n") + 1]  # a line cut off by a kill was never sent
            for line in kept.splitlines():
                self._read(json.loads(line))
            if kept != whole:
                os.truncate(path, len(kept))

    def _read(self, row: dict[str, Any]) -> None:
        if "submission" in row:
            self._steps[row["step"]] = _Step(row["submission"], False)
        else:
            self._steps[row["step"]].done = True

    def find(self, step: str) -> dict[str, Any] | None:
        """What was to be sent at this step."""
        found = self._steps.get(step)
        return None if found is None else found.submission

    def is_done(self, step: str) -> bool:
        """Was it acknowledged?"""
        found = self._steps.get(step)
        return found is not None and found.done

    def intend(self, step: str, submission: dict[str, Any]) -> None:
        """About to send."""
        self._append({"step": step, "submission": submission})

    def done(self, step: str) -> None:
        """Acknowledged."""
        self._append({"step": step, "done": True})

    def submissions(self) -> list[dict[str, Any]]:
        """All that was sent, or was about to be."""
        return [step.submission for step in list(self._steps.values())]

    def _append(self, row: dict[str, Any]) -> None:
        line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
        with self._lock:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
            with open(os.open(self._path, flags, 0o600), "ab") as file:
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            self._read(row)


class Case:
    """One case: its ledger, its replica, and the journal of what is said here."""

    def __init__(self, ledger: Ledger, case: str, origin: str, journal: Journal) -> None:
        self.id, self.origin, self.journal = case, origin, journal
        self._ledger = ledger
        self._sent: set[bytes] = set()
        self.view = Replica(origin)
        for submission in journal.submissions():
            self.view.learn(submission["openings"])

    def say(
        self,
        step: str,
        who: Person,
        kind: str,
        role: Role,
        body: BodyOf,
        boxes: Sequence[bytes] | Callable[[], Sequence[bytes]] = (),
        for_: str | None = None,
    ) -> None:
        """Say something once: `step` names it for ever. body: made only when it is needed.

        for_: the principal for whom it is said, where that is another.
        Raises Problem where the server refuses.
        """
        if self.journal.is_done(step):
            return
        kept = self.journal.find(step)
        if kept is not None:
            try:
                self._send(step, kept)
                return
            except Problem as problem:
                # It had never arrived, and what it says no longer follows: said anew.
                if problem.status >= 500:
                    raise
        made = body() if callable(body) else body
        sealed = boxes() if callable(boxes) else boxes
        submission = who.compose(self.id, self.origin, kind, role, made, sealed, for_).to_json()
        self.journal.intend(step, submission)
        self.view.learn(submission["openings"])
        self._send(step, submission)

    def _send(self, step: str, submission: dict[str, Any]) -> None:
        self._ledger.submit(self.id, submission)
        self._sent.add(Envelope.from_json(submission["statement"]).digest())
        self.journal.done(step)

    def follow(self) -> Replica:
        """Read the log as far as its newest checkpoint goes."""
        size = size_of(self._ledger.checkpoint(self.id))
        if size > self.view.size:
            for data in self._ledger.entries(self.id, self.view.size, size):
                self.view.feed(data)
        return self.view

    def catch_up(self, patience: float = PATIENCE) -> Replica:
        """Read on until everything said here stands in the log. Raises TookTooLong."""
        self.wait("own statements", self._all_there, patience)
        return self.view

    def _all_there(self, view: Replica) -> bool:
        return self._sent <= view.log.index.keys()

    def wait(
        self, what: str, found: Callable[[Replica], T | None], patience: float = PATIENCE
    ) -> T:
        """Read on until `found` gives something true; that. Raises TookTooLong."""
        ends = time.monotonic() + patience
        while True:
            value = found(self.follow())
            if value:
                return value
            if time.monotonic() > ends:
                raise TookTooLong(what)
            time.sleep(_PAUSE)

    def cosigned_checkpoint(self, size: int, patience: float = PATIENCE) -> str:
        """A checkpoint over `size` entries or more with a quorum's cosignatures, as a note.

        Raises TookTooLong, naming the witnesses that are missing.
        """
        file = records.case_file(self.follow())
        if file is None:
            raise ValueError("no genesis yet")
        policy, ends = Policy.parse(file.policy), time.monotonic() + patience
        while True:
            note = self._ledger.checkpoint(self.id)
            verdict = policy.evaluate(note)
            if verdict.quorum and verdict.checkpoint.size >= size:
                return policy.brief(note).encode().decode()
            if time.monotonic() > ends:
                raise TookTooLong(f"cosignatures: {', '.join(verdict.missing)}")
            time.sleep(_PAUSE)

    def verified(self) -> Replica:
        """Read the whole log anew and judge every entry. Raises the refusal of an unlawful one."""
        fresh = Replica(
            self.origin, judging=True, tables=lambda root: self._ledger.table(self.id, root)
        )
        fresh.learn_from(self.follow())
        for data in self._ledger.entries(self.id, 0, self.view.size):
            fresh.feed(data)
        if fresh.root != self.view.root:
            raise ValueError("the log read twice gives two roots")
        return fresh
