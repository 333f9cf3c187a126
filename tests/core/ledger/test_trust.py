"""Policies, witnesses and the genesis: who is believed, and what a witness answers."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import jcs, merkle
from ledger.log.checkpoint import Checkpoint, WrongOrigin
from ledger.log.cosignature import cosign
from ledger.log.encoding import sha256
from ledger.log.errors import Refused
from ledger.log.genesis import BadGenesis, Clock, CourtKey, Genesis, RulePack
from ledger.log.note import COSIGNATURE_ED25519, NoKnownSignature, Note, NoteSigner
from ledger.log.policy import BadPolicy, Policy, QuorumMissing
from ledger.log.proof import EntryDiffers, EntryMissing, Proof
from ledger.log.sign import Ed25519Signer, Es256Signer
from ledger.log.witness import AddCheckpoint, Decision, State, decide, monitoring_path

ORIGIN = "court.example/ledger/case-1"
LOG = NoteSigner(ORIGIN, sha256(b"log"))
ROLES = ("court", "administrator", "committee", "regulator")
WITNESSES = {
    role: NoteSigner(f"court.example/witness/{role}", sha256(role.encode()), COSIGNATURE_ED25519)
    for role in ROLES
}
KEYS = {ORIGIN: (LOG.vkey,)}
LEAVES = tuple(merkle.leaf_hash(b"%d" % i) for i in range(20))
NODE = merkle.node_lookup(LEAVES)

POLICY = "\n".join(
    [
        "# who is believed",
        f"log {LOG.vkey} https://court.example",
        *(f"witness {role} {signer.vkey}" for role, signer in WITNESSES.items()),
        "group outside 2 administrator committee regulator",
        "group both all court outside",
        "quorum both",
        "",
    ]
)


def checkpoint(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, merkle.root(LEAVES[:size]))


def cosigned(size: int, roles: tuple[str, ...]) -> Note:
    note = checkpoint(size).sign(LOG)
    lines = [cosign(WITNESSES[role], note.text, 1_000 + i) for i, role in enumerate(roles)]
    return Note(note.text, (*note.lines, *lines))


@given(roles=st.lists(st.sampled_from(ROLES), unique=True).map(tuple))
def test_the_quorum_is_court_and_two_others_and_the_missing_are_named(
    roles: tuple[str, ...],
) -> None:
    verdict = Policy.parse(POLICY).evaluate(cosigned(5, roles))
    outside = len(set(roles) - {"court"})
    assert verdict.satisfied["outside"] == (outside >= 2)
    assert verdict.quorum == (outside >= 2 and "court" in roles)
    assert set(verdict.cosigned) == set(roles)
    lacking = set() if "court" in roles else {"court"}
    if outside < 2:
        lacking |= {"administrator", "committee", "regulator"} - set(roles)
    assert set(verdict.missing) == lacking
    if not verdict.quorum:
        with pytest.raises(QuorumMissing) as error:
            Policy.parse(POLICY).check(cosigned(5, roles))
        assert all(name in error.value.sentence("zh") for name in lacking)


def test_a_line_of_an_unknown_key_is_passed_over_but_not_in_a_bundle() -> None:
    note = cosigned(5, ROLES)
    stranger = NoteSigner("stranger", bytes(32))
    more = Note(note.text, (*note.lines, stranger.line(note.text)))
    parsed = Policy.parse(POLICY)
    assert parsed.check(more).quorum
    assert parsed.check(note, every_line_known=True).quorum
    with pytest.raises(NoKnownSignature):
        parsed.check(more, every_line_known=True)


def test_a_log_cannot_sign_for_another_origin() -> None:
    note = Checkpoint("court.example/ledger/case-2", 1, bytes(32)).sign(LOG)
    with pytest.raises(WrongOrigin):
        Policy.parse(POLICY).evaluate(note)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum both", ""),
        ("quorum both", "quorum both\nquorum none"),
        ("quorum both", "quorum nobody"),
        ("outside 2 ", "outside 4 "),
        ("outside 2 ", "outside 0 "),
        ("outside 2 ", "outside 02 "),
        ("outside 2 ", "outside most "),
        ("all court outside", "all court regulator"),
        ("all court outside", "all court later"),
        ("group both", "group court"),
        ("group both", "group none"),
        ("log ", "# log "),
        ("log ", "witness log "),
        ("witness court ", "log "),
        ("# who", "who"),
    ],
)
def test_a_policy_that_is_not_whole_is_refused(old: str, new: str) -> None:
    with pytest.raises(BadPolicy):
        Policy.parse(POLICY.replace(old, new, 1))


def test_one_key_under_two_names_is_refused() -> None:
    twin = NoteSigner("court.example/witness/twin", sha256(b"court"), COSIGNATURE_ED25519)
    with pytest.raises(BadPolicy):
        Policy.parse(POLICY.replace("group outside", f"witness twin {twin.vkey}\ngroup outside"))


def ask(state: State | None, old: int, new: int) -> Decision:
    proof = merkle.consistency_proof(old, new, NODE) if old <= new else ()
    request = AddCheckpoint.of(old, proof, checkpoint(new).sign(LOG))
    assert AddCheckpoint.decode(request.encode()) == request
    return decide(state, request, KEYS, [WITNESSES["court"]], 1_000)


def state(size: int) -> State:
    return State(size, merkle.root(LEAVES[:size]), b"")


@pytest.mark.parametrize("held", range(8))
@pytest.mark.parametrize("old", range(8))
@pytest.mark.parametrize("new", range(8))
def test_a_witness_moves_only_from_what_it_has_to_what_extends_it(
    held: int, old: int, new: int
) -> None:
    found = ask(state(held) if held else None, old, new)
    if old > new:
        assert found.status == 400
    elif old != held:
        assert (found.status, found.body, found.content_type) == (
            409,
            b"%d\n" % held,
            "text/x.tlog.size",
        )
    else:
        assert found.status == 200
        assert found.state is not None
        assert (found.state.size, found.state.root) == (new, merkle.root(LEAVES[:new]))
        kept = Note.decode(found.state.note)
        assert str(kept.lines[-1]).encode() == found.body
        assert set(Policy.parse(POLICY).evaluate(kept).cosigned) == {"court"}
    if found.status != 200:
        assert found.state is None


def test_a_witness_refuses_what_does_not_extend_its_checkpoint() -> None:
    signer = WITNESSES["court"]

    def status(held: State | None, request: AddCheckpoint) -> int:
        return decide(held, request, KEYS, [signer], 1).status

    good = merkle.consistency_proof(3, 7, NODE)
    note = checkpoint(7).sign(LOG)
    fork = Checkpoint(ORIGIN, 3, bytes(32)).sign(LOG)
    hollow = Checkpoint(ORIGIN, 0, bytes(32)).sign(LOG)
    assert status(state(3), AddCheckpoint.of(3, good, note)) == 200
    assert status(state(3), AddCheckpoint.of(3, good[:-1], note)) == 422
    assert status(State(3, bytes(32), b""), AddCheckpoint.of(3, good, note)) == 422
    assert status(None, AddCheckpoint.of(0, good, note)) == 422
    assert status(state(3), AddCheckpoint.of(3, (), fork)) == 422
    assert status(state(3), AddCheckpoint.of(3, good, checkpoint(3).sign(LOG))) == 422
    assert status(None, AddCheckpoint.of(0, (), hollow)) == 422


def test_a_witness_refuses_unknown_logs_and_signatures() -> None:
    signer = WITNESSES["court"]
    request = AddCheckpoint.of(0, (), checkpoint(7).sign(LOG))
    line = request.note.lines[0]
    forged = Note(request.note.text, (dataclasses.replace(line, signature=bytes(64)),))
    stranger = checkpoint(7).sign(NoteSigner("stranger", bytes(32)))
    assert decide(None, request, {}, [signer], 1).status == 404
    for note in (forged, stranger):
        assert decide(None, AddCheckpoint.of(0, (), note), KEYS, [signer], 1).status == 403


@pytest.mark.parametrize(
    "change",
    [
        (b"old 3", b"old 03"),
        (b"old 3", b"old -1"),
        (b"old 3", b"new 3"),
        (b"old 3\n", b"old 3\nAAAA\n"),
        (b"old 3\n", b"old 3\n" + b"A" * 43 + b"=\n" + (b"A" * 43 + b"=\n") * 63),
        (b"\n\n", b"\n"),
        (b"\n7\n", b"\n07\n"),
    ],
)
def test_a_malformed_request_is_refused(change: tuple[bytes, bytes]) -> None:
    proof = merkle.consistency_proof(3, 7, NODE)
    body = AddCheckpoint.of(3, proof, checkpoint(7).sign(LOG)).encode()
    with pytest.raises(Refused) as error:
        AddCheckpoint.decode(body.replace(*change))
    assert error.value.slug == "bad-add-checkpoint"


def test_latest_checkpoints_are_found_by_the_hash_of_the_origin() -> None:
    assert monitoring_path(ORIGIN) == sha256(ORIGIN.encode()).hex() + "/checkpoint"


def test_a_receipt_carries_its_entry_and_no_other() -> None:
    proof = Proof(4, merkle.inclusion_proof(4, 20, NODE), cosigned(20, ROLES), b"4")
    again = Proof.decode(proof.encode())
    assert again == proof
    assert again.verify(Policy.parse(POLICY)).quorum
    with pytest.raises(EntryDiffers):
        again.verify(Policy.parse(POLICY), b"5")
    bare = Proof(4, proof.hashes, checkpoint(20).sign(LOG))
    with pytest.raises(EntryMissing):
        bare.verify(Policy.parse(POLICY))
    with pytest.raises(QuorumMissing):
        bare.verify(Policy.parse(POLICY), b"4")
    assert not bare.verify(Policy.parse(POLICY), b"4", quorum=False).quorum


GENESIS = Genesis(
    origin=ORIGIN,
    case="case-1",
    clock=Clock.DEMONSTRATION,
    log_key=LOG.vkey,
    clerk=Ed25519Signer(sha256(b"clerk")).key,
    intake=Ed25519Signer(sha256(b"intake")).key,
    court=(CourtKey("judge", Es256Signer(5).key),),
    policy=POLICY,
    rule_pack=RulePack("CN-EBL-2006", "1", bytes(32)),
    rp_id="court.example",
    origins=("https://court.example",),
    software="concursus 0.1.0",
)


def test_genesis_round_trip() -> None:
    assert Genesis.from_json(jcs.loads(jcs.dumps(GENESIS.to_json()))) == GENESIS


@pytest.mark.parametrize(
    "change",
    [
        {"clock": "fast"},
        {"case": None},
        {"origin": "court.example/ledger/case-2"},
        {"log_key": str(WITNESSES["court"].vkey)},
        {"clerk": {"suite": "es256", "public_key": "AA"}},
        {"clerk": {"suite": "rsa", "public_key": "AA"}},
        {"court": GENESIS.to_json()["court"] * 2},
        {"policy": "quorum none"},
        {"more": 1},
    ],
)
def test_a_genesis_that_does_not_agree_with_itself_is_refused(change: dict[str, jcs.Json]) -> None:
    with pytest.raises(Refused):
        Genesis.from_json({**GENESIS.to_json(), **change})
    assert issubclass(BadGenesis, Refused)
