"""The decoders of the ledger's core, with seeds from the shared vectors and from keys of tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from ledger.log import jcs
from ledger.log.acknowledgement import Acknowledgement
from ledger.log.bundle import File, Index, Profile
from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import Cosigner, cosign
from ledger.log.disclosure import Opening, decode_rows, encode_rows
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, unb64u
from ledger.log.entry import Entry
from ledger.log.genesis import Genesis
from ledger.log.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_MLDSA44,
    Note,
    NoteSigner,
    VerifierKey,
    parse_lines,
)
from ledger.log.policy import Policy
from ledger.log.proof import Proof
from ledger.log.sign import Ed25519Signer, Es256Signer
from ledger.log.statement import Role, Statement
from ledger.log.suites import BadAssertion, BadSignature, PublicKey, RelyingParty, Suite
from ledger.log.tiles import Tile, decode_bundle, decode_tile, encode_bundle, encode_tile
from ledger.log.witness import AddCheckpoint
from tests.fuzz.target import Target

TESTS: Final = Path(__file__).resolve().parent.parent
SAMPLE: Final = TESTS / "vectors" / "ledger" / "own-sample"
PASSKEY: Final[Any] = json.loads((TESTS / "core/ledger/passkey.json").read_text("utf-8"))
ORIGIN: Final = "court.example/ledger/case-1"
NOW: Final = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
PERSON: Final = Es256Signer(7)
LOG: Final = NoteSigner(ORIGIN, bytes(32))
WITNESSES: Final = (
    NoteSigner("court.example/witness/court", bytes([1]) * 32, COSIGNATURE_ED25519),
    NoteSigner("court.example/witness/regulator", bytes([2]) * 32, COSIGNATURE_MLDSA44),
)


def text_of(data: bytes) -> str:
    """Bytes as whatever text they can be: policies, keys and paths come as text."""
    return data.decode("utf-8", "surrogateescape")


def bytes_of(text: object) -> bytes:
    """The bytes of `text_of`."""
    return str(text).encode("utf-8", "surrogateescape")


def files(*patterns: str) -> list[bytes]:
    """The sample's files, by pattern."""
    return [
        path.read_bytes()
        for pattern in patterns
        for path in sorted(SAMPLE.glob(pattern))
        if path.is_file()
    ]


def policy() -> str:
    """A policy with a log and a witness of each type."""
    rows = [f"log {LOG.vkey}"]
    rows += [f"witness w{n} {signer.vkey}" for n, signer in enumerate(WITNESSES)]
    return "\n".join([*rows, "group both all w0 w1", "quorum both", ""])


def note(root: bytes = bytes(32)) -> Note:
    """A checkpoint that log and witnesses signed."""
    text = Checkpoint(ORIGIN, 1, root).text()
    lines = [cosign(signer, text, 1_800_000_000) for signer in WITNESSES]
    return Note(text, (LOG.line(text), *lines))


def statement() -> Statement:
    """A statement of somebody."""
    return Statement(
        act=bytes(16),
        body={"claim": "c1", "名": [1, True, None, {"a": "é\U0001f600"}]},
        by="alice",
        case="case-1",
        for_="alice",
        key=PERSON.key.id,
        kind="claim.filed@1",
        log=ORIGIN,
        role=Role.CREDITOR,
    )


def genesis() -> Genesis:
    """A genesis that decodes."""
    service = Ed25519Signer(bytes(32)).key
    body = {
        "origin": ORIGIN,
        "case": "case-1",
        "clock": "real",
        "log_key": str(LOG.vkey),
        "clerk": {"suite": "ed25519", "public_key": b64u(service.public_key)},
        "intake": {"suite": "ed25519", "public_key": b64u(service.public_key)},
        "court": [{"by": "judge", "suite": "es256", "public_key": b64u(PERSON.key.public_key)}],
        "policy": policy(),
        "rule_pack": {"id": "cn", "version": "1", "sha256": b64u(bytes(32))},
        "rp_id": "court.example",
        "origins": ["https://court.example"],
        "software": "test",
    }
    return Genesis.from_json(body)


def index() -> Index:
    """The index of a bundle."""
    listed = {"README": File.of(b"r"), "tile/entries/000.p/1": File.of(b"e")}
    return Index(Profile.PARTY, "alice", ORIGIN, 1, "test", NOW.replace(microsecond=0), listed)


@cache
def sample_policy() -> Policy:
    """The policy of the shared sample."""
    return Policy.parse((SAMPLE / "policy.txt").read_text("utf-8"))


def entry() -> Entry:
    """The first entry of a log."""
    return Entry.of(0, bytes(32), NOW, NOW, statement().sign(PERSON))


def receipt() -> bytes:
    """A receipt of it, good under `policy`."""
    first = entry()
    return Proof(0, (), note(first.leaf()), first.encode()).encode()


def _cosigned(data: bytes) -> tuple[bool, ...]:
    """What each type of key says of a signature's bytes; none may raise."""
    text = note().text
    keys = [signer.vkey for signer in WITNESSES]
    return (*(Cosigner(key).accepts(text, data) for key in keys), LOG.vkey.accepts(text, data))


def _assertion(data: bytes) -> None:
    key = PublicKey(Suite.WEBAUTHN_ES256, unb64u(PASSKEY["public_key"], 65))
    party = RelyingParty(PASSKEY["rp_id"], tuple(PASSKEY["origins"]))
    key.verify(unb64u(PASSKEY["assertions"][0]["message"]), data, party)


