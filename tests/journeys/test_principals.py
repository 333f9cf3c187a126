"""What a lawyer does for two principals besides voting, and ballots cut off on their way."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bankruptcy.kinds import records
from bankruptcy.kinds.schema import Id
from ledger import documents
from ledger.log.encoding import b64u
from tests.apps.acting import Body
from tests.apps.voting.browsing import at_work
from tests.apps.voting.support import MEETING, Meeting
from tests.journeys.creditors import Phones, in_english, shot

SECONDS = 1000
LAWYER = "p-zhou"


@pytest.fixture
def phones(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the people of a case whose vote is open; p-c0 and p-c1 have a lawyer."""
    meeting = Meeting()
    meeting.until_open()
    _exhibit(meeting)
    with at_work(meeting):
        found = Phones(browser, live_server, meeting)
        lawyer = found.of(LAWYER)
        lawyer.goto(f"{found.case}/agents")
        _wait_for_key(lawyer, found)
        items = [item.value for item in records.Item]
        _grant(meeting, 0, items)
        _grant(meeting, 1, ["file", "sign_in", "vote"])
        meeting.settle()
        yield found
        for context in browser.contexts:
            context.close()


def _exhibit(meeting: Meeting) -> None:
    """Evidence of the tax authority."""
    content = "完税证明".encode()
    documents.documents().put([content], "完税证明.txt")
    body = Body("evidence.added@1")
    file = {
        "media_type": "text/plain",
        "name": "完税证明.txt",
        "sha256": b64u(sha256(content).digest()),
        "size": len(content),
    }
    exhibit = {
        "evidence": "e-tax",
        "file": body.sealed("/evidence/0/file", file),
        "title": body.sealed("/evidence/0/title", "完税证明"),
        "purpose": body.sealed("/evidence/0/purpose", "证明欠税"),
    }
    said = {"claim": "c-p-tax", "evidence": [exhibit]}
    meeting.act(meeting.tax, body.kind, said, body.rows)
    meeting.settle()


def _grant(meeting: Meeting, creditor: int, items: list[str]) -> None:
    body = Body("authority.granted@1")
    said = {
        "authority": f"a-{creditor}",
        "agent": LAWYER,
        "name": body.sealed("/name", "周律师"),
        "licence": None,
        "items": items,
        "matters": None,
        "motions": None,
        "until": None,
        "document": None,
    }
    meeting.act(meeting.creditors[creditor], body.kind, said, body.rows)


def _wait_for_key(page: Page, phones: Phones) -> None:
    for _ in range(100):
        if phones.meeting.view.find(records.KEYS, holder=Id(LAWYER)):
            return
        page.wait_for_timeout(200)
    raise AssertionError("the lawyer's device was not enrolled")


def _lawyer(phones: Phones) -> Page:
    """His phone: the one whose key is enrolled."""
    return phones.browser.contexts[-1].pages[0]


