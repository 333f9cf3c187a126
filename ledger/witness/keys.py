"""A witness's own key, and the file that says whose checkpoints it cosigns."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from ledger.log.note import (
    COSIGNATURE_ED25519,
    ED25519,
    BadNoteKey,
    NoteSigner,
    VerifierKey,
)
from ledger.wrapping import write_once

ROLES: Final = ("court", "administrator", "committee", "regulator")

_HEADER: Final = """\
# Logs that this witness cosigns: a key (vkey) a line. The key name is an origin, or the beginning
# of origins: a key named court.example/ledger also speaks for court.example/ledger/<any case>.
# Read again whenever it changes; no restart is needed.
"""


def key_name(name: str, role: str) -> str:
    """`<name>/witness/<role>` (ledger 9.8)."""
    return f"{name}/witness/{role}"


def signer(path: Path, name: str, kind: int = COSIGNATURE_ED25519) -> NoteSigner:
    """The key in `path`, of type 04 or 06, made there with mode 0600 at the first start.

    The file holds the private key in the text form of signed notes. Raises BadNoteKey, also where
    the file's key has another name: a witness does not change its name.
    """
    fresh = NoteSigner(name, secrets.token_bytes(32), kind)
    found = NoteSigner.parse(write_once(path, fresh.skey().encode() + b"\n").decode().strip())
    if found.vkey.name != name or found.vkey.kind != kind:
        raise BadNoteKey(what=f"{path} is the key of {found.vkey.name}")
    return found


class Trust:
    """The trust file, read again when it changes."""

    def __init__(self, path: Path) -> None:
        """`path` may not be there yet: then no log is known."""
        self._path = path
        self._stamp: tuple[int, int, int] | None = None
        self._keys: tuple[VerifierKey, ...] = ()

    def keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """The keys that may sign checkpoints of `origin`, each named as the origin.

        Empty where the origin is unknown. Raises BadNoteKey on a line that is no key.
        """
        self._read()
        return tuple(
            VerifierKey(origin, key.kind, key.public_key)
            for key in self._keys
            if origin == key.name or origin.startswith(key.name + "/")
        )

    def _read(self) -> None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._keys = None, ()
            return
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            self._keys = _parse(self._path.read_text("utf-8"))
            self._stamp = stamp


def trust(path: Path, vkeys: list[str]) -> Trust:
    """The trust file with these keys in it: what is missing is added, nothing is taken out.

    Raises BadNoteKey.
    """
    for vkey in vkeys:
        _parse(vkey)
    text = path.read_text("utf-8") if path.exists() else _HEADER
    missing = [vkey for vkey in vkeys if vkey not in text.split("\n")]
    if missing or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        draft.write_text(text + "".join(f"{vkey}\n" for vkey in missing), "utf-8")
        draft.replace(path)
    return Trust(path)


def _parse(text: str) -> tuple[VerifierKey, ...]:
    lines = [line.strip() for line in text.split("\n")]
    keys = [VerifierKey.parse(line) for line in lines if line and not line.startswith("#")]
    for key in keys:
        if key.kind != ED25519:
            raise BadNoteKey(what=f"{key.name} is no log's key")
    return tuple(keys)
