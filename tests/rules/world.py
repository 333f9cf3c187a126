"""A case played in memory: real keys, real signatures, the real rules, and bundles of it.

`World` is the smallest honest operator there can be. Tests of the rules play acts on it; tests of
the verifier let it write a bundle, or write one in which exactly one thing is false and all else
is chained, signed, cosigned and indexed anew with the real keys.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bankruptcy.kinds import judge, records
from bankruptcy.kinds.people import CLERK
from bankruptcy.kinds.refusals import NoTable
from bankruptcy.kinds.register_published import register_rows
from bankruptcy.law.pack import RulePack, builtin
from ledger.log import jcs
from ledger.log.bundle import File, Index, Profile
from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import cosign
from ledger.log.disclosure import Opening, encode_rows
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, format_time, sha256
from ledger.log.entry import Entry, first_prev
from ledger.log.errors import Refused
from ledger.log.genesis import Clock, CourtKey, Genesis
from ledger.log.genesis import RulePack as PackName
from ledger.log.merkle import Tree, leaf_hash, node_lookup
from ledger.log.note import COSIGNATURE_ED25519, Note, NoteSigner
from ledger.log.sign import Ed25519Signer, Es256Signer, Signer
from ledger.log.statement import Role, Statement
from ledger.log.suites import possession_message
from ledger.log.tiles import build_tile, encode_bundle, tiles_of
from tests.rules import broken
from verifier.state import ReplayedLog, ReplayState
from voting.protocol.group import ORDER, default_group
from voting.protocol.pedersen import commitment_bytes

Json = Any
ORIGIN = "court.example/ledger/case-1"
CASE = "case-1"
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WITNESSES = ("court", "administrator", "committee", "regulator")


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with its signer and its time: enough to say it again, changed."""

    kind: str
    role: Role
    by: str
    body: Json
    received: datetime
    signer: Signer
    on_behalf: str | None
    boxes: tuple[bytes, ...] | None = None
    act: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    at: datetime | None = None
    signed: Envelope | None = None
    """As it was signed: ECDSA draws a number, so signing again gives other bytes."""

    def envelope(self) -> Envelope:
        return self.signed or self.statement().sign(self.signer)

    def changed(self, **changes: Json) -> Said:
        """The same with something changed, signed anew."""
        return replace(self, **{"signed": None, **changes})

    def statement(self) -> Statement:
        return Statement(
            act=self.act,
            body=self.body,
            by=self.by,
            case=CASE,
            for_=self.on_behalf,
            key=self.signer.key.id,
            kind=self.kind,
            log=ORIGIN,
            role=self.role,
        )


def fresh_signer() -> Es256Signer:
    """A new key of a device."""
    return Es256Signer(secrets.randbelow(2**255) + 1)


