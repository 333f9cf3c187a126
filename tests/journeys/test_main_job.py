"""The main job, as a newcomer does it on the running demonstration: mouse, keyboard and files.

Six browser profiles, each with keys of its own: three creditors at phones, an administrator, a
judge, and a table at which the three tally trustees sit down one after the other. Nothing here
sends a request of its own or looks into a table.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from demo.paper import pdf
from tests.embedded_plugin import Demonstration
from tests.once import clean_environment

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
PATIENCE = 30_000


@dataclass
class Visit:
    """The visitors' browsers, and what their pages complained of."""

    browser: Browser
    demonstration: Demonstration
    shots: Path | None
    troubles: list[str] = field(default_factory=list)

    @property
    def told(self) -> dict[str, Any]:
        """What the demonstration prints for its visitors."""
        path = self.demonstration.data.people / "logins.json"
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found

    def profile(self, size: ViewportSize) -> Page:
        """A browser profile of its own."""
        context = self.browser.new_context(
            base_url=self.demonstration.url.replace("127.0.0.1", "localhost"),
            viewport=size,
            locale="zh-CN",
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: self.troubles.append(str(error.error)))
        return context.new_page()

    def arrive(self, page: Page, username: str) -> None:
        """Choose a log-in on the front page; the device's key is attested by itself."""
        page.goto("/")
        page.get_by_role("button", name=re.compile(rf"(^|\s){username} ·")).click()
        expect(page.get_by_text("这台设备的钥匙已作演示认证")).to_be_visible(timeout=PATIENCE)

    def leave(self, page: Page) -> None:
        """Log out."""
        page.get_by_role("button", name="退出").click()
        expect(page.get_by_role("link", name="登录").first).to_be_visible()

    def shot(self, page: Page, name: str) -> None:
        """A picture, where a folder for pictures is named."""
        if self.shots is not None:
            page.screenshot(path=self.shots / f"{name}.png", full_page=True)


@pytest.fixture
def visit(browser: Browser, demonstration: Demonstration) -> Iterator[Visit]:
    """Visitors of the running demonstration."""
    folder = os.environ.get("CONCURSUS_SHOTS")
    yield Visit(browser, demonstration, Path(folder) if folder else None)
    for context in browser.contexts:
        context.close()


def test_a_meeting_from_claim_to_verified_bundle(visit: Visit, tmp_path: Path) -> None:
    alice, bob, carol = (visit.profile(PHONE) for _ in range(3))
    administrator, judge, table = (visit.profile(DESK) for _ in range(3))
    for page, username in ((alice, "creditor02"), (bob, "creditor03"), (carol, "creditor04")):
        visit.arrive(page, username)
    visit.arrive(administrator, "administrator")
    visit.arrive(judge, "judge")

    contract = tmp_path / "补充借款合同.pdf"
    contract.write_bytes(pdf("补充借款合同", ["甲方：南湾", "乙方：珠海鑫光"]))
    files_a_claim(visit, alice, contract)
    questions_the_evidence(visit, bob)
    answers(visit, alice)
    reads_the_answer(visit, bob)
    reviews(visit, administrator)

    for page, choice in ((alice, "同意"), (bob, "不同意"), (carol, "同意")):
        votes(visit, page, choice)
    board = watches(visit, carol)
    moves_the_clock(visit, administrator, "投票截止")
    for trustee in trustees(visit):
        checks_boxes(visit, table, *trustee)
    moves_the_clock(visit, administrator, "监票人核对期满")
    for trustee in trustees(visit):
        gives_sums(visit, table, *trustee)
    declares(visit, administrator)
    sees_the_tally_proven(visit, board)
    folder = verifies(visit, judge, tmp_path)
    recounts_offline(folder)
    assert visit.troubles == []


