"""Notes, keys, envelopes and signatures that others published, and the round trips of ours."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import (
    acknowledgement,
    bundle,
    checkpoint,
    disclosure,
    dsse,
    entry,
    jcs,
    note,
    statement,
    suites,
    tiles,
)
from ledger.log.encoding import b64u, sha256
from ledger.log.errors import Malformed
from ledger.log.sign import Ed25519Signer, Es256Signer

FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
SUM = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUM_NOTE = (
    "go.sum database tree\n35225469\nvt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=\n\n"
    "— sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbb"
    "TM75QTtPydhKCExixSfwQ=\n"
)
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"

NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
ORIGIN = "court.example/ledger/case-1"
PERSON = Es256Signer(7)
CLERK = Ed25519Signer(sha256(b"clerk"))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 2**53 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)
bodies = st.dictionaries(st.text(max_size=6), json_values, max_size=4)
ids = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)


@pytest.mark.parametrize(("vkey", "text"), [(FOO, FOO_NOTE), (PETER, PETER_NOTE), (SUM, SUM_NOTE)])
def test_a_published_note_verifies_and_no_other_text_does(vkey: str, text: str) -> None:
    key = note.VerifierKey.parse(vkey)
    assert str(key) == vkey
    found = note.Note.decode(text.encode())
    assert found.encode() == text.encode()
    assert len(found.verify([key])) == 1
    with pytest.raises(note.BadNoteSignature):
        note.Note(found.text + b"more\n", found.lines).verify([key])


def test_a_published_secret_signs_the_published_note() -> None:
    signer = note.NoteSigner.parse(PETER_SECRET)
    assert str(signer.vkey) == PETER
    assert signer.skey() == PETER_SECRET
    text = PETER_NOTE.encode().rsplit(b"\n\n", 1)[0] + b"\n"
    assert note.Note(text, (signer.line(text),)).encode() == PETER_NOTE.encode()


def test_a_real_checkpoint_of_the_go_sum_database_needs_its_origin_named() -> None:
    found, key = note.Note.decode(SUM_NOTE.encode()), note.VerifierKey.parse(SUM)
    with pytest.raises(Malformed):  # its origin has spaces: no key name, so no origin of ours
        checkpoint.read(found, key, "go.sum database tree")


def test_a_cosignature_key_is_of_type_04() -> None:
    key = note.VerifierKey.parse(REMORA)
    assert (key.kind, str(key)) == (note.COSIGNATURE_ED25519, REMORA)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.replace(b"\n\n", b"\n"),
        lambda d: d.rstrip(b"\n"),
        lambda d: d + b"\n",
        lambda d: d.replace(b"Uw2Q", b" Uw2Q"),
        lambda d: d.replace(b"aQM=", b"aQN="),
        lambda d: d.replace(b"aQM=", b"aQM"),
        lambda d: d.replace("— ".encode(), b"- "),
        lambda d: d.replace(b"message", b"mess\x01ge"),
        lambda d: d.replace(b"message", b"mess\xffge"),
        lambda d: d.replace(b".com/foo ", b".com+foo "),
        lambda d: d + d.splitlines(True)[-1] * 100,
    ],
)
def test_a_note_in_another_form_is_refused(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(note.BadNote):
        note.Note.decode(spoil(FOO_NOTE.encode()))


def test_two_lines_of_one_known_key_are_refused_and_unknown_ones_passed_over() -> None:
    found, key = note.Note.decode(FOO_NOTE.encode()), note.VerifierKey.parse(FOO)
    with pytest.raises(note.BadNote):
        note.Note(found.text, found.lines * 2).verify([key])
    with pytest.raises(note.NoKnownSignature):
        found.verify([note.VerifierKey.parse(PETER)])


def test_pae_of_the_published_envelope() -> None:
    assert (
        dsse.pae("http://example.com/HelloWorld", b"hello world")
        == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def make_statement(
    body: dict[str, jcs.Json], *, kind: str = "claim.filed@1"
) -> statement.Statement:
    return statement.Statement(
        act=bytes(16),
        body=body,
        by="p1",
        case="case-1",
        for_="p1",
        key=PERSON.key.id,
        kind=kind,
        log=ORIGIN,
        role=statement.Role.CREDITOR,
    )


@given(body=bodies, by=ids, case=ids | st.none(), act=st.binary(min_size=16, max_size=16))
def test_statement_and_entry_round_trip(
    body: dict[str, jcs.Json], by: str, case: str | None, act: bytes
) -> None:
    said = statement.Statement(
        act, body, by, case, by, PERSON.key.id, "claim.filed@1", ORIGIN, statement.Role.AGENT
    )
    assert statement.Statement.decode(said.encode()) == said
    envelope = said.sign(PERSON)
    assert dsse.Envelope.decode(envelope.encode()) == envelope
    assert statement.verify(envelope, PERSON.key) == said
    first = entry.Entry.of(0, entry.first_prev(ORIGIN), NOW, NOW, envelope)
    assert entry.Entry.decode(first.encode()) == first
    first.check_follows(ORIGIN, 0, sha256(ORIGIN.encode()))
    for wrong in (("x", 0, first.prev), (ORIGIN, 1, first.prev), (ORIGIN, 0, first.leaf())):
        with pytest.raises(entry.ChainBroken):
            first.check_follows(*wrong)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("act", "AA"),
        ("body", []),
        ("by", "P1"),
        ("case", ""),
        ("for", None),
        ("key", "AB" * 32),
        ("kind", "claim.filed@0"),
        ("log", "a b"),
        ("role", "judge"),
        ("role", ["court"]),
        ("more", 1),
    ],
)
def test_a_statement_with_a_wrong_member_is_refused(member: str, value: jcs.Json) -> None:
    said = json.loads(make_statement({}).encode())
    said[member] = value
    with pytest.raises(statement.BadStatement):
        statement.Statement.decode(jcs.dumps(said))


def test_sizes_of_statement_and_entry_are_bounded() -> None:
    empty = len(make_statement({"x": ""}).encode())
    most = {"x": "a" * (statement.MAX_PAYLOAD - empty)}
    envelope = make_statement(most).sign(PERSON)
    assert len(envelope.payload) == statement.MAX_PAYLOAD
    assert len(entry.Entry.of(9, bytes(32), NOW, NOW, envelope).encode()) <= entry.MAX_ENTRY
    with pytest.raises(statement.StatementTooLarge):
        make_statement({"x": most["x"] + "a"}).encode()
    with pytest.raises(entry.EntryTooLarge):
        entry.Entry.decode(b" " * (entry.MAX_ENTRY + 1))


@pytest.mark.parametrize(
    ("member", "value"), [("v", True), ("v", 2), ("log", "other"), ("kind", "claim.amended@1")]
)
def test_an_entry_that_says_otherwise_than_its_statement_is_refused(
    member: str, value: jcs.Json
) -> None:
    envelope = make_statement({}).sign(PERSON)
    row = json.loads(entry.Entry.of(3, bytes(32), NOW, NOW, envelope).encode())
    row[member] = value
    with pytest.raises(entry.BadEntry):
        entry.Entry.decode(jcs.dumps(row))


@pytest.mark.parametrize("signer", [PERSON, CLERK], ids=["es256", "ed25519"])
def test_a_signature_holds_for_its_bytes_and_key_only(signer: Es256Signer | Ed25519Signer) -> None:
    sig = signer.sign(b"message")
    signer.key.verify(b"message", sig)
    for message, changed in (
        (b"other", sig),
        (b"message", sig[:-1] + bytes([sig[-1] ^ 1])),
        (b"message", sig + b"\0"),
        (b"message", b""),
        (b"message", bytes(64)),
    ):
        with pytest.raises(suites.BadSignature):
            signer.key.verify(message, changed)


def test_es256_takes_either_s_but_neither_zero_nor_the_order() -> None:
    sig = PERSON.sign(b"m")
    order = suites.P256_ORDER
    s = int.from_bytes(sig[32:], "big")
    PERSON.key.verify(b"m", sig[:32] + (order - s).to_bytes(32, "big"))
    for bad in (sig[:32] + order.to_bytes(32, "big"), bytes(32) + sig[32:]):
        with pytest.raises(suites.BadSignature):
            PERSON.key.verify(b"m", bad)


@pytest.mark.parametrize(
    "key",
    [
        suites.PublicKey(suites.Suite.ES256, b"\x04" + bytes(64)),
        suites.PublicKey(suites.Suite.ES256, PERSON.key.public_key[:33]),
        suites.PublicKey(
            suites.Suite.ES256, bytes([2 + (PERSON.key.public_key[-1] & 1)]) + bytes(64)
        ),
        suites.PublicKey(suites.Suite.ED25519, bytes(31)),
    ],
)
def test_bytes_that_are_no_key_are_refused(key: suites.PublicKey) -> None:
    with pytest.raises(suites.BadPublicKey):
        key.check()


def test_an_envelope_is_refused_under_another_key_than_it_names() -> None:
    envelope = make_statement({}).sign(PERSON)
    with pytest.raises(suites.WrongKey):
        statement.verify(envelope, Es256Signer(8).key)


def assertion(challenge: bytes, **changed: object) -> bytes:
    client = {
        "type": "webauthn.get",
        "challenge": b64u(sha256(challenge)),
        "origin": "https://court.example",
    }
    flags = changed.pop("flags", 5)
    rp = changed.pop("rp", "court.example")
    assert isinstance(flags, int)
    data = sha256(str(rp).encode()) + bytes([flags]) + bytes(4)
    client_data = json.dumps({**client, **changed}).encode()
    secret = ec.derive_private_key(7, ec.SECP256R1())
    signature = secret.sign(data + sha256(client_data), ec.ECDSA(hashes.SHA256()))
    row = {
        "authenticator_data": b64u(data),
        "client_data": b64u(client_data),
        "signature": b64u(signature),
    }
    return jcs.dumps(row)


def test_a_passkeys_assertion_verifies_only_under_all_conditions() -> None:
    key = suites.PublicKey(suites.Suite.WEBAUTHN_ES256, PERSON.key.public_key)
    party = suites.RelyingParty("court.example", ("https://court.example",))
    key.verify(b"m", assertion(b"m"), party)
    key.verify(b"m", assertion(b"m", crossOrigin=False), party)
    spoiled: list[dict[str, object]] = [
        {"flags": 1},
        {"flags": 4},
        {"rp": "evil.example"},
        {"type": "webauthn.create"},
        {"origin": "https://evil.example"},
        {"crossOrigin": True},
        {"crossOrigin": None},
    ]
    for change in spoiled:
        with pytest.raises(suites.BadAssertion):
            key.verify(b"m", assertion(b"m", **change), party)
    with pytest.raises(suites.BadAssertion):
        key.verify(b"other", assertion(b"m"), party)
    with pytest.raises(suites.BadAssertion):
        key.verify(b"m", assertion(b"m"))


@given(value=json_values, salt=st.binary(min_size=32, max_size=32))
def test_an_opening_opens_its_digest_and_no_other(value: jcs.Json, salt: bytes) -> None:
    name = disclosure.field_name("claim.filed@1", disclosure.pointer("lines", 0, "a/b~c"))
    assert name == "claim.filed@1#/lines/0/a~1b~0c"
    opening = disclosure.Opening.of(name, salt, value)
    assert opening.digest == sha256(
        b"ledger/commit/v1\0" + name.encode() + b"\0" + salt + jcs.dumps(value)
    )
    assert disclosure.decode_rows(disclosure.encode_rows([opening])) == (opening,)
    other = disclosure.Opening(opening.digest, name, sha256(salt), value)
    with pytest.raises(disclosure.OpensNothing):
        other.check()
    with pytest.raises(disclosure.BadOpening):
        disclosure.decode_rows((opening.encode() + b"\n") * 2)


def test_acknowledgement_round_trip() -> None:
    ack = acknowledgement.Acknowledgement(ORIGIN, NOW, bytes(32))
    envelope = ack.sign(CLERK)
    assert acknowledgement.verify(dsse.Envelope.decode(envelope.encode()), CLERK.key) == ack
    with pytest.raises(suites.WrongKey):
        acknowledgement.verify(envelope, Ed25519Signer(bytes(32)).key)
    with pytest.raises(dsse.WrongPayloadType):
        acknowledgement.verify(make_statement({}).sign(PERSON), PERSON.key)


paths = st.from_regex(r"[A-Za-z0-9_-]{1,8}(/[A-Za-z0-9._-]{1,4}x){0,2}", fullmatch=True)
bundle_files = st.dictionaries(paths, st.binary(max_size=4).map(bundle.File.of), max_size=5)


@given(files=bundle_files)
def test_bundle_index_round_trip_and_differences_by_name(files: dict[str, bundle.File]) -> None:
    for a, b in itertools.permutations(list(files), 2):
        if b.startswith(a + "/"):
            files.pop(b, None)
    index = bundle.Index(
        bundle.Profile.PARTY, "p1", ORIGIN, 3, "concursus 0.1", NOW.replace(microsecond=0), files
    )
    assert bundle.Index.decode(index.encode()) == index
    index.check({**files, "bundle.json": bundle.File.of(b"")})
    for path, file in files.items():
        left = {p: f for p, f in files.items() if p != path}
        assert index.compare(left).missing == (path,)
        assert index.compare({**files, path: bundle.File(file.size, bytes(32))}).changed == (path,)
        assert index.compare({**files, path: bundle.File(9, file.sha256)}).changed == (path,)
    assert index.compare({**files, "new.x": bundle.File.of(b"")}).extra == ("new.x",)
    with pytest.raises(bundle.FilesDiffer):
        index.check({**files, "new.x": bundle.File.of(b"")})
    row = json.loads(index.encode())
    row["size"] = 4
    with pytest.raises(bundle.BadBundleIndex):
        bundle.Index.decode(jcs.dumps(row))


@pytest.mark.parametrize(
    "path", ["", "/a", "a/", "a//b", "../a", "a/../b", ".", "a\n", "条", "bundle.json", "a b"]
)
def test_a_path_that_leaves_the_bundle_is_refused(path: str) -> None:
    with pytest.raises(bundle.BadBundleIndex):
        bundle.check_path(path)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 70_000])
def test_tiles_of_a_size(size: int) -> None:
    found = tiles.tiles_of(size)
    assert sum(tile.width for tile in found if tile.level == 0) == size
    assert sum(tile.width for tile in found if tile.level is None) == size
    assert all(tiles.Tile.parse(tile.path) == tile for tile in found)
    assert all(tiles.has_tile(size, tile) for tile in found)
    if size == 70_000:
        assert [t.path for t in found if t.level in (1, 2)] == [
            "tile/1/000",
            "tile/1/001.p/17",
            "tile/2/000.p/1",
        ]
        assert tiles.Tile(0, 273, 112) in found
    assert tiles.n_path(1234067) == "x001/x234/067"


@given(value=json_values, at=st.integers(0, 200), byte=st.integers(0, 255))
def test_one_byte_changed_in_canonical_text_is_refused_or_another_value(
    value: jcs.Json, at: int, byte: int
) -> None:
    data = bytearray(jcs.dumps(value))
    assert jcs.loads(bytes(data)) == value
    assert bytes(data) == jcs.canonical(value)
    at %= len(data)
    if data[at] == byte:
        return
    data[at] = byte
    try:
        other = jcs.loads(bytes(data))
    except Malformed:
        return
    assert jcs.dumps(other) != jcs.dumps(value)


def test_member_names_are_ordered_by_utf16_units() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "z": 3}
    assert list(json.loads(jcs.dumps(value))) == ["z", "\U0001f600", "\ufb33"]


def test_an_entry_around_canonical_bytes_is_the_entry_of_its_statement() -> None:
    """The sequencer puts an accepted envelope in its place without reading it again."""
    envelope = make_statement({}).sign(PERSON)
    whole = entry.Entry.of(7, bytes(range(32)), NOW, NOW, envelope)
    spliced = entry.around(
        envelope.encode(),
        n=7,
        prev=bytes(range(32)),
        received=NOW,
        at=NOW,
        log=whole.log,
        kind=whole.kind,
    )
    assert spliced == whole.encode()
    with pytest.raises(entry.EntryTooLarge):
        entry.around(
            bytes(entry.MAX_ENTRY),
            n=0,
            prev=bytes(32),
            received=NOW,
            at=NOW,
            log=ORIGIN,
            kind="a.b@1",
        )
