"""Every page is one for everybody: narrow, with the largest text, for each role."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from tests.apps.people.test_second_step import code_of
from tests.embedded_plugin import Demonstration
from tests.journeys.looked_at import NARROW, faults, visited
from tests.journeys.test_main_job import Visit, case_home

PASSWORD = "a long enough phrase"
PUBLIC = (
    *("/", "/verify", "/login", "/login/let-in", "/register", "/help", "/logs", "/cases"),
    *("m/m1/board", "m/m2/board", "m/m1/results", "m/m2/results", "m/m1/results/notice"),
)
OF = {
    "creditor02": (
        *("", "claims/new", "register", "claims/c02", "claims/c02/amend", "evidence/e-c02-1"),
        *("agents", "me", "me/devices", "/account", "/mine", "/cases"),
        *("m/m1/", "m/m2/", "m/m2/ballot", "m/m2/practice", "m/m2/board", "m/m1/results"),
    ),
    "administrator": (
        *("", "desk", "desk/claims/c02", "desk/register", "desk/keys", "desk/objections"),
        *("desk/splits", "desk/meetings/new", "m/m2/motions/new", "m/m2/prepare"),
        *("m/m2/draw", "m/m2/extend", "m/m1/declare", "m/m1/disclosures", "register"),
    ),
    "judge": (
        *("", "court", "court/roles", "court/amounts", "court/related", "court/erasures"),
        *("court/erasures?entry=31", "/cases/new", "desk/keys", "m/m1/court/verify"),
        *("m/m1/disclosures", "m/m2/court", "m/m2/court/trustees", "m/m2/court/single"),
        *("m/m2/court/correct", "desk/meetings/new", "m/m2/motions/new"),
    ),
    "trustee-court": ("", "m/m1/trustee", "m/m2/trustee", "m/m2/", "/mine"),
    "lawyer": ("", "agents", "claims/new", "m/m2/", "m/m2/ballots", "/mine"),
}


@pytest.fixture
def visit(browser: Browser, demonstration: Demonstration) -> Iterator[Visit]:
    """A visitor of the running demonstration."""
    yield Visit(browser, demonstration, None)
    for context in browser.contexts:
        context.close()


def narrow(visit: Visit, language: str = "en") -> Page:
    """A narrow window. In English by default: its words are longer."""
    page = visit.profile(NARROW)
    url = visit.demonstration.url.replace("127.0.0.1", "localhost")
    cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


def arrived(visit: Visit, username: str) -> tuple[Page, str]:
    """His window, and the address of the case."""
    page = narrow(visit)
    page.goto("/")
    page.get_by_role("button", name=re.compile(rf"(^|\s){username} ·")).click()
    expect(page.get_by_text("The key of this device is attested")).to_be_visible(timeout=30_000)
    return page, case_home(page)


def all_faults(page: Page, home: str, addresses: tuple[str, ...]) -> list[str]:
    return [
        fault
        for address in addresses
        for fault in visited(page, address if address.startswith("/") else home + address)
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages(visit: Visit, language: str) -> None:
    home = f"/c/{visit.told['case']}/"
    assert all_faults(narrow(visit, language), home, PUBLIC) == []


@pytest.mark.parametrize("username", OF)
def test_pages_of_each_role(visit: Visit, username: str) -> None:
    page, home = arrived(visit, username)
    assert all_faults(page, home, OF[username]) == []


@pytest.mark.parametrize(("entry", "told"), [("31", "监管机构"), ("999999", "")])
def test_verify_with_what_it_found(visit: Visit, entry: str, told: str) -> None:
    page = narrow(visit, "zh-hans")
    page.goto("/verify")
    page.locator("#number").fill(f"{visit.told['case']}/{entry}")
    page.locator("[data-do-verify]").click()
    found = page.locator("[data-outcome]:visible, [data-error]:visible")
    expect(found.first).to_be_visible()
    expect(found.first).to_contain_text(told)
    assert faults(page) == []


def test_a_ballot_from_the_choice_to_a_test_that_fails(visit: Visit) -> None:
    """In the practice, whose pages are the ballot's own."""
    page, home = arrived(visit, "creditor03")
    page.goto(f"{home}m/m2/practice")
    page.locator("#begin-practice").click()
    page.locator("input[type=radio]").first.check()
    found = faults(page)
    for tapped, then in (
        ("[data-review]", "#seal"),
        ("#seal", "#cast"),
        ("#test", "#open-ballot"),
        ("#open-ballot", "#test-same"),
        ("#test-other", "a[download]"),
    ):
        page.locator(tapped).click()
        expect(page.locator(then).first).to_be_visible()
        found += faults(page)
    assert found == []


def test_an_account_and_its_second_step(visit: Visit) -> None:
    page = narrow(visit)
    page.goto("/register")
    send = page.locator("main form button")
    for field, text in (("display_name", "某某有限公司"), ("username", "somebody")):
        page.locator(f"#{field}").fill(text)
    page.locator("#password").fill(PASSWORD)
    send.click()
    expect(page).to_have_url(re.compile("/cases"))
    found = visited(page, f"/c/{visit.told['case']}/join") + visited(page, "/account")
    page.locator("#code").fill("000000")
    send.click()
    found += faults(page)
    page.locator("#code").fill(code_of(page.locator("#secret").inner_text()))
    send.click()
    expect(page.locator("main li code").first).to_be_visible()
    found += faults(page) + visited(page, "/account")
    page.locator("header form[action='/logout'] button").click()
    page.goto("/login")
    page.locator("#username").fill("somebody")
    page.locator("#password").fill(PASSWORD)
    send.click()
    expect(page).to_have_url(re.compile("/login/second"))
    assert found + faults(page) == []
