"""The shared rules as a server in memory: what the demonstration's program needs, and no more."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bankruptcy.kinds import judge, records
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.vote import manifest_of
from bankruptcy.law.pack import builtin
from demo.answers import Problem
from demo.replica import ReadTable, Replica
from ledger.log.checkpoint import Checkpoint
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, format_time, sha256, unb64u
from ledger.log.entry import Entry, first_prev
from ledger.log.errors import Refused
from ledger.log.genesis import Clock, CourtKey, Genesis, RulePack
from ledger.log.jcs import dumps
from ledger.log.merkle import leaf_hash
from ledger.log.note import Note, NoteSigner
from ledger.log.sign import Ed25519Signer
from ledger.log.statement import Role, Statement
from ledger.log.suites import PublicKey, Suite
from voting.protocol.counted import counted_hash


class _State(Replica):
    def __init__(self, origin: str, tables: ReadTable) -> None:
        super().__init__(origin, tables=tables)
        self.files: set[bytes] = set()

    def has_document(self, sha256: Hash) -> bool:
        return bytes(sha256) in self.files


class LocalServer:
    """One case: judges every statement, numbers it at once; its clerk follows every act."""

    def __init__(self) -> None:
        self.case, self.origin = "c-local", "local.example/ledger/c-local"
        self.tables: dict[bytes, bytes] = {}
        self.state = _State(self.origin, tables=self.tables.get)
        self.boxes: dict[bytes, tuple[bytes, ...]] = {}
        self.people: dict[str, str] = {}
        self._entries: list[bytes] = []
        self._lock = threading.RLock()
        self._clerk = Ed25519Signer(secrets.token_bytes(32))
        self._signer = NoteSigner(self.origin, secrets.token_bytes(32))

    # --- Ledger

    def submit(self, case: str, submission: Mapping[str, Any]) -> None:
        envelope = Envelope.from_json(submission["statement"])
        with self._lock:
            if envelope.digest() in self.state.log.index:
                return
            boxes = tuple(map(unb64u, submission["boxes"]))
            try:
                self._take(envelope, boxes, submission["openings"])
            except Refused as refused:
                raise Problem(409, refused.slug, refused.sentence("en")) from refused
            self._sweep()

    def checkpoint(self, case: str) -> Note:
        text = Checkpoint(self.origin, self.state.size, self.state.root).text()
        return Note(text, (self._signer.line(text),))

    def entries(self, case: str, start: int, end: int) -> Iterator[bytes]:
        yield from self._entries[start:end]

    def table(self, case: str, root: bytes) -> bytes | None:
        return self.tables.get(root)

    # --- The clerk

    def genesis(self, public_key: bytes, starts: datetime) -> None:
        pack = builtin()
        body = Genesis(
            origin=self.origin,
            case=self.case,
            clock=Clock.DEMONSTRATION,
            log_key=self._signer.vkey,
            clerk=self._clerk.key,
            intake=self._clerk.key,
            court=(CourtKey(self.people["judge"], PublicKey(Suite.ES256, public_key)),),
            policy=f"log {self._signer.vkey}\nquorum none\n",
            rule_pack=RulePack(pack.id, pack.version, bytes.fromhex(pack.sha256)),
            rp_id="localhost",
            origins=("http://localhost:8000",),
            software="test",
        ).to_json()
        self._clerk_says("log.created@1", body, starts)

    def move(self, to: datetime) -> None:
        with self._lock:
            self._clerk_says("clock.moved@1", {"to": format_time(to)})
            self._sweep()

    def _sweep(self) -> None:
        for vote in self.state.find(records.VOTES):
            manifest = manifest_of(self.state, vote)
            named = {"manifest_hash": b64u(vote.manifest_hash)}
            if vote.stage is records.Stage.PREPARED and self.state.now >= manifest.opens:
                self._clerk_says("voting.opened@1", named)
            elif vote.stage is records.Stage.OPEN and self.state.now >= manifest.closes:
                self._clerk_says("voting.closed@1", named)
            elif (
                vote.stage is records.Stage.CLOSED
                and self.state.now >= manifest.complaints_close
                and len(self._checked(vote)) == len(manifest.trustees)
            ):
                found = counted_hash(vote.manifest_hash, counted_answers(self.state, vote))
                body = {**named, "counted_hash": b64u(found), "left_out": []}
                self._clerk_says("voting.counted@1", body)

    def _checked(self, vote: records.Vote) -> Sequence[records.BoxesChecked]:
        return self.state.find(records.BOXES_CHECKED, manifest_hash=vote.manifest_hash)

    def _clerk_says(self, kind: str, body: dict[str, Any], now: datetime | None = None) -> None:
        said = Statement(
            act=secrets.token_bytes(16),
            body=body,
            by="clerk",
            case=self.case,
            for_="clerk",
            key=self._clerk.key.id,
            kind=kind,
            log=self.origin,
            role=Role.CLERK,
        )
        self._take(said.sign(self._clerk), (), (), now)

    def _take(
        self,
        envelope: Envelope,
        boxes: tuple[bytes, ...],
        openings: Any,
        now: datetime | None = None,
    ) -> None:
        received, at = now or self.state.now, datetime.now(UTC)
        self.state.learn(openings)
        kind, said, act = judge.read(
            envelope, received, at, boxes if "ballot.cast" in envelope.payload.decode() else None
        )
        judge.check_signature(self.state, envelope, act)
        judged = judge.judge(self.state, kind, said, act)
        if judged.not_opened:
            raise Problem(400, "not-opened", ", ".join(judged.not_opened))
        prev = leaf_hash(self._entries[-1]) if self._entries else first_prev(self.origin)
        data = Entry.of(len(self._entries), prev, received, at, envelope).encode()
        if boxes:
            self.boxes[sha256(dumps(said.body))] = boxes
        self.state.feed(data)
        self._entries.append(data)


class LocalWeb:
    """A session with it."""

    def __init__(self, server: LocalServer) -> None:
        self._server, self._user = server, ""

    def log_in(self, username: str, password: str) -> None:
        self._user = username

    def register(self, username: str, password: str, display_name: str) -> None:
        self._user = username

    def join(self, case: str) -> str:
        with self._server._lock:
            return self._server.people.setdefault(self._user, f"p-{secrets.token_hex(5)}")

    def new_case(self) -> dict[str, Any]:
        server = self._server
        return {"case": server.case, "origin": server.origin, "person": self.join(server.case)}

    def create_case(self, case: str, public_key: bytes, starts: datetime) -> None:
        self._server.genesis(public_key, starts)

    def upload(self, case: str, name: str, media_type: str, content: bytes) -> dict[str, Any]:
        digest = sha256(content)
        self._server.state.files.add(digest)
        return {
            "media_type": media_type,
            "name": name,
            "sha256": b64u(digest),
            "size": len(content),
        }

    def send_weights(self, case: str, meeting: str, root: bytes, table: bytes) -> None:
        self._server.tables[root] = table

    def move_clock(self, case: str, to: datetime) -> None:
        self._server.move(to)

    def boxes(self, case: str, meeting: str, index: int) -> dict[str, str]:
        person = self._server.people[self._user]
        state = self._server.state
        (vote,) = state.find(records.VOTES, meeting=meeting)
        manifest = manifest_of(state, vote)
        (key,) = state.find(records.TRUSTEE_KEYS, meeting=meeting, person=person)
        assert manifest.trustee(index).id == key.trustee
        return {
            b64u(ballot): b64u(boxes[index - 1]) for ballot, boxes in self._server.boxes.items()
        }

    def pending_keys(self, case: str) -> list[dict[str, str]]:
        return []

    def close(self) -> None:
        pass
