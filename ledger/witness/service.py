"""One witness: its key, whom it trusts and what it remembers, around the pure decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.log.errors import Malformed
from ledger.log.note import NoteSigner
from ledger.log.witness import TEXT, AddCheckpoint, decide
from ledger.witness.keys import Trust
from ledger.witness.store import WitnessStore


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = TEXT


class Witness:
    """What `ledger.log.witness.decide` says, made durable before it is answered."""

    def __init__(self, keys: Sequence[NoteSigner], trust: Trust, store: WitnessStore) -> None:
        """`keys`: of type 04 first."""
        self._keys, self._trust, self._store = tuple(keys), trust, store

    @property
    def vkeys(self) -> tuple[str, ...]:
        """The public keys as text, the one of type 04 first."""
        return tuple(str(key.vkey) for key in self._keys)

    def add(self, body: bytes, now: int) -> Answer:
        """Answer an add-checkpoint request; `now` in POSIX seconds.

        Comparing the old size with the stored one and storing the new are one transaction, on
        disk before this returns. Raises BadNoteKey if the trust file is not readable as one.
        """
        try:
            request = AddCheckpoint.decode(body)
        except Malformed as error:
            return Answer(400, error.sentence("en").encode() + b"\n")
        origin = request.checkpoint.origin
        keys = self._trust.keys(origin)
        with self._store.transaction(origin) as remembered:
            decision = decide(
                remembered.state(), request, {origin: keys} if keys else {}, self._keys, now
            )
            if decision.state is not None:
                remembered.put(decision.state)
        return Answer(decision.status, decision.body, decision.content_type)

    def latest(self, address: str) -> Answer:
        """The latest checkpoint of the origin with this SHA-256 (hex), cosigned; else 404."""
        state = self._store.by_address(address)
        if state is None:
            return Answer(404, b"nothing of this log was seen\n")
        return Answer(200, state.note)
