"""Offline proofs, the receipts of grades 2 and 3 (C2SP tlog-proof; ledger 1.6, 9.9).

A receipt alone proves nothing: log key and policy come from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.checkpoint import Checkpoint, parse_decimal
from ledger.log.encoding import b64, unb64
from ledger.log.errors import Category, Malformed, Refused
from ledger.log.merkle import HASH_SIZE, check_inclusion, leaf_hash
from ledger.log.note import MAX_NOTE, Note
from ledger.log.policy import Policy, Verdict

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_HASHES: Final = 63
MAX_EXTRA: Final = 48_000
SUFFIX: Final = ".tlog-proof"


class BadProof(Malformed):
    """The bytes are no tlog-proof. Fact: `what`."""

    slug = "bad-proof"
    zh = "回执的格式不符：{what}"
    en = "This is not a receipt in the required form: {what}"


class EntryMissing(Refused):
    """The receipt does not carry its entry, and none was given."""

    slug = "proof-entry-missing"
    category = Category.MALFORMED
    zh = "回执中没有条目内容；请一并提供条目"
    en = "The receipt does not carry the entry; please give the entry too"


class EntryDiffers(Refused):
    """The receipt carries another entry than the one given."""

    slug = "proof-entry-differs"
    category = Category.CONFLICT
    zh = "回执所附的条目与所给的条目不同"
    en = "The receipt carries another entry than the one given"


@dataclass(frozen=True, slots=True)
class Proof:
    """An inclusion proof with its checkpoint; `extra` the entry's bytes, if it carries them."""

    index: int
    hashes: tuple[bytes, ...]
    note: Note
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The file; ValueError if `extra` is over 48,000 bytes."""
        rows = [HEADER]
        if self.extra is not None:
            if len(self.extra) > MAX_EXTRA:
                raise ValueError("extra is over 48,000 bytes")
            rows.append(f"extra {b64(self.extra)}")
        rows.append(f"index {self.index}")
        rows.extend(b64(part) for part in self.hashes)
        return "\n".join(rows).encode() + b"\n\n" + self.note.encode()

    @classmethod
    def decode(cls, data: bytes) -> Proof:
        """The proof of a file; nothing is checked yet. Raises BadProof, BadNote."""
        head, gap, note = data.partition(b"\n\n")
        if not gap or len(data) > MAX_NOTE:
            raise BadProof(what="no empty line" if not gap else "too long")
        try:
            rows = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise BadProof(what="ASCII") from error
        if rows.pop(0) != HEADER:
            raise BadProof(what="first line")
        try:
            extra = None
            if rows and rows[0].startswith("extra "):
                extra = unb64(rows.pop(0).removeprefix("extra "))
            if not rows or not rows[0].startswith("index "):
                raise BadProof(what="index")
            index = parse_decimal(rows.pop(0).removeprefix("index "), "index")
            if len(rows) > MAX_HASHES or (extra is not None and len(extra) > MAX_EXTRA):
                raise BadProof(what="too long")
            hashes = tuple(unb64(row, HASH_SIZE) for row in rows)
        except Malformed as error:
            if isinstance(error, BadProof):
                raise
            raise BadProof(what=error.facts["what"]) from error
        return cls(index, hashes, Note.decode(note), extra)

    def entry(self, given: bytes | None = None) -> bytes:
        """The entry's bytes: those given, else `extra`. Raises EntryMissing, EntryDiffers."""
        if given is None and self.extra is None:
            raise EntryMissing
        if given is not None and self.extra is not None and given != self.extra:
            raise EntryDiffers
        return given if given is not None else self.extra or b""

    def check_under(self, checkpoint: Checkpoint, entry: bytes) -> None:
        """Check that the entry stands at `index` under a checkpoint already verified.

        Raises BadSize, BadProofLength, RootDiffers.
        """
        check_inclusion(self.index, checkpoint.size, leaf_hash(entry), self.hashes, checkpoint.root)

    def verify(self, policy: Policy, entry: bytes | None = None, *, quorum: bool = True) -> Verdict:
        """Check inclusion under the policy; for grade 2, without its quorum.

        Raises EntryMissing, EntryDiffers, what `Policy.check` raises and what `check_under` raises.
        """
        found = self.entry(entry)
        verdict = policy.check(self.note) if quorum else policy.evaluate(self.note)
        self.check_under(verdict.checkpoint, found)
        return verdict
