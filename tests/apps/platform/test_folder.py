"""The data folder, addresses and the translations' compiler."""

from __future__ import annotations

import gettext
import io
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bankruptcy.platform import catalogue
from bankruptcy.platform.addresses import celery_broker, django_database, postgres_url
from bankruptcy.platform.folder import DataFolder


def test_a_secret_is_drawn_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        drawn = set(pool.map(data.secret, ["django"] * 32))
    assert len(drawn) == 1
    assert len(drawn.pop()) == 43
    assert stat.S_IMODE((data.keys / "django").stat().st_mode) == 0o600
    assert stat.S_IMODE(data.keys.stat().st_mode) == 0o700
    assert [path.name for path in data.keys.iterdir()] == ["django"]


def test_sockets_of_a_long_path_lie_in_a_short_private_folder(tmp_path: Path) -> None:
    sockets = DataFolder(tmp_path / ("long" * 30)).sockets
    assert len(str(sockets)) < 85
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    sockets.rmdir()


@pytest.mark.parametrize("password", ["simple", "p@ss/w:rd?#&"])
def test_an_address_says_to_django_what_it_was_made_of(password: str) -> None:
    found = django_database(postgres_url("concursus_app", password, "concursus", "/run/a b"))
    assert found["USER"] == "concursus_app"
    assert found["PASSWORD"] == password
    assert found["NAME"] == "concursus"
    assert found["HOST"] == "/run/a b"


def test_an_address_of_a_server_keeps_its_options() -> None:
    found = django_database("postgresql://a:b@db.example:6432/c?sslmode=verify-full", pool=4)
    assert (found["HOST"], found["PORT"]) == ("db.example", "6432")
    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert found["OPTIONS"]["pool"]["max_size"] == 4


def test_another_kind_of_address_is_refused_without_its_password() -> None:
    with pytest.raises(ValueError, match="mysql") as refused:
        django_database("mysql://a:hidden@db/c")
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "spelt"),
    [("unix:///a/b.sock", "redis+socket:///a/b.sock"), ("redis://h:1/0", "redis://h:1/0")],
)
def test_celery_has_its_own_word_for_a_socket(given: str, spelt: str) -> None:
    assert celery_broker(given) == spelt


def test_a_catalogue_reads_back_as_gettext_reads_it() -> None:
    text = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

# A comment.
msgid "Ballot"
msgstr "表决票"

msgctxt "verb"
msgid "Open"
msgstr "开启"

msgid "%d line"
msgid_plural "%d lines"
msgstr[0] "%d 行"

msgid "Two "
"parts"
msgstr "两"
"段"

#, fuzzy
msgid "Guess"
msgstr "猜"

msgid "Not yet"
msgstr ""

#~ msgid "Old"
#~ msgstr "旧"
"""
    found = gettext.GNUTranslations(io.BytesIO(catalogue.compiled(dict(catalogue.read(text)))))
    assert found.gettext("Ballot") == "表决票"
    assert found.pgettext("verb", "Open") == "开启"
    assert found.ngettext("%d line", "%d lines", 2) == "%d 行"
    assert found.gettext("Two parts") == "两段"
    assert found.gettext("Guess") == "Guess"
    assert found.gettext("Not yet") == "Not yet"
    assert found.gettext("Old") == "Old"


def test_a_line_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(catalogue.read('msgid "a"\nnonsense\n'))
