"""The base page, the preferences and every component, rendered without a database."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from bankruptcy.platform import catalogue

SCREENS = ["/stories", "/stories?screen=staff", "/stories?screen=room", "/help"]


@pytest.fixture(scope="session", autouse=True)
def _translations() -> None:
    source = (
        Path(__file__).resolve().parents[3] / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    )
    fresh = source.with_suffix(".mo.new")
    fresh.write_bytes(catalogue.compiled(dict(catalogue.read(source.read_text(encoding="utf-8")))))
    fresh.replace(source.with_suffix(".mo"))


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("CONCURSUS_STORIES", "1")
    return Client(headers={"host": "localhost"})


class Elements(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_of(visitor: Client, address: str, language: str = "zh-hans") -> str:
    visitor.cookies["concursus_language"] = language
    response = visitor.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", SCREENS)
def test_no_page_carries_style_or_script_of_its_own(
    visitor: Client, address: str, language: str
) -> None:
    for tag, attributes in Elements(page_of(visitor, address, language)).found:
        assert tag != "style"
        assert not (tag == "script" and "src" not in attributes)
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("address", SCREENS)
def test_every_reference_to_an_id_finds_exactly_one(visitor: Client, address: str) -> None:
    elements = Elements(page_of(visitor, address)).found
    ids = [attributes["id"] for _, attributes in elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    for _, attributes in elements:
        for name in ("for", "aria-labelledby", "aria-describedby"):
            for reference in (attributes.get(name) or "").split():
                assert reference in ids


@pytest.mark.parametrize("address", SCREENS)
def test_english_is_complete(visitor: Client, address: str) -> None:
    page = page_of(visitor, address, "en")
    assert '<html lang="en"' in page
    page = re.sub(r'<(\w+)[^>]*lang="zh-Hans"[^>]*>.*?</\1>', "", page, flags=re.S)
    # 万 is named where the money field says that it understands it.
    assert set(re.findall(r"[\u4e00-\u9fff]", page)) <= {"万"}


def test_chinese_is_what_a_visitor_without_preference_sees(visitor: Client) -> None:
    page = visitor.get("/help").content.decode()
    assert '<html lang="zh-Hans"' in page
    assert "跳到正文" in page


def test_stories_do_not_exist_in_production() -> None:
    assert Client(headers={"host": "localhost"}).get("/stories").status_code == 404


def test_large_text_goes_round_in_two_steps(visitor: Client) -> None:
    assert "data-text" not in page_of(visitor, "/help")
    for size, following in (("22", "30"), ("30", "18")):
        response = visitor.post("/preferences/text", {"size": size, "next": "/help"})
        assert response.status_code == 302
        assert response["Location"] == "/help"
        page = page_of(visitor, "/help")
        assert f'data-text="{size}"' in page
        assert f'name="size" value="{following}"' in page
    visitor.post("/preferences/text", {"size": "18", "next": "/help"})
    assert "data-text" not in page_of(visitor, "/help")


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_preferences_lead_nowhere_else(visitor: Client, target: str) -> None:
    response = visitor.post("/preferences/text", {"size": "22", "next": target})
    assert response["Location"] == "/"


def test_an_unknown_size_is_ignored(visitor: Client) -> None:
    response = visitor.post("/preferences/text", {"size": "1000", "next": "/help"})
    assert "text" not in response.cookies
    visitor.cookies["text"] = '30" onload="'
    assert "data-text" not in page_of(visitor, "/help")


def test_preferences_change_by_post_only(visitor: Client) -> None:
    assert visitor.get("/preferences/text").status_code == 405


def render(source: str, language: str = "zh-hans", **values: object) -> str:
    with translation.override(language):
        return Template("{% load ui %}" + source).render(Context(values))


def test_the_bar_says_the_same_in_words() -> None:
    bar = (
        '{% two_test_bar measure="amount" part=4999999999 whole=10000000000 num=1 den=2 op=">=" '
        "against=3000000000 abstain=800000000 %}"
    )
    page = render(bar).replace("\u00a0", "")
    assert (
        'aria-label="金额：同意 49,999,999.99元，不同意 30,000,000.00元，弃权 8,000,000.00元，'
        '未投 12,000,000.01元，共100,000,000.00元，须达到1/2，差0.01元。"'
    ) in page
    assert "49.99%" in page


def test_a_running_bar_shows_no_choice() -> None:
    page = render('{% two_test_bar measure="heads" part=412 whole=577 state="running" %}', "en")
    assert "Cast 412, Not cast 165" in page
    assert "fill-against" not in page
    assert "For " not in page


def test_what_a_person_wrote_is_escaped() -> None:
    page = render(
        "{% include 'components/notice.html' %}", title="<b>x</b>", body="<script>alert(1)</script>"
    )
    assert "<script>" not in page
    assert "&lt;b&gt;" in page


def test_days_left_stand_beside_the_date() -> None:
    from datetime import UTC, datetime

    now = datetime(2026, 3, 29, tzinfo=UTC)
    assert render("{% days_left last now %}", last="2026-04-01", now=now) == "还有3天"
    assert render("{% days_left last now %}", "en", last="2026-03-30", now=now) == "1 day left"
    assert render("{% days_left last now %}", "en", last="2026-03-01", now=now) == "overdue"
