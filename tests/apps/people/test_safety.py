"""A stolen key is frozen at once; the app confirms a late key only where it was bound before."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds import records
from ledger.log.statement import Role
from tests.apps.people.test_second_step import code_of, first_step, fresh, with_app
from tests.apps.people.visitor import PASSWORD, Visitor, fresh_signer


def enrolled(judge: Visitor, visitor: Visitor) -> str:
    """A key of the visitor's that the court attested; its id."""
    assert visitor.ask_for_key().status_code == 201
    (row,) = judge.client.get(f"/c/{judge.case}/keys/pending").json()
    assert judge.attest(row, Role.COURT).status_code in (200, 202)
    return visitor.key.key.id.hex()


def record_of(visitor: Visitor, key: str) -> records.EnrolledKey:
    found = PostgresState(visitor.case).get(records.KEYS, key)
    assert found is not None
    return found


def test_a_stolen_key_is_frozen_by_who_logs_in_elsewhere_and_gives_his_password(
    judge: Visitor,
) -> None:
    visitor = Visitor("wang").register().join(judge)
    key = enrolled(judge, visitor)
    path = f"/c/{visitor.case}/keys/{key}/stolen"
    for wrong in ("", "not it"):
        refused = visitor.post(path, {"proof": wrong})
        assert (refused.status_code, refused.json()["slug"]) == (403, "not-you")
    assert visitor.post(path, {}).status_code == 400
    other = Visitor("li").register().join(judge)
    assert other.post(path, {"proof": PASSWORD}).status_code == 403
    assert visitor.post(path.replace(key, "0" * 64), {"proof": PASSWORD}).status_code == 404
    assert not record_of(visitor, key).revoked

    assert visitor.post(path, {"proof": PASSWORD}).json()["state"] == "frozen"
    assert record_of(visitor, key).revoked
    assert visitor.post(path, {"proof": PASSWORD}).json()["state"] == "frozen"
    assert visitor.key_state()["state"] == "frozen"
    body = {"key": key, "cause": "lost", "reason": None}
    refused = visitor.say("key.revoked@1", Role.CREDITOR, body)
    assert refused.json()["slug"] == "key-not-good"


def test_a_theft_logs_the_account_out_everywhere_but_where_it_was_reported(
    judge: Visitor,
) -> None:
    visitor, other = Visitor("wang").register().join(judge), Visitor("li").register().join(judge)
    key = enrolled(judge, visitor)
    thief = Client()
    thief.force_login(User.objects.get(username="wang"))
    page = f"/c/{visitor.case}/me/devices"
    assert thief.get(page).status_code == 200
    path = f"/c/{visitor.case}/keys/{key}/stolen"
    assert visitor.post(path, {"proof": "not it"}).status_code == 403
    assert thief.get(page).status_code == 200
    assert visitor.post(path, {"proof": PASSWORD}).status_code == 200
    assert thief.get(page).status_code == 401
    for still in (visitor, other):
        assert still.client.get(page).status_code == 200


def test_with_a_second_step_the_password_freezes_nothing(judge: Visitor) -> None:
    visitor, secret, codes = with_app()
    first_step(visitor, code=fresh(secret))
    visitor.join(judge)
    key = enrolled(judge, visitor)
    path = f"/c/{visitor.case}/keys/{key}/stolen"
    assert visitor.post(path, {"proof": PASSWORD}).json()["slug"] == "not-you"
    assert visitor.post(path, {"proof": codes[0]}).json()["state"] == "frozen"


def test_the_app_confirms_a_key_that_was_asked_for_after_it_was_bound(judge: Visitor) -> None:
    visitor, secret, _codes = with_app()
    first_step(visitor, code=fresh(secret))
    visitor.join(judge)
    key = enrolled(judge, visitor)
    path = f"/c/{visitor.case}/keys/{key}/confirm"
    assert visitor.post(path, {"code": "000000"}).json()["slug"] == "wrong-code"
    assert visitor.post(path, {"code": fresh(secret)}).status_code == 200
    assert record_of(visitor, key).confirmed is records.Channel.AUTHENTICATOR
    again = visitor.post(path, {"code": code_of(secret, ahead=1)})
    assert again.json()["slug"] == "already-there"


def test_an_app_bound_after_the_key_confirms_nothing(judge: Visitor) -> None:
    """Else who lets somebody in again could bind an app for him and confirm a false key by it."""
    visitor, secret, _codes = with_app()
    first_step(visitor, code=fresh(secret))
    visitor.join(judge)
    key = enrolled(judge, visitor)
    visitor.client.post("/account", {"do": "off", "code": fresh(secret)})
    path = f"/c/{visitor.case}/keys/{key}/confirm"
    assert visitor.post(path, {"code": "000000"}).json()["slug"] == "not-bound-before"
    page = visitor.client.get("/account", headers={"accept": "text/html"}).content.decode()
    secret = page.split('id="secret">')[1][:32]
    visitor.client.post("/account", {"do": "on", "code": code_of(secret)})
    refused = visitor.post(path, {"code": fresh(secret)})
    assert refused.json()["slug"] == "not-bound-before"
    assert record_of(visitor, key).confirmed is None


def test_a_device_is_listed_with_its_last_use(judge: Visitor) -> None:
    visitor = Visitor("wang").register().join(judge)
    key = enrolled(judge, visitor)
    path = f"/c/{visitor.case}/me/devices"
    assert "最近使用" not in visitor.client.get(path).content.decode()
    visitor.key_state()
    page = visitor.client.get(path).content.decode()
    assert "最近使用" in page
    assert key in page
    visitor.key = fresh_signer()
    visitor.ask_for_key()
    assert visitor.client.get(path).content.decode().count("data-key=") == 2
