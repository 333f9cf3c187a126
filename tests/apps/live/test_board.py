"""The live board in a real browser, over the real WebSocket: what holds, and what does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from ledger.log.encoding import b64u
from tests.apps.voting.browsing import Windows, at_work, log_in
from tests.apps.voting.support import MEETING, Meeting
from tests.embedded_plugin import serving
from voting import board
from voting.protocol.group import default_group, read_scalar, write_scalar
from voting.protocol.validity import Choice

SECONDS = 1000
CHOICES = (Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.ABSTAIN)


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting()
    found.until_declared(CHOICES)
    return found


@pytest.fixture
def url(meeting: Meeting) -> Iterator[str]:
    with serving() as address:
        yield address


def board_page(windows: Windows, url: str, meeting: Meeting, who: str | None = "p-c0") -> Page:
    context = windows.open()
    if who is not None:
        log_in(context, url, meeting, who)
    page = context.new_page()
    page.goto(f"{url}/c/{meeting.id}/m/{MEETING}/board")
    return page


def verdict(page: Page) -> Locator:
    return page.locator("[data-verdict]")


def test_a_creditors_browser_opens_every_total(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    page = board_page(windows, url, meeting)
    expect(verdict(page)).to_have_text("全部等式成立，由您的浏览器算出。", timeout=60 * SECONDS)
    rows = page.locator("[data-vectors] > li")
    assert rows.count() == 5
    assert {row.get_attribute("data-state") for row in rows.all()} == {"holds"}
    expect(page.locator("[data-vector='plan-a all heads']")).to_contain_text(
        "同意 2，不同意 1，弃权 1"
    )
    expect(page.locator("[data-vector='plan-a all amount']")).to_contain_text(
        "同意 70,000.00，不同意 30,000.00"
    )
    result = page.locator("[data-result-motion='plan-a']")
    expect(result).to_contain_text("《财产管理方案》")
    expect(result).to_contain_text("《企业破产法》第64条第1款")


def test_a_stranger_opens_the_heads_and_sees_no_amounts(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    page = board_page(windows, url, meeting, None)
    expect(verdict(page)).to_contain_text("人数的等式全部成立", timeout=60 * SECONDS)
    states = {
        row.get_attribute("data-vector"): row.get_attribute("data-state")
        for row in page.locator("[data-vectors] > li").all()
    }
    assert states == {
        "plan-a all amount": "closed",
        "plan-a all heads": "holds",
        "plan-b ordinary amount": "closed",
        "plan-b ordinary heads": "holds",
        "plan-b tax heads": "holds",
    }


Corrupt = Callable[[dict[str, Any]], dict[str, Any]]


def false_m(page: dict[str, Any]) -> dict[str, Any]:
    """One more for, one less against: the counts add up, the equation does not."""
    opening = page["opening"]
    m = read_scalar(opening["m"]) + 1 - 2**64
    changed = {
        **opening,
        "m": write_scalar(m),
        "for": str(int(opening["for"]) + 1),
        "against": str(int(opening["against"]) - 1),
    }
    return {**page, "opening": changed}


def false_c(page: dict[str, Any]) -> dict[str, Any]:
    """Another point of the group in place of the first commitment."""
    group = default_group()
    other = b64u(group.encode(group.mul(group.generator, 7)))
    (_, weight), *rest = page["answers"]
    return {**page, "answers": [[other, weight], *rest]}


def missing_answer(page: dict[str, Any]) -> dict[str, Any]:
    """The last answer is left out, and what was cast says so: only the equation shows it."""
    left, opening = page["answers"][:-1], page["opening"]
    cast = sum(int(weight) for _, weight in left)
    return {
        **page,
        "answers": left,
        "total": len(left),
        "opening": {**opening, "cast": str(cast)},
    }


def no_point(page: dict[str, Any]) -> dict[str, Any]:
    """The first commitment is not a point of the curve."""
    (_, weight), *rest = page["answers"]
    return {**page, "answers": [[b64u(bytes(95) + b"\x01"), weight], *rest]}


@pytest.mark.parametrize("corrupt", [false_m, false_c, missing_answer, no_point])
@pytest.mark.parametrize(
    ("key", "name"),
    [
        (("plan-a", "all", "heads"), "《财产管理方案》 · 全体 · 人数"),
        (("plan-b", "ordinary", "amount"), "《重整计划草案》 · 普通债权组 · 金额"),
    ],
)
def test_what_is_false_is_named(
    windows: Windows,
    url: str,
    meeting: Meeting,
    monkeypatch: pytest.MonkeyPatch,
    corrupt: Corrupt,
    key: board.Key,
    name: str,
) -> None:
    """The socket's own source of data gives something false: the browser finds it."""
    true = board.vector

    def served(seen: board.Visitor, asked: board.Key, start: int = 0) -> dict[str, Any]:
        page = true(seen, asked, start)
        return corrupt(page) if asked == key else page

    monkeypatch.setattr(board, "vector", served)
    page = board_page(windows, url, meeting)
    expect(verdict(page)).to_have_text(re.compile("^不成立"), timeout=60 * SECONDS)
    expect(verdict(page)).to_contain_text(name)
    wrong = page.locator("[data-vectors] > li[data-state='false']")
    assert [row.get_attribute("data-vector") for row in wrong.all()] == [" ".join(key)]
    expect(wrong).to_contain_text("不成立")
    others = page.locator("[data-vectors] > li[data-state='holds']")
    assert others.count() == 4


