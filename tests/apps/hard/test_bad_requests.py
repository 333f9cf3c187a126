"""Files, key requests, log-ins and everything else a browser sends: spoilt, late, not entitled."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import override_settings

from bankruptcy.people import accounts
from ledger.documents import documents
from ledger.log.encoding import b64u
from ledger.log.sign import Es256Signer
from ledger.log.suites import P256_ORDER, possession_message
from tests.apps.hard.support import Web, check_problem, nothing_kept

PASSWORD = "correct horse battery"
PDF = b"%PDF-1.7\n" + bytes(1000)
TEXT = "合同第一条".encode()


class Browser(Web):
    """A program with a session."""

    def __init__(self, url: str, username: str) -> None:
        super().__init__(url)
        self.key = Es256Signer(1 + secrets.randbelow(P256_ORDER - 1))
        self.case = self.origin = self.person = ""
        self._token()
        given = {"username": username, "password": PASSWORD, "display_name": f"名字 {username}"}
        assert self.post("/register", given).status_code == 201
        self._token()

    def _token(self) -> None:
        told = self.http.get("/api/session").json()
        self.http.headers["X-CSRFToken"] = told["csrf"]

    def post(self, path: str, value: Any, **headers: str) -> httpx.Response:
        return self.http.post(path, json=value, headers=headers)

    def request_of_key(self, **other: Any) -> dict[str, Any]:
        """What asks for the enrolment of the key, with `other` members in place of its own."""
        message = possession_message(self.case, self.person, self.origin, self.key.key)
        asked = {
            "suite": "es256",
            "public_key": b64u(self.key.key.public_key),
            "possession": b64u(self.key.sign(message)),
        }
        return {**asked, **other}


@pytest.fixture(scope="module", autouse=True)
def _quick_passwords(module_database: str) -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="module")
def judge(url: str) -> Iterator[Browser]:
    """A judge whose case has its log and is not opened yet."""
    with Browser(url, "judge") as found:
        User.objects.filter(username="judge").update(is_staff=True)
        begun = found.post("/cases/new", {}).json()
        found.case, found.origin, found.person = begun["case"], begun["origin"], begun["person"]
        made = found.post("/cases", new_case(found))
        assert made.status_code == 201, made.text
        yield found


def new_case(browser: Browser, **other: Any) -> dict[str, Any]:
    return {
        "case": browser.case,
        "suite": "es256",
        "public_key": b64u(browser.key.key.public_key),
        "clock": "demonstration",
        "starts": "2026-01-05T01:00:00Z",
        **other,
    }


@pytest.fixture(scope="module")
def stranger(url: str, judge: Browser) -> Iterator[Browser]:
    """Somebody logged in who is not in the case."""
    with Browser(url, "stranger") as found:
        found.case = judge.case
        yield found


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


# --- Files


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("query", "content", "status", "slug"),
    [
        ("?name=a.pdf", b"", 400, "file-empty"),
        ("?name=a.pdf", b"MZ not a pdf", 400, "file-content-differs"),
        ("?name=a.png", PDF, 400, "file-content-differs"),
        ("?name=a.docx", b"PK\x03\x04 no word in it", 400, "file-content-differs"),
        ("?name=a.txt", b"nul \x00 nul", 400, "file-content-differs"),
        ("?name=a.txt", b"\xff\xff\xff", 400, "file-content-differs"),
        ("?name=a.exe", b"MZ", 400, "file-type-not-accepted"),
        ("?name=a.pdf.exe", PDF, 400, "file-type-not-accepted"),
        ("?name=.pdf", PDF, 400, "file-type-not-accepted"),
        ("?name=../../etc/passwd", PDF, 400, "file-type-not-accepted"),
        ("?name=a.svg", b"<svg onload=alert(1)>", 400, "file-type-not-accepted"),
        ("?name=a.html", b"<script>", 400, "file-type-not-accepted"),
        ("?name=%00.pdf", PDF, 400, "malformed"),
        ("?name=" + "a" * 300 + ".pdf", PDF, 400, "malformed"),
        ("", PDF, 400, "malformed"),
        ("?name=a.pdf&sha256=" + "0" * 64, PDF, 409, "file-hash-differs"),
        ("?name=a.pdf&sha256=xyz", PDF, 400, "malformed"),
        ("?name=a.pdf&sha256=" + sha(PDF).upper(), PDF, 400, "malformed"),
    ],
)
def test_files_that_are_not_kept(
    judge: Browser, query: str, content: bytes, status: int, slug: str
) -> None:
    fresh = (
        content + secrets.token_hex(8).encode() if content and b"nul" not in content else content
    )
    query = query.replace(sha(PDF).upper(), sha(fresh).upper())
    with nothing_kept():
        judge.refused(status, slug, "POST", f"/c/{judge.case}/documents{query}", content=fresh)
    assert not documents().has(hashlib.sha256(fresh).digest())


def test_a_file_over_the_limit_is_not_kept(judge: Browser, settings_limit: int) -> None:
    content = b"%PDF-1.7\n" + secrets.token_bytes(settings_limit)
    path = f"/c/{judge.case}/documents?name=a.pdf"
    judge.refused(413, "file-too-large", "POST", path, content=content)
    assert not documents().has(hashlib.sha256(content).digest())


@pytest.fixture
def settings_limit() -> Iterator[int]:
    with override_settings(DOCUMENT_LIMIT=1_000_000):
        yield 1_000_000


def test_who_may_not_send_or_fetch_a_file(judge: Browser, stranger: Browser, web: Web) -> None:
    content = TEXT + secrets.token_hex(8).encode()
    path = f"/c/{judge.case}/documents"
    with nothing_kept():
        stranger.refused(404, "not-found", "POST", f"{path}?name=a.txt", content=content)
        web.refused(403, "csrf", "POST", f"{path}?name=a.txt", content=content)
    assert not documents().has(hashlib.sha256(content).digest())
    assert judge.http.post(f"{path}?name=a.txt", content=content).status_code == 201
    # Nothing in the case's record names it: not even who sent it is shown it.
    judge.refused(404, "document-not-found", "GET", f"{path}/{sha(content)}")
    stranger.refused(404, "not-found", "GET", f"{path}/{sha(content)}")
    web.refused(401, "not-logged-in", "GET", f"{path}/{sha(content)}")


@pytest.mark.parametrize(
    ("address", "status", "slug"),
    [
        ("0" * 63, 400, "malformed"),
        ("A" * 64, 400, "malformed"),
        ("%00", 404, "not-found"),
        ("..%2f..%2fkeys%2fdocuments.key", 404, "not-found"),
        ("..", 404, "not-found"),
        ("%2e%2e%2fkeys", 404, "not-found"),
        ("0" * 64, 404, "document-not-found"),
    ],
)
def test_addresses_of_no_file(judge: Browser, address: str, status: int, slug: str) -> None:
    judge.refused(status, slug, "GET", f"/c/{judge.case}/documents/{address}")


# --- Keys


def _possession_of_another_case(judge: Browser) -> dict[str, Any]:
    message = possession_message("c-other", judge.person, judge.origin, judge.key.key)
    return judge.request_of_key(possession=b64u(judge.key.sign(message)))


def _anothers_key(judge: Browser) -> dict[str, Any]:
    """A key that he saw on the ledger and does not hold."""
    other = Es256Signer(1 + secrets.randbelow(P256_ORDER - 1))
    return judge.request_of_key(public_key=b64u(other.key.public_key))


KEYS: dict[str, tuple[Any, int, str]] = {
    "no object": (lambda judge: [], 400, "malformed"),
    "member missing": (lambda judge: {"suite": "es256"}, 400, "malformed"),
    "member too many": (lambda judge: judge.request_of_key(person="p-x"), 400, "malformed"),
    "another suite": (lambda judge: judge.request_of_key(suite="ed25519"), 400, "unknown-suite"),
    "unknown suite": (lambda judge: judge.request_of_key(suite="rsa"), 400, "unknown-suite"),
    "suite of a number": (lambda judge: judge.request_of_key(suite=1), 400, "unknown-suite"),
    "suite of a list": (lambda judge: judge.request_of_key(suite=[]), 400, "unknown-suite"),
    "key of a number": (lambda judge: judge.request_of_key(public_key=1), 400, "malformed"),
    "key off the curve": (
        lambda judge: judge.request_of_key(public_key=b64u(b"\x04" + bytes(64))),
        400,
        "bad-public-key",
    ),
    "key compressed": (
        lambda judge: judge.request_of_key(public_key=b64u(b"\x02" + bytes(32))),
        400,
        "bad-public-key",
    ),
    "possession of zeros": (
        lambda judge: judge.request_of_key(possession=b64u(bytes(64))),
        403,
        "key-not-possessed",
    ),
    "possession too short": (
        lambda judge: judge.request_of_key(possession=b64u(bytes(63))),
        400,
        "malformed",
    ),
    "possession of another case": (_possession_of_another_case, 403, "key-not-possessed"),
    "another's key": (_anothers_key, 403, "key-not-possessed"),
}


@pytest.mark.parametrize("name", KEYS)
def test_key_requests_that_are_not_kept(judge: Browser, name: str) -> None:
    make, status, slug = KEYS[name]
    with nothing_kept():
        judge.refused(status, slug, "POST", f"/c/{judge.case}/keys", json=make(judge))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 20_000, b'{"a":1,"a":2}'])
def test_a_key_request_that_is_no_json(judge: Browser, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    with nothing_kept():
        judge.refused(
            400, "malformed", "POST", f"/c/{judge.case}/keys", content=content, headers=headers
        )


def test_keys_of_a_case_of_others(judge: Browser, stranger: Browser, web: Web) -> None:
    path = f"/c/{judge.case}/keys"
    with nothing_kept():
        stranger.refused(404, "not-found", "POST", path, json=judge.request_of_key())
        stranger.refused(404, "not-found", "GET", f"{path}/pending")
        stranger.refused(404, "not-found", "POST", f"{path}/{'0' * 64}/refuse")
        web.refused(401, "not-logged-in", "GET", f"{path}/pending")
        judge.refused(404, "not-found", "GET", f"{path}/{'0' * 64}")
        judge.refused(404, "not-found", "GET", f"{path}/%00")
        judge.refused(404, "not-found", "POST", f"{path}/%00/refuse")


# --- Accounts and cases


@pytest.mark.parametrize(
    ("name", "password", "status", "slug"),
    [
        ("", "", 403, "wrong-password"),
        ("judge", "", 403, "wrong-password"),
        ("nobody", PASSWORD, 403, "wrong-password"),
        ("a" * 20_000, "wrong", 403, "wrong-password"),
        ("judge", "a" * 20_000, 403, "wrong-password"),
        ("judge' --", "wrong", 403, "wrong-password"),
        ("\u202e判官", "错", 403, "wrong-password"),
        ("judge\x00", PASSWORD, 400, "malformed"),
        ("judge", "\x00", 400, "malformed"),
        ("\ud800", "wrong", 400, "malformed"),
        ("judge", "\ud800", 400, "malformed"),
    ],
    ids=ascii,
)
def test_log_ins_that_fail(web: Web, name: str, password: str, status: int, slug: str) -> None:
    token = web.http.get("/api/session").json()["csrf"]
    content = _ascii({"username": name, "password": password})
    headers = {"X-CSRFToken": token, "Content-Type": JSON}
    with nothing_kept():
        web.refused(status, slug, "POST", "/login", content=content, headers=headers)


JSON = "application/json"


def _ascii(value: Any) -> bytes:
    """JSON whose lone surrogates stand as escapes."""
    return json.dumps(value).encode("ascii")


@pytest.mark.parametrize("value", [[], 1, None, {"username": 1}, {"password": {}}], ids=repr)
def test_a_log_in_that_is_no_object_of_texts(web: Web, value: Any) -> None:
    token = web.http.get("/api/session").json()["csrf"]
    headers = {"X-CSRFToken": token, "Content-Type": JSON}
    with nothing_kept():
        web.refused(400, "malformed", "POST", "/login", content=_ascii(value), headers=headers)


def test_a_flood_of_log_ins_is_slowed_for_the_name_and_for_the_address(
    judge: Browser, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = web.http.get("/api/session").json()["csrf"]
    headers = {"X-CSRFToken": token, "Accept-Language": "en"}

    def attempt(name: str, password: str = "wrong") -> httpx.Response:
        given = {"username": name, "password": password}
        return web.http.post("/login", json=given, headers=headers)

    with nothing_kept():
        for _ in range(accounts.MOST_FOR_NAME_FROM_ADDRESS):
            check_problem(attempt("judge"), 403, "wrong-password", "en")
        # Now even the right password waits, in whatever letters the name is written.
        check_problem(attempt("judge", PASSWORD), 429, "too-many-logins", "en")
        check_problem(attempt("JUDGE ", PASSWORD), 429, "too-many-logins", "en")
        check_problem(attempt("another"), 403, "wrong-password", "en")
        monkeypatch.setattr(accounts, "MOST_FROM_ADDRESS", 1)
        check_problem(attempt("a-third"), 429, "too-many-logins", "en")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"username": "x" * 200},
        {"username": "two words"},
        {"username": "JUDGE"},
        {"display_name": ""},
        {"display_name": "a\nb"},
        {"password": "short"},
        {"password": "password"},
    ],
    ids=ascii,
)
def test_accounts_that_are_not_made(web: Web, given: dict[str, str]) -> None:
    token = web.http.get("/api/session").json()["csrf"]
    whole = {"username": f"u{secrets.token_hex(4)}", "password": PASSWORD, "display_name": "新人"}
    content = _ascii({**whole, **given} if given else {})
    headers = {"X-CSRFToken": token, "Content-Type": JSON}
    with nothing_kept():
        for language in ("zh-hans", "en"):
            answer = web.http.post(
                "/register", content=content, headers={**headers, "Accept-Language": language}
            )
            check_problem(answer, 400, "bad-fields", language)
            assert answer.json()["fields"]


@pytest.mark.parametrize(
    ("other", "status", "slug"),
    [
        ({"case": "c-none"}, 404, "no-such-draft"),
        ({"case": "nul\x00"}, 400, "malformed"),
        ({"case": 1}, 400, "malformed"),
        ({"more": 1}, 400, "malformed"),
        ({"suite": "ed25519"}, 400, "unknown-suite"),
        ({"public_key": "AAAA"}, 400, "bad-public-key"),
        ({"clock": "wall"}, 400, "malformed"),
        ({"clock": []}, 400, "malformed"),
        ({"starts": None}, 400, "malformed"),
        ({"starts": "2999-01-01T00:00:00Z"}, 400, "clock-start-wrong"),
        ({"clock": "real"}, 400, "clock-start-wrong"),
        ({"follows": 1}, 400, "malformed"),
        ({"follows": "nowhere"}, 404, "log-not-found"),
        ({}, 409, "log-exists"),
    ],
    ids=ascii,
)
def test_cases_that_are_not_made(
    judge: Browser, other: dict[str, Any], status: int, slug: str
) -> None:
    with nothing_kept():
        judge.refused(status, slug, "POST", "/cases", json=new_case(judge, **other))


def test_cases_are_made_by_the_court_alone(judge: Browser, stranger: Browser, web: Web) -> None:
    with nothing_kept():
        stranger.refused(403, "only-court", "POST", "/cases/new", json={})
        stranger.refused(403, "only-court", "POST", "/cases", json=new_case(judge))
        web.refused(403, "csrf", "POST", "/cases", json=new_case(judge))


@pytest.mark.parametrize("case", ["c-none", "%00", "UPPER", "a" * 300, "..%2f..", "%F0%9F%92%A5"])
@pytest.mark.parametrize(
    "rest", ["/join", "/keys/pending", "/people", "/me/devices", f"/documents/{'0' * 64}"]
)
def test_pages_of_no_case(judge: Browser, case: str, rest: str) -> None:
    with nothing_kept():
        judge.refused(404, "not-found", "POST" if rest == "/join" else "GET", f"/c/{case}{rest}")


def test_a_case_that_was_not_opened_cannot_be_joined(judge: Browser, stranger: Browser) -> None:
    with nothing_kept():
        stranger.refused(404, "not-found", "POST", f"/c/{judge.case}/join", json={})


@pytest.mark.parametrize(
    ("method", "status"),
    # What is no method at all, the parser of HTTP refuses before any address is looked at.
    [("PUT", 405), ("DELETE", 405), ("PATCH", 405), ("TRACE", 405), ("BREW", 400)],
)
def test_methods_that_nothing_takes(judge: Browser, method: str, status: int) -> None:
    for path in ("/ledger/logs", f"/ledger/{judge.case}/statements", f"/c/{judge.case}/keys"):
        answer = judge.http.request(method, path)
        assert answer.status_code == status
