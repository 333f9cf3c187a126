"""A lawyer votes for two principals; a claim is amended; an objection is raised and answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Id
from tests.apps.voting.browsing import at_work
from tests.apps.voting.support import MEETING, Meeting
from tests.journeys.creditors import Phones, in_english, shot

SECONDS = 1000
LAWYER = "p-zhou"


@pytest.fixture
def phones(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the people of a case whose first vote is open."""
    meeting = Meeting()
    meeting.until_open()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


def grant(page: Page, phones: Phones, *items: str) -> None:
    """A power of attorney for the lawyer, with these items ticked."""
    page.goto(f"{phones.case}/agents")
    page.get_by_text("出具授权委托书", exact=True).click()
    page.get_by_role("button", name="检查授权委托书").click()
    expect(page.get_by_role("alert")).to_contain_text("有3处需要修改")
    page.get_by_label("代理人在本案的编号").fill(LAWYER)
    page.get_by_label("代理人姓名").fill("周律师")
    for item in items:
        page.get_by_role("checkbox", name=item, exact=True).check()
    shot(page, "agents-grant-phone")
    page.get_by_role("button", name="检查授权委托书").click()
    shot(page, "agents-check-phone")
    page.get_by_role("button", name="签署授权委托书").click()
    expect(page.get_by_role("heading", name="授权委托书已记录")).to_be_visible(timeout=20 * SECONDS)
    page.get_by_role("link", name="查看", exact=True).click()
    expect(page.get_by_role("heading", name="周律师")).to_be_visible()


def test_a_lawyer_votes_for_two_principals_until_one_ends_it(phones: Phones) -> None:
    view = phones.meeting.view
    lawyer = phones.of(LAWYER)
    lawyer.goto(f"{phones.case}/agents")
    expect(lawyer.locator("[data-my-code]")).to_have_text(LAWYER)
    _key_of_the_lawyer(lawyer, phones)
    first, second = phones.of("p-c0"), phones.of("p-c1")
    grant(first, phones, "表决", "签到")
    grant(second, phones, "表决")
    grant(phones.of("p-c2"), phones, "签到")

    lawyer.goto(f"{phones.case}/agents")
    shot(lawyer, "agents-held-phone")
    lawyer.get_by_role("link", name="代委托人投票").click()
    expect(lawyer.get_by_text("3位委托人，0个选择，4个未选")).to_be_visible()
    expect(lawyer.get_by_text("委托书不含表决，联系委托人补充").first).to_be_visible()
    _choose(lawyer, "p-c0", "同意")
    _choose(lawyer, "p-c1", "不同意")
    expect(lawyer.get_by_text("3位委托人，4个选择，0个未选")).to_be_visible()
    shot(lawyer, "ballots-choose-phone")
    lawyer.get_by_role("button", name="检查选择").click()
    shot(lawyer, "ballots-review-phone")
    lawyer.get_by_role("button", name="封票", exact=True).click()
    expect(lawyer.locator("[data-fingerprint]")).to_have_count(2, timeout=20 * SECONDS)
    shot(lawyer, "ballots-sealed-phone")
    lawyer.get_by_role("button", name="投出这2张票").click()
    expect(lawyer.get_by_role("heading", name="票已投出")).to_be_visible(timeout=30 * SECONDS)
    shot(lawyer, "ballots-cast-phone")
    cast = view.find(records.BALLOTS, signer=Id(LAWYER))
    assert len(cast) == 2
    assert {_unit(one) for one in cast} == {"p-c0", "p-c1"}

    first.reload()
    first.get_by_text("终止委托", exact=True).click()
    first.get_by_role("button", name="签名并终止").click()
    expect(first.get_by_text("已终止", exact=True)).to_be_visible(timeout=20 * SECONDS)
    lawyer.goto(f"{phones.case}/m/{MEETING}/ballots")
    expect(lawyer.get_by_text("2位委托人，0个选择，2个未选")).to_be_visible()
    assert len(phones.meeting.view.find(records.BALLOTS, signer=Id(LAWYER))) == 2
    in_english(lawyer, phones.url)
    lawyer.reload()
    expect(lawyer.get_by_role("heading", name="Vote for my principals")).to_be_visible()
    assert phones.troubles == []


