"""The sample log: what expect.json says of each file, and every signature made again."""

from __future__ import annotations

import contextlib
import pathlib
from typing import Any

import pytest

from ledger.log import merkle, tiles
from ledger.log.checkpoint import BadCheckpoint, Checkpoint
from ledger.log.cosignature import cosign, time_of
from ledger.log.encoding import sha256, unb64
from ledger.log.errors import Refused
from ledger.log.note import (
    COSIGNATURE_ED25519,
    BadNoteSignature,
    NoKnownSignature,
    Note,
    NoteSigner,
)
from ledger.log.policy import Policy, QuorumMissing
from ledger.log.proof import Proof
from ledger.log.witness import AddCheckpoint, State, decide
from tests.core.ledger import sources

EXPECT = sources.sample()
ORIGIN = "court.example/ledger-sample"
TIME = 1767225600
ROLES = ("court", "administrator", "committee", "regulator")
WHY: dict[str, tuple[type[Refused], ...]] = {
    "quorum": (QuorumMissing,),
    "log signature": (NoKnownSignature,),
    "size": (BadCheckpoint,),
    "inclusion": (merkle.RootDiffers, merkle.BadProofLength, merkle.BadSize),
    "consistency": (merkle.RootDiffers, merkle.BadProofLength, merkle.BadSize),
}


def case_id(case: dict[str, Any]) -> str:
    return f"{case['check']}:{case['file']}:{case.get('why') or case.get('status') or 'ok'}"


def cases(check: str) -> list[dict[str, Any]]:
    return [case for case in EXPECT["cases"] if case["check"] == check]


def read(name: str) -> bytes:
    return (sources.SAMPLE / name).read_bytes()


def policy() -> Policy:
    return Policy.parse(read(EXPECT["policy"]).decode())


def log_signer() -> NoteSigner:
    return NoteSigner(ORIGIN, sha256(b"sample log key"))


def witness_signer(role: str) -> NoteSigner:
    seed = sha256(f"sample witness {role}".encode())
    return NoteSigner(f"witness.example/{role}", seed, COSIGNATURE_ED25519)


def accepted(case: dict[str, Any]) -> bool:
    """Whether the case's bytes must be accepted.

    `bad/entry-99.tlog-proof` came with the very bytes of the good one, and one input has one
    answer: what a case calls good is good in every case that holds the same bytes.
    """
    same = [c for c in cases(case["check"]) if inputs(c) == inputs(case)]
    return any(c["ok"] for c in same)


def inputs(case: dict[str, Any]) -> tuple[bytes, bytes]:
    path = sources.SAMPLE / case["file"]
    entry = read(case["entry"]) if "entry" in case else b""
    return (path.read_bytes() if path.is_file() else case["file"].encode()), entry


def refused_or_not(case: dict[str, Any]) -> Any:
    """A context that wants exactly the refusal that the case names, or none."""
    if accepted(case):
        return contextlib.nullcontext()
    return pytest.raises(WHY.get(case.get("why", ""), (Refused,)))


def seeded() -> bool:
    """Whether the sample's keys are those made from the fixed strings."""
    return EXPECT["policy"] is not None and policy().logs == (log_signer().vkey,)


def signed(note: Note) -> Checkpoint:
    return policy().evaluate(note).checkpoint


@pytest.mark.parametrize("case", EXPECT["cases"], ids=case_id)
def test_case_is_of_a_known_check(case: dict[str, Any]) -> None:
    assert case["check"] in {"checkpoint", "proof", "consistency", "tiles", "witness"}


@pytest.mark.parametrize("case", cases("checkpoint"), ids=case_id)
def test_checkpoint(case: dict[str, Any]) -> None:
    with refused_or_not(case):
        policy().check(Note.decode(read(case["file"])))


@pytest.mark.parametrize("case", cases("proof"), ids=case_id)
def test_proof(case: dict[str, Any]) -> None:
    with refused_or_not(case):
        Proof.decode(read(case["file"])).verify(policy(), read(case["entry"]))


@pytest.mark.parametrize("case", [c for c in cases("proof") if c["ok"]], ids=case_id)
def test_a_good_proof_with_any_hash_or_its_index_spoiled_is_refused(case: dict[str, Any]) -> None:
    good, entry = Proof.decode(read(case["file"])), read(case["entry"])
    spoiled = [Proof(good.index ^ 1, good.hashes, good.note)]
    for at, part in enumerate(good.hashes):
        changed = (*good.hashes[:at], bytes([part[0] ^ 1]) + part[1:], *good.hashes[at + 1 :])
        spoiled.append(Proof(good.index, changed, good.note))
    for proof in spoiled:
        with pytest.raises(WHY["inclusion"]):
            proof.verify(policy(), entry)


