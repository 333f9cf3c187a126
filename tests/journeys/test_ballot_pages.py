"""A ballot on a phone: chosen, reviewed, sealed, cast, replaced; over a bad line; after a crash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bankruptcy.kinds import records
from tests.apps.voting.browsing import at_work
from tests.apps.voting.support import CLOSES, MEETING, Meeting
from tests.journeys.creditors import Phones, in_english, shot

SECONDS = 1000


@pytest.fixture
def phones(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the creditors of a meeting whose vote is open."""
    meeting = Meeting()
    meeting.until_open()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


def ballots(phones: Phones, signer: str) -> list[records.CastBallot]:
    """What stands on the ledger."""
    return list(phones.meeting.view.find(records.BALLOTS, signer=signer))


def choose(page: Page, first: str, second: str) -> None:
    """A choice on each of the two motions."""
    page.get_by_role("radio", name=first, exact=True).check()
    page.get_by_role("button", name="下一项").click()
    page.get_by_role("radio", name=second, exact=True).check()
    page.get_by_role("button", name="检查选择").click()


def seal(page: Page) -> str:
    """Seal; the fingerprint."""
    page.get_by_role("button", name="封票", exact=True).click()
    expect(page.get_by_role("heading", name="还差一步：票还没有投出")).to_be_visible()
    return page.locator("[data-fingerprint]").inner_text()


def cast(page: Page) -> None:
    """Cast, to the receipt."""
    page.get_by_role("button", name="投出这张票").click()
    expect(page.get_by_role("heading", name="票已投出")).to_be_visible(timeout=20 * SECONDS)


