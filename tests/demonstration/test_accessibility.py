"""No page breaks a rule of WCAG 2.2 A or AA that axe-core can check, in either language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.embedded_plugin import Demonstration
from tests.journeys.test_main_job import DESK, PHONE, Visit, case_home

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PUBLIC = ("/", "/verify", "/login", "/login/let-in", "/register", "/help", "/logs")
OF = {
    "creditor02": (
        *("", "claims/new", "register", "claims/c02", "me", "me/devices"),
        *("claims/c02/amend", "agents", "../../account", "m/m2/practice"),
        *("m/m2/", "m/m2/ballot", "m/m2/board", "m/m1/results", "m/m1/results/notice"),
    ),
    "administrator": (
        *("desk", "desk/claims/c02", "desk/register", "desk/keys", "desk/meetings/new"),
        *("desk/objections", "m/m1/declare", "m/m2/prepare", "m/m2/extend"),
    ),
    "judge": (
        *("court", "court/roles", "court/amounts", "m/m1/court/verify"),
        *("m/m1/disclosures", "m/m2/court/trustees", "court/erasures", "court/erasures?entry=30"),
    ),
    "trustee-court": ("m/m2/trustee",),
    "lawyer": ("agents", "m/m2/ballots"),
}


@pytest.fixture
def visit(browser: Browser, demonstration: Demonstration) -> Iterator[Visit]:
    """A visitor of the running demonstration."""
    yield Visit(browser, demonstration, None)
    for context in browser.contexts:
        context.close()


def broken_rules(page: Page, address: str) -> list[str]:
    """The rules that the page breaks, with the first element of each."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1").first).to_be_attached()
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{address} {row['id']}: {row['nodes'][0]['html']}" for row in found["violations"]]


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_public_pages(visit: Visit, language: str) -> None:
    page = visit.browser.new_context(
        base_url=visit.demonstration.url.replace("127.0.0.1", "localhost"),
        viewport=PHONE,
        extra_http_headers={"Accept-Language": language},
    ).new_page()
    assert [broken for address in PUBLIC for broken in broken_rules(page, address)] == []


@pytest.mark.parametrize("username", OF)
def test_pages_of_each_role(visit: Visit, username: str) -> None:
    page = visit.profile(PHONE if username in ("creditor02", "lawyer") else DESK)
    visit.arrive(page, username)
    home = case_home(page)
    assert [broken for path in OF[username] for broken in broken_rules(page, home + path)] == []
