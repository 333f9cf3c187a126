"""A receipt checked offline, under a policy or against a bundle (ledger 9.9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger.log.acknowledgement import verify as verify_acknowledgement
from ledger.log.checkpoint import Checkpoint
from ledger.log.dsse import Envelope
from ledger.log.entry import Entry
from ledger.log.errors import Refused
from ledger.log.merkle import root_at
from ledger.log.policy import Policy
from ledger.log.proof import HEADER, Proof
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


class ReceiptFalse(Refused):
    """The entry says another place or log than the one it stands in. Facts: `n`, `log`."""

    slug = "receipt-false"
    zh = "回执里的记录自称是 {log} 的第 {n} 条，与它所在的位置不符"
    en = "The entry calls itself no. {n} of {log}, which is not where it stands"


class OtherView(Refused):
    """Receipt and bundle show two different logs of one name: keep both, they prove it.

    Fact: `size`.
    """

    slug = "other-view"
    zh = "回执与档案显示的是同一账本的两个不同版本（前 {size} 条的根不同）；请保留两者作为证据"
    en = (
        "Receipt and bundle show two different versions of one log (the roots of the first {size} "
        "entries differ); keep both as evidence"
    )


def check_under_policy(data: bytes, policy: Policy) -> Found:
    """A `.tlog-proof` under a policy. Raises what is wrong with it, NeedsBundle."""
    if not data.startswith(HEADER.encode()):
        raise NeedsBundle()
    proof = Proof.decode(data)
    verdict = proof.verify(policy, quorum=False)
    entry = Entry.decode(proof.entry())
    if (entry.n, entry.log) != (proof.index, verdict.checkpoint.origin):
        raise ReceiptFalse(n=entry.n, log=entry.log)
    grade = Grade.WITNESSED if verdict.quorum else Grade.RECORDED
    return Found(grade, proof.index, entry.kind, entry.received.isoformat())


class Recorded:
    """The log of a bundle, for receipts of any grade to be checked against."""

    def __init__(self, bundle: Bundle) -> None:
        """Raises NotInBundle where the bundle has no log that holds."""
        report = Report(log=bundle.index.log)
        log = read_log(bundle, report)
        if log is None or not report.verified:
            raise NotInBundle(what="bundle")
        self._log = log
        self._policy = Policy.parse(log.genesis.policy)
        self._places = {
            entry.envelope.digest(): n for n, entry in enumerate(log.entries) if entry is not None
        }

    def check(self, data: bytes) -> Found:
        """What a receipt shows. Raises what is wrong with it."""
        if not data.startswith(HEADER.encode()):
            return self._acknowledged(data)
        found = check_under_policy(data, self._policy)
        log, proof = self._log, Proof.decode(data)
        recorded = log.entries[proof.index] if proof.index < len(log.entries) else None
        if recorded is None or recorded.encode() != proof.entry():
            raise NotInBundle(what=f"#{proof.index}")
        seen = Checkpoint.parse(proof.note.text)
        if seen.size <= log.checkpoint.size and root_at(seen.size, log.node) != seen.root:
            raise OtherView(size=seen.size)
        return found

    def _acknowledged(self, data: bytes) -> Found:
        genesis = self._log.genesis
        promised = verify_acknowledgement(Envelope.decode(data), genesis.intake)
        if promised.log != genesis.origin:
            raise NotInBundle(what=promised.log)
        n = self._places.get(promised.statement)
        entry = None if n is None else self._log.entries[n]
        if entry is None:
            raise NotInBundle(what=promised.statement.hex()[:12])
        return Found(Grade.ACKNOWLEDGED, n, entry.kind, entry.received.isoformat())
