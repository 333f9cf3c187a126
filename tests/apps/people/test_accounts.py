"""Accounts: made, named, logged in to, and slowed down after failures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from bankruptcy.people import accounts, limits
from bankruptcy.people.models import Account
from tests.apps.people.visitor import PASSWORD, Visitor


def _log_in(visitor: Visitor, password: str) -> Any:
    return visitor.post("/login", {"username": visitor.username, "password": password})


def test_a_session_begins_with_registering_and_ends_with_logging_out() -> None:
    visitor = Visitor("wang").register()
    session = visitor.client.get("/api/session").json()
    assert session["user"] == {"username": "wang", "display_name": "名字 wang", "court": False}
    assert session["csrf"]
    assert visitor.post("/logout", {}).json() == {"user": None}
    assert visitor.client.get("/api/session").json()["user"] is None
    assert _log_in(visitor, PASSWORD).json()["user"]["username"] == "wang"


def test_what_is_wrong_with_an_account_is_said_field_by_field() -> None:
    Visitor("wang").register()
    answer = Visitor("x").post(
        "/register", {"username": "WANG", "password": "12345678", "display_name": "  "}
    )
    assert answer.status_code == 400
    assert sorted(answer.json()["fields"]) == ["display_name", "password", "username"]
    assert User.objects.count() == 1


def test_a_form_keeps_what_was_entered_but_the_password() -> None:
    answer = Client().post(
        "/register", {"username": "li", "password": "12345678", "display_name": "李𠮷"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="li"' in text
    assert "李𠮷" in text
    assert "12345678" not in text
    assert 'href="#password"' in text


def test_a_name_is_not_readable_in_the_database() -> None:
    Visitor("wang").register()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed_name FROM people_account")
        (sealed,) = cursor.fetchone()
    assert "名字".encode() not in bytes(sealed)
    assert Account.objects.get().display_name == "名字 wang"


def test_an_attacker_is_slowed_down_and_not_told_which_names_exist() -> None:
    visitor = Visitor("wang").register()
    wrong = _log_in(visitor, "wrong")
    unknown = _log_in(Visitor("nobody"), "wrong")
    assert (wrong.status_code, wrong.json()) == (unknown.status_code, unknown.json())
    assert wrong.status_code == 403
    for _ in range(accounts.MOST_FOR_NAME_FROM_ADDRESS - 1):
        _log_in(visitor, "wrong")
    refused = _log_in(visitor, PASSWORD)
    assert refused.status_code == 429
    assert 0 < refused.json()["seconds"] <= limits.PAUSE
    assert refused["Retry-After"] == str(refused.json()["seconds"])
    assert refused.json()["type"] == "/problems/too-many-logins"
    elsewhere = Visitor("wang", Client(REMOTE_ADDR="192.0.2.7"))
    assert _log_in(elsewhere, PASSWORD).status_code == 200
    assert _log_in(Visitor("li").register(), PASSWORD).status_code == 200


def test_logging_in_leads_to_no_other_site() -> None:
    Visitor("wang").register()
    form = {"username": "wang", "password": PASSWORD}
    assert Client().post("/login", {**form, "next": "//evil.example/"})["Location"] == "/cases"
    assert Client().post("/login", {**form, "next": "/cases/new"})["Location"] == "/cases/new"


def test_the_command_makes_court_staff_and_can_be_run_again(tmp_path: Path, database: str) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", "utf-8")
    named = ("judge", "--password-file", str(file), "--court", "--display-name", "李法官")
    call_command("create_account", *named)
    call_command("create_account", *named, "--if-missing")
    with pytest.raises(CommandError):
        call_command("create_account", *named)
    judge = User.objects.get()
    assert judge.is_staff
    assert accounts.display_name(judge) == "李法官"
    assert judge.check_password(PASSWORD)