def files_a_claim(visit: Visit, page: Page, contract: Path) -> None:
    page.get_by_role("link", name="再申报一笔").click()
    page.get_by_label("债权人姓名或名称").fill("南湾商业银行股份有限公司")
    page.get_by_label("身份证号或统一社会信用代码").fill("91440400MA4UKQ8T7X")
    page.get_by_label("电话或电子邮箱").fill("0756-0000000")
    page.get_by_label("没有", exact=True).check()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("债权性质").select_option("ordinary")
    page.get_by_label("款项", exact=True).fill("补充借款本金")
    page.get_by_label("金额", exact=True).fill("120万")
    page.get_by_role("button", name="再加一项").click()
    second = page.locator("[data-line]").nth(1)
    second.get_by_label("债权性质").select_option("ordinary")
    second.get_by_label("款项", exact=True).fill("补充借款利息")
    second.get_by_label("金额", exact=True).fill("34,567.89")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("选择文件或拍照").set_input_files(contract)
    expect(page.get_by_text("已存", exact=True)).to_be_visible()
    page.get_by_label("证据名称").fill("补充借款合同")
    page.get_by_label("证明什么").fill("证明补充借款的事实和金额")
    page.get_by_role("button", name="保存并继续").click()
    visit.shot(page, "claim-check")
    page.get_by_role("button", name="签名并申报").click()
    expect(page.get_by_role("heading", name="申报回执")).to_be_visible()
    expect(page.locator(".grades .reached")).to_have_count(3)
    visit.shot(page, "claim-receipt")


def questions_the_evidence(visit: Visit, page: Page) -> None:
    page.get_by_role("link", name="债权表", exact=True).first.click()
    page.get_by_label("名称或编号").fill("南湾")
    page.get_by_label("状态").select_option("filed")
    page.get_by_role("button", name="筛选").click()
    visit.shot(page, "register")
    page.get_by_role("link", name="看这笔债权").first.click()
    page.get_by_role("link", name="查看并质证").first.click()
    settles(page, page.get_by_role("group", name="真实性"))
    for point in ("真实性", "合法性", "关联性", "证明力"):
        stance = "不认可" if point == "真实性" else "认可"
        group = page.get_by_role("group", name=point)
        group.get_by_role("radio", name=stance, exact=True).check()
    page.get_by_label("理由：真实性").fill("印章与备案不一致，请出示原件")
    visit.shot(page, "evidence-question")
    page.get_by_role("button", name="签名并提交").click()
    expect(page.get_by_text("质证意见已收到")).to_be_visible()


def answers(visit: Visit, page: Page) -> None:
    page.goto(case_home(page))
    page.get_by_role("link", name="回答对证据的质证").click()
    settles(page, page.get_by_label("您的答复：真实性"))
    page.get_by_label("您的答复：真实性").fill("原件已交管理人，可以核对")
    page.get_by_role("button", name="签名并答复").click()
    expect(page.get_by_text("答复已收到")).to_be_visible()


def reads_the_answer(visit: Visit, page: Page) -> None:
    page.reload()
    expect(page.get_by_text("原件已交管理人，可以核对")).to_be_visible()
    visit.shot(page, "evidence-answered")


def reviews(visit: Visit, page: Page) -> None:
    page.goto(case_home(page) + "desk")
    visit.shot(page, "desk")
    page.get_by_role("link", name="南湾商业银行股份有限公司").first.click()
    settles(page, page.get_by_role("button", name="核对并签署审查"))
    for line in page.locator("fieldset[data-line]").all():
        line.get_by_label("结论").select_option("admitted")
    visit.shot(page, "desk-review")
    page.get_by_role("button", name="核对并签署审查").click()
    page.get_by_role("button", name="签署审查", exact=True).click()
    expect(page.get_by_role("heading", name="审查已入账")).to_be_visible()


def votes(visit: Visit, page: Page, choice: str) -> None:
    page.goto(case_home(page))
    page.get_by_role("link", name="投票：第2次债权人会议").click()
    for button in ("下一项", "下一项", "检查选择"):
        page.get_by_role("radio", name=choice, exact=True).check()
        visit.shot(page, "ballot-choose")
        page.get_by_role("button", name=button).click()
    visit.shot(page, "ballot-review")
    page.get_by_role("button", name="封票", exact=True).click()
    expect(page.get_by_role("heading", name="还差一步：票还没有投出")).to_be_visible()
    visit.shot(page, "ballot-sealed")
    page.get_by_role("button", name="投出这张票").click()
    expect(page.get_by_role("heading", name="票已投出")).to_be_visible()
    expect(page.locator(".grades .reached")).to_have_count(3)
    visit.shot(page, "ballot-receipt")


def watches(visit: Visit, page: Page) -> Page:
    """The live board in another window of this phone, while voting runs."""
    board = page.context.new_page()
    board.goto(case_home(page) + "m/m2/board")
    expect(board.get_by_text("15/18").first).to_be_visible()
    visit.shot(board, "board-voting")
    return board