class World:
    """A case under the demonstration clock, with its people, its log and what opens it."""

    def __init__(self, pack: RulePack | None = None, start: datetime = START) -> None:
        self.pack = pack or builtin()
        self.group = default_group()
        self.now = start
        self.log_key = NoteSigner(ORIGIN, secrets.token_bytes(32))
        self.witnesses = {
            role: NoteSigner(
                f"court.example/witness/{role}", secrets.token_bytes(32), COSIGNATURE_ED25519
            )
            for role in WITNESSES
        }
        self.clerk = Ed25519Signer(secrets.token_bytes(32))
        self.intake = Ed25519Signer(secrets.token_bytes(32))
        self.keys: dict[str, Signer] = {}
        self.said: list[Said] = []
        self.openings: dict[bytes, Opening] = {}
        self.amounts: dict[bytes, int] = {}
        self.sigmas: dict[bytes, int] = {}
        self.documents: dict[bytes, bytes] = {}
        self.tables: dict[str, bytes] = {}
        self.tree = Tree()
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.leaves: list[bytes] = []
        self.entries: list[Entry | None] = []
        self.prev = first_prev(ORIGIN)
        self.state = self._state()
        self.person("judge")
        self.begin()

    def begin(self) -> None:
        """The genesis."""
        self.say("log.created@1", Role.CLERK, CLERK, self.genesis().to_json())

    # --- people and keys ---

    def person(self, name: str) -> str:
        """A person with a key of his own; the name is the pseudonym."""
        self.keys[name] = fresh_signer()
        return name

    def enrol(self, name: str, by: str = "judge", role: Role = Role.COURT) -> str:
        """A person whose key the court enrols."""
        if name not in self.keys:
            self.person(name)
        self.say("key.enrolled@1", role, by, self.enrolment(name))
        return name

    def enrolment(self, name: str, signer: Signer | None = None) -> Json:
        signer = signer or self.keys[name]
        message = possession_message(CASE, name, ORIGIN, signer.key)
        return {
            "holder": name,
            "suite": signer.key.suite.value,
            "public_key": b64u(signer.key.public_key),
            "possession": b64u(signer.sign(message)),
            "level": "attested",
            "until": None,
        }

    def signer(self, by: str) -> Signer:
        return self.clerk if by == CLERK else self.keys[by]

    def policy(self) -> str:
        lines = [f"log {self.log_key.vkey}"]
        lines += [f"witness {role} {signer.vkey}" for role, signer in self.witnesses.items()]
        lines += [
            "group outside 2 administrator committee regulator",
            "group both all court outside",
            "quorum both",
        ]
        return "\n".join(lines) + "\n"

    def genesis(self) -> Genesis:
        return Genesis(
            origin=ORIGIN,
            case=CASE,
            clock=Clock.DEMONSTRATION,
            log_key=self.log_key.vkey,
            clerk=self.clerk.key,
            intake=self.intake.key,
            court=(CourtKey("judge", self.keys["judge"].key),),
            policy=self.policy(),
            rule_pack=PackName(self.pack.id, self.pack.version, bytes.fromhex(self.pack.sha256)),
            rp_id="localhost",
            origins=("http://localhost:8000",),
            software="test",
        )

    # --- values that stay off the ledger ---

    def seal(self, kind: str, pointer: str, value: Json) -> Json:
        opening = Opening.of(f"{kind}#{pointer}", secrets.token_bytes(32), value)
        self.openings[opening.digest] = opening
        return {"digest": b64u(opening.digest)}

    def commit(self, amount: int) -> Json:
        sigma = secrets.randbelow(ORDER)
        point = commitment_bytes(self.group, amount, sigma)
        self.amounts[point] = amount
        self.sigmas[point] = sigma
        return {"commitment": b64u(point)}

    def document(self, kind: str, pointer: str, data: bytes) -> Json:
        self.documents[sha256(data)] = data
        value = {
            "media_type": "text/plain",
            "name": "evidence.txt",
            "sha256": b64u(sha256(data)),
            "size": len(data),
        }
        return self.seal(kind, pointer, value)

    # --- saying ---

    def say(
        self,
        kind: str,
        role: Role,
        by: str,
        body: Json,
        boxes: tuple[bytes, ...] | None = None,
        received: datetime | None = None,
        principal: str | None = None,
    ) -> Said:
        """Say it, for the principal or for himself, judged by the rules.

        Raises the refusal, and then nothing has changed; but what was refused is also put into a
        bundle, which the verifier must refuse for the same reason.
        """
        return self.put(self.signed(kind, role, by, body, boxes, received, principal))

    def put(self, said: Said) -> Said:
        """Say a signed statement, as `say`."""
        try:
            judged = self.judged(said)
        except Refused as error:
            broken.forge(self, said, error)
            raise
        assert not judged.not_opened, judged.not_opened
        judge.apply(self.state, judged)
        self._append(said)
        if said.kind == "clock.moved@1":
            self.now = datetime.fromisoformat(said.body["to"])
        return said

    def signed(
        self,
        kind: str,
        role: Role,
        by: str,
        body: Json,
        boxes: tuple[bytes, ...] | None = None,
        received: datetime | None = None,
        principal: str | None = None,
    ) -> Said:
        """The statement with its signature, not said yet."""
        on_behalf = None if kind.startswith("ballot.cast@") else principal or by
        said = Said(kind, role, by, body, received or self.now, self.signer(by), on_behalf, boxes)
        return replace(said, signed=said.envelope())

    def judged(self, said: Said) -> judge.Judged:
        """What the rules say of it now. Raises the refusal."""
        envelope = said.envelope()
        found, read, act = judge.read(envelope, said.received, self.real_now(), said.boxes)
        judge.check_signature(self.state, envelope, act)
        return judge.judge(self.state, found, read, act)

    def move_clock(self, to: datetime) -> None:
        self.say("clock.moved@1", Role.CLERK, CLERK, {"to": format_time(to)})

    def real_now(self) -> datetime:
        return datetime(2026, 11, 25, tzinfo=UTC)

    def record(self, said: Said) -> None:
        """Record a statement without judging or applying it."""
        self._append(replace(said, signed=said.envelope()))

    def _append(self, said: Said) -> None:
        n = len(self.said)
        self.said.append(said)
        entry = self._entry(n, self.prev, said)
        self.prev = entry.leaf()
        self.entries.append(entry)
        self.leaves.append(self.prev)
        self.nodes.update({(lv, i): h for lv, i, h in self.tree.append(self.prev)})
        self.state.log.index[entry.envelope.digest()] = n
        self.state.log.size = n + 1

    def _entry(self, n: int, prev: bytes, said: Said) -> Entry:
        at = said.at or self.real_now()
        return Entry.of(n, prev, said.received, at, said.envelope())

    def _state(self) -> ReplayState:
        log = ReplayedLog(lambda level, index: self.nodes[level, index], entries=self.entries)
        state = ReplayState(
            self.pack, self.group, log, self.openings, self.amounts, Documents(self.documents)
        )
        state.tables = self.rows
        return state

    def rows(self, root: bytes) -> list[Json]:
        """The rows of a table kept."""
        if root.hex() not in self.tables:
            raise NoTable(root=root.hex()[:12])
        return [jcs.loads(row) for row in self.tables[root.hex()].splitlines()]

    # --- the log as others see it ---

    def checkpoint_note(
        self, leaves: Sequence[bytes] | None = None, cosigners: Sequence[str] = WITNESSES
    ) -> Note:
        tree = Tree()
        for leaf in self.leaves if leaves is None else leaves:
            tree.append(leaf)
        checkpoint = Checkpoint(ORIGIN, tree.size, tree.root())
        note = checkpoint.sign(self.log_key)
        time = int(self.real_now().timestamp())
        lines = [cosign(self.witnesses[role], note.text, time) for role in cosigners]
        return replace(note, lines=(*note.lines, *lines))

    def publish_register(self, change: Callable[[Json], object] = lambda body: None) -> None:
        """The register as it stands, with its table; `change` falsifies the body."""
        body = self.register_body()
        change(body)
        self.say("register.published@1", Role.ADMINISTRATOR, "administrator", body)

    def register_body(self) -> Json:
        rows = register_rows(self.state)
        root = self.keep_table(rows)
        version = len(self.state.find(records.REGISTERS)) + 1
        return {"version": version, "root": b64u(root), "rows": len(rows)}

    def keep_table(self, rows: Sequence[Json]) -> bytes:
        tree = Tree()
        for row in rows:
            tree.append(leaf_hash(jcs.dumps(row)))
        root = tree.root()
        self.tables[root.hex()] = b"".join(jcs.dumps(row) + b"\n" for row in rows)
        return root

    def write_bundle(
        self,
        folder: Path,
        said: Sequence[Said] | None = None,
        profile: Profile = Profile.COURT,
        cosigners: Sequence[str] = WITNESSES,
        change: Callable[[dict[str, bytes]], None] = lambda files: None,
    ) -> Path:
        """A bundle of these statements, chained, signed, cosigned and indexed anew."""
        entries: list[bytes] = []
        leaves: list[bytes] = []
        prev = first_prev(ORIGIN)
        for n, one in enumerate(self.said if said is None else said):
            data = self._entry(n, prev, one).encode()
            prev = leaf_hash(data)
            entries.append(data)
            leaves.append(prev)
        files = self._files(entries, leaves, profile)
        files["checkpoint"] = self.checkpoint_note(leaves, cosigners).encode()
        change(files)
        write_files(folder, files, profile, len(entries))
        return folder

    def _files(
        self, entries: Sequence[bytes], leaves: Sequence[bytes], profile: Profile
    ) -> dict[str, bytes]:
        node = node_lookup(leaves)
        files = {
            "README": b"test\n",
            "policy": self.policy().encode(),
            f"packs/{self.pack.sha256}.json": self.pack.canonical,
        }
        for tile in tiles_of(len(entries)):
            if tile.level is None:
                files[tile.path] = encode_bundle([entries[i] for i in tile.entries()])
            else:
                files[tile.path] = build_tile(tile, node)
        for root, rows in self.tables.items():
            files[f"tables/{root}.jsonl"] = rows
        if profile is Profile.COURT:
            files["openings.jsonl"] = encode_rows(list(self.openings.values()))
            files["amounts.jsonl"] = amount_rows(self.amounts, self.sigmas)
            for digest, data in self.documents.items():
                files[f"documents/{digest.hex()}"] = data
        return files


