"""A trustee at his page, in a real browser: key, boxes, complaint, sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from tests.apps.voting.browsing import PASSPHRASE, Windows, at_work, log_in
from tests.apps.voting.support import CLOSES, COMPLAINTS_CLOSE, MEETING, OPENS, Meeting
from voting.protocol.validity import Choice

SECONDS = 1000


@pytest.fixture
def meeting(database: str) -> Iterator[Meeting]:
    found = Meeting()
    found.convene()
    found.publish(1)
    with at_work(found):
        yield found


def trustee_page(windows: Windows, url: str, meeting: Meeting, j: int) -> Page:
    context = windows.open()
    log_in(context, url, meeting, f"p-trustee{j}")
    page = context.new_page()
    page.goto(f"{url}/c/{meeting.id}/m/{MEETING}/trustee")
    return page


def make_key(page: Page, folder: Path, name: str) -> Path:
    page.get_by_label("口令", exact=True).first.fill(PASSPHRASE)
    page.get_by_label("再输入一次口令").fill(PASSPHRASE)
    page.get_by_role("button", name="生成钥匙").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="保存钥匙文件").click(timeout=60 * SECONDS)
    path = folder / name
    download.value.save_as(path)
    page.locator("#test-file").set_input_files(path)
    page.locator("#test-passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="试打开").click()
    page.get_by_role("button", name="公布公钥").click(timeout=60 * SECONDS)
    return path


def load_key(page: Page, path: Path, passphrase: str = PASSPHRASE) -> None:
    page.locator("#key-file").set_input_files(path)
    page.locator("#key-passphrase").fill(passphrase)
    page.get_by_role("button", name="打开我的密封份额").click()


def test_a_trustee_makes_a_key_checks_boxes_complains_and_sums(
    windows: Windows, live_server: str, meeting: Meeting, tmp_path: Path
) -> None:
    pages = {j: trustee_page(windows, live_server, meeting, j) for j in (2, 3)}
    paths = {j: make_key(page, tmp_path, f"{j}.json") for j, page in pages.items()}
    for page in pages.values():
        expect(page.get_by_text("公钥已公布")).to_be_visible(timeout=60 * SECONDS)
    for path in paths.values():
        assert PASSPHRASE not in path.read_text()
    meeting.prepare()
    meeting.move(OPENS)
    first, second, third = meeting.creditors
    meeting.cast(first, Choice.FOR)
    # Trustee 2 is the second of the manifest: the order of ids there.
    index = 1 + [t.id for t in meeting.manifest.trustees].index("p-trustee2")
    spoilt = meeting.cast(second, Choice.AGAINST, false_share_for=index)
    meeting.cast(third, Choice.AGAINST)
    meeting.cast(first, Choice.ABSTAIN)
    meeting.cast(meeting.tax, Choice.FOR)
    expect(pages[2].get_by_text("等投票截止")).to_be_visible(timeout=60 * SECONDS)
    meeting.move(CLOSES)

    load_key(pages[2], paths[3])
    expect(pages[2].get_by_role("alert")).to_contain_text("不属于这次表决", timeout=60 * SECONDS)
    load_key(pages[2], paths[2], "another passphrase")
    expect(pages[2].get_by_role("alert")).to_contain_text("口令不对", timeout=60 * SECONDS)
    for j, page in pages.items():
        load_key(page, paths[j])
        expect(page.get_by_text("份额正确")).to_be_visible(timeout=60 * SECONDS)
    expect(pages[2].locator("[data-boxes-facts]")).to_contain_text("不符，提出异议1")
    for page in pages.values():
        page.get_by_role("button", name="签署：检查完毕").click()
        expect(page.get_by_text("您已检查完毕")).to_be_visible(timeout=60 * SECONDS)
    complaint = meeting.view.get(records.COMPLAINTS, spoilt)
    assert complaint is not None
    assert complaint.index == index
    meeting.check_boxes_of(0)
    meeting.move(COMPLAINTS_CLOSE)
    assert meeting.vote.stage is Stage.COUNTED

    # The key is still open on this page; the other browser was started anew.
    page = pages[2]
    expect(page.get_by_role("button", name="公布我的合计")).to_be_visible(timeout=60 * SECONDS)
    page.get_by_role("button", name="公布我的合计").click()
    expect(page.get_by_text("您的任务已完成")).to_be_visible(timeout=60 * SECONDS)
    page = pages[3]
    page.reload()
    load_key(page, paths[3])
    page.get_by_role("button", name="公布我的合计").click(timeout=60 * SECONDS)
    expect(page.get_by_text("您的任务已完成")).to_be_visible(timeout=60 * SECONDS)
    summed = meeting.view.find(records.SUMS, manifest_hash=meeting.vote.manifest_hash)
    shares = meeting.view.find(records.GIVEN_SHARES, manifest_hash=meeting.vote.manifest_hash)
    assert len(summed) == len({share.index for share in shares}) == 2
    page.reload()
    expect(page.get_by_text("您的任务已完成")).to_be_visible(timeout=60 * SECONDS)
    expect(page.get_by_role("button", name="公布我的合计")).to_be_hidden()


def test_a_creditor_has_no_such_page(live_server: str, meeting: Meeting, windows: Windows) -> None:
    context = windows.open()
    log_in(context, live_server, meeting, "p-c0")
    answer = context.new_page().goto(f"{live_server}/c/{meeting.id}/m/{MEETING}/trustee")
    assert answer is not None
    assert answer.status == 403
