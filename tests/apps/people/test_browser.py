"""In a real browser: a judge opens a case, a creditor joins on a phone, the key is attested.

CONCURSUS_SHOTS names a folder to keep pictures of the pages in.
"""

from __future__ import annotations

import os
from pathlib import Path

from django.core.management import call_command
from playwright.sync_api import Browser, Page, expect

PASSWORD = "correct horse battery"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


def test_a_case_is_opened_joined_and_a_key_attested(
    browser: Browser, live_server: str, tmp_path: Path
) -> None:
    troubles: list[str] = []
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n", "utf-8")
    named = ("judge", "--display-name", "李法官")
    call_command("create_account", *named, "--password-file", password, "--court")
    judge = _visitor(browser, live_server, DESK, troubles)
    judge.goto("/login")
    judge.get_by_label("用户名").fill("judge")
    judge.get_by_label("密码").fill(PASSWORD)
    _shot(judge, "login-desk")
    judge.get_by_role("button", name="登录").click()
    judge.get_by_role("link", name="立案").click()
    _open(judge)
    home = judge.url

    creditor = _visitor(browser, live_server, PHONE, troubles)
    creditor.goto("/register?next=/cases")
    _shot(creditor, "register-phone")
    creditor.get_by_label("姓名或单位名称").fill("王小明")
    creditor.get_by_label("用户名").fill("wang")
    creditor.get_by_label("密码").fill("password")
    creditor.get_by_role("button", name="注册账号").click()
    expect(creditor.get_by_role("alert")).to_be_visible()
    _shot(creditor, "register-wrong-phone")
    creditor.get_by_label("密码").fill(PASSWORD)
    creditor.get_by_role("button", name="注册账号").click()
    _shot(creditor, "cases-phone")
    creditor.get_by_role("link", name="示例实业有限公司").click()
    _shot(creditor, "join-phone")
    creditor.get_by_role("button", name="加入本案").click()
    creditor.goto(home + "me/devices")
    waiting = creditor.get_by_role("status").filter(has_text="正在等法院或管理人认证")
    expect(waiting).to_be_visible(timeout=30_000)
    _shot(creditor, "waiting-phone")

    judge.goto(home + "desk/keys")
    judge.get_by_role("button", name="认证", exact=True).click()
    _shot(judge, "keys-desk")
    judge.get_by_role("button", name="一样，签名").click()
    expect(judge.locator("#status")).to_have_text("王小明的钥匙已认证", timeout=20_000)
    expect(creditor.locator("#devices")).to_contain_text("已认证", timeout=30_000)
    expect(creditor.get_by_text("本机", exact=True)).to_be_visible()
    _shot(creditor, "devices-phone")

    _appoint(judge, home)
    # Answers that refuse are logged by the browser itself; scripts and styles run without fault.
    assert [text for text in troubles if "status of 4" not in text] == []


def _open(judge: Page) -> None:
    # The page's script must have run: before that the button sends the form as it is.
    expect(judge.get_by_role("heading", name="立案")).to_be_visible()
    judge.wait_for_load_state("networkidle")
    judge.get_by_role("button", name="核对").click()
    expect(judge.get_by_role("alert")).to_contain_text("处需要修改")
    _shot(judge, "open-wrong-desk")
    judge.get_by_label("法院", exact=True).fill("示例市中级人民法院")
    judge.get_by_label("案号").fill("（2026）示01破1号")
    judge.get_by_label("债务人").fill("示例实业有限公司")
    judge.get_by_label("破产清算").check()
    judge.get_by_label("裁定受理日").fill("2026-01-04")
    judge.get_by_label("公告日", exact=True).fill("2026-01-05")
    judge.get_by_label("债权申报截止日").fill("2026-01-10")
    judge.get_by_label("演示时钟", exact=False).first.check()
    judge.get_by_label("演示时钟的起点（北京时间）").fill("2026-01-06T09:00")
    judge.get_by_role("button", name="核对").click()
    _shot(judge, "open-check-desk")
    judge.get_by_role("button", name="签名立案").click()
    # The period is too short: refused by the rule, mended, and the same case opened.
    expect(judge.get_by_role("alert")).to_contain_text("EBL 45", timeout=20_000)
    _shot(judge, "open-refused-desk")
    judge.get_by_label("债权申报截止日").fill("2026-03-10")
    judge.get_by_role("button", name="核对").click()
    judge.get_by_role("button", name="签名立案").click()
    judge.wait_for_url("**/c/*/", timeout=20_000)


def _appoint(judge: Page, home: str) -> None:
    judge.goto(home + "court/roles")
    judge.get_by_label("人员", exact=True).select_option(index=2)
    judge.get_by_label("身份", exact=True).select_option("administrator")
    _shot(judge, "roles-desk")
    judge.locator("#appoint").get_by_role("button", name="核对").click()
    _shot(judge, "roles-check-desk")
    judge.get_by_role("button", name="签名").click()
    expect(judge.get_by_role("status").filter(has_text="已收到")).to_be_visible(timeout=20_000)
    expect(judge.get_by_role("row", name="王小明")).to_contain_text("管理人")


def _visitor(browser: Browser, base: str, size: dict[str, int], troubles: list[str]) -> Page:
    context = browser.new_context(base_url=base, viewport=size, locale="zh-CN")
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and troubles.append(said.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    return page


def _shot(page: Page, name: str) -> None:
    folder = os.environ.get("CONCURSUS_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