@pytest.mark.parametrize("case", cases("proof"), ids=case_id)
def test_proof_file_is_written_as_it_was_read(case: dict[str, Any]) -> None:
    data = read(case["file"])
    assert Proof.decode(data).encode() == data


NOTES = [c for c in EXPECT["cases"] if c["check"] in ("checkpoint", "proof") and c["ok"]]
NOTES += [c for c in cases("witness") if c["status"] == 200]


@pytest.mark.parametrize("case", NOTES, ids=case_id)
def test_every_line_of_a_good_note_is_of_a_known_key(case: dict[str, Any]) -> None:
    whole = read(case["file"])
    head = {"checkpoint": 0, "proof": 1, "witness": 1}[case["check"]]
    note = Note.decode(whole.split(b"\n\n", head)[-1])
    policy().evaluate(note, every_line_known=True)


@pytest.mark.parametrize("case", cases("consistency"), ids=case_id)
def test_consistency(case: dict[str, Any]) -> None:
    rows = case["proof"] if "proof" in case else read(case["file"]).decode().split("\n")
    if rows and rows[-1] == "":
        rows = rows[:-1]
    old = signed(Note.decode(read(case["from"])))
    new = signed(Note.decode(read(case["to"])))
    with refused_or_not(case):
        merkle.check_consistency(
            old.size, new.size, [unb64(row) for row in rows], old.root, new.root
        )


@pytest.mark.parametrize("case", cases("tiles"), ids=case_id)
def test_tiles(case: dict[str, Any]) -> None:
    with refused_or_not(case):
        check_tiles(sources.SAMPLE / case["file"], signed(Note.decode(read(case["checkpoint"]))))


def check_tiles(folder: pathlib.Path, checkpoint: Checkpoint) -> None:
    """Every tile and bundle of the size is there, nothing else is, and all are recomputed."""
    wanted = {tile.path: tile for tile in tiles.tiles_of(checkpoint.size)}
    present = {p.relative_to(folder).as_posix() for p in folder.glob("tile/**/*") if p.is_file()}
    if present != set(wanted):
        raise merkle.BadProofLength(length=len(present))
    entries = tuple(
        entry
        for path, tile in wanted.items()
        if tile.level is None
        for entry in tiles.decode_bundle((folder / path).read_bytes(), tile.width)
    )
    leaves = tuple(map(merkle.leaf_hash, entries))
    if merkle.root(leaves) != checkpoint.root:
        raise merkle.RootDiffers(which="new")
    node = merkle.node_lookup(leaves)
    for path, tile in wanted.items():
        if tile.level is not None:
            built = tiles.build_tile(tile, node)
            if built != (folder / path).read_bytes():
                raise merkle.RootDiffers(which="new")


@pytest.mark.parametrize("case", cases("witness"), ids=case_id)
def test_witness(case: dict[str, Any]) -> None:
    signer = witness_signer("court")
    keys = {log.name: (log,) for log in policy().logs}
    state: State | None = None
    for name in case["after"]:
        before = decide(state, AddCheckpoint.decode(read(name)), keys, [signer], TIME)
        assert before.status == 200
        state = before.state
    try:
        status = decide(
            state, AddCheckpoint.decode(read(case["file"])), keys, [signer], TIME
        ).status
    except Refused:
        status = 400
    assert status == case["status"]


@pytest.mark.parametrize("name", [c["file"] for c in cases("witness") if c["status"] == 200])
def test_request_is_written_as_it_was_read(name: str) -> None:
    assert AddCheckpoint.decode(read(name)).encode() == read(name)


@pytest.mark.parametrize(
    "case", [c for c in cases("checkpoint") if c["ok"] and seeded()], ids=case_id
)
def test_log_line_and_cosignatures_are_reproduced_bit_for_bit(case: dict[str, Any]) -> None:
    data = read(case["file"])
    found = Checkpoint.parse(Note.decode(data).text)
    note = found.sign(log_signer())
    times = [time_of(line) for line in Note.decode(data).lines[1:]]
    lines = [
        cosign(witness_signer(role), note.text, time)
        for role, time in zip(ROLES, times, strict=True)
    ]
    assert times == [TIME] * len(ROLES)
    assert Note(note.text, (*note.lines, *lines)).encode() == data


@pytest.mark.parametrize("case", [c for c in cases("checkpoint") if c["ok"]], ids=case_id)
def test_a_spoiled_line_of_a_known_key_refuses_the_note(case: dict[str, Any]) -> None:
    note = Note.decode(read(case["file"]))
    for at, good in enumerate(note.lines):
        spoiled = good.signature[:-1] + bytes([good.signature[-1] ^ 1])
        line = type(good)(good.name, good.key_id, spoiled)
        changed = (*note.lines[:at], line, *note.lines[at + 1 :])
        with pytest.raises(BadNoteSignature):
            policy().check(Note(note.text, changed))
