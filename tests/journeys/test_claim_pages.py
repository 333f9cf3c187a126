"""A claim in the browser: filed with evidence, questioned by another, answered, in the register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bankruptcy.kinds import records
from demo.paper import pdf
from tests.apps.voting.browsing import at_work, held_back
from tests.apps.voting.support import Meeting
from tests.journeys.creditors import Phones, a_small_claim, in_english, shot


@pytest.fixture
def phones(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the people of an opened case."""
    meeting = Meeting()
    meeting.open()
    meeting.appoint(meeting.administrator)
    with at_work(meeting):
        phones = Phones(browser, live_server, meeting)
        yield phones
        for context in browser.contexts:
            context.close()


def test_a_claim_is_filed_questioned_and_answered(phones: Phones, tmp_path: Path) -> None:
    contract = tmp_path / "借款合同.pdf"
    contract.write_bytes(pdf("借款合同", ["甲方：海川贸易", "乙方：示例有限公司"]))
    wang = phones.of("p-wang")
    claim = _file(wang, phones, contract)

    li = phones.of("p-li")
    _file_small(li, phones)
    li.goto(f"{phones.case}/register")
    expect(li.get_by_role("heading", name="海川贸易有限公司")).to_have_count(2)
    shot(li, "register-phone")
    li.get_by_role("link", name="看这笔债权").first.click()
    with held_back(li, "evidence"):
        li.get_by_role("link", name="查看并质证").click()
        _stance(li, "真实性", "不认可")
    _question(li)

    wang.goto(f"{phones.case}/")
    expect(wang.get_by_text("回答对证据的质证：借款合同")).to_be_visible()
    shot(wang, "home-todo-phone")
    with held_back(wang, "evidence"):
        wang.get_by_role("link", name="回答对证据的质证").click()
        wang.get_by_label("您的答复：真实性").fill("原件在管理人处，可以核对")
    _answer(wang)
    question = phones.meeting.view.find(records.QUESTIONS, claim=claim)[0]
    assert question.open_points == 0

    li.reload()
    expect(li.get_by_text("原件在管理人处，可以核对")).to_be_visible()
    shot(li, "evidence-answered-phone")
    with held_back(wang, "claim"):
        wang.goto(f"{phones.case}/claims/{claim}", wait_until="commit")
        expect(wang.get_by_text("质证均已答复")).to_be_visible()
        shot(wang, "claim-phone")
        wang.get_by_text("补充证据").click()
        wang.get_by_label("选择文件或拍照").set_input_files(contract)
    _add(wang)
    wang.goto(f"{phones.case}/me")
    expect(wang.get_by_role("link", name="保存回执")).to_be_visible()
    shot(wang, "me-phone")
    assert phones.troubles == []


