"""The desks in a real browser: a claim answered and reviewed, the register published, an amount."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bankruptcy.kinds import records
from ledger import documents
from ledger.log.encoding import b64u
from ledger.log.statement import Role
from tests.apps.acting import STARTS, Body, Person
from tests.apps.voting.browsing import Windows, at_work, held_back, log_in
from tests.apps.voting.support import Meeting
from tests.embedded_plugin import serving
from tests.journeys.looked_at import faults

CLAIM = "c-secured"
SECONDS = 1000


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    """A case with one claim that is not reviewed, of two lines, its evidence questioned."""
    found = Meeting()
    found.switches = {"P9": "excluded_by_court_order"}
    found.convene()
    found.move(STARTS + timedelta(days=20))
    filer = Person("p-filer", Role.CREDITOR)
    found.appoint(filer)
    _file(found, filer)
    _question(found)
    found.settle()
    return found


@pytest.fixture
def url(meeting: Meeting) -> Iterator[str]:
    with serving() as address, at_work(meeting):
        yield address


def _file(meeting: Meeting, who: Person) -> None:
    content = "第四条　年利率百分之四点七五，按日计息。".encode()
    stored = documents.documents().put([content], "合同.txt")
    body = Body("claim.filed@1")
    file = {
        "media_type": "text/plain",
        "name": "合同.txt",
        "sha256": b64u(stored.sha256),
        "size": len(content),
    }
    lines = [
        {
            "line": "l1",
            "nature": "ordinary",
            "cause": body.sealed("/lines/0/cause", "借款本金"),
            "amount": body.committed(1_000_000_00),
            "security": None,
        },
        {
            "line": "l2",
            "nature": "secured",
            "cause": body.sealed("/lines/1/cause", "设备抵押借款"),
            "amount": body.committed(986_301_30),
            "security": {
                "asset": body.sealed("/lines/1/security/asset", "厂房"),
                "value": body.committed(600_000_00),
                "waived": False,
            },
        },
    ]
    evidence = {
        "evidence": "e-1",
        "file": body.sealed("/evidence/0/file", file),
        "title": body.sealed("/evidence/0/title", "借款合同"),
        "purpose": body.sealed("/evidence/0/purpose", "证明借款"),
    }
    said = {
        "claim": CLAIM,
        "name": body.sealed("/name", "海川贸易有限公司"),
        "identity": body.sealed("/identity", "914404001926400000"),
        "contact": body.sealed("/contact", "13800000000"),
        "account": None,
        "related": False,
        "joint": None,
        "lines": lines,
        "evidence": [evidence],
    }
    meeting.act(who, body.kind, said, body.rows)


def _question(meeting: Meeting) -> None:
    body = Body("evidence.questioned@1")
    contested = {
        "point": "authenticity",
        "stance": "contested",
        "reason": body.sealed("/points/0/reason", "签名不像"),
    }
    rest = [
        {"point": point, "stance": "accepted", "reason": None}
        for point in ("lawfulness", "relevance", "probative_force")
    ]
    said = {"question": "q-1", "claim": CLAIM, "evidence": "e-1", "points": [contested, *rest]}
    meeting.act(meeting.creditors[0], body.kind, said, body.rows)


def desk(windows: Windows, url: str, meeting: Meeting, who: str, path: str) -> Page:
    context = windows.open()
    log_in(context, url, meeting, who)
    page = context.new_page()
    page.goto(f"{url}/c/{meeting.id}{path}")
    return page


def sign(page: Page) -> None:
    """Sign what the check shows, and wait for the receipt."""
    expect(page.locator("#check")).to_be_visible(timeout=20 * SECONDS)
    page.locator("[data-sign]").click()
    expect(page.locator("#signed")).to_be_visible(timeout=20 * SECONDS)


def test_a_claim_is_answered_reviewed_and_published(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    page = desk(windows, url, meeting, "p-admin", f"/desk/claims/{CLAIM}")
    expect(page.locator("[data-fingerprint]")).to_contain_text("指纹一致")
    expect(page.locator("[data-sheet]")).to_contain_text("年利率")
    submit = page.locator("#review button[type=submit]")
    expect(submit).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#blocked")).to_contain_text("1项质证意见没有答复")

    question = page.locator("form[data-question]")
    question.locator("button[type=submit]").click()
    expect(question.locator(".error-summary")).to_contain_text("至少答复一项")
    question.locator("textarea").fill("已核对原件")
    question.get_by_label("作为答复").check()
    question.locator("button[type=submit]").click()
    expect(page.locator("#blocked")).to_have_count(0, timeout=20 * SECONDS)
    expect(page.locator(".question")).to_contain_text("已核对原件")

    submit.click()
    expect(page.locator("#review .error-summary")).to_contain_text("选择第1项的结论")
    # What is put in before the page's script came is taken up.
    with held_back(page, "review"):
        page.reload(wait_until="commit")
        page.select_option("#status-l1", "admitted")
        page.select_option("#status-l2", "partly")
        page.fill("#admitted-l2", "90.410950万")
    expect(page.locator("#admitted-l1")).to_have_value(re.compile(r"\d"))
    page.fill("#value-l2", "600,000")
    expect(page.locator("fieldset[data-line=l2] [data-parts]")).to_contain_text("304,109.50")
    submit.click()
    expect(page.locator("#review .error-summary")).to_contain_text("勾选第2项")
    page.locator("fieldset[data-line=l2] [data-code][value=RC04]").check()
    page.fill("#reason-l2", "利息算至受理前一日")
    submit.click()
    expect(page.locator("#check")).to_contain_text("有财产担保 600,000.00")
    sign(page)

    claim = meeting.view.get(records.CLAIMS, CLAIM)
    assert claim is not None
    assert [line.status for line in claim.lines] == [records.Status.ADMITTED, records.Status.PARTLY]
    assert [part.part for part in claim.lines[1].parts] == [
        f"{CLAIM}.l2.secured",
        f"{CLAIM}.l2.deficiency",
    ]

    page.goto(f"{url}/c/{meeting.id}/desk/register")
    expect(page.get_by_text("此后有2行新增或变动")).to_be_visible()
    page.locator("#publish button").click()
    sign(page)
    page.reload()
    expect(page.locator("#publish button")).to_have_attribute("aria-disabled", "true")
    assert len(meeting.view.find(records.REGISTERS)) == 2


def test_the_court_sets_an_amount(windows: Windows, url: str, meeting: Meeting) -> None:
    page = desk(windows, url, meeting, "p-judge", "/court/amounts")
    page.locator("#amount-form button[type=submit]").click()
    expect(page.locator(".error-summary li")).to_have_count(4)
    page.select_option("#line", f"{CLAIM} l2")
    page.fill("#amount", "0")
    page.fill("#decision", "（2026）示01破1号之三")
    page.fill("#reason", "诉讼未决")
    page.locator("input[name=scope][value=some]").check()
    page.locator("input[name=matter]").first.check()
    page.locator("#amount-form button[type=submit]").click()
    expect(page.locator("#check")).to_contain_text("没有表决权")
    sign(page)
    (order,) = meeting.view.find(records.PROVISIONAL)
    assert (order.parts, len(order.matters or ())) == ((), 1)


def test_the_administrator_notes_a_split_and_the_court_excludes_a_related_creditor(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    page = desk(windows, url, meeting, "p-admin", "/desk/splits")
    assert faults(page) == []
    page.locator("#fact button[type=submit]").click()
    expect(page.locator(".error-summary li")).to_have_count(4)
    page.fill("#original", "c-whole")
    page.fill("#on", "2026-01-20")
    page.fill("#reason", "债权转让合同，通知已到达债务人")
    page.locator("input[name=claims]").nth(0).check()
    page.locator("input[name=claims]").nth(1).check()
    page.locator("#fact button[type=submit]").click()
    expect(page.locator("#check")).to_contain_text("c-whole")
    sign(page)
    first, second = meeting.view.find(records.SPLITS, original="c-whole")
    assert first.on == second.on
    page.reload()
    expect(page.locator("#noted-title + ul li")).to_have_count(2)

    page = desk(windows, url, meeting, "p-judge", "/court/related")
    assert faults(page) == []
    page.locator("#fact button[type=submit]").click()
    expect(page.locator(".error-summary li")).to_have_count(3)
    page.select_option("#creditor", "p-c0")
    page.fill("#decision", "（2026）示01破1号之五")
    page.fill("#reason", "债务人的控股股东")
    page.locator("#fact button[type=submit]").click()
    expect(page.locator("#check")).to_contain_text("债权额也不计入总额")
    sign(page)
    (order,) = meeting.view.find(records.EXCLUSIONS)
    assert order.creditor == "p-c0"


def test_a_later_meeting_by_letter_needs_its_ground_in_the_notice(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    page = desk(windows, url, meeting, "p-admin", "/desk/meetings/new")
    expect(page.locator("#remote")).to_be_hidden()
    assert page.locator("#form").input_value() == "video"
    page.select_option("#form", "other_remote")
    page.fill("#agenda", "表决变价方案")
    page.locator("#meeting button[type=submit]").click()
    expect(page.locator(".error-summary li")).to_have_count(1)
    page.fill("#form_reason", "债权人遍布各地，第一次会议未作决议")
    page.locator("#meeting button[type=submit]").click()
    expect(page.locator("#check")).to_contain_text("其他远程方式")
    sign(page)
    (later,) = (m for m in meeting.view.find(records.MEETINGS) if m.number == 2)
    assert later.form.value == "other_remote"
    page.goto(f"{url}/c/{meeting.id}/m/{later.meeting}/")
    expect(page.locator("[data-form]")).to_have_text("其他远程方式")


def test_the_court_erases_what_a_claim_sealed_and_pages_say_by_which_entry(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    page = desk(windows, url, meeting, "p-judge", "/court/erasures?entry=99999")
    expect(page.locator("#entry-error")).to_contain_text("还没有第99999条")
    page.get_by_role("row", name="海川贸易有限公司").get_by_role("link").click()
    expect(page.locator("#fields")).to_contain_text("914404001926400000")
    page.locator("#erase-form button[type=submit]").click()
    expect(page.locator(".error-summary li")).to_have_count(4)
    page.locator("input[name=field][value='/identity']").check()
    page.locator("input[name=field][value='/evidence/0/file']").check()
    page.locator("input[name=basis][value=purpose]").check()
    page.fill("#decision", "（2026）示01破1号之五")
    page.fill("#reason", "债权已清偿")
    page.locator("#erase-form button[type=submit]").click()
    expect(page.locator("#check")).to_contain_text("证件号码")
    sign(page)
    (file, identity) = sorted(meeting.view.find(records.ERASURES), key=lambda one: one.field)
    assert (file.field, identity.ordered_by) == ("claim.filed@1#/evidence/0/file", "p-judge")
    by = re.compile(r"已由第\d+条删除")
    page.locator("[data-next]").click()
    expect(page.locator("#fields label", has_text="证件号码")).to_contain_text(by)
    expect(page.locator("input[name=field][value='/identity']")).to_be_disabled()
    page.goto(f"{url}/c/{meeting.id}/claims/{CLAIM}")
    expect(page.locator("#claim")).to_contain_text(by)
    page.locator("#claim details summary").first.click()
    expect(page.locator("#claim details").first).to_contain_text(by)
    page.goto(f"{url}/c/{meeting.id}/evidence/e-1")
    expect(page.locator("#evidence .facts")).to_contain_text(by)


def test_the_clock_is_moved_from_a_desk(windows: Windows, url: str, meeting: Meeting) -> None:
    page = desk(windows, url, meeting, "p-judge", "/court")
    page.locator("#clock summary").click()
    page.get_by_role("button", name=re.compile("^拨到")).first.click()
    file = records.case_file(meeting.view)
    assert file is not None
    expect(page.locator("#clock summary")).to_contain_text(f"{file.clock_at.year}年")
    page.locator("#clock summary").click()
    page.get_by_role("button", name="拨动时钟").click()
    expect(page.locator("[data-clock-status]")).to_contain_text("输入日期和时间")


@pytest.mark.parametrize("path", ["/desk", f"/desk/claims/{CLAIM}", "/desk/register"])
def test_a_desk_fits_a_phone(windows: Windows, url: str, meeting: Meeting, path: str) -> None:
    context = windows.open(390, 844)
    log_in(context, url, meeting, "p-admin")
    page = context.new_page()
    page.goto(f"{url}/c/{meeting.id}{path}")
    expect(page.locator("h1")).to_be_visible()
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
