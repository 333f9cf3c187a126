"""Evidence sent from a phone whose network breaks: it waits, says so, and goes on where it was."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Request, expect

from bankruptcy.kinds import records
from ledger import documents
from tests.apps.voting.browsing import at_work
from tests.apps.voting.support import MEETING, Meeting
from tests.journeys.creditors import Phones, a_small_claim, in_english, shot

MIB = 1024 * 1024
SIZE = 8 * MIB + 12_345
SLOW = 2 * MIB
"""Bytes a second that the phone sends."""


@pytest.fixture
def phones(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the people of an opened case."""
    meeting = Meeting()
    meeting.open()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    """A scan that takes several pieces."""
    path = tmp_path / "借款合同扫描件.pdf"
    path.write_bytes(b"%PDF-1.7\n" + secrets.token_bytes(SIZE - 9))
    return path


class Sent:
    """From where in the file each piece began that the page sent."""

    def __init__(self, page: Page) -> None:
        self.starts: list[int] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and "/documents?" in request.url:
            self.starts.append(int(parse_qs(urlsplit(request.url).query)["from"][0]))


def at_evidence(phones: Phones, who: str, *, english: bool = False) -> Page:
    """A phone of this person on the page that takes evidence."""
    page = phones.of(who)
    a_small_claim(page, phones.case)
    expect(page.locator("#files")).to_be_visible()
    if english:
        in_english(page, phones.url)
        page.reload()
        expect(page.locator("#files")).to_be_visible()
    return page


@pytest.fixture
def desks(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the people of a case whose meeting is convened."""
    meeting = Meeting()
    meeting.convene()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


def slowly(page: Page) -> CDPSession:
    """The phone's network is slow until the session is detached; then Playwright's word counts."""
    session = page.context.new_cdp_session(page)
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": SLOW},
    )
    return session


def until_sent(page: Page, percent: int) -> None:
    page.wait_for_function(
        "percent => document.querySelector('[data-file-state].sending')"
        " && document.querySelector('[data-file-progress]').value >= percent",
        arg=percent,
    )


def is_kept(path: Path) -> bool:
    content, store = path.read_bytes(), documents.documents()
    digest = hashlib.sha256(content).digest()
    return store.has(digest) and b"".join(store.open(digest)) == content


def test_offline_in_the_middle_a_file_waits_and_goes_on(phones: Phones, contract: Path) -> None:
    page = at_evidence(phones, "p-li")
    sent = Sent(page)
    slow = slowly(page)
    page.locator("#files").set_input_files(contract)
    until_sent(page, 30)
    slow.detach()
    page.context.set_offline(True)
    state = page.locator("[data-file-state]")
    expect(state).to_have_text(re.compile(r"正在等待网络。已传 \d+%，不会丢失，联网后自动继续"))
    (percent,) = re.findall(r"(\d+)%", state.inner_text())
    shot(page, "upload-waiting-phone")
    page.get_by_label("证据名称").fill("借款合同")
    begun = len(sent.starts)
    page.wait_for_timeout(2500)
    assert not is_kept(contract)
    assert 0 < int(percent) < 100

    page.context.set_offline(False)
    expect(page.get_by_text("已存", exact=True)).to_be_visible(timeout=30_000)
    shot(page, "upload-stored-phone")
    assert is_kept(contract)
    # What had arrived was not sent again: at most the piece under way.
    assert sent.starts[begun] >= MIB * (int(percent) * SIZE // 100 // MIB) > 0
    assert sent.starts == sorted(sent.starts)
    assert len(set(sent.starts)) == -(-SIZE // MIB)
    expect(page.locator("[data-file-hash] code")).to_contain_text(
        hashlib.sha256(contract.read_bytes()).hexdigest()[:4]
    )
    assert phones.troubles == []


def test_after_a_reload_the_same_file_goes_on_where_it_was(phones: Phones, contract: Path) -> None:
    page = at_evidence(phones, "p-jones", english=True)
    sent = Sent(page)
    expect(page.locator("#files-hint")).to_contain_text("choose the same file again")
    slow = slowly(page)
    page.locator("#files").set_input_files(contract)
    until_sent(page, 40)
    slow.detach()
    page.context.set_offline(True)
    state = page.locator("[data-file-state]")
    expect(state).to_have_text(
        re.compile(r"Waiting for the network\. \d+% has arrived and is not lost")
    )
    shot(page, "upload-waiting-english")
    slowly(page)
    page.context.set_offline(False)
    until_sent(page, 60)
    before = max(sent.starts)
    assert before < SIZE - 2 * MIB
    page.reload()
    expect(page.locator("#files")).to_be_visible()

    again = Sent(page)
    page.locator("#files").set_input_files(contract)
    expect(page.get_by_text("Stored", exact=True)).to_be_visible(timeout=30_000)
    assert again.starts[0] >= before - MIB
    assert again.starts[0] > 0
    assert is_kept(contract)
    assert phones.troubles == []


def test_one_file_after_another_and_one_that_is_removed_stops(
    phones: Phones, contract: Path, tmp_path: Path
) -> None:
    second = tmp_path / "收据.pdf"
    second.write_bytes(b"%PDF-1.7\n" + secrets.token_bytes(1000))
    page = at_evidence(phones, "p-li")
    slowly(page)
    page.locator("#files").set_input_files(contract)
    until_sent(page, 15)
    page.locator("#files").set_input_files(second)
    waiting = page.locator(".file").nth(1)
    expect(waiting.locator("[data-file-state]")).to_have_text("排队等待上传")
    page.locator(".file").first.get_by_role("button", name="移除").click()
    expect(page.get_by_text("已存", exact=True)).to_be_visible()
    assert is_kept(second)
    assert not is_kept(contract)
    assert phones.troubles == []


def test_the_text_of_a_motion_waits_and_goes_on_too(desks: Phones, contract: Path) -> None:
    page = desks.of("p-admin")
    page.goto(f"{desks.case}/m/{MEETING}/motions/new")
    page.locator("#matter").select_option(index=1)
    page.locator("#title").fill("《财产分配方案》")
    page.locator("#text").set_input_files(contract)
    slow = slowly(page)
    page.get_by_role("button", name="核对").click()
    state = page.locator("[data-upload]")
    expect(state).to_have_text("上传 25%", timeout=15_000)
    slow.detach()
    page.context.set_offline(True)
    expect(state).to_have_text(re.compile(r"正在等待网络。已传 \d+%，不会丢失"))
    shot(page, "motion-waiting-phone")
    page.context.set_offline(False)
    expect(page.locator("#check")).to_be_visible(timeout=30_000)
    assert is_kept(contract)
    page.locator("#check").get_by_role("button", name="签").click()
    expect(page.locator("#signed")).to_be_visible(timeout=30_000)
    digest = hashlib.sha256(contract.read_bytes()).digest()
    found = desks.meeting.view.find(records.MOTIONS, meeting=MEETING)
    assert digest in {motion.text_sha256 for motion in found}
    assert desks.troubles == []
