"""ML-DSA-44 cosignatures (C2SP tlog-cosignature, type 06): beside Ed25519, and never instead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import Cosigner, cosign, time_of
from ledger.log.encoding import sha256
from ledger.log.merkle import leaf_hash, root
from ledger.log.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_MLDSA44,
    BadNoteKey,
    BadNoteSignature,
    Line,
    NoKnownSignature,
    Note,
    NoteSigner,
    VerifierKey,
)
from ledger.log.policy import BadPolicy, Policy
from ledger.log.witness import MAX_REQUEST, AddCheckpoint, decide

ORIGIN = "court.example/ledger/case-1"
NAME = "court.example/witness/court"
LOG = NoteSigner(ORIGIN, sha256(b"log"))
LOG_06 = NoteSigner(ORIGIN, sha256(b"log 06"), COSIGNATURE_MLDSA44)
COURT = NoteSigner(NAME, sha256(b"court"), COSIGNATURE_ED25519)
COURT_06 = NoteSigner(NAME, sha256(b"court 06"), COSIGNATURE_MLDSA44)
POINT = Checkpoint(ORIGIN, 5, root(leaf_hash(b"%d" % i) for i in range(5)))
TIME = 1767225600
POLICY = (
    f"log {LOG.vkey}\nlog {LOG_06.vkey}\nwitness court {COURT.vkey}\n"
    f"witness court-mldsa44 {COURT_06.vkey}\nquorum court\n"
)


def note(*signers: NoteSigner) -> Note:
    signed = POINT.sign(LOG)
    return replace(
        signed, lines=(*signed.lines, *(cosign(signer, signed.text, TIME) for signer in signers))
    )


def test_keys_are_text_and_come_back() -> None:
    for key in (COURT_06, LOG_06):
        assert VerifierKey.parse(str(key.vkey)) == key.vkey
        assert NoteSigner.parse(key.skey()).vkey == key.vkey
    assert len(COURT_06.vkey.public_key) == 1312
    assert COURT_06.vkey.id != COURT.vkey.id
    with pytest.raises(BadNoteKey):
        VerifierKey.parse(COURT_06.skey().removeprefix("PRIVATE+KEY+"))


def test_a_line_states_its_time_and_holds_for_its_log_size_root_and_name_only() -> None:
    line = cosign(COURT_06, POINT.text(), TIME)
    assert (len(line.signature), time_of(line)) == (8 + 2420, TIME)
    cosigner = Cosigner(COURT_06.vkey)
    assert cosigner.accepts(POINT.text(), line.signature)
    for other in (
        replace(POINT, size=6),
        replace(POINT, root=bytes(32)),
        replace(POINT, origin="court.example/ledger/case-2"),
    ):
        assert not cosigner.accepts(other.text(), line.signature)
    namesake = VerifierKey("elsewhere", COSIGNATURE_MLDSA44, COURT_06.vkey.public_key)
    assert not Cosigner(namesake).accepts(POINT.text(), line.signature)
    later = (TIME + 1).to_bytes(8, "big") + line.signature[8:]
    assert not cosigner.accepts(POINT.text(), later)
    assert not cosigner.accepts(POINT.text(), line.signature[:-1])
    assert not cosigner.accepts(b"no checkpoint\n", line.signature)


def test_a_checkpoint_is_never_cosigned_at_time_0() -> None:
    line = cosign(COURT_06, POINT.text(), 0)
    assert not Cosigner(COURT_06.vkey).accepts(POINT.text(), line.signature)


def test_a_policy_knows_both_keys_of_a_body_and_counts_it_once() -> None:
    policy = Policy.parse(POLICY)
    assert policy.counting == ("court",)
    whole = policy.check(note(LOG_06, COURT, COURT_06), every_line_known=True)
    assert whole.cosigned == {"court": TIME, "court-mldsa44": TIME}
    assert policy.evaluate(note(COURT)).quorum
    assert not policy.evaluate(note(COURT_06)).quorum
    with pytest.raises(BadPolicy):
        Policy.parse(POLICY.replace("witness court ", f"witness again {COURT_06.vkey}\nwitness c "))


def test_a_false_line_of_a_known_key_refuses_the_note_and_an_unknown_one_is_passed_over() -> None:
    good = note(COURT, COURT_06)
    changed = bytearray(good.lines[-1].signature)
    changed[100] ^= 1
    forged = Line(NAME, COURT_06.vkey.id, bytes(changed))
    bad = replace(good, lines=(*good.lines[:-1], forged))
    with pytest.raises(BadNoteSignature):
        Policy.parse(POLICY).evaluate(bad)
    classical = Policy.parse(f"log {LOG.vkey}\nwitness court {COURT.vkey}\nquorum court\n")
    assert classical.evaluate(bad).quorum
    with pytest.raises(NoKnownSignature):
        classical.check(bad, every_line_known=True)


def test_a_witness_answers_with_a_line_of_each_key_and_notes_stay_small() -> None:
    signed = note(LOG_06)
    request = AddCheckpoint.of(0, (), signed)
    assert len(request.encode()) < MAX_REQUEST // 8
    answer = decide(
        None,
        AddCheckpoint.decode(request.encode()),
        {ORIGIN: [LOG.vkey]},
        [COURT, COURT_06],
        TIME,
    )
    assert answer.status == 200
    assert answer.state is not None
    held = Policy.parse(POLICY).check(Note.decode(answer.state.note))
    assert set(held.cosigned) == {"court", "court-mldsa44"}
    assert len(answer.body) < 4_000
