"""Where the court's store is, and the key that only the court can open it with (ledger 4(i)).

In earnest CONCURSUS_COURT_STORE names a folder on the court's machine, and the court hands over
DATA/keys/court-store.pub. Where no public key is there, a pair is made at the first use, as in a
demonstration: the secret under DATA/court-keys, a folder of its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.wrapping import CourtWrapping, write_once

PUBLIC: Final = "court-store.pub"
SECRET: Final = "store.key"


def folder(data: Path) -> Path:
    """The folder of the court's store."""
    return Path(os.environ.get("CONCURSUS_COURT_STORE") or data / "court-store")


def secret_file(data: Path) -> Path:
    """Where the court's secret lies in a deployment that made it itself."""
    return data / "court-keys" / SECRET


def wrapping(data: Path) -> CourtWrapping:
    """The court's public key, all that the operator has. Raises BadKeyFile."""
    public = data / "keys" / PUBLIC
    if not public.exists():
        write_public(CourtWrapping.make(secret_file(data)), public)
    return CourtWrapping.of_public(public)


def write_public(key: CourtWrapping, path: Path) -> None:
    """The file that the court hands to the operator."""
    raw = key.public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    write_once(path, raw.hex().encode() + b"\n")
