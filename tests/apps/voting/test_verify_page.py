"""/verify: a receipt checked in the browser, without the server but for the policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from ledger import logs, receipts
from ledger.log.encoding import b64, unb64
from tests.apps.voting.browsing import Windows, held_back
from tests.apps.voting.support import Meeting
from tests.embedded_plugin import serving

SECONDS = 1000


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting()
    found.convene()
    return found


@pytest.fixture(scope="module")
def url(meeting: Meeting) -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture(scope="module")
def receipt(meeting: Meeting) -> str:
    return receipts.newest(meeting.id, 3).decode()


def opened(windows: Windows, url: str) -> Page:
    page = windows.open(390, 844).new_page()
    page.goto(f"{url}/verify")
    page.wait_for_load_state("networkidle")
    return page


def check(page: Page, text: str) -> None:
    page.get_by_label("或粘贴回执").fill(text)
    page.get_by_role("button", name="核验", exact=True).click()


def test_a_true_receipt_is_verified_with_one_request_for_the_policy(
    windows: Windows, url: str, meeting: Meeting, receipt: str
) -> None:
    page = opened(windows, url)
    asked: list[Request] = []

    def note(request: Request) -> None:
        if "/static/" not in request.url:  # the icon of the tab comes when it comes
            asked.append(request)

    page.on("request", note)
    check(page, receipt)
    verdict = page.locator("[data-outcome]")
    expect(verdict).to_contain_text("核验通过", timeout=60 * SECONDS)
    expect(verdict).to_contain_text("第 3 条")
    expect(verdict).to_contain_text(logs.log_row(meeting.id).origin)
    expect(verdict).to_contain_text("不等于内容属实")
    assert [request.url for request in asked] == [f"{url}/ledger/{meeting.id}/policy"]
    assert asked[0].post_data is None


def test_a_pasted_policy_needs_no_request_and_works_offline(
    windows: Windows, url: str, meeting: Meeting, receipt: str, tmp_path: Path
) -> None:
    page = opened(windows, url)
    page.context.set_offline(True)
    file = tmp_path / "receipt.tlog-proof"
    file.write_text(receipt)
    page.locator("#receipt-file").set_input_files(file)
    page.get_by_role("button", name="核验", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("取不到信任策略", timeout=60 * SECONDS)
    page.get_by_text("文件的打开数据，或换用其他信任策略").click()
    page.get_by_label("信任策略").fill(logs.log_row(meeting.id).policy)
    page.get_by_role("button", name="核验", exact=True).click()
    expect(page.locator("[data-outcome]")).to_contain_text("核验通过", timeout=60 * SECONDS)
    expect(page.locator("[data-outcome]")).to_contain_text("您粘贴的")


def changed_entry(receipt: str) -> str:
    """One byte of the entry's statement changed, spelled as before."""
    line = next(x for x in receipt.split("\n") if x.startswith("extra "))
    entry = unb64(line.removeprefix("extra "))
    at = entry.index(b'"received":"20') + len(b'"received":"20')
    other = entry[:at] + (b"3" if entry[at : at + 1] != b"3" else b"2") + entry[at + 1 :]
    return receipt.replace(line, f"extra {b64(other)}")


def changed_root(receipt: str) -> str:
    """Another root under the log's signature."""
    lines = receipt.split("\n\n", 1)[1].split("\n")
    return receipt.replace(lines[2], b64(bytes(32)))


@pytest.mark.parametrize("change", [changed_entry, changed_root])
def test_a_changed_receipt_differs(
    windows: Windows, url: str, receipt: str, change: object
) -> None:
    page = opened(windows, url)
    check(page, change(receipt))  # type: ignore[operator]
    expect(page.locator("[data-outcome]")).to_contain_text("与存证不一致", timeout=60 * SECONDS)
    expect(page.locator("[data-outcome]")).not_to_contain_text("核验通过")


def test_a_log_that_is_not_here_never_stored_it(windows: Windows, url: str, receipt: str) -> None:
    page = opened(windows, url)
    check(page, receipt.replace("/ledger/case-", "/ledger/other-"))
    expect(page.locator("[data-outcome]")).to_contain_text("没有存过", timeout=60 * SECONDS)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "不是回执文件"),
        ("{}", "这不是回执"),
        ("{", "这不是回执"),
        ('{"payload":"e30=","payloadType":"x","signatures":[]}', "受理凭证"),
        ("c2sp.org/tlog-proof@v1\nindex 1\n\n\n", "条目原文"),
    ],
)
def test_what_is_no_receipt_is_said_to_be_none(
    windows: Windows, url: str, text: str, words: str
) -> None:
    page = opened(windows, url)
    check(page, text)
    expect(page.get_by_role("alert")).to_contain_text(words, timeout=60 * SECONDS)
    expect(page.locator("[data-outcome]")).to_be_hidden()


def test_a_tap_before_the_page_listens_is_done_once_it_does(windows: Windows, url: str) -> None:
    page = windows.open(390, 844).new_page()
    button = page.get_by_role("button", name="核验", exact=True)
    with held_back(page, "verify"):
        page.goto(f"{url}/verify", wait_until="commit")
        button.click()
        expect(button).to_have_attribute("aria-busy", "true")
        expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(button).not_to_have_attribute("aria-busy", "true")
