"""A person logged in at a server: what his browser does, in Python."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import httpx

from demo.answers import RETRIES, Problem, TookTooLong, answer_of, patiently
from ledger.log.encoding import b64u, format_time
from ledger.log.jcs import Json

_PATIENCE: Final = 30.0
"""Seconds within which a key that was asked for is enrolled."""
_PAUSE: Final = 0.05
_PIECE: Final = 1024 * 1024
"""Bytes of a file that are sent at a time."""


class Session:
    """One browser's session: cookies, the CSRF token, and the pages' JSON addresses."""

    def __init__(self, url: str, *, patience: float = RETRIES) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, headers={"Accept-Language": "en"})
        self._patience = patience
        self._csrf = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def get(self, path: str) -> Any:
        """The JSON of an address. Raises Problem."""
        return patiently(lambda: self._http.get(path), self._patience).json()

    def download(self, path: str, target: Path) -> None:
        """Write what an address answers into a file, however long it takes. Raises Problem."""
        with self._http.stream("GET", path, timeout=None) as answered:
            if not answered.is_success:
                answered.read()
            answer_of(answered)
            with target.open("wb") as file:
                for part in answered.iter_bytes():
                    file.write(part)

    @property
    def cookies(self) -> str:
        """The session's cookies, as the header of that name."""
        return "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())

    def post(self, path: str, value: Any) -> Any:
        """Post JSON; the JSON answered. Raises Problem."""
        if not self._csrf:
            self._csrf = self.get("/api/session")["csrf"]
        token = {"X-CSRFToken": self._csrf}
        found = patiently(
            lambda: self._http.post(path, json=value, headers=token), self._patience
        ).json()
        if isinstance(found, dict) and isinstance(found.get("csrf"), str):
            self._csrf = found["csrf"]
        return found

    def log_in(self, username: str, password: str, code: str = "") -> None:
        """code: where the account has a second step.

        Raises Problem (slug wrong-password, second-step-needed, wrong-code).
        """
        self.post("/login", {"username": username, "password": password, "code": code})

    def register(self, username: str, password: str, display_name: str) -> None:
        """Make an account and be logged in. Raises Problem (slug bad-fields)."""
        given = {"username": username, "password": password, "display_name": display_name}
        self.post("/register", given)

    def join(self, case: str) -> str:
        """Become a person of the case; the pseudonym, the same at every call."""
        return str(self.post(f"/c/{case}/join", {})["person"])

    def new_case(self) -> dict[str, Any]:
        """{case, origin, person} for a case to be opened by this judge."""
        found: dict[str, Any] = self.post("/cases/new", {})
        return found

    def create_case(self, case: str, public_key: bytes, starts: datetime | None) -> None:
        """Make the log, whose genesis names this key of the judge's; starts: demonstration."""
        self.post(
            "/cases",
            {
                "case": case,
                "clock": "real" if starts is None else "demonstration",
                "starts": None if starts is None else format_time(starts),
                "suite": "es256",
                "public_key": b64u(public_key),
            },
        )

    def ask_for_key(self, case: str, public_key: bytes, possession: bytes) -> str:
        """Ask that a key be enrolled; its id."""
        told = self.post(
            f"/c/{case}/keys",
            {
                "suite": "es256",
                "public_key": b64u(public_key),
                "possession": b64u(possession),
            },
        )
        return str(told["key"])

    def wait_enrolled(self, case: str, key: str, patience: float = _PATIENCE) -> str:
        """Wait until the key is enrolled; its level. Raises TookTooLong; Problem if refused."""
        ends = time.monotonic() + patience
        while True:
            told = self.get(f"/c/{case}/keys/{key}")
            if told["state"] == "enrolled":
                return str(told["level"])
            if told["state"] != "pending":
                raise Problem(409, "key-refused", told["state"])
            if time.monotonic() > ends:
                raise TookTooLong(f"key {key[:12]}")
            time.sleep(_PAUSE)

    def pending_keys(self, case: str) -> list[dict[str, str]]:
        """Keys that wait for attestation (court, administrator)."""
        found: list[dict[str, str]] = self.get(f"/c/{case}/keys/pending")
        return found

    def upload(self, case: str, name: str, media_type: str, content: bytes) -> dict[str, Json]:
        """Keep a file before the statement that names it; the value that a statement seals."""
        digest = hashlib.sha256(content)
        if not self._csrf:
            self._csrf = self.get("/api/session")["csrf"]
        at: int | None = 0
        while at is not None:
            at = self._send_piece(case, name, content, digest.hexdigest(), at)
        return {
            "media_type": media_type,
            "name": name,
            "sha256": b64u(digest.digest()),
            "size": len(content),
        }

    def _send_piece(self, case: str, name: str, content: bytes, digest: str, at: int) -> int | None:
        """Send a piece of a file from byte `at` on; from where to go on, None once it is whole."""
        answer = self._http.post(
            f"/c/{case}/documents",
            params={"name": name, "sha256": digest, "size": len(content), "from": at},
            content=content[at : at + _PIECE],
            headers={"Content-Type": "application/octet-stream", "X-CSRFToken": self._csrf},
        )
        if answer.status_code == 409 and (there := answer.json().get("arrived")) is not None:
            # An earlier run was cut off: what arrived then is there.
            time.sleep(_PAUSE)
            return int(there)
        told = answer_of(answer)
        return int(told.json()["arrived"]) if told.status_code == 202 else None

    def send_weights(self, case: str, meeting: str, root: bytes, table: bytes) -> None:
        """Keep the table of weight proofs before the statement that names it (administrator)."""
        if not self._csrf:
            self._csrf = self.get("/api/session")["csrf"]
        answer_of(
            self._http.post(
                f"/c/{case}/m/{meeting}/weights/table",
                params={"root": root.hex()},
                content=table,
                headers={"Content-Type": "application/jsonl", "X-CSRFToken": self._csrf},
            )
        )

    def move_clock(self, case: str, to: datetime) -> None:
        """Have the clerk move the demonstration clock (administrator, court)."""
        self.post(f"/c/{case}/clock", {"to": format_time(to)})

    def boxes(self, case: str, meeting: str, index: int) -> dict[str, str]:
        """The boxes of the trustee of that index: base64url by the hash of the ballot's body."""
        found: dict[str, str] = {}
        start: int | None = 0
        while start is not None:
            told = self.get(f"/c/{case}/m/{meeting}/boxes?index={index}&from={start}")
            rows = (row for row in told["ballots"] if row["box"] is not None)
            found.update({row["ballot"]: row["box"] for row in rows})
            start = told["next"]
        return found
