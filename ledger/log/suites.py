"""Signature suites of people and services, key ids and possession (ledger 9.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from ledger.log import jcs
from ledger.log.dsse import Envelope, pae
from ledger.log.encoding import b64u, frames, sha256, unb64u
from ledger.log.errors import Category, Malformed, Refused

POSSESSION_TYPE: Final = "application/vnd.concursus.possession+json"
P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

_USER_PRESENT: Final = 0x01
_USER_VERIFIED: Final = 0x04


class UnknownSuite(Refused):
    """A suite that 9.3 does not name. Fact: `suite`."""

    slug = "unknown-suite"
    category = Category.MALFORMED
    zh = "不认识的签名算法：{suite}"
    en = "Unknown signature suite: {suite}"


class BadPublicKey(Refused):
    """The bytes are no public key of the suite. Fact: `suite`."""

    slug = "bad-public-key"
    category = Category.MALFORMED
    zh = "公钥不是有效的 {suite} 公钥"
    en = "This is not a valid {suite} public key"


class BadSignature(Refused):
    """The signature does not verify under the key. Fact: `suite`."""

    slug = "bad-signature"
    category = Category.FORBIDDEN
    zh = "签名验证未通过（{suite}）；请用已登记的设备重新签名"
    en = "The signature does not verify ({suite}); sign again with the enrolled device"


class WrongKey(Refused):
    """The envelope names another key than it is checked under. Fact: `keyid`."""

    slug = "wrong-key"
    category = Category.FORBIDDEN
    zh = "签名信封所写的密钥 {keyid} 不是签名人的密钥"
    en = "The envelope names the key {keyid}, which is not the signer's"


class BadAssertion(Refused):
    """A passkey's assertion breaks one of the conditions of 9.3. Fact: `what`."""

    slug = "bad-assertion"
    category = Category.FORBIDDEN
    zh = "通行密钥的断言不符合要求：{what}"
    en = "The passkey's assertion does not meet the conditions: {what}"


class Suite(StrEnum):
    """The suites of 9.3, by the names that stand in statements."""

    ES256 = "es256"
    ED25519 = "ed25519"
    WEBAUTHN_ES256 = "webauthn-es256"


def parse_suite(name: object) -> Suite:
    """Raises UnknownSuite."""
    try:
        return Suite(name) if isinstance(name, str) else Suite("")
    except ValueError as error:
        raise UnknownSuite(suite=str(name)[:32]) from error


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """What the genesis says of passkeys: `rp_id` and the origins a page may have."""

    rp_id: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key with its suite: 65 bytes 04 ‖ x ‖ y on P-256, or 32 bytes of Ed25519."""

    suite: Suite
    public_key: bytes

    @property
    def id(self) -> bytes:
        """The key id, 32 bytes."""
        return key_id(self.suite, self.public_key)

    def check(self) -> None:
        """Raises BadPublicKey unless the bytes are a key of the suite."""
        if self.suite is Suite.ED25519:
            _ed25519(self.public_key)
        else:
            _p256(self.public_key, self.suite)

    def verify(self, message: bytes, sig: bytes, party: RelyingParty | None = None) -> None:
        """Check `sig` over `message`, a PAE; `party` is needed for webauthn-es256.

        Raises BadPublicKey, BadSignature, BadAssertion.
        """
        if self.suite is Suite.ED25519:
            try:
                _ed25519(self.public_key).verify(sig, message)
            except InvalidSignature as error:
                raise BadSignature(suite=self.suite.value) from error
        elif self.suite is Suite.ES256:
            _verify_es256(self.public_key, message, sig)
        else:
            _verify_webauthn(self.public_key, message, sig, party)


def key_id(suite: Suite, public_key: bytes) -> bytes:
    """SHA-256(frames("concursus/v1/key", suite, public key))."""
    return sha256(frames("concursus/v1/key", suite.value, public_key))


def possession_message(case: str | None, holder: str, log: str, key: PublicKey) -> bytes:
    """The PAE that a new key signs to show that its holder has it.

    To check: `key.verify(possession_message(…), possession)`.
    """
    body = {
        "case": case,
        "holder": holder,
        "log": log,
        "public_key": b64u(key.public_key),
        "suite": key.suite.value,
    }
    return pae(POSSESSION_TYPE, jcs.dumps(body))


def verify(
    suite: Suite, public_key: bytes, envelope: Envelope, party: RelyingParty | None = None
) -> None:
    """Check an envelope's signature under a key whose id must be its `keyid`.

    Raises WrongKey and what `PublicKey.verify` raises.
    """
    key = PublicKey(suite, public_key)
    if key.id != envelope.keyid:
        raise WrongKey(keyid=envelope.keyid.hex())
    key.verify(envelope.pae(), envelope.sig, party)


def _ed25519(public_key: bytes) -> ed25519.Ed25519PublicKey:
    try:
        return ed25519.Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError as error:
        raise BadPublicKey(suite=Suite.ED25519.value) from error


@lru_cache(maxsize=1024)  # a clerk's or an administrator's key stands under thousands of entries
def _p256(public_key: bytes, suite: Suite) -> ec.EllipticCurvePublicKey:
    # Length and first byte first: the library also takes compressed points.
    if len(public_key) != 65 or public_key[0] != 4:
        raise BadPublicKey(suite=suite.value)
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    except ValueError as error:
        raise BadPublicKey(suite=suite.value) from error


def _verify_es256(public_key: bytes, message: bytes, sig: bytes) -> None:
    key = _p256(public_key, Suite.ES256)
    r, s = int.from_bytes(sig[:32], "big"), int.from_bytes(sig[32:], "big")
    if len(sig) != 64 or not 0 < r < P256_ORDER or not 0 < s < P256_ORDER:
        raise BadSignature(suite=Suite.ES256.value)
    try:
        key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise BadSignature(suite=Suite.ES256.value) from error


def _no_number(name: str) -> object:
    """Python reads NaN and infinities where JSON has none."""
    raise ValueError(name)


def _verify_webauthn(
    public_key: bytes, message: bytes, sig: bytes, party: RelyingParty | None
) -> None:
    key = _p256(public_key, Suite.WEBAUTHN_ES256)
    if party is None:
        raise BadAssertion(what="rp_id")
    try:
        assertion = jcs.members(
            jcs.loads(sig), "assertion", "authenticator_data", "client_data", "signature"
        )
        authenticator_data = unb64u(assertion["authenticator_data"])
        client_data = unb64u(assertion["client_data"])
        signature = unb64u(assertion["signature"])
        client = json.loads(
            client_data.decode("utf-8"), object_pairs_hook=jcs.unique, parse_constant=_no_number
        )
    except (Malformed, ValueError, RecursionError) as error:
        raise BadAssertion(what="encoding") from error
    if not isinstance(client, dict) or client.get("type") != "webauthn.get":
        raise BadAssertion(what="type")
    if client.get("challenge") != b64u(sha256(message)):
        raise BadAssertion(what="challenge")
    if client.get("origin") not in party.origins:
        raise BadAssertion(what="origin")
    if client.get("crossOrigin", False) is not False:
        raise BadAssertion(what="crossOrigin")
    if len(authenticator_data) < 37:
        raise BadAssertion(what="authenticator_data")
    if authenticator_data[:32] != sha256(party.rp_id.encode()):
        raise BadAssertion(what="rp_id")
    wanted = _USER_PRESENT | _USER_VERIFIED
    if authenticator_data[32] & wanted != wanted:
        raise BadAssertion(what="flags")
    try:
        key.verify(signature, authenticator_data + sha256(client_data), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise BadSignature(suite=Suite.WEBAUTHN_ES256.value) from error
