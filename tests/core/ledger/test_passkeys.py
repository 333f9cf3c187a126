"""`webauthn-es256` to the letter (ledger 9.3), on what a real browser's authenticator answered.

passkey.json holds three assertions of Chromium's virtual authenticator, made by us.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import jcs
from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.errors import Refused
from ledger.log.suites import (
    P256_ORDER,
    BadAssertion,
    BadSignature,
    PublicKey,
    RelyingParty,
    Suite,
    key_id,
)

Json = Any
VECTOR: Json = json.loads((Path(__file__).parent / "passkey.json").read_text("utf-8"))
KEY = PublicKey(Suite.WEBAUTHN_ES256, unb64u(VECTOR["public_key"], 65))
PARTY = RelyingParty(VECTOR["rp_id"], tuple(VECTOR["origins"]))
FIRST: Json = VECTOR["assertions"][0]
MESSAGE, ASSERTION = unb64u(FIRST["message"]), FIRST["assertion"]

SECRET = ec.derive_private_key(11, ec.SECP256R1())
OWN = PublicKey(
    Suite.WEBAUTHN_ES256,
    b"\x04"
    + SECRET.public_key().public_numbers().x.to_bytes(32, "big")
    + SECRET.public_key().public_numbers().y.to_bytes(32, "big"),
)
CLIENT = {
    "type": "webauthn.get",
    "challenge": b64u(sha256(MESSAGE)),
    "origin": PARTY.origins[0],
    "crossOrigin": False,
}


def signed(client: bytes | None = None, data: bytes | None = None, **changed: Json) -> bytes:
    """An assertion of the key OWN over exactly these client_data and authenticator_data."""
    client = json.dumps({**CLIENT, **changed}).encode() if client is None else client
    data = sha256(PARTY.rp_id.encode()) + b"\x05\0\0\0\1" if data is None else data
    signature = SECRET.sign(data + sha256(client), ec.ECDSA(hashes.SHA256()))
    return spelled(b64u(data), b64u(client), b64u(signature))


def spelled(data: str, client: str, signature: str) -> bytes:
    return jcs.dumps({"authenticator_data": data, "client_data": client, "signature": signature})


@pytest.mark.parametrize("row", VECTOR["assertions"], ids=lambda row: row["name"])
def test_what_a_browser_answered_verifies(row: Json) -> None:
    KEY.check()
    KEY.verify(unb64u(row["message"]), jcs.dumps(row["assertion"]), PARTY)
    with pytest.raises(BadAssertion):
        KEY.verify(unb64u(row["message"]) + b" ", jcs.dumps(row["assertion"]), PARTY)


def test_the_suite_is_part_of_the_key_id() -> None:
    assert KEY.id == key_id(Suite.WEBAUTHN_ES256, KEY.public_key)
    assert KEY.id != PublicKey(Suite.ES256, KEY.public_key).id


def test_the_plain_suite_takes_no_assertion_and_the_passkeys_no_plain_signature() -> None:
    with pytest.raises(BadSignature):
        PublicKey(Suite.ES256, KEY.public_key).verify(MESSAGE, jcs.dumps(ASSERTION), PARTY)
    der = SECRET.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))
    r, s = utils.decode_dss_signature(der)
    for plain in (der, r.to_bytes(32, "big") + s.to_bytes(32, "big")):
        with pytest.raises(BadAssertion):
            OWN.verify(MESSAGE, plain, PARTY)


def test_the_counter_and_what_the_browser_adds_do_not_matter() -> None:
    OWN.verify(MESSAGE, signed(), PARTY)
    data = sha256(PARTY.rp_id.encode())
    OWN.verify(MESSAGE, signed(data=data + b"\x05\xff\xff\xff\xff"), PARTY)
    OWN.verify(MESSAGE, signed(data=data + b"\xdd\0\0\0\0extensions"), PARTY)
    OWN.verify(MESSAGE, signed(other_keys_can_be_added_here="do not compare", topOrigin="x"), PARTY)
    absent = {name: value for name, value in CLIENT.items() if name != "crossOrigin"}
    OWN.verify(MESSAGE, signed(client=json.dumps(absent).encode()), PARTY)


def test_either_s_is_taken_as_the_authenticator_gave_it() -> None:
    assertion = jcs.loads(signed())
    assert isinstance(assertion, dict)
    r, s = utils.decode_dss_signature(unb64u(assertion["signature"]))
    other = utils.encode_dss_signature(r, P256_ORDER - s)
    OWN.verify(MESSAGE, jcs.dumps({**assertion, "signature": b64u(other)}), PARTY)


TEXT = json.dumps(CLIENT)


@pytest.mark.parametrize(
    "client",
    [
        b"",
        b"null",
        b"[]",
        TEXT.encode("utf-16"),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode() + b"x",
        TEXT.encode()[:-1],
        (TEXT[:-1] + ', "type": "webauthn.get"}').encode(),
        (TEXT[:-1] + ', "x": {"a": 1, "a": 1}}').encode(),
        (TEXT[:-1] + ', "x": NaN}').encode(),
        (TEXT[:-1] + ', "x": -Infinity}').encode(),
        (TEXT[:-1] + ', "x": ' + "[" * 100_000 + "]" * 100_000 + "}").encode(),
        (TEXT[:-1] + ', "x": "\xff"}').encode("latin-1"),
    ],
    ids=lambda data: repr(data[:1] + data[-24:]),
)
def test_client_data_that_is_no_plain_json_is_refused(client: bytes) -> None:
    with pytest.raises(BadAssertion):
        OWN.verify(MESSAGE, signed(client=client), PARTY)


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "webauthn.create"},
        {"type": None},
        {"challenge": b64u(sha256(MESSAGE)) + "="},
        {"challenge": sha256(MESSAGE).hex()},
        {"challenge": b64u(MESSAGE)},
        {"challenge": None},
        {"origin": "http://localhost:8000/"},
        {"origin": "https://localhost:8000"},
        {"origin": "HTTP://localhost:8000"},
        {"origin": "http://localhost"},
        {"origin": ["http://localhost:8000"]},
        {"origin": None},
        {"crossOrigin": True},
        {"crossOrigin": None},
        {"crossOrigin": 0},
        {"crossOrigin": "false"},
    ],
    ids=str,
)
def test_client_data_that_says_something_else_is_refused(changed: Json) -> None:
    with pytest.raises(BadAssertion):
        OWN.verify(MESSAGE, signed(**changed), PARTY)


HASH = sha256(PARTY.rp_id.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HASH + b"\x05\0\0\0",
        HASH[:-1] + b"\0\x05\0\0\0\1",
        sha256(b"localhost:8000") + b"\x05\0\0\0\1",
        HASH + b"\x00\0\0\0\1",
        HASH + b"\x01\0\0\0\1",
        HASH + b"\x04\0\0\0\1",
        HASH + b"\xfa\0\0\0\1",
    ],
    ids=lambda data: data[28:].hex(),
)
def test_authenticator_data_of_elsewhere_or_without_the_person_is_refused(data: bytes) -> None:
    with pytest.raises(BadAssertion):
        OWN.verify(MESSAGE, signed(data=data), PARTY)


def without(name: str) -> bytes:
    return jcs.dumps({k: v for k, v in ASSERTION.items() if k != name})


@pytest.mark.parametrize(
    "sig",
    [
        b"",
        b"{}",
        b"null",
        b"\xff",
        json.dumps(ASSERTION).encode(),
        jcs.dumps({**ASSERTION, "user_handle": ""}),
        jcs.dumps({**ASSERTION, "signature": ASSERTION["signature"] + "="}),
        jcs.dumps({**ASSERTION, "signature": None}),
        jcs.dumps({**ASSERTION, "client_data": ASSERTION["client_data"] + "\n"}),
        without("signature"),
        without("client_data"),
        without("authenticator_data"),
    ],
    ids=lambda sig: repr(sig[:12]),
)
def test_a_signature_in_another_spelling_is_refused(sig: bytes) -> None:
    with pytest.raises(BadAssertion):
        KEY.verify(MESSAGE, sig, PARTY)


def test_an_assertion_needs_to_know_whose_page_it_is_for() -> None:
    with pytest.raises(BadAssertion):
        KEY.verify(MESSAGE, jcs.dumps(ASSERTION))
    for party in (
        RelyingParty("example.com", PARTY.origins),
        RelyingParty(PARTY.rp_id, ()),
        RelyingParty(PARTY.rp_id, ("https://court.example",)),
    ):
        with pytest.raises(BadAssertion):
            KEY.verify(MESSAGE, jcs.dumps(ASSERTION), party)


def der(change: Callable[[bytes], bytes]) -> bytes:
    return jcs.dumps({**ASSERTION, "signature": b64u(change(unb64u(ASSERTION["signature"])))})


@pytest.mark.parametrize(
    "change",
    [
        lambda sig: b"",
        lambda sig: sig + b"\0",
        lambda sig: sig[:-1],
        lambda sig: bytes(64),
        lambda sig: utils.encode_dss_signature(0, 0),
        lambda sig: utils.encode_dss_signature(1, P256_ORDER),
        lambda sig: utils.encode_dss_signature(*utils.decode_dss_signature(sig)[::-1]),
        lambda sig: b"\x30\x81" + sig[1:],
    ],
)
def test_a_signature_that_does_not_hold_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(BadSignature):
        KEY.verify(MESSAGE, der(change), PARTY)


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(BadSignature):
        OWN.verify(MESSAGE, jcs.dumps(ASSERTION), PARTY)


@given(st.data())
def test_one_bit_changed_anywhere_is_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(ASSERTION)))
    raw = bytearray(unb64u(ASSERTION[name]))
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises((BadAssertion, BadSignature)):
        KEY.verify(MESSAGE, jcs.dumps({**ASSERTION, name: b64u(bytes(raw))}), PARTY)


@given(st.binary(max_size=200))
def test_bytes_from_anybody_raise_nothing_but_a_refusal(sig: bytes) -> None:
    with pytest.raises(Refused):
        KEY.verify(MESSAGE, sig, PARTY)
