"""Witnesses' timestamped cosignatures of checkpoints (C2SP tlog-cosignature; ledger 1.4).

Ed25519, type 04. It does not bind the cosigner's name: no two cosigners may share a key.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ledger.log.checkpoint import Checkpoint
from ledger.log.note import COSIGNATURE_ED25519, BadNote, Line, NoteSigner, VerifierKey

SIGNATURE_SIZE: Final = 8 + 64
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
    """The cosignature line over a checkpoint's text; ValueError if the key is not of type 04."""
    if signer.vkey.kind != COSIGNATURE_ED25519:
        raise ValueError("a cosigner's key is of type 04")
    signature = time.to_bytes(8, "big") + signer.sign(message(text, time))
    return Line(signer.vkey.name, signer.vkey.id, signature)


def time_of(line: Line) -> int:
    """The POSIX seconds a cosignature line states. Raises BadNote on another length."""
    if len(line.signature) != SIGNATURE_SIZE:
        raise BadNote(what="cosignature")
    return int.from_bytes(line.signature[:8], "big")


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A known cosigner: its key of type 04."""

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
        if self.key.kind != COSIGNATURE_ED25519 or len(signature) != SIGNATURE_SIZE:
            return False
        time = int.from_bytes(signature[:8], "big")
        return time <= MAX_TIME and self.key.verify(message(text, time), signature[8:])