def test_a_lawyer_signs_in_questions_objects_and_files_for_them(phones: Phones) -> None:
    page, view = _lawyer(phones), phones.meeting.view
    page.goto("/mine")
    expect(page.get_by_text("我的委托人")).to_contain_text("p-c0公司")
    expect(page.locator("[data-for]").filter(has_text="代p-c1公司").first).to_be_visible()
    shot(page, "mine-phone")
    page.goto(f"{phones.case}/")
    expect(page.locator("[data-acting-for]")).to_have_text("代理 p-c0公司, p-c1公司")
    expect(page.locator("a.task", has_text="签到")).to_have_count(2)
    shot(page, "principals-home-phone")

    page.locator("a.task", has_text="签到").first.click()
    shot(page, "principals-room-phone")
    page.get_by_role("checkbox", name="p-c1公司").uncheck()
    page.get_by_role("button", name="签到").click()
    expect(page.locator('[data-presence-of="p-c0"]')).to_be_visible(timeout=20 * SECONDS)
    expect(page.locator("[data-link-state]")).to_have_text("连接正常")
    page.get_by_role("button", name="签到").click()
    expect(page.locator('[data-presence-of="p-c1"]')).to_be_visible(timeout=20 * SECONDS)
    present = {one.person: one.on for one in view.find(records.PRESENCES, meeting=MEETING)}
    assert present == {"p-c0": True, "p-c1": True}

    page.goto(f"{phones.case}/evidence/e-tax")
    expect(page.get_by_text("您代理p-c0公司办理。")).to_be_visible()
    for point in ("authenticity", "lawfulness", "relevance", "probative_force"):
        page.locator(f'[data-ask="{point}"]').get_by_role("radio", name="认可", exact=True).check()
    shot(page, "principals-question-phone")
    page.locator("#send-question").click()
    expect(page.get_by_role("heading", name="质证意见回执")).to_be_visible(timeout=20 * SECONDS)
    (question,) = view.find(records.QUESTIONS, evidence=Id("e-tax"))
    assert question.by == "p-c0"

    page.goto(f"{phones.case}/claims/c-p-c1")
    page.locator("#object summary").click()
    page.get_by_label("法律依据").fill("企业破产法第四十六条")
    page.get_by_label("理由", exact=True).fill("利息应算到受理前一日")
    page.locator("#send-objection").click()
    expect(page.get_by_role("heading", name="异议回执")).to_be_visible(timeout=20 * SECONDS)
    (objection,) = view.find(records.OBJECTIONS, claim=Id("c-p-c1"))
    assert objection.by == "p-c0"
    page.goto(f"{phones.case}/register")
    expect(page.get_by_text("1项异议，尚未全部答复").last).to_be_visible()
    expect(page.get_by_text("异议期至").last).to_be_visible()
    shot(page, "register-objections-phone")

    _file(page, phones)
    claims = phones.meeting.view.find(records.CLAIMS, creditor=Id("p-c1"))
    assert len(claims) == 2
    in_english(page, phones.url)
    page.goto(f"{phones.case}/claims/new")
    expect(page.get_by_text("For whom do you act?")).to_be_visible()
    shot(page, "principals-file-phone-en")
    page.goto("/mine")
    shot(page, "mine-phone-en")
    assert phones.troubles == []


def _file(page: Page, phones: Phones) -> None:
    page.goto(f"{phones.case}/claims/new")
    page.get_by_label("债权人姓名或名称").fill("p-c1公司")
    page.get_by_label("身份证号或统一社会信用代码").fill("91440400MA4UKQ8T7X")
    page.get_by_label("电话或电子邮箱").fill("13800000000")
    page.get_by_label("没有", exact=True).check()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_role("alert")).to_contain_text("选择为谁办理")
    page.get_by_role("radio", name="p-c1公司").check()
    shot(page, "principals-file-phone")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("债权性质").select_option("ordinary")
    page.get_by_label("款项", exact=True).fill("运费")
    page.get_by_label("金额", exact=True).fill("1000")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("[data-summary]")).to_contain_text("代理委托人")
    page.reload()
    page.get_by_role("button", name="签名并申报").click()
    expect(page.get_by_role("heading", name="申报回执")).to_be_visible(timeout=20 * SECONDS)


def test_ballots_of_principals_cut_off_go_on_by_themselves(phones: Phones) -> None:
    page = _lawyer(phones)
    page.goto(f"{phones.case}/m/{MEETING}/ballots")
    for principal in ("p-c0", "p-c1"):
        card = page.locator(f'[data-principal="{principal}"]')
        for i in range(2):
            card.locator("fieldset").nth(i).get_by_role("radio", name="同意", exact=True).check()
    page.get_by_role("button", name="检查选择").click()
    page.get_by_role("button", name="封票", exact=True).click()
    expect(page.locator("[data-fingerprint]")).to_have_count(2, timeout=20 * SECONDS)

    def swallow(route: Route) -> None:
        route.abort()

    page.context.route("**/statements", swallow)
    with page.expect_request("**/statements"):
        page.get_by_role("button", name="投出这2张票").click()
    # The browser dies while the first ballot is on its way; the second is sealed, not signed.
    context = page.context
    page.close()
    context.unroute("**/statements")
    page = phones.page(context)
    page.goto(f"{phones.case}/m/{MEETING}/ballots")
    expect(page.get_by_role("heading", name="票已投出")).to_be_visible(timeout=30 * SECONDS)
    shot(page, "ballots-resumed-phone")
    assert len(phones.meeting.view.find(records.BALLOTS, signer=Id(LAWYER))) == 1
    page.get_by_role("button", name="还有1张没有投出，去投出").click()
    page.get_by_role("button", name="投出这1张票").click()
    expect(page.locator("[data-cast]")).to_have_count(1, timeout=30 * SECONDS)
    expect(page.get_by_role("heading", name="票已投出")).to_be_visible()
    assert len(phones.meeting.view.find(records.BALLOTS, signer=Id(LAWYER))) == 2
    assert phones.troubles == []
