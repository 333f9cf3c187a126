"""A receipt checked offline, under a policy or against a bundle (ledger 9.9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger.log.acknowledgement import verify as verify_acknowledgement
from ledger.log.dsse import Envelope
from ledger.log.entry import Entry
from ledger.log.errors import Refused
from ledger.log.policy import Policy
from ledger.log.proof import HEADER, Proof
from ledger.log.suites import PublicKey
from verifier.bundle import Bundle
from verifier.log import read_log
from verifier.report import Report


class Grade(Enum):
    """How much a receipt shows."""

    ACKNOWLEDGED = 1
    """The intake promised to record it."""
    RECORDED = 2
    """It stands in a tree that the log signed."""
    WITNESSED = 3
    """It stands in a tree that a quorum of witnesses has cosigned."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a receipt shows. index, kind: of the entry; None for an acknowledgement alone."""

    grade: Grade
    index: int | None
    kind: str | None
    received: str


class NotInBundle(Refused):
    """The bundle's log does not hold what the receipt promises. Fact: `what`."""

    slug = "not-in-bundle"
    zh = "档案的账本里没有这份回执所说的记录：{what}"
    en = "The log of the bundle does not hold what the receipt says: {what}"


class NeedsBundle(Refused):
    """An acknowledgement is a promise: only the log shows whether it was kept."""

    slug = "needs-bundle"
    zh = "这是收到确认，不是入账证明；核对它是否入账，请用 --bundle 指定档案"
    en = "This is an acknowledgement, not a proof: use --bundle to see whether it was recorded"


def check_under_policy(data: bytes, policy: Policy) -> Found:
    """A `.tlog-proof` under a policy. Raises what is wrong with it, NeedsBundle."""
    if not data.startswith(HEADER.encode()):
        raise NeedsBundle()
    proof = Proof.decode(data)
    verdict = proof.verify(policy, quorum=False)
    entry = Entry.decode(proof.entry())
    grade = Grade.WITNESSED if verdict.quorum else Grade.RECORDED
    return Found(grade, proof.index, entry.kind, entry.received.isoformat())


def check_in_bundle(data: bytes, bundle: Bundle) -> Found:
    """A receipt of any grade against a bundle's log. Raises what is wrong with it."""
    report = Report(log=bundle.index.log)
    log = read_log(bundle, report)
    if log is None or not report.verified:
        raise NotInBundle(what="bundle")
    if not data.startswith(HEADER.encode()):
        return _acknowledged(data, log.entries, log.genesis.intake)
    found = check_under_policy(data, Policy.parse(log.genesis.policy))
    proof = Proof.decode(data)
    if proof.index >= len(log.entries):
        raise NotInBundle(what=f"#{proof.index}")
    recorded = log.entries[proof.index]
    if recorded is None or recorded.encode() != proof.entry():
        raise NotInBundle(what=f"#{proof.index}")
    return found


def _acknowledged(data: bytes, entries: tuple[Entry | None, ...], intake: PublicKey) -> Found:
    promised = verify_acknowledgement(Envelope.decode(data), intake)
    for n, entry in enumerate(entries):
        if entry is not None and entry.envelope.digest() == promised.statement:
            return Found(Grade.ACKNOWLEDGED, n, entry.kind, entry.received.isoformat())
    raise NotInBundle(what=promised.statement.hex()[:12])