def moves_the_clock(visit: Visit, page: Page, words: str) -> None:
    page.goto(case_home(page) + "desk")
    page.locator("details.desk-clock summary").click()
    row = page.locator("details.desk-clock form", has_text=words).first
    row.get_by_role("button").click()
    expect(page.locator("details.desk-clock summary")).to_be_visible()


def trustees(visit: Visit) -> list[tuple[str, str, str]]:
    """Log-in, key file and passphrase of each trustee, as front page and console tell them."""
    console = (visit.demonstration.data.logs / "console.log").read_text("utf-8")
    rows = [row for row in visit.told["logins"] if row["key_file"]]
    return [
        (row["username"], row["key_file"], console.split(row["key_file"], 1)[1].split()[0])
        for row in rows
    ]


def sits_down(visit: Visit, page: Page, username: str, file: str, passphrase: str) -> None:
    visit.arrive(page, username)
    page.goto(case_home(page) + "m/m2/trustee")
    page.get_by_label("钥匙文件", exact=True).last.set_input_files(file)
    page.locator("#key-passphrase").fill(passphrase)
    page.get_by_role("button", name="打开我的密封份额").click()


def checks_boxes(visit: Visit, page: Page, username: str, file: str, passphrase: str) -> None:
    sits_down(visit, page, username, file, passphrase)
    page.get_by_role("button", name="签署：检查完毕").click()
    expect(page.get_by_role("button", name="签署：检查完毕")).to_be_hidden()
    visit.shot(page, f"trustee-checked-{username}")
    visit.leave(page)


def gives_sums(visit: Visit, page: Page, username: str, file: str, passphrase: str) -> None:
    sits_down(visit, page, username, file, passphrase)
    visit.shot(page, f"trustee-sums-{username}")
    page.get_by_role("button", name="公布我的合计").click()
    expect(page.get_by_text("您的任务已完成")).to_be_visible()
    visit.leave(page)


def declares(visit: Visit, page: Page) -> None:
    page.goto(case_home(page) + "desk")
    page.get_by_role("link", name="宣布结果").first.click()
    settles(page, page.get_by_role("button", name="计算并核对结果"))
    page.get_by_role("button", name="计算并核对结果").click()
    expect(page.get_by_role("button", name="签署并宣布")).to_be_visible()
    visit.shot(page, "declare-check")
    page.get_by_role("button", name="签署并宣布").click()
    expect(page.get_by_role("heading", name="结果已公布")).to_be_visible()


def sees_the_tally_proven(visit: Visit, board: Page) -> None:
    expect(board.locator("[data-verdict]")).to_contain_text("成立")
    visit.shot(board, "board-proven")


def verifies(visit: Visit, page: Page, tmp_path: Path) -> Path:
    """The judge downloads the bundle, and signs what the recount found."""
    page.goto(case_home(page) + "m/m2/court/verify")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载法院核验包").click()
    archive = tmp_path / "bundle.zip"
    download.value.save_as(archive)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "bundle")
    page.get_by_label("核验通过：与宣布的一致").check()
    page.get_by_role("button", name="核对最新检查点").click()
    page.get_by_role("button", name="签署复核").click()
    expect(page.get_by_role("heading", name="复核已入账")).to_be_visible()
    visit.shot(page, "court-verified")
    (index,) = (tmp_path / "bundle").rglob("bundle.json")
    return index.parent


def recounts_offline(folder: Path) -> None:
    """In a clean environment without Django; then one byte is flipped."""
    programs = clean_environment()
    verify = programs / "concursus-verify"
    django = [programs / "python", "-c", "import django"]
    assert subprocess.run(django, capture_output=True, check=False).returncode != 0
    done = subprocess.run([verify, folder, "--lang", "zh"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()
    assert "核验通过" in done.stdout.decode()
    tile = next(path for path in (folder / "tile" / "entries").rglob("*") if path.is_file())
    data = bytearray(tile.read_bytes())
    data[len(data) // 2] ^= 1
    tile.write_bytes(data)
    done = subprocess.run([verify, folder, "--lang", "zh"], capture_output=True, check=False)
    assert done.returncode == 1
    assert str(tile.relative_to(folder)) in done.stdout.decode()


def settles(page: Page, shown: Locator) -> None:
    """The next page is there and its script has run."""
    expect(shown).to_be_visible()
    page.wait_for_load_state("networkidle")


def case_home(page: Page) -> str:
    """Address of the case whose page this is."""
    return "/".join(page.url.split("/")[:5]) + "/"