def _key_of_the_lawyer(page: Page, phones: Phones) -> None:
    for _ in range(100):
        if phones.meeting.view.find(records.KEYS, holder=Id(LAWYER)):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the lawyer's device was not enrolled")


def _choose(page: Page, principal: str, choice: str) -> None:
    card = page.locator(f'[data-principal="{principal}"]')
    for i in range(2):
        card.locator("fieldset").nth(i).get_by_role("radio", name=choice, exact=True).check()


def _unit(ballot: records.CastBallot) -> str:
    body = ballot.body
    assert isinstance(body, dict)
    return str(body["answers"][0]["line"]).split(".")[0]


def test_a_claim_is_amended_and_an_objection_to_it_answered(phones: Phones) -> None:
    other = phones.of("p-c1")
    other.goto(f"{phones.case}/claims/c-p-c0")
    expect(other.locator('[data-period="l1"]')).to_contain_text("前可提出")
    other.get_by_text("对这笔债权提出异议", exact=True).click()
    other.get_by_role("button", name="签名并提出异议").click()
    expect(other.get_by_role("alert")).to_contain_text("有2处需要修改")
    other.get_by_label("法律依据").fill("企业破产法第四十六条")
    other.get_by_label("理由", exact=True).fill("利息应算到受理前一日")
    other.get_by_role("button", name="签名并提出异议").click()
    expect(other.get_by_role("heading", name="异议回执")).to_be_visible(timeout=20 * SECONDS)
    other.reload()
    expect(other.get_by_text("待管理人答复")).to_be_visible()
    shot(other, "objection-phone")

    desk = phones.of("p-admin")
    desk.goto(f"{phones.case}/desk/objections")
    desk.get_by_role("radio", name="已解释").check()
    desk.get_by_label("您的答复").or_(desk.locator("[data-answer]")).first.fill(
        "利息按合同算至受理前一日"
    )
    shot(desk, "desk-objections")
    desk.get_by_role("button", name="签名并答复").click()
    expect(desk.get_by_text("没有待答复的异议。")).to_be_visible(timeout=20 * SECONDS)
    other.reload()
    expect(other.get_by_text("利息按合同算至受理前一日")).to_be_visible()

    owner = phones.of("p-c0")
    owner.goto(f"{phones.case}/claims/c-p-c0")
    owner.get_by_role("link", name="变更或撤回这笔债权").click()
    owner.get_by_role("button", name="检查变更").click()
    expect(owner.get_by_role("alert")).to_contain_text("写明变更理由")
    owner.get_by_label("申报金额").first.fill("5万")
    owner.get_by_label("变更理由").fill("核减已清偿部分")
    owner.get_by_role("button", name="检查变更").click()
    expect(owner.get_by_text("50,000.00")).to_be_visible()
    shot(owner, "amend-check-phone")
    owner.get_by_role("button", name="签署变更").click()
    expect(owner.get_by_role("heading", name="变更已记录")).to_be_visible(timeout=20 * SECONDS)
    owner.get_by_role("link", name="返回这笔债权").click()
    expect(owner.get_by_text("尚未审查", exact=True)).to_be_visible()
    shot(owner, "amended-phone")

    owner.get_by_role("link", name="变更或撤回这笔债权").click()
    owner.get_by_text("撤回整笔债权", exact=True).click()
    owner.get_by_role("button", name="签名并撤回").click()
    expect(owner.get_by_role("alert")).to_contain_text("有1处需要修改")
    owner.get_by_role("checkbox", name="我撤回这笔债权").check()
    owner.get_by_role("button", name="签名并撤回").click()
    expect(owner.get_by_role("heading", name="撤回回执")).to_be_visible(timeout=20 * SECONDS)
    claim = phones.meeting.view.get(records.CLAIMS, "c-p-c0")
    assert claim is not None
    assert claim.standing == ()
    assert phones.troubles == []
