"""The demonstration's people: accounts, pseudonyms and keys, a private file each."""

from __future__ import annotations

import secrets
import threading
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from demo.answers import Problem
from demo.keyfile import wrap_trustee_key
from demo.person import Person, fresh_scalar
from demo.private import read_private, write_private
from ledger.log.sign import Es256Signer
from trustee.work import new_trustee_secret

JUDGE: Final = "judge"


class Web(Protocol):
    """What is done as a logged-in person; `demo.session.Session` over HTTP."""

    def log_in(self, username: str, password: str) -> None: ...

    def register(self, username: str, password: str, display_name: str) -> None: ...

    def join(self, case: str) -> str: ...

    def new_case(self) -> dict[str, Any]: ...

    def create_case(self, case: str, public_key: bytes, starts: Any) -> None: ...

    def upload(self, case: str, name: str, media_type: str, content: bytes) -> dict[str, Any]: ...

    def send_weights(self, case: str, meeting: str, root: bytes, table: bytes) -> None: ...

    def move_clock(self, case: str, to: Any) -> None: ...

    def boxes(self, case: str, meeting: str, index: int) -> dict[str, str]: ...

    def pending_keys(self, case: str) -> list[dict[str, str]]: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Member:
    """One of the people. `kept` is what his file holds."""

    username: str
    path: Path
    kept: dict[str, Any]
    _web: Web | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        """As he is called."""
        return str(self.kept["name"])

    @property
    def password(self) -> str:
        """Of his account."""
        return str(self.kept["password"])

    @property
    def person(self) -> Person:
        """His pseudonym in the case, and his device's key. KeyError until he has joined."""
        return Person(str(self.kept["person"]), self.key)

    @property
    def key(self) -> Es256Signer:
        """The key of his device."""
        return Es256Signer(int(str(self.kept["device_key"]), 16))

    def keep(self, **values: Any) -> None:
        """Write into his file."""
        self.kept.update(values)
        write_private(self.path, self.kept)

    def web(self, connect: Callable[[], Web]) -> Web:
        """His session: logged in, or registered where there is no such account yet."""
        with self._lock:
            if self._web is None:
                self._web = self._enter(connect())
            return self._web

    def _enter(self, web: Web) -> Web:
        if self.kept["registered"]:
            web.log_in(self.username, self.password)
            return web
        try:
            web.register(self.username, self.password, self.name)
        except Problem as refused:
            if refused.slug != "bad-fields":
                raise
            try:
                # Killed between registering and noting it, the account is there; else it is not.
                web.log_in(self.username, self.password)
            except Problem:
                raise refused from None
        self.keep(registered=True)
        return web

    def leave(self) -> None:
        """Forget the session; the next act logs in again."""
        with self._lock:
            if self._web is not None:
                self._web.close()
                self._web = None

    def joined(self, case: str, connect: Callable[[], Web]) -> Person:
        """Join the case if it has not been done."""
        if "person" not in self.kept:
            self.keep(person=self.web(connect).join(case))
        return self.person

    def stays_away(self) -> Person:
        """Take a pseudonym without an account: he deals with the administrator's desk on paper."""
        if "person" not in self.kept:
            self.keep(person="p-" + b32encode(secrets.token_bytes(7)).decode().lower()[:10])
        return self.person

    def trustee_secret(self, case: str, meeting: str, trustee: str) -> int:
        """His secret for one meeting; made with its key file for the browser at first use."""
        secrets_: dict[str, str] = self.kept.setdefault("trustee_secrets", {})
        if meeting not in secrets_:
            secrets_[meeting] = f"{new_trustee_secret():064x}"
            self.keep(passphrase=self.kept.get("passphrase") or _password(4))
        secret = int(secrets_[meeting], 16)
        path = self.key_file(meeting)
        if not path.exists():
            text = wrap_trustee_key(case, meeting, trustee, secret, self.kept["passphrase"])
            path.touch(0o600)
            path.write_text(text, encoding="ascii")
        return secret

    def key_file(self, meeting: str) -> Path:
        """Where his trustee key for a meeting lies."""
        return self.path.with_name(f"{self.username}-{meeting}.key.json")


class Cast:
    """Everybody, by user name; files under `folder`."""

    def __init__(self, folder: Path, names: Mapping[str, str]) -> None:
        """names: user name -> display name. The judge's password is in judge.password."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder
        self._members = {user: self._member(user, name) for user, name in names.items()}

    def __getitem__(self, username: str) -> Member:
        return self._members[username]

    def members(self) -> tuple[Member, ...]:
        """All of them."""
        return tuple(self._members.values())

    def _member(self, username: str, name: str) -> Member:
        path = self.folder / f"{username}.json"
        kept = read_private(path)
        if kept is None:
            given = self.folder / f"{username}.password"
            password = given.read_text("utf-8").strip() if given.exists() else _password(3)
            kept = {
                "username": username,
                "name": name,
                "password": password,
                "registered": given.exists(),
                "device_key": f"{fresh_scalar():064x}",
            }
            write_private(path, kept)
        return Member(username, path, kept)


def _password(groups: int) -> str:
    return "-".join(secrets.token_hex(2) for _ in range(groups))
