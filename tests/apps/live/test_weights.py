"""The proofs of the amounts: made at the administrator's desk, checked by a stranger's browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bankruptcy.kinds import records
from tests.apps.voting.browsing import Windows, at_work, log_in
from tests.apps.voting.publishing import publish_weights
from tests.apps.voting.support import MEETING, Meeting
from tests.embedded_plugin import serving
from voting import hidden
from voting.protocol.validity import Choice

SECONDS = 1000
AMOUNTS = (61_234_507, 52_345_611, 43_456_713, 34_567_817)
CHOICES = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.AGAINST, Choice.FOR)
SINGLE = ("612,345.07", "523,456.11", "434,567.13", "345,678.17")
WITHOUT = "凭金额证明核算，没有用到任何一笔金额"


@pytest.fixture(scope="module")
def published(module_database: str) -> Meeting:
    found = Meeting(AMOUNTS)
    found.until_declared(CHOICES)
    publish_weights(found)
    return found


@pytest.fixture
def url(published: Meeting) -> Iterator[str]:
    with serving() as address:
        yield address


def results(windows: Windows, url: str, meeting: Meeting) -> Page:
    """The public page, in a browser that never logged in."""
    page = windows.open(390, 844).new_page()
    page.goto(f"{url}/c/{meeting.id}/m/{MEETING}/results")
    return page


def test_a_stranger_verifies_the_whole_result_and_sees_no_amount_but_the_totals(
    windows: Windows, url: str, published: Meeting
) -> None:
    page = results(windows, url, published)
    expect(page.locator("[data-verdict]")).to_have_text(
        "全部等式成立，由您的浏览器算出。", timeout=90 * SECONDS
    )
    rows = page.locator("[data-vectors] > li")
    assert {row.get_attribute("data-state") for row in rows.all()} == {"holds"}
    amounts = page.locator("[data-vector$=' amount']")
    assert amounts.count() == 2
    for row in amounts.all():
        expect(row).to_contain_text(WITHOUT)
    expect(page.locator("[data-vector='plan-a all amount']")).to_contain_text("不同意 780,245.30")
    shown = page.content()
    assert [amount for amount in SINGLE if amount in shown] == []


def test_a_false_w_in_the_place_of_the_rolls_is_named(
    windows: Windows, url: str, published: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = hidden.vector

    def served(*args: Any) -> Any:
        page: Any = true(*args)
        (c, _weight, line), second, *rest = page["answers"]
        return {**page, "answers": [[c, second[1], line], second, *rest]}

    monkeypatch.setattr(hidden, "vector", served)
    page = results(windows, url, published)
    expect(page.locator("[data-verdict]")).to_contain_text("不成立", timeout=90 * SECONDS)
    wrong = page.locator("[data-vectors] > li[data-state='false']")
    assert wrong.count() == 2
    expect(wrong.first).to_contain_text("金额证明不成立")


def test_the_desk_publishes_what_was_left_undone(database: str, windows: Windows) -> None:
    """The result stands and its proofs do not, as when the browser was closed in between."""
    meeting = Meeting(AMOUNTS)
    meeting.until_declared(CHOICES)
    with serving() as url, at_work(meeting), closing(windows):
        before = results(windows, url, meeting)
        expect(before.locator("[data-verdict]")).to_contain_text(
            "人数的等式全部成立", timeout=90 * SECONDS
        )
        context = windows.open()
        log_in(context, url, meeting, "p-admin")
        page = context.new_page()
        page.goto(f"{url}/c/{meeting.id}/m/{MEETING}/declare")
        page.wait_for_load_state("networkidle")
        page.get_by_role("button", name="生成证明").click()
        check = page.locator("#check")
        expect(check).to_contain_text("9", timeout=90 * SECONDS)
        page.get_by_role("button", name="签署并公布").click()
        expect(page.get_by_role("heading", name="金额证明已公布")).to_be_visible(
            timeout=90 * SECONDS
        )
        assert meeting.view.get(records.WEIGHTS, meeting.vote.manifest_hash) is not None
        after = results(windows, url, meeting)
        expect(after.locator("[data-verdict]")).to_have_text(
            "全部等式成立，由您的浏览器算出。", timeout=90 * SECONDS
        )
