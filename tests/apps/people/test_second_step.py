"""The second step of a log-in: codes each once, recovery codes, a passkey, the way back in."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from bankruptcy.people import factors
from bankruptcy.people.models import SecondStep
from bankruptcy.platform import demonstration
from ledger.log.encoding import b64u
from ledger.log.statement import Role
from ledger.log.suites import possession_message
from tests.apps.people.visitor import PASSWORD, Visitor
from tests.rules.passkey import PasskeySigner


def code_of(secret: str, ahead: int = 0) -> str:
    """The app's code of now, good for half a minute longer, or of the step after."""
    return factors._totp(secret).generate(time.time() + ahead * factors.STEP).decode()


def fresh(secret: str) -> str:
    """The code of now, as if none had been taken yet."""
    SecondStep.objects.update(last_step=0)
    return code_of(secret)


def with_app(name: str = "wang") -> tuple[Visitor, str, list[str]]:
    """An account with the second step on: its visitor, the app's secret, the recovery codes."""
    visitor = Visitor(name).register()
    page = visitor.client.get("/account", headers={"accept": "text/html"}).content.decode()
    (secret,) = re.findall(r'<code id="secret">([A-Z2-7]{32})</code>', page)
    form = {"do": "on", "code": code_of(secret)}
    page = visitor.client.post("/account", form).content.decode()
    codes = re.findall(r"<li><code>([a-z2-9-]{11})</code></li>", page)
    assert len(codes) == factors.RECOVERY_CODES
    visitor.post("/logout", {})
    return visitor, secret, codes


def first_step(visitor: Visitor, **more: str) -> Any:
    given = {"username": visitor.username, "password": PASSWORD, **more}
    return visitor.post("/login", given)


def logged_in(client: Client) -> bool:
    return client.get("/api/session").json()["user"] is not None


def test_a_password_alone_does_not_get_in_and_a_code_gets_in_once() -> None:
    visitor, secret, _codes = with_app()
    refused = first_step(visitor)
    assert (refused.status_code, refused.json()["slug"]) == (403, "second-step-needed")
    assert not logged_in(visitor.client)
    code = fresh(secret)
    assert first_step(visitor, code=code).status_code == 200
    visitor.post("/logout", {})
    again = first_step(visitor, code=code)
    assert (again.status_code, again.json()["slug"]) == (403, "wrong-code")
    assert first_step(visitor, code=code_of(secret, ahead=1)).status_code == 200


def test_the_secret_is_not_readable_in_the_database() -> None:
    _visitor, secret, codes = with_app()
    sealed = bytes(SecondStep.objects.get().sealed_secret)
    assert secret.encode() not in sealed
    assert codes[0].encode() not in sealed


@pytest.mark.parametrize("wrong", ["", "000000", "12345", "abcde-fghjk", "１２３４５６", "x" * 500])
def test_a_wrong_code_is_refused_by_a_sentence_beside_the_field(wrong: str) -> None:
    visitor, _secret, _codes = with_app()
    browser = Client()
    form = {"username": visitor.username, "password": PASSWORD}
    assert browser.post("/login", form)["Location"] == "/login/second"
    answer = browser.post("/login/second", {"code": wrong})
    assert answer.status_code == 422
    assert 'href="#code"' in answer.content.decode()
    assert not logged_in(browser)


def test_guessing_codes_is_slowed_down_for_the_account_from_wherever() -> None:
    visitor, secret, _codes = with_app()
    for _ in range(factors.MOST_CODES):
        assert first_step(visitor, code="000000").status_code == 403
    elsewhere = Visitor(visitor.username, Client(REMOTE_ADDR="192.0.2.7"))
    limited = first_step(elsewhere, code=fresh(secret))
    assert (limited.status_code, limited.json()["slug"]) == (429, "too-many-attempts")
    assert limited["Retry-After"] == str(limited.json()["seconds"])


def test_a_recovery_code_gets_in_once_on_the_page_and_leads_on() -> None:
    visitor, _secret, codes = with_app()
    for code, status in ((codes[0].upper(), 302), (codes[0], 422), (codes[1], 302)):
        browser = Client()
        form = {"username": visitor.username, "password": PASSWORD, "next": "/cases/new"}
        begun = browser.post("/login", form)
        answer = browser.post(begun["Location"], {"code": code, "next": "/cases/new"})
        assert answer.status_code == status
        assert logged_in(browser) is (status == 302)


def test_the_second_step_needs_the_first_and_soon() -> None:
    visitor, secret, _codes = with_app()
    browser = Client()
    for method in (browser.get, browser.post):
        assert method("/login/second")["Location"] == "/login"
    browser.post("/login", {"username": visitor.username, "password": PASSWORD})
    session = browser.session
    session["half"] = {**session["half"], "at": session["half"]["at"] - 601}
    session.save()
    answer = browser.post("/login/second", {"code": fresh(secret)})
    assert answer["Location"] == "/login"
    assert not logged_in(browser)


def test_it_is_turned_off_only_with_a_code() -> None:
    visitor, secret, _codes = with_app()
    first_step(visitor, code=fresh(secret))
    assert visitor.client.post("/account", {"do": "off", "code": "000000"}).status_code == 422
    form = {"do": "off", "code": fresh(secret)}
    assert visitor.client.post("/account", form).status_code == 200
    visitor.post("/logout", {})
    assert first_step(visitor).status_code == 200


def test_it_is_not_turned_on_with_a_wrong_code_or_without_a_secret() -> None:
    visitor = Visitor("li").register()
    assert visitor.client.post("/account", {"do": "on", "code": "000000"}).status_code == 422
    visitor.client.get("/account", headers={"accept": "text/html"})
    assert visitor.client.post("/account", {"do": "on", "code": "x"}).status_code == 422
    assert not SecondStep.objects.exists()


