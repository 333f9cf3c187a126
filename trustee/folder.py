"""What a trustee keeps: who he is, his device's key, his key files, and what he has summed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from demo.case import Journal
from demo.keyfile import open_trustee_key, wrap_trustee_key
from demo.person import Person, fresh_scalar
from demo.private import read_private, write_private
from demo.sealing import Secret
from ledger.log.encoding import b64u
from ledger.log.errors import Category, Refused
from ledger.log.jcs import Json, dumps
from ledger.log.sign import Es256Signer

SHORTEST: Final = 12
"""Characters of a passphrase, as in the browser."""
_SETTINGS: Final = "trustee.json"
_RECORD: Final = "record.json"
_SEEN: Final = "seen.json"


class NoFolder(Refused):
    """The folder holds no trustee. Fact: `folder`."""

    slug = "no-trustee-folder"
    category = Category.NOT_FOUND
    zh = "{folder} 里没有监票人的资料，先运行 key"
    en = "{folder} holds no tally trustee's files; run `key` first"


class NoKeyFile(Refused):
    """There is no key file for the meeting. Fact: `meeting`, `path`."""

    slug = "no-key-file"
    category = Category.NOT_FOUND
    zh = "没有会议 {meeting} 的钥匙文件（{path}）"
    en = "There is no key file for meeting {meeting} ({path})"


class KeyFileThere(Refused):
    """A key for the meeting was made before. Fact: `path`."""

    slug = "key-file-there"
    zh = "{path} 已经在了；每次会议只生成一把钥匙"
    en = "{path} is there already; one key is made for a meeting"


class ShortPassphrase(Refused):
    """Fact: `least`."""

    slug = "short-passphrase"
    category = Category.MALFORMED
    zh = "口令至少 {least} 个字符"
    en = "The passphrase needs {least} characters or more"


class SecondSum(Refused):
    """A sum of this vote was given before, over another set or other weights."""

    slug = "second-sum"
    zh = "已就另一范围或金额给出过合计，不再给第二次"
    en = "A sum was given already for another set or other weights; there is no second"


class Folder:
    """A trustee's files for one case, in a folder that only he can read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    # --- Who he is

    @property
    def begun(self) -> bool:
        """Is there a trustee in it?"""
        return read_private(self.path / _SETTINGS) is not None

    def begin(self, url: str, case: str, username: str) -> None:
        """Make it, with a fresh key of this device; what is there stays."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        if not self.begun:
            kept = {"url": url, "case": case, "username": username, "person": None}
            write_private(self.path / _SETTINGS, {**kept, "device_key": f"{fresh_scalar():064x}"})

    @property
    def settings(self) -> dict[str, Any]:
        """{url, case, username, person, device_key}. Raises NoFolder."""
        found: dict[str, Any] | None = read_private(self.path / _SETTINGS)
        if found is None:
            raise NoFolder(folder=str(self.path))
        return found

    def joined(self, person: str) -> None:
        """Note the pseudonym in the case."""
        write_private(self.path / _SETTINGS, {**self.settings, "person": person})

    @property
    def person(self) -> Person:
        """The pseudonym with the key of this device."""
        kept = self.settings
        return Person(str(kept["person"]), Es256Signer(int(kept["device_key"], 16)))

    @property
    def journal(self) -> Journal:
        """What was said from here, sent again as it was where no answer came."""
        return Journal(self.path / "said.jsonl")

    # --- The secret of a meeting

    def key_file(self, meeting: str) -> Path:
        """Where the key file for a meeting lies; named as the browser names it."""
        return self.path / f"trustee-{self.settings['case']}-{meeting}.key.json"

    def keep_secret(self, meeting: str, secret: int, passphrase: str) -> Path:
        """Write the key file, and open it once. Raises ShortPassphrase, KeyFileThere."""
        if len(passphrase) < SHORTEST:
            raise ShortPassphrase(least=SHORTEST)
        path = self.key_file(meeting)
        if path.exists():
            raise KeyFileThere(path=str(path))
        text = wrap_trustee_key(self.settings["case"], meeting, self.person.id, secret, passphrase)
        aside = path.with_suffix(".new")
        aside.touch(0o600)
        aside.write_text(text, encoding="ascii")
        open_trustee_key(aside.read_text("ascii"), passphrase)
        aside.replace(path)
        return path

    def secret(self, meeting: str, passphrase: str) -> int:
        """The secret for a meeting. Raises NoKeyFile; Malformed for another passphrase."""
        path = self.key_file(meeting)
        if not path.exists():
            raise NoKeyFile(meeting=meeting, path=str(path))
        return open_trustee_key(path.read_text("ascii"), passphrase)

    def destroy_secret(self, meeting: str) -> None:
        """Overwrite the key file and remove it; nothing where it is gone already.

        A disk or a backup may keep what was overwritten: there the passphrase protects it.
        """
        path = self.key_file(meeting)
        if path.exists():
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
            path.unlink()

    # --- What must not happen twice, or go back

    def only_sum(self, manifest_hash: bytes, body: Mapping[str, Any]) -> None:
        """Hold a body of `tally.summed` against the record, for ever: one pair a vector.

        Raises SecondSum. On disk when it returns, before anything is sent.
        """
        record: dict[str, str] = read_private(self.path / _RECORD) or {}
        vote, given = b64u(manifest_hash), b64u(sha256(dumps(_plain(body))).digest())
        if record.setdefault(vote, given) != given:
            raise SecondSum()
        write_private(self.path / _RECORD, record)

    @property
    def seen(self) -> tuple[int, str] | None:
        """Size and root (hex) of the newest checkpoint seen."""
        found = read_private(self.path / _SEEN)
        return None if found is None else (int(found["size"]), str(found["root"]))

    def see(self, size: int, root: bytes) -> None:
        """Remember a checkpoint: no later one may contradict it."""
        write_private(self.path / _SEEN, {"size": size, "root": root.hex()})


def _plain(value: Any) -> Json:
    """A body as it reads before it is sealed, without fresh salts."""
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    plain: Json = value
    return plain
