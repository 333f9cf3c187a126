"""A ballot is tested on a second device, and then another is cast; a lying browser is caught."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bankruptcy.kinds import records
from ledger.log.jcs import dumps
from tests.apps.voting.browsing import at_work
from tests.apps.voting.support import MEETING, Meeting
from tests.journeys.creditors import PHONE, Phones, shot
from tests.journeys.test_ballot_pages import ballots, cast, choose, seal
from voting import tested
from voting.protocol.ballot import fingerprint
from voting.protocol.opening import challenge_file
from voting.protocol.preparing import Prepared
from voting.protocol.validity import Choice

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


def second_device(phones: Phones) -> Page:
    """A device of nobody in particular, at /verify."""
    context = phones.browser.new_context(base_url=phones.url, viewport=PHONE, locale="zh-CN")
    page = phones.page(context)
    page.goto("/verify", wait_until="networkidle")
    return page


def test_a_ballot_is_tested_on_a_second_device_and_another_is_cast(
    phones: Phones, tmp_path: Path
) -> None:
    phone, other = phones.of("p-c0"), second_device(phones)
    phone.goto(f"{phones.case}/m/{MEETING}/ballot")
    choose(phone, "不同意", "同意")
    tested_first = seal(phone)
    shot(phone, "sealed-with-code-phone")
    code = tmp_path / "fingerprint.png"
    phone.locator(".fingerprint .qr").screenshot(path=code)
    other.locator("#test-picture").set_input_files(code)
    expect(other.get_by_text("已记下指纹")).to_be_visible(timeout=20 * SECONDS)
    assert other.locator("[data-test-fingerprint]").inner_text().split() == tested_first.split()

    phone.get_by_role("button", name="先抽查一张").click()
    expect(phone.get_by_role("heading", name="抽查", exact=True)).to_be_focused()
    shot(phone, "test-explained-phone")
    phone.get_by_role("button", name="指纹已扫好，拆开这张票").click()
    expect(phone.get_by_role("heading", name="这张票已拆开，不计入")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="这张票已拆开，不计入")).to_be_visible()
    shot(phone, "test-opened-phone")
    for picture in pictures(phone, tmp_path):
        other.locator("#test-file").set_input_files(picture)
    outcome = other.locator("[data-test-outcome]")
    expect(outcome).to_contain_text("指纹一致", timeout=20 * SECONDS)
    expect(outcome).to_contain_text("账本上没有这张票", timeout=20 * SECONDS)
    assert other.locator("[data-test-choices] strong").all_inner_texts() == ["不同意", "同意"]
    expect(outcome).to_contain_text("《财产管理方案》")
    shot(other, "verify-test-good-phone")
    other.get_by_role("button", name="一样", exact=True).click()
    other.get_by_role("button", name="把这次抽查计入看板").click()
    expect(outcome).to_contain_text("共抽查1张，1张一致", timeout=20 * SECONDS)
    shot(other, "verify-test-counted-phone")

    phone.get_by_role("button", name="一样，另封一张").click()
    expect(phone.get_by_role("heading", name="还差一步：票还没有投出")).to_be_visible()
    assert phone.locator("[data-fingerprint]").inner_text() != tested_first
    assert ballots(phones, "p-c0") == []
    cast(phone)
    assert len(ballots(phones, "p-c0")) == 1
    phone.goto(f"{phones.case}/m/{MEETING}/board")
    expect(phone.get_by_text("抽查1张，1张一致")).to_be_visible(timeout=20 * SECONDS)
    assert phones.troubles == []


def pictures(phone: Page, folder: Path) -> list[Path]:
    """Photographs of every code that the phone shows in turn."""
    phone.get_by_role("button", name="暂停").click()
    found: dict[str, Path] = {}
    frame = phone.locator("[data-frame]")
    while (text := frame.get_attribute("data-frame") or "") not in found:
        found[text] = folder / f"code-{len(found)}.png"
        frame.locator(".qr").screenshot(path=found[text])
        phone.get_by_role("button", name="下一个").click()
    return list(found.values())


def test_a_browser_neither_casts_what_it_opened_nor_opens_what_it_cast(phones: Phones) -> None:
    phone = phones.of("p-c1")
    phone.goto(f"{phones.case}/m/{MEETING}/ballot")
    choose(phone, "同意", "同意")
    seal(phone)
    tab = phones.page(phone.context)
    tab.goto(f"{phones.case}/m/{MEETING}/ballot")
    expect(tab.get_by_role("heading", name="还差一步：票还没有投出")).to_be_visible()
    open_ballot(phone)
    tab.get_by_role("button", name="投出这张票").click()
    expect(tab.get_by_role("alert")).to_contain_text("抽查时拆开过，已作废")
    assert ballots(phones, "p-c1") == []

    phone.get_by_role("button", name="一样，另封一张").click()
    expect(phone.get_by_role("button", name="投出这张票")).to_be_visible()
    tab.reload()
    cast(tab)
    phone.get_by_role("button", name="先抽查一张").click()
    phone.get_by_role("button", name="指纹已扫好，拆开这张票").click()
    expect(phone.get_by_role("alert")).to_contain_text("已经送出过，不能再拆开")
    assert len(ballots(phones, "p-c1")) == 1
    assert phones.troubles == []


def open_ballot(phone: Page) -> None:
    """Test the sealed ballot."""
    phone.get_by_role("button", name="先抽查一张").click()
    phone.get_by_role("button", name="指纹已扫好，拆开这张票").click()
    expect(phone.get_by_role("heading", name="这张票已拆开，不计入")).to_be_visible()


def test_a_lying_browser_is_caught_by_the_second_device(phones: Phones, tmp_path: Path) -> None:
    meeting, page = phones.meeting, second_device(phones)
    voter = meeting.creditors[2]
    good, swapped = (meeting.ballot(voter, Choice.AGAINST) for _ in range(2))
    said = tuple(replace(answer, choice=Choice.FOR) for answer in good.secrets.answers)
    lying = replace(good, secrets=replace(good.secrets, answers=said))
    outcome = page.locator("[data-test-outcome]")

    def show(made: Prepared, noted: Prepared) -> None:
        if page.get_by_role("button", name="另记一个指纹").is_visible():
            page.get_by_role("button", name="另记一个指纹").click()
        page.get_by_label("输入或粘贴指纹").fill(fingerprint(noted.body).lower())
        page.get_by_role("button", name="记下这个指纹").click()
        file = tmp_path / "opened.challenge.json"
        file.write_bytes(dumps(challenge_file(meeting.manifest, made)))
        page.locator("#test-file").set_input_files(file)

    show(lying, good)
    expect(outcome).to_contain_text("这张票与揭示的内容不符", timeout=20 * SECONDS)
    expect(outcome).to_contain_text("停：不要用那台设备投票")
    show(swapped, good)
    expect(outcome).to_contain_text("不是先前显示指纹的那张票")
    with page.expect_download() as download:
        page.get_by_role("link", name="保存抽查文件").click()
    assert download.value.suggested_filename.endswith(".challenge.json")
    show(good, good)
    expect(outcome).to_contain_text("账本上没有这张票", timeout=20 * SECONDS)
    page.get_by_role("button", name="不一样", exact=True).click()
    shot(page, "verify-test-stop-phone")
    page.get_by_role("button", name="把这次抽查计入看板").click()
    expect(outcome).to_contain_text("共抽查1张，0张一致", timeout=20 * SECONDS)
    meeting.send(voter, good)
    show(good, good)
    expect(outcome).to_contain_text("这张票拆开过，却又被投出", timeout=20 * SECONDS)
    assert tested.count(meeting.id, MEETING) == (1, 0)
    assert phones.troubles == []


def test_voting_is_practised_and_nothing_is_recorded(phones: Phones) -> None:
    phone, other = phones.of("p-tax"), second_device(phones)
    before = len(phones.meeting.view.find(records.BALLOTS))
    phone.goto(f"{phones.case}/m/{MEETING}/practice")
    expect(phone.get_by_text("钥匙已认证", exact=True)).to_be_visible(timeout=20 * SECONDS)
    shot(phone, "practice-check-phone")
    phone.get_by_role("button", name="开始练习").click()
    phone.get_by_role("radio", name="同意", exact=True).check()
    phone.get_by_role("button", name="检查选择").click()
    noted = seal(phone)
    other.get_by_label("输入或粘贴指纹").fill(noted)
    other.get_by_role("button", name="记下这个指纹").click()
    open_ballot(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="保存抽查文件").click()
    other.locator("#test-file").set_input_files(download.value.path())
    expect(other.locator("[data-test-choices]")).to_contain_text("同意", timeout=20 * SECONDS)
    expect(other.get_by_role("button", name="再查一次账本")).to_be_hidden()
    phone.get_by_role("button", name="一样，另封一张").click()
    phone.get_by_role("button", name="投出这张票").click()
    expect(phone.get_by_role("heading", name="练习做完了")).to_be_visible()
    expect(phone.get_by_text("什么也不会送出或记录")).to_be_visible()
    shot(phone, "practice-done-phone")
    assert len(phones.meeting.view.find(records.BALLOTS)) == before
    assert tested.count(phones.meeting.id, MEETING) == (0, 0)
    assert phones.troubles == []