def _public_key(data: bytes) -> None:
    """First byte: the suite; the rest the key, which must know a false signature for one."""
    suite = list(Suite)[data[0] % 3] if data else Suite.ES256
    key = PublicKey(suite, data[1:])
    key.check()
    with suppress(BadSignature, BadAssertion):
        key.verify(b"message", data[:64])


def _width(data: bytes) -> int:
    return data[0] if data else 0


def _hash_tile(data: bytes) -> bytes:
    return data[:1] + encode_tile(decode_tile(data[1:], _width(data)))


def _entry_bundle(data: bytes) -> bytes:
    return data[:1] + encode_bundle(decode_bundle(data[1:], _width(data)))


def _json(make: Callable[[], Any]) -> Callable[[], Sequence[bytes]]:
    return lambda: [jcs.dumps(make())]


def envelopes() -> list[bytes]:
    """A statement signed, and the intake's promise."""
    promised = Acknowledgement(ORIGIN, NOW, bytes(32)).sign(Ed25519Signer(bytes(32)))
    return [statement().sign(PERSON).encode(), promised.encode()]


def _openings() -> list[Opening]:
    values: list[Any] = ["合同", 3, {"name": "a.pdf", "size": 1}]
    return [
        Opening.of(f"claim.filed@1#/lines/{n}/cause", bytes([n]) * 32, v)
        for n, v in enumerate(values)
    ]


def opening_files() -> list[bytes]:
    """A file of openings."""
    return [encode_rows(_openings())]


def _assertions() -> list[bytes]:
    return [jcs.dumps(row["assertion"]) for row in PASSKEY["assertions"]]


def _public_keys() -> list[bytes]:
    keys = [PERSON.key, Ed25519Signer(bytes(32)).key]
    return [bytes([list(Suite).index(key.suite)]) + key.public_key for key in keys]


def _cosignatures() -> list[bytes]:
    return [line.signature for line in note().lines]


def _vkeys() -> list[bytes]:
    return [str(signer.vkey).encode() for signer in (LOG, *WITNESSES)]


FORMATS: Final = (
    Target("json", jcs.loads, lambda: [jcs.dumps(statement().body), b"[1,[2,{}]]"], jcs.dumps),
    Target(
        "note", Note.decode, lambda: [note().encode(), *files("good/*.tlog-proof")], Note.encode
    ),
    Target("checkpoint", Checkpoint.parse, lambda: [note().text], Checkpoint.text),
    Target(
        "signed-checkpoint",
        lambda data: sample_policy().evaluate(Note.decode(data), every_line_known=True),
        lambda: files("good/checkpoint.100", "good/log/checkpoint"),
    ),
    Target("proof", Proof.decode, lambda: files("good/*.tlog-proof"), Proof.encode),
    Target(
        "add-checkpoint", AddCheckpoint.decode, lambda: files("good/add-*"), AddCheckpoint.encode
    ),
    Target(
        "policy",
        lambda data: Policy.parse(text_of(data)),
        lambda: [policy().encode(), *files("policy.txt")],
    ),
    Target("vkey", lambda data: VerifierKey.parse(text_of(data)), _vkeys, bytes_of),
    Target(
        "skey",
        lambda data: NoteSigner.parse(text_of(data)),
        lambda: [signer.skey().encode() for signer in (LOG, *WITNESSES)],
        lambda key: key.skey().encode(),
    ),
    Target(
        "cosignature-lines",
        lambda data: parse_lines(text_of(data)),
        lambda: ["".join(map(str, note().lines)).encode()],
        lambda lines: "".join(map(str, lines)).encode(),
    ),
    Target("cosignature", _cosigned, _cosignatures),
    Target("envelope", Envelope.decode, envelopes, Envelope.encode),
    Target("statement", Statement.decode, lambda: [statement().encode()], Statement.encode),
    Target("entry", Entry.decode, lambda: [entry().encode()], Entry.encode),
    Target(
        "acknowledgement",
        Acknowledgement.decode,
        lambda: [Acknowledgement(ORIGIN, NOW, bytes(32)).encode()],
        Acknowledgement.encode,
    ),
    Target("openings", decode_rows, opening_files, lambda o: encode_rows([*o])),
    Target("bundle-index", Index.decode, lambda: [index().encode()], Index.encode),
    Target(
        "genesis",
        lambda data: Genesis.from_json(jcs.loads(data)),
        _json(lambda: genesis().to_json()),
        lambda found: jcs.dumps(found.to_json()),
    ),
    Target(
        "tile-path",
        lambda data: Tile.parse(text_of(data)),
        lambda: [b"tile/0/000.p/9", b"tile/entries/x001/234", b"tile/6/000"],
        lambda tile: bytes_of(tile.path),
    ),
    Target("hash-tile", _hash_tile, lambda: [b"\x02" + bytes(64)], lambda same: same),
    Target(
        "entry-bundle",
        _entry_bundle,
        lambda: [b"\x02\x00\x01a\x00\x00", b"\x00"],
        lambda same: same,
    ),
    Target("passkey", _assertion, lambda: _assertions()[:1]),
    Target("public-key", _public_key, _public_keys),
)
