"""Witnesses' timestamped cosignatures of checkpoints (C2SP tlog-cosignature; ledger 1.4).

Type 04, Ed25519, over the whole text: it does not bind the cosigner's name, so no two cosigners
may share a key. Type 06, ML-DSA-44 (FIPS 204), over name, time, origin, size and root: what holds
when Ed25519 no longer does. A log signs with a 06 key of its own name, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import Malformed
from ledger.log.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_MLDSA44,
    BadNote,
    Line,
    NoteSigner,
    VerifierKey,
)

SIGNATURE_SIZES: Final = {COSIGNATURE_ED25519: 8 + 64, COSIGNATURE_MLDSA44: 8 + 2420}
MAX_TIME: Final = 2**63 - 1


def message(text: bytes, time: int) -> bytes:
    """What a cosigner signs: header, time in POSIX seconds, the whole checkpoint text."""
    return b"cosignature/v1\ntime %d\n" % time + text


def subtree_message(cosigner: str, time: int, checkpoint: Checkpoint) -> bytes:
    """What an ML-DSA-44 cosigner (type 06) signs of a checkpoint: binary, names it and the log."""
    name, origin = cosigner.encode(), checkpoint.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(name)]) + name,
            time.to_bytes(8, "big"),
            bytes([len(origin)]) + origin,
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def cosign(signer: NoteSigner, text: bytes, time: int) -> Line:
    """The cosignature line over a checkpoint's text; ValueError if the key is of type 01.

    time: POSIX seconds, not 0. Raises BadCheckpoint for a key of type 06.
    """
    signature = time.to_bytes(8, "big") + signer.sign(_signed(signer.vkey, text, time))
    return Line(signer.vkey.name, signer.vkey.id, signature)


def _signed(key: VerifierKey, text: bytes, time: int) -> bytes:
    if key.kind == COSIGNATURE_ED25519:
        return message(text, time)
    if key.kind == COSIGNATURE_MLDSA44:
        return subtree_message(key.name, time, Checkpoint.parse(text))
    raise ValueError("a cosigner's key is of type 04 or 06")


def time_of(line: Line) -> int:
    """The POSIX seconds a cosignature line states. Raises BadNote on another length."""
    if len(line.signature) not in SIGNATURE_SIZES.values():
        raise BadNote(what="cosignature")
    return int.from_bytes(line.signature[:8], "big")


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A known cosigner: its key of type 04 or 06."""

    key: VerifierKey

    @property
    def name(self) -> str:
        """The key name."""
        return self.key.name

    @property
    def id(self) -> bytes:
        """The 4-byte key id."""
        return self.key.id

    def accepts(self, text: bytes, signature: bytes) -> bool:
        """Whether time ‖ signature is good for the checkpoint's text."""
        if len(signature) != SIGNATURE_SIZES.get(self.key.kind):
            return False
        time = int.from_bytes(signature[:8], "big")
        if time > MAX_TIME or (self.key.kind == COSIGNATURE_MLDSA44 and time == 0):
            return False
        try:
            return self.key.verify(_signed(self.key, text, time), signature[8:])
        except Malformed:
            # Type 06 signs what a checkpoint says, and this text is none.
            return False
