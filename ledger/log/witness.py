"""What a witness answers: tlog-witness as a pure function (C2SP tlog-witness; ledger 1.7).

The caller makes reading the state, deciding and storing one atomic step, durable before it
answers; else two racing requests could roll the witness back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.log.checkpoint import Checkpoint, parse_decimal
from ledger.log.cosignature import cosign
from ledger.log.encoding import b64, sha256, unb64
from ledger.log.errors import Malformed, Refused
from ledger.log.merkle import EMPTY_ROOT, HASH_SIZE, check_consistency
from ledger.log.note import Note, NoteSigner, VerifierKey

MAX_HASHES: Final = 63
MAX_REQUEST: Final = 64_000
TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"


class BadAddCheckpoint(Malformed):
    """The body is no add-checkpoint request: answer 400. Fact: `what`."""

    slug = "bad-add-checkpoint"
    zh = "见证请求的格式不符：{what}"
    en = "This is not an add-checkpoint request: {what}"


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: the size the sender thinks the witness has, the proof from it, the note."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    checkpoint: Checkpoint

    @classmethod
    def of(cls, old: int, proof: Sequence[bytes], note: Note) -> AddCheckpoint:
        """A request about a note. Raises BadCheckpoint."""
        return cls(old, tuple(proof), note, Checkpoint.parse(note.text))

    def encode(self) -> bytes:
        """The body to post."""
        rows = "".join(f"{b64(part)}\n" for part in self.proof)
        return f"old {self.old}\n{rows}\n".encode() + self.note.encode()

    @classmethod
    def decode(cls, body: bytes) -> AddCheckpoint:
        """The request of a body. Raises BadAddCheckpoint."""
        head, gap, note = body.partition(b"\n\n")
        if not gap or len(body) > MAX_REQUEST:
            raise BadAddCheckpoint(what="no empty line" if not gap else "too long")
        try:
            rows = head.decode("ascii").split("\n")
            if not rows[0].startswith("old ") or len(rows) > 1 + MAX_HASHES:
                raise BadAddCheckpoint(what="old" if len(rows) <= 1 + MAX_HASHES else "hashes")
            old = parse_decimal(rows[0].removeprefix("old "), "old")
            proof = tuple(unb64(row, HASH_SIZE) for row in rows[1:])
            return cls.of(old, proof, Note.decode(note))
        except UnicodeDecodeError as error:
            raise BadAddCheckpoint(what="ASCII") from error
        except Malformed as error:
            if isinstance(error, BadAddCheckpoint):
                raise
            raise BadAddCheckpoint(what=error.facts["what"]) from error


@dataclass(frozen=True, slots=True)
class State:
    """What a witness holds of one origin: its latest checkpoint, and the note it serves of it."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to give, and the state to store before giving it (None: nothing changes)."""

    status: int
    body: bytes
    content_type: str = TEXT
    state: State | None = None


def monitoring_path(origin: str) -> str:
    """Where a witness serves its latest checkpoint of a log, under its monitoring prefix."""
    return f"{sha256(origin.encode()).hex()}/checkpoint"


def decide(
    state: State | None,
    request: AddCheckpoint,
    keys: Mapping[str, Sequence[VerifierKey]],
    signers: Sequence[NoteSigner],
    now: int,
) -> Decision:
    """What a witness answers, 200, 400, 403, 404, 409 or 422, and what it then holds.

    state: what is stored of the request's origin, None if nothing. keys: origin -> the log's keys.
    signers: the witness's keys, of type 04 and 06. now: POSIX seconds.
    """
    checkpoint = request.checkpoint
    log_keys = keys.get(checkpoint.origin)
    if log_keys is None:
        return _refuse(404, "unknown origin")
    try:
        signed = request.note.verify(log_keys)
    except Refused as error:
        return _refuse(403, error.sentence("en"))
    if request.old > checkpoint.size:
        return _refuse(400, "old is larger than the checkpoint's size")
    known = State(0, EMPTY_ROOT, b"") if state is None else state
    if request.old != known.size:
        return Decision(409, b"%d\n" % known.size, SIZE)
    problem = _problem(known, request)
    if problem:
        return _refuse(422, problem)
    lines = tuple(cosign(signer, request.note.text, now) for signer in signers)
    note = Note(request.note.text, (*signed, *lines))
    held = State(checkpoint.size, checkpoint.root, note.encode())
    return Decision(200, "".join(map(str, lines)).encode(), TEXT, held)


def _problem(known: State, request: AddCheckpoint) -> str:
    """Why the checkpoint does not extend what is known; empty if it does."""
    checkpoint = request.checkpoint
    try:
        checkpoint.check_empty()
        if known.size:
            check_consistency(
                known.size, checkpoint.size, request.proof, known.root, checkpoint.root
            )
        elif request.proof:
            return "from size 0 the proof must be empty"
    except Refused as error:
        return error.sentence("en")
    return ""


def _refuse(status: int, why: str) -> Decision:
    return Decision(status, why.encode() + b"\n")
