"""A client of a Concursus server: what a person's browser does, in Python.

`Session` speaks to the server as a logged-in person, `LedgerClient` reads and submits without any
log-in, `Person` holds a device key and says things in a case.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import httpx

from demo.sealing import seal
from ledger.log.checkpoint import Checkpoint
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, format_time
from ledger.log.jcs import Json
from ledger.log.note import Note
from ledger.log.sign import Es256Signer
from ledger.log.statement import ACT_SIZE, Role, Statement
from ledger.log.suites import P256_ORDER, possession_message
from ledger.log.tiles import WIDTH, Tile, decode_bundle

_PATIENCE: Final = 30.0
_PAUSE: Final = 0.05
_PIECE: Final = 1024 * 1024
"""Bytes of a file that are sent at a time."""
_RETRIES: Final = 6.0
"""Seconds for which a request is repeated where the server is not to be had."""
RESTARTING: Final = frozenset({502, 503, 504})
"""Statuses of a server, or of what it needs, that comes back by itself."""


class Problem(Exception):
    """The server refused (RFC 9457). slug: of the refusal, "" where the answer names none."""

    def __init__(self, status: int, slug: str, detail: str) -> None:
        super().__init__(f"{status} {slug}: {detail}")
        self.status, self.slug, self.detail = status, slug, detail


class TookTooLong(Exception):
    """What was waited for did not come."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What one POST of a statement carries."""

    envelope: Envelope
    boxes: tuple[bytes, ...]
    openings: tuple[Mapping[str, Json], ...]

    def to_json(self) -> dict[str, Any]:
        """The body of the POST (ledger 9.8)."""
        return {
            "statement": self.envelope.to_json(),
            "boxes": [b64u(box) for box in self.boxes],
            "openings": [dict(row) for row in self.openings],
        }


class Ledger(Protocol):
    """Where statements go, and where the log is read; `LedgerClient` over HTTP."""

    def submit(self, case: str, submission: Mapping[str, Any]) -> None:
        """Hand a statement in; returns when it is acknowledged. Raises Problem."""

    def checkpoint(self, case: str) -> Note:
        """The newest checkpoint with the cosignatures it has."""

    def entries(self, case: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes of entries start … end-1 of a log that has them."""

    def table(self, case: str, root: bytes) -> bytes | None:
        """The rows of a table that a statement names, one a line; None where there is none."""


def answer_of(response: httpx.Response) -> httpx.Response:
    """The answer itself if it is none of refusal. Raises Problem."""
    if response.is_success or response.is_redirect:
        return response
    raise problem_of(response)


def problem_of(response: httpx.Response) -> Problem:
    """The refusal that an answer tells."""
    try:
        told = response.json()
    except ValueError:
        told = {}
    slug = told.get("slug", "") if isinstance(told, dict) else ""
    detail = told.get("detail", "") if isinstance(told, dict) else ""
    return Problem(response.status_code, str(slug), str(detail) or response.reason_phrase)


def patiently(send: Callable[[], httpx.Response], patience: float) -> httpx.Response:
    """The answer to a request that may be repeated as it is. Raises Problem, TransportError.

    patience: seconds for which it is, where the connection is cut or the server is restarting.
    """
    ends, pause = time.monotonic() + patience, 0.2
    while True:
        try:
            answered = send()
        except httpx.TransportError:
            if time.monotonic() + pause > ends:
                raise
        else:
            if answered.status_code not in RESTARTING or time.monotonic() + pause > ends:
                return answer_of(answered)
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)


class LedgerClient:
    """The ledger's public addresses (ledger 9.8). Safe for several threads."""

    def __init__(
        self,
        url: str,
        *,
        patience: float = _RETRIES,
        received: Callable[[httpx.Response], None] = lambda answer: None,
    ) -> None:
        """received: given every answer that is a receipt."""
        self._http = httpx.Client(base_url=url, timeout=60)
        self._patience, self._received = patience, received

    def submit(self, case: str, submission: Mapping[str, Any]) -> None:
        """See Ledger. The same statement again is no other act, so a cut connection is retried."""
        body = json.dumps(dict(submission), ensure_ascii=False).encode()
        kind = {"Content-Type": "application/json"}
        path = f"/ledger/{case}/statements"
        self._received(
            patiently(lambda: self._http.post(path, content=body, headers=kind), self._patience)
        )

    def checkpoint(self, case: str) -> Note:
        """See Ledger."""
        return Note.decode(self._get(f"/ledger/{case}/checkpoint").content)

    def entries(self, case: str, start: int, end: int) -> Iterator[bytes]:
        """See Ledger."""
        for index in range(start // WIDTH, -(-end // WIDTH)):
            width = min(WIDTH, end - index * WIDTH)
            tile = Tile(None, index, width)
            data = self._get(f"/ledger/{case}/{tile.path}").content
            first = max(0, start - index * WIDTH)
            yield from decode_bundle(data, width)[first:]

    def table(self, case: str, root: bytes) -> bytes | None:
        """See Ledger."""
        answered = self._http.get(f"/ledger/{case}/tables/{root.hex()}.jsonl")
        return None if answered.status_code == 404 else answer_of(answered).content

    def logs(self) -> tuple[str, ...]:
        """The origins of all logs."""
        text = answer_of(self._http.get("/ledger/logs")).text
        return tuple(line.split(" ")[0] for line in text.splitlines())

    def _get(self, path: str) -> httpx.Response:
        return patiently(lambda: self._http.get(path), self._patience)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()


def size_of(note: Note) -> int:
    """How many entries a checkpoint covers; its signatures are not checked here."""
    return Checkpoint.parse(note.text).size


class Session:
    """One browser's session: cookies, the CSRF token, and the pages' JSON addresses."""

    def __init__(self, url: str, *, patience: float = _RETRIES) -> None:
        self._http = httpx.Client(base_url=url, timeout=60, headers={"Accept-Language": "en"})
        self._patience = patience
        self._csrf = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a case with the key of his device. role names are given at each act."""

    id: str
    key: Es256Signer

    def possession(self, case: str, origin: str) -> bytes:
        """The signature that shows that the key is held (ledger 9.3)."""
        return self.key.sign(possession_message(case, self.id, origin, self.key.key))

    def compose(
        self,
        case: str,
        origin: str,
        kind: str,
        role: Role,
        body: Mapping[str, Any],
        boxes: Sequence[bytes] = (),
        for_: str | None = None,
    ) -> Submission:
        """Seal and sign. body: as it will read, with Secret and Amount in it (demo.sealing).

        for_: the principal of an agent; None where one acts for oneself.
        """
        draft = seal(kind, body)
        statement = Statement(
            act=secrets.token_bytes(ACT_SIZE),
            body=draft.body,
            by=self.id,
            case=case,
            for_=None if kind.startswith("ballot.cast@") else for_ or self.id,
            key=self.key.key.id,
            kind=kind,
            log=origin,
            role=role,
        )
        return Submission(statement.sign(self.key), tuple(boxes), draft.openings)


def fresh_scalar() -> int:
    """A P-256 scalar for a new device key."""
    return 1 + secrets.randbelow(P256_ORDER - 1)


def read_private(path: Path) -> Any:
    """The JSON of a file of secrets; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def write_private(path: Path, value: Any) -> None:
    """A file of secrets: whole or not at all, mode 0600, on disk when this returns."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