# --- a passkey as the second step ---


def ask_for_passkey(visitor: Visitor, passkey: PasskeySigner, **changed: Any) -> Any:
    message = possession_message(visitor.case, visitor.person, visitor.origin, passkey.key)
    return visitor.post(
        f"/c/{visitor.case}/keys",
        {
            "suite": "webauthn-es256",
            "public_key": b64u(passkey.key.public_key),
            "possession": b64u(passkey.sign(message)),
            "credential": b64u(b"credential"),
            **changed,
        },
    )


def attested_passkey(judge: Visitor, visitor: Visitor) -> PasskeySigner:
    passkey = page_passkey(judge)
    assert ask_for_passkey(visitor, passkey).status_code == 201
    (row,) = judge.client.get(f"/c/{judge.case}/keys/pending").json()
    assert judge.attest(row, Role.COURT).status_code in (200, 202)
    return passkey


def page_passkey(judge: Visitor) -> PasskeySigner:
    """On the page of the deployment that the genesis names."""
    return PasskeySigner("testserver", "http://testserver")


def by_passkey(visitor: Visitor, passkey: PasskeySigner, nonce: str | None = None) -> Client:
    browser = Client()
    browser.post("/login", {"username": visitor.username, "password": PASSWORD})
    asked = nonce or browser.session["half"]["nonce"]
    sig = passkey.sign(factors.log_in_message(visitor.username, asked))
    form = {"key": passkey.key.id.hex(), "assertion": b64u(sig)}
    browser.post("/login/second", form)
    return browser


def test_an_attested_passkey_is_a_second_step(judge: Visitor) -> None:
    visitor, secret, _codes = with_app()
    first_step(visitor, code=fresh(secret))
    visitor.join(judge)
    passkey = page_passkey(judge)
    assert ask_for_passkey(visitor, passkey).status_code == 201
    assert not logged_in(by_passkey(visitor, passkey))  # not attested yet
    (row,) = judge.client.get(f"/c/{judge.case}/keys/pending").json()
    judge.attest(row, Role.COURT)
    assert logged_in(by_passkey(visitor, passkey))
    assert not logged_in(by_passkey(visitor, passkey, nonce=b64u(bytes(32))))  # of another log-in
    assert not logged_in(by_passkey(visitor, page_passkey(judge)))
    body = {"key": passkey.key.id.hex(), "cause": "replaced", "reason": None}
    assert visitor.ask_for_key().status_code == 201
    assert judge.attest(judge.client.get(f"/c/{judge.case}/keys/pending").json()[0], Role.COURT)
    assert visitor.say("key.revoked@1", Role.CREDITOR, body).status_code in (200, 202)
    assert not logged_in(by_passkey(visitor, passkey))


@pytest.mark.parametrize(
    ("changed", "slug"),
    [
        ({"credential": None}, "malformed"),
        ({"credential": ""}, "malformed"),
        ({"credential": b64u(bytes(1024))}, "malformed"),
        ({"possession": b64u(bytes(64))}, "key-not-possessed"),
    ],
)
def test_a_passkey_that_is_not_noted(judge: Visitor, changed: Any, slug: str) -> None:
    answer = ask_for_passkey(judge, page_passkey(judge), **changed)
    assert answer.json()["slug"] == slug


# --- let in again ---


def test_who_lost_everything_is_let_in_again_by_court_or_administrator(judge: Visitor) -> None:
    visitor, secret, _codes = with_app()
    first_step(visitor, code=fresh(secret))
    visitor.join(judge)
    path = f"/c/{judge.case}/people/{visitor.person}/let-in"
    assert visitor.post(path, {}).status_code == 403
    assert judge.post(f"/c/{judge.case}/people/{judge.person}/let-in", {}).status_code == 404
    assert judge.post(f"/c/{judge.case}/people/p-nobody/let-in", {}).status_code == 404
    stale = judge.post(path, {}).json()["code"]
    code = judge.post(path, {}).json()["code"]
    browser = Client()
    form = {"username": visitor.username, "code": code, "password": "quite another phrase"}
    for wrong in (
        {"code": stale},
        {"code": "x"},
        {"username": judge.username},
        {"password": "12345678"},
    ):
        assert browser.post("/login/let-in", {**form, **wrong}).status_code == 422
    assert logged_in(visitor.client)
    assert browser.post("/login/let-in", form).status_code == 302
    assert logged_in(browser)
    assert not logged_in(visitor.client)  # whoever sat in the account is out
    assert not factors.needed(User.objects.get(username=visitor.username))
    assert Client().post("/login/let-in", form).status_code == 422


def test_a_shared_account_gets_no_second_step(
    judge: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    logins = settings.DATA.root / "people" / demonstration.FILE
    logins.parent.mkdir(exist_ok=True)
    row = dict.fromkeys(("role", "name", "password", "key_file"), "x") | {"username": "judge"}
    told = {"case": "", "finished": "", "open": "", "source": {}, "invented": {}}
    logins.write_text(json.dumps({**told, "logins": [row]}), "utf-8")
    monkeypatch.setenv("CONCURSUS_SUPERVISED", "1")
    try:
        page = judge.client.get("/account", headers={"accept": "text/html"}).content.decode()
        assert 'id="secret"' not in page
        session = judge.client.session
        secret = factors.fresh_secret()
        session["app"] = factors.sealed(User.objects.get(username="judge"), secret)
        session.save()
        form = {"do": "on", "code": code_of(secret)}
        assert judge.client.post("/account", form).status_code == 422
    finally:
        logins.unlink()
    assert not SecondStep.objects.exists()