def test_a_ballot_is_chosen_sealed_cast_and_replaced(phones: Phones) -> None:
    page = phones.of("p-c0")
    page.goto(f"{phones.case}/")
    shot(page, "home-vote-phone")
    page.goto(f"{phones.case}/m/{MEETING}/")
    page.get_by_role("button", name="签到").click()
    expect(page.get_by_text("您已于")).to_be_visible(timeout=20 * SECONDS)
    shot(page, "room-phone")
    page.get_by_role("link", name="去投票").click()
    expect(page.get_by_role("heading", name="《财产管理方案》")).to_be_visible()
    assert page.locator("input[type=radio]:checked").count() == 0
    shot(page, "ballot-choose-phone")

    page.get_by_role("radio", name="不同意", exact=True).check()
    page.get_by_role("button", name="下一项").click()
    expect(page.get_by_role("heading", name="《重整计划草案》")).to_be_focused()
    page.get_by_role("button", name="检查选择").click()
    expect(page.get_by_text("第2项还没有选择")).to_be_visible()
    page.get_by_role("button", name="封票", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("第2项还没有选择")
    shot(page, "ballot-review-gap-phone")
    page.get_by_role("button", name="去选择").click()
    page.get_by_role("radio", name="弃权").check()
    page.reload()
    expect(page.get_by_role("radio", name="弃权")).to_be_checked()
    page.get_by_role("button", name="检查选择").click()
    shot(page, "ballot-review-phone")
    fingerprint = seal(page)
    shot(page, "ballot-sealed-phone")
    assert len(fingerprint.split()) == 8
    taken = page.evaluate("performance.getEntriesByName('ballot')[0].duration")
    assert taken < 2000  # the figure itself is measured in benchmarks, on a machine at rest
    assert ballots(phones, "p-c0") == []

    page.reload()
    expect(page.get_by_role("heading", name="还差一步：票还没有投出")).to_be_visible()
    assert page.locator("[data-fingerprint]").inner_text() == fingerprint
    cast(page)
    expect(page.locator(".grades .reached")).to_have_count(3, timeout=20 * SECONDS)
    receipt = page.locator(".receipt")
    expect(receipt.locator("[data-fingerprint]")).to_have_text(fingerprint)
    for word in ("不同意", "弃权"):
        expect(receipt).not_to_contain_text(word)
    shot(page, "ballot-receipt-phone")
    with page.expect_download() as download:
        page.get_by_role("link", name="保存回执").click()
    assert download.value.suggested_filename.endswith(".tlog-proof")
    (first,) = ballots(phones, "p-c0")

    page.get_by_role("button", name="改投").click()
    expect(page.get_by_text("您的票已经投出")).to_be_visible()
    choose(page, "同意", "同意")
    assert seal(page) != fingerprint
    cast(page)
    assert len(ballots(phones, "p-c0")) == 2
    lasts = phones.meeting.view.find(records.LAST_ANSWERS)
    assert {last.ballot for last in lasts} == {
        ballot.ballot for ballot in ballots(phones, "p-c0") if ballot.ballot != first.ballot
    }
    page.goto(f"{phones.case}/me")
    expect(page.get_by_text("已被替换")).to_have_count(1)
    shot(page, "me-ballots-phone")
    assert phones.troubles == []


@pytest.fixture
def once(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of a vote whose meeting rules bar changing a cast ballot (P12)."""
    meeting = Meeting()
    meeting.switches = {"P12": "no"}
    meeting.until_open()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


def test_where_the_rules_bar_a_change_the_page_says_so_first_and_offers_none(once: Phones) -> None:
    page = once.of("p-c0")
    warning = page.locator("[data-once-only]")
    page.goto(f"{once.case}/m/{MEETING}/ballot")
    expect(warning).to_contain_text("投出后不能改投")
    shot(page, "ballot-once-choose-phone")
    choose(page, "同意", "不同意")
    expect(warning).to_be_visible()
    seal(page)
    expect(warning).to_be_visible()
    shot(page, "ballot-once-sealed-phone")
    cast(page)
    expect(page.locator("[data-final]")).to_contain_text("不能改投")
    expect(page.get_by_role("button", name="改投")).to_have_count(0)
    shot(page, "ballot-once-receipt-phone")
    page.goto(f"{once.case}/m/{MEETING}/ballot")
    expect(page.get_by_role("heading", name="票已投出")).to_be_visible()
    assert page.get_by_role("radio").count() == 0
    page.goto(f"{once.case}/m/{MEETING}/")
    expect(page.get_by_role("link", name="查看我的票")).to_be_visible()
    in_english(page, page.url)
    page.goto(f"{once.case}/m/{MEETING}/ballot")
    expect(page.get_by_text("This vote takes no second ballot.")).to_be_visible()
    shot(page, "ballot-once-phone-en")
    assert len(ballots(once, "p-c0")) == 1
    assert once.troubles == []


def test_a_digit_that_was_drawn_is_announced_in_the_room_and_on_the_sealed_page(
    phones: Phones,
) -> None:
    page = phones.of("p-admin")
    page.goto(f"{phones.case}/m/{MEETING}/draw")
    page.get_by_role("button", name="检查").click()
    expect(page.locator(".error-summary li")).to_have_count(1)
    page.select_option("#digit", "7")
    page.get_by_role("button", name="检查").click()
    page.locator("[data-sign]").click()
    expect(page.locator("#signed")).to_be_visible(timeout=20 * SECONDS)
    shot(page, "draw-phone")

    voter = phones.of("p-c0")
    voter.goto(f"{phones.case}/m/{MEETING}/")
    expect(voter.locator("[data-drawn]")).to_contain_text("7")
    shot(voter, "room-drawn-phone")
    voter.goto(f"{phones.case}/m/{MEETING}/ballot")
    choose(voter, "同意", "不同意")
    seal(voter)
    expect(voter.locator("[data-drawn]")).to_contain_text("尾号是7")
    shot(voter, "sealed-drawn-phone")
    (drawn,) = phones.meeting.view.find(records.DRAWN)
    assert drawn.digit == 7


def test_a_cut_line_loses_nothing_and_counts_once(phones: Phones) -> None:
    page = phones.of("p-c1")
    page.goto(f"{phones.case}/m/{MEETING}/ballot")
    choose(page, "同意", "不同意")
    fingerprint = seal(page)

    def swallow(route: Route) -> None:
        """The ballot arrives, the answer does not."""
        route.fetch()
        route.abort()

    page.context.route("**/statements", swallow)
    page.get_by_role("button", name="投出这张票").click()
    expect(page.get_by_text("正用同一张票重试")).to_be_visible(timeout=20 * SECONDS)
    expect(page.get_by_role("button", name="投出这张票")).to_have_attribute("aria-disabled", "true")
    shot(page, "ballot-unknown-phone")
    page.close()

    page.context.unroute("**/statements")
    again = phones.page(page.context)
    again.goto(f"{phones.case}/m/{MEETING}/ballot")
    expect(again.get_by_role("heading", name="票已投出")).to_be_visible(timeout=20 * SECONDS)
    expect(again.locator("[data-fingerprint]")).to_have_text(fingerprint)
    assert len(ballots(phones, "p-c1")) == 1
    assert phones.troubles == []


def test_a_ballot_after_the_close_is_told_so(phones: Phones) -> None:
    page = phones.of("p-c2")
    page.goto(f"{phones.case}/m/{MEETING}/ballot")
    choose(page, "同意", "不同意")
    seal(page)
    phones.meeting.move(CLOSES)
    page.get_by_role("button", name="投出这张票").click()
    expect(page.get_by_role("alert")).to_contain_text("未计入", timeout=20 * SECONDS)
    shot(page, "ballot-late-phone")
    assert ballots(phones, "p-c2") == []
    page.reload()
    expect(page.get_by_text("投票已于")).to_be_visible()
    assert phones.troubles == []


def test_the_ballot_stands_in_english(phones: Phones) -> None:
    page = phones.of("p-tax")
    in_english(page, phones.url)
    page.goto(f"{phones.case}/m/{MEETING}/ballot")
    page.get_by_role("radio", name="For", exact=True).check()
    shot(page, "ballot-english-phone")
    assert phones.troubles == []


def test_a_ballot_that_arrived_unseen_gets_its_receipt(phones: Phones) -> None:
    page = phones.of("p-c1")
    page.goto(f"{phones.case}/m/{MEETING}/ballot")
    choose(page, "同意", "不同意")
    fingerprint = seal(page)
    kept = page.evaluate(_NOTES)
    cast(page)
    # As if the browser had died after another of its pages was answered: the sealed ballot is
    # still there, and the outbox empty.
    page.evaluate(_PUT_BACK, [row for row in kept if row[0].startswith("sealed ")])
    page.goto(f"{phones.case}/m/{MEETING}/ballot")
    expect(page.get_by_role("heading", name="票已投出")).to_be_visible()
    expect(page.locator("[data-fingerprint]")).to_have_text(fingerprint)
    assert len(ballots(phones, "p-c1")) == 1
    assert phones.troubles == []


def test_a_ballot_is_cast_with_the_keyboard_alone(phones: Phones) -> None:
    page = phones.of("p-c2")
    page.goto(f"{phones.case}/m/{MEETING}/ballot")
    expect(page.get_by_role("heading", name="《财产管理方案》")).to_be_visible()
    for title in ("《财产管理方案》", "《重整计划草案》"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        _press(page, "radio", "同意", "Space")
        _press(page, "button", "下一项" if title == "《财产管理方案》" else "检查选择", "Enter")
    _press(page, "button", "封票", "Enter")
    expect(page.get_by_role("heading", name="还差一步：票还没有投出")).to_be_focused()
    _press(page, "button", "投出这张票", "Enter")
    expect(page.get_by_role("heading", name="票已投出")).to_be_focused(timeout=20 * SECONDS)
    assert len(ballots(phones, "p-c2")) == 1
    assert phones.troubles == []


def _press(page: Page, role: Literal["radio", "button"], name: str, key: str) -> None:
    """Tab on to the control, which is then in focus and not covered, and press the key."""
    wanted = page.get_by_role(role, name=name, exact=True)
    expect(wanted).to_be_visible()
    for _ in range(40):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(wanted).to_be_focused()
    assert wanted.evaluate(_UNCOVERED)
    page.keyboard.press(key)


_UNCOVERED = """one => {
  const box = one.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return one.contains(top) || top.contains(one);
}"""
_OPEN = """
  const db = await new Promise((resolve) => {
    const opening = indexedDB.open('concursus', 1);
    opening.onsuccess = () => resolve(opening.result);
  });
"""
_NOTES = f"""async () => {{ {_OPEN}
  const store = db.transaction('notes').objectStore('notes');
  const got = (request) => new Promise((resolve) => {{
    request.onsuccess = () => resolve(request.result);
  }});
  const rows = [await got(store.getAllKeys()), await got(store.getAll())];
  db.close();
  return rows[0].map((key, i) => [key, rows[1][i]]);
}}"""
_PUT_BACK = f"""async (rows) => {{ {_OPEN}
  const changing = db.transaction('notes', 'readwrite');
  for (const [key, value] of rows) changing.objectStore('notes').put(value, key);
  await new Promise((resolve) => {{ changing.oncomplete = resolve; }});
  db.close();
}}"""
