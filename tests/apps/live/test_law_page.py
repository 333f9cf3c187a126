"""The result page judges again by the law that the log names; it says on what a result depends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from bankruptcy.kinds.keys import late_keys
from bankruptcy.law.pack import builtin
from ledger.api import views
from ledger.log.statement import Role
from tests.apps.acting import Person
from tests.apps.voting.browsing import Windows, log_in
from tests.apps.voting.support import MEETING, Meeting
from tests.embedded_plugin import serving
from voting import board, results
from voting.protocol.validity import Choice

SECONDS = 1000
CHOICES = (Choice.FOR, Choice.AGAINST, Choice.FOR, Choice.ABSTAIN)
SAME = re.compile(r"^您的浏览器按CN-EBL-2006 2026\.1重新计算：相同。$")


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    """A declared vote, in the course of which a key was enrolled."""
    found = Meeting()
    found.until_open()
    found.appoint(Person("p-late", Role.CREDITOR))
    found.vote_and_count(CHOICES)
    found.sum_and_declare()
    return found


@pytest.fixture
def url(meeting: Meeting) -> Iterator[str]:
    board._summary.cache_clear()
    with serving() as address:
        yield address
    board._summary.cache_clear()


def result_page(windows: Windows, url: str, meeting: Meeting, who: str | None) -> Page:
    context = windows.open()
    if who is not None:
        log_in(context, url, meeting, who)
    page = context.new_page()
    page.goto(f"{url}/c/{meeting.id}/m/{MEETING}/results")
    return page


def test_everybodys_browser_judges_again_and_finds_the_same(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    for who in ("p-judge", None):
        page = result_page(windows, url, meeting, who)
        expect(page.locator("[data-law-verdict]")).to_have_text(SAME, timeout=60 * SECONDS)
        rows = page.locator("[data-law-motions] > li")
        assert [row.get_attribute("data-state") for row in rows.all()] == ["holds", "holds"]
        expect(rows.first).to_contain_text("未通过，与宣布的相同")


def test_only_who_may_see_the_register_sees_what_a_reading_would_weigh(
    windows: Windows, url: str, meeting: Meeting
) -> None:
    """Two totals of P5 differ by the tax claim of 7.00."""
    judge = result_page(windows, url, meeting, "p-judge").locator(
        "[data-result-motion='plan-a'] [data-sheet]"
    )
    judge.locator("summary").click()
    stranger = result_page(windows, url, meeting, None).locator(
        "[data-result-motion='plan-a'] [data-sheet]"
    )
    stranger.locator("summary").click()
    for sheet in (judge, stranger):
        expect(sheet).to_contain_text("各种解释结果相同")
        row = sheet.locator(".readings > li", has_text="总额不计税款债权")
        expect(row).to_contain_text("涉及1行表决权")
    expect(judge).to_contain_text("/100,000.00")
    expect(stranger).not_to_contain_text("/100,000.00")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda motion: motion.update(passed=True), "是否通过"),
        (lambda motion: motion["classes"][0]["heads"].update(ok=True), "全体 · 人数"),
        (lambda motion: motion["classes"][0]["amount"].update(part="7000001"), "全体 · 金额"),
        (
            lambda motion: motion["next"].update(id="OTHER"),
            "下一步",
        ),
    ],
)
def test_a_server_that_declares_otherwise_is_not_verified(
    windows: Windows,
    url: str,
    meeting: Meeting,
    monkeypatch: pytest.MonkeyPatch,
    change: Any,
    where: str,
) -> None:
    true = results.declared

    def false(*args: Any, **more: Any) -> Any:
        found: Any = true(*args, **more)
        change(found["motions"][0])
        return found

    monkeypatch.setattr(results, "declared", false)
    page = result_page(windows, url, meeting, None)
    verdict = page.locator("[data-law-verdict]")
    expect(verdict).to_contain_text("核验不通过", timeout=60 * SECONDS)
    expect(page.locator("[data-law-motion='plan-a']")).to_contain_text(where)


def test_another_rule_pack_than_the_logs_is_not_verified(
    windows: Windows, url: str, meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "named", lambda sha256: builtin("DE-INSO"))
    page = result_page(windows, url, meeting, None)
    expect(page.locator("[data-law-verdict]")).to_have_text(
        "核验不通过：规则包与账本首条所指的不同", timeout=60 * SECONDS
    )


def test_the_pack_is_served_under_its_hash_and_no_other(meeting: Meeting) -> None:
    web, pack = Client(), builtin()
    found = web.get(f"/ledger/{meeting.id}/packs/{pack.sha256}.json")
    assert found.content == pack.canonical
    assert "immutable" in found.headers["Cache-Control"]
    for name, status in (("0" * 64, 404), ("A" * 64, 400), ("x", 400)):
        assert web.get(f"/ledger/{meeting.id}/packs/{name}.json").status_code == status
    assert web.get(f"/ledger/nobody/packs/{pack.sha256}.json").status_code == 404


def test_the_notice_has_fractions_articles_remedies_and_last_days(meeting: Meeting) -> None:
    web = Client()
    answer = web.get(f"/c/{meeting.id}/m/{MEETING}/results/notice.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert "人数 2/4，须超过 1/2，未达到；金额 70,000.00/100,007.00 元，须达到 1/2，达到" in text
    assert "heads 2/4, more than 1/2 needed, not reached" in text
    assert "法律未定之点：各种解释结果相同。" in text
    assert "Unsettled law: robust" in text
    assert "撤销决议：自收到本通知15日内" in text
    assert "Annulment: within 15 days from receipt of this notice" in text
    assert "（《破产法司法解释（三）》第11条）" in text
    assert "(Judicial Interpretation III, art. 11)" in text
    assert "第1项《财产管理方案》：" in text
    assert "24:00" in text
    # Named with the result: somebody else could have voted by a key that came so late.
    (late,) = late_keys(meeting.view, meeting.vote)
    assert late.key.holder == "p-late"
    assert f"截止前48小时内或投票期间登记的钥匙：{late.key.key[:16]}（" in text
    assert "未经第二种方式确认）" in text
    assert "p-late" not in text
    result = web.get(f"/c/{meeting.id}/m/{MEETING}/results").content.decode()
    assert late.key.key[:8] in result
    assert "未经第二种方式确认" in result
    page = web.get(f"/c/{meeting.id}/m/{MEETING}/results/notice").content.decode()
    assert "须超过 1/2" in page
    assert "not reached" in page