class Documents(frozenset[bytes]):
    """The documents there are now, as the state asks for them."""

    def __new__(cls, documents: Mapping[bytes, bytes]) -> Documents:
        found = super().__new__(cls)
        found.documents = documents
        return found

    documents: Mapping[bytes, bytes]

    def __contains__(self, item: object) -> bool:
        return item in self.documents


def amount_rows(amounts: Mapping[bytes, int], sigmas: Mapping[bytes, int]) -> bytes:
    """amounts.jsonl (ledger 9.10)."""
    rows = {
        b64u(point): jcs.dumps(
            {
                "amount": str(amount),
                "commitment": b64u(point),
                "sigma": b64u(sigmas[point].to_bytes(32, "big")),
            }
        )
        for point, amount in amounts.items()
    }
    return b"".join(rows[text] + b"\n" for text in sorted(rows))


def write_files(folder: Path, files: Mapping[str, bytes], profile: Profile, size: int) -> None:
    """The files with their index."""
    index = Index(
        profile=profile,
        party="party" if profile is Profile.PARTY else None,
        log=ORIGIN,
        size=size,
        software="test",
        created=datetime(2026, 11, 25, tzinfo=UTC),
        files={path: File.of(data) for path, data in files.items()},
    )
    for path, data in {**files, "bundle.json": index.encode()}.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