def test_many_answers_come_in_pages(
    windows: Windows, url: str, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "PAGE", 1)
    page = board_page(windows, url, meeting)
    expect(verdict(page)).to_have_text("全部等式成立，由您的浏览器算出。", timeout=60 * SECONDS)


def test_without_websocket_the_board_asks_over_http(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    context = windows.open()
    log_in(context, url, meeting, "p-c0")
    page = context.new_page()
    page.add_init_script(
        "window.WebSocket = class { static OPEN = 1; constructor() {"
        " setTimeout(() => this.onclose && this.onclose(), 10); } close() {} send() {} };"
    )
    page.goto(f"{url}/c/{meeting.id}/m/{MEETING}/board")
    expect(verdict(page)).to_have_text("全部等式成立，由您的浏览器算出。", timeout=60 * SECONDS)
    expect(page.locator("[data-link-state]")).to_contain_text("每3秒查询")
    context.set_offline(True)
    expect(page.locator("[data-link-state]")).to_contain_text(
        re.compile(r"连接中断，数据停在\d{1,2}:\d{2}:\d{2}"), timeout=60 * SECONDS
    )


def test_the_result_page_says_it_all_again(windows: Windows, url: str, meeting: Meeting) -> None:
    context = windows.open()
    log_in(context, url, meeting, "p-judge")
    page = context.new_page()
    page.goto(f"{url}/c/{meeting.id}/m/{MEETING}/results")
    expect(verdict(page)).to_have_text("全部等式成立，由您的浏览器算出。", timeout=60 * SECONDS)
    first = page.locator("[data-result-motion='plan-a']")
    expect(first).to_contain_text("2/4")
    expect(first).to_contain_text("70,000.00")
    expect(page.get_by_role("link", name="下载法院核验包")).to_be_visible()


def test_turnout_moves_while_voting_runs(database: str, windows: Windows) -> None:
    meeting = Meeting()
    meeting.until_open()
    with serving() as url, at_work(meeting), closing(windows):
        party = board_page(windows, url, meeting, "p-c1")
        stranger = board_page(windows, url, meeting, None)
        cell = "[data-motion='plan-a'] [data-class='all']"
        for page in (party, stranger):
            expect(page.locator(cell)).to_contain_text("0/4", timeout=60 * SECONDS)
        meeting.cast(meeting.creditors[0], Choice.FOR)
        for page in (party, stranger):
            expect(page.locator(cell)).to_contain_text("1/4", timeout=60 * SECONDS)
        expect(party.locator(cell)).to_contain_text("60,000.00/100,007.00")
        # Within the minute the stranger's per cents stand still.
        expect(stranger.locator(cell)).to_contain_text("0%整百分点")
        expect(stranger.locator(cell)).not_to_contain_text("60,000")
        expect(party.locator("[data-stage]")).to_have_text("正在投票")
