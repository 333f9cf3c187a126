"""The body of `log.created@1`, entry 0: whom a log's readers trust (ledger 9.6, 9.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.log import jcs
from ledger.log.encoding import b64u, check_id, unb64u
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from ledger.log.note import ED25519, VerifierKey, check_name
from ledger.log.policy import Policy
from ledger.log.suites import PublicKey, RelyingParty, Suite, UnknownSuite, parse_suite

KIND: Final = "log.created@1"

_MEMBERS: Final = (
    "origin",
    "case",
    "clock",
    "log_key",
    "clerk",
    "intake",
    "court",
    "policy",
    "rule_pack",
    "rp_id",
    "origins",
    "software",
)


class BadGenesis(Malformed):
    """The body of log.created is not as 9.6 says. Fact: `what`."""

    slug = "bad-genesis"
    zh = "账本首条的格式不符：{what}"
    en = "The first entry is not in the required form: {what}"


class Clock(StrEnum):
    """Whose time a log runs on."""

    REAL = "real"
    DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class CourtKey:
    """A key of the court with the pseudonym that signs by it."""

    by: str
    key: PublicKey


@dataclass(frozen=True, slots=True)
class RulePack:
    """The rules a case is judged by; `sha256` (32 bytes) of the pack's JCS."""

    id: str
    version: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Genesis:
    """The body of log.created. clerk, intake: ed25519; `policy` is the text."""

    origin: str
    case: str
    clock: Clock
    log_key: VerifierKey
    clerk: PublicKey
    intake: PublicKey
    court: tuple[CourtKey, ...]
    policy: str
    rule_pack: RulePack
    rp_id: str
    origins: tuple[str, ...]
    software: str

    @property
    def relying_party(self) -> RelyingParty:
        """What passkeys are checked against."""
        return RelyingParty(self.rp_id, self.origins)

    def parsed_policy(self) -> Policy:
        """The policy parsed. Raises BadPolicy."""
        return Policy.parse(self.policy)

    def to_json(self) -> dict[str, Json]:
        """The body."""
        return {
            "origin": self.origin,
            "case": self.case,
            "clock": self.clock.value,
            "log_key": str(self.log_key),
            "clerk": _key_to_json(self.clerk),
            "intake": _key_to_json(self.intake),
            "court": [{"by": c.by, **_key_to_json(c.key)} for c in self.court],
            "policy": self.policy,
            "rule_pack": {
                "id": self.rule_pack.id,
                "version": self.rule_pack.version,
                "sha256": b64u(self.rule_pack.sha256),
            },
            "rp_id": self.rp_id,
            "origins": list(self.origins),
            "software": self.software,
        }

    @classmethod
    def from_json(cls, body: Json) -> Genesis:
        """The genesis of a body. The policy must parse and list the log's key.

        Raises BadGenesis, BadPolicy, UnknownSuite, BadPublicKey.
        """
        try:
            return cls._from_json(body)
        except (UnknownSuite, BadGenesis):
            raise
        except Malformed as error:
            if "line" in error.facts:
                raise
            raise BadGenesis(what=error.facts["what"]) from error

    @classmethod
    def _from_json(cls, body: Json) -> Genesis:
        found = jcs.members(body, "members", *_MEMBERS)
        pack = jcs.members(found["rule_pack"], "rule_pack", "id", "version", "sha256")
        try:
            clock = Clock(found["clock"])
        except ValueError as error:
            raise BadGenesis(what="clock") from error
        genesis = cls(
            origin=check_name(found["origin"]),
            case=check_id(found["case"]),
            clock=clock,
            log_key=VerifierKey.parse(jcs.text(found["log_key"], "log_key")),
            clerk=_service_key(found["clerk"], "clerk"),
            intake=_service_key(found["intake"], "intake"),
            court=tuple(_court_key(row) for row in jcs.items(found["court"], "court")),
            policy=jcs.text(found["policy"], "policy", 16_000),
            rule_pack=RulePack(
                jcs.text(pack["id"], "rule_pack", 64),
                jcs.text(pack["version"], "rule_pack", 64),
                unb64u(pack["sha256"], 32),
            ),
            rp_id=jcs.text(found["rp_id"], "rp_id", 253),
            origins=tuple(
                jcs.text(row, "origins", 300) for row in jcs.items(found["origins"], "origins")
            ),
            software=jcs.text(found["software"], "software", 200),
        )
        ids = [c.key.id for c in genesis.court]
        if len(set(ids)) != len(ids):
            raise BadGenesis(what="a key stands twice")
        if genesis.log_key.name != genesis.origin or genesis.log_key.kind != ED25519:
            raise BadGenesis(what="log_key")
        if genesis.log_key not in genesis.parsed_policy().logs:
            raise BadGenesis(what="policy")
        return genesis


def _key_to_json(key: PublicKey) -> dict[str, Json]:
    return {"suite": key.suite.value, "public_key": b64u(key.public_key)}


def _key(suite: Json, public_key: Json) -> PublicKey:
    key = PublicKey(parse_suite(suite), unb64u(public_key))
    key.check()
    return key


def _service_key(value: Json, what: str) -> PublicKey:
    found = jcs.members(value, what, "suite", "public_key")
    key = _key(found["suite"], found["public_key"])
    if key.suite is not Suite.ED25519:
        raise BadGenesis(what=what)
    return key


def _court_key(value: Json) -> CourtKey:
    found = jcs.members(value, "court", "by", "suite", "public_key")
    key = _key(found["suite"], found["public_key"])
    if key.suite is Suite.ED25519:
        raise BadGenesis(what="court")
    return CourtKey(check_id(found["by"]), key)