def _file(page: Page, phones: Phones, contract: Path) -> str:
    page.goto(f"{phones.case}/")
    shot(page, "home-new-phone")
    page.get_by_role("link", name="申报债权").first.click()
    expect(page.get_by_role("heading", name="您是谁？")).to_be_visible()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_role("alert")).to_contain_text("有4处需要修改")
    assert page.title().startswith("错误：")
    shot(page, "claim-who-wrong-phone")
    page.get_by_label("债权人姓名或名称").fill("海川贸易有限公司")
    page.get_by_label("身份证号或统一社会信用代码").fill("91440400MA4UKQ8T7")
    page.get_by_label("电话或电子邮箱").fill("13800000000")
    page.get_by_label("没有", exact=True).check()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_role("alert")).to_contain_text("应为18位，现在17位")
    page.get_by_label("身份证号或统一社会信用代码").fill("91440400MA4UKQ8T7X")
    page.get_by_role("button", name="保存并继续").click()

    page.get_by_label("债权性质").select_option("ordinary")
    page.get_by_label("款项", exact=True).fill("2023年5月3日借款本金")
    page.get_by_label("金额", exact=True).fill("100万")
    expect(page.locator("#amount-1-echo")).to_contain_text("1,000,000.00")
    expect(page.locator("#amount-1-echo")).to_contain_text("壹佰万元整")
    page.get_by_role("button", name="再加一项").click()
    second = page.locator("[data-line]").nth(1)
    second.get_by_label("债权性质").select_option("secured")
    second.get_by_label("款项", exact=True).fill("借款利息")
    second.get_by_label("金额", exact=True).fill("９８,６３０.１３")
    shot(page, "claim-lines-phone")
    page.get_by_role("button", name="保存并继续").click()

    page.get_by_label("哪项财产").fill("厂房")
    page.get_by_label("财产的价值").fill("500000")
    page.get_by_label("保留优先受偿权").check()
    shot(page, "claim-security-phone")
    page.get_by_role("button", name="保存并继续").click()

    fake = contract.with_name("假.pdf")
    fake.write_bytes(b"MZ this is no PDF")
    page.get_by_label("选择文件或拍照").set_input_files([contract, fake])
    expect(page.get_by_text("已存", exact=True)).to_be_visible()
    expect(page.locator(".file.refused")).to_be_visible()
    shot(page, "claim-evidence-phone")
    page.locator(".file.refused").get_by_role("button", name="移除").click()
    page.get_by_label("证据名称").fill("借款合同")
    page.get_by_label("证明什么").fill("证明借款事实")
    page.get_by_role("button", name="保存并继续").click()

    expect(page.locator("[data-sum]")).to_contain_text("1,098,630.13")
    shot(page, "claim-check-phone")
    page.reload()
    expect(page.locator("[data-sum]")).to_contain_text("1,098,630.13")
    page.get_by_role("button", name="签名并申报").click()
    expect(page.get_by_role("heading", name="申报回执")).to_be_visible(timeout=20_000)
    expect(page.locator(".grades .reached")).to_have_count(3, timeout=20_000)
    shot(page, "claim-receipt-phone")
    (found,) = phones.meeting.view.find(records.CLAIMS, creditor="p-wang")
    assert len(found.lines) == 2
    return found.claim


def _file_small(page: Page, phones: Phones) -> None:
    a_small_claim(page, phones.case)
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("button", name="签名并申报").click()
    expect(page.get_by_role("heading", name="申报回执")).to_be_visible(timeout=20_000)


def _question(page: Page) -> None:
    expect(page.get_by_role("heading", name="借款合同")).to_be_visible()
    page.get_by_role("button", name="签名并提交").click()
    expect(page.get_by_role("alert")).to_contain_text("有4处需要修改")
    _stance(page, "合法性", "认可")
    _stance(page, "关联性", "认可")
    _stance(page, "证明力", "不清楚")
    page.get_by_label("理由：真实性").fill("印章与备案不同")
    page.get_by_label("理由：证明力").fill("没有付款凭证")
    shot(page, "evidence-ask-phone")
    page.get_by_role("button", name="签名并提交").click()
    expect(page.get_by_role("heading", name="质证意见回执")).to_be_visible(timeout=20_000)


def _add(page: Page) -> None:
    expect(page.get_by_text("已存", exact=True)).to_be_visible()
    page.get_by_label("证据名称").fill("合同原件")
    page.get_by_label("证明什么").fill("印章真实")
    page.get_by_role("button", name="签名并补充").click()
    expect(page.get_by_role("heading", name="补充证据的回执")).to_be_visible(timeout=20_000)


def _stance(page: Page, point: str, stance: str) -> None:
    page.get_by_role("group", name=point).get_by_label(stance, exact=True).check()


def _answer(page: Page) -> None:
    page.get_by_label("您的答复：证明力").fill("付款凭证见补充证据")
    shot(page, "evidence-answer-phone")
    page.get_by_role("button", name="签名并答复").click()
    expect(page.get_by_role("heading", name="答复回执")).to_be_visible(timeout=20_000)


def test_the_pages_stand_in_english(phones: Phones) -> None:
    page = phones.of("p-jones")
    in_english(page, phones.url)
    page.goto(f"{phones.case}/claims/new")
    expect(page.get_by_role("heading", name="Who are you?")).to_be_visible()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("alert")).to_contain_text("4 places need a change")
    shot(page, "claim-who-english")
    assert phones.troubles == []
