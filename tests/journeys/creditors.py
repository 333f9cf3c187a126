"""Creditors at phones: a page each, its faults noted, pictures kept where CONCURSUS_SHOTS says."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.apps.voting.browsing import log_in
from tests.apps.voting.support import Meeting

PHONE = {"width": 390, "height": 844}


@dataclass
class Phones:
    """Opens phones of people of one case."""

    browser: Browser
    url: str
    meeting: Meeting
    troubles: list[str] = field(default_factory=list)

    def of(self, pseudonym: str) -> Page:
        """A new phone of this person, logged in."""
        context = self.browser.new_context(base_url=self.url, viewport=PHONE, locale="zh-CN")
        log_in(context, self.url, self.meeting, pseudonym)
        return self.page(context)

    def page(self, context: BrowserContext) -> Page:
        """Another page of a phone."""
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._note)
        page.set_default_timeout(10_000)
        return page

    def _note(self, said: object) -> None:
        text = str(getattr(said, "text", ""))
        if getattr(said, "type", "") == "error" and "Failed to load resource" not in text:
            self.troubles.append(text)

    @property
    def case(self) -> str:
        """Address of the case."""
        return f"/c/{self.meeting.id}"


def shot(page: Page, name: str) -> None:
    """A picture of the whole page, where a folder for pictures is named."""
    folder = os.environ.get("CONCURSUS_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def in_english(page: Page, url: str) -> None:
    """The phone shows English."""
    name = settings.LANGUAGE_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": "en", "url": url}])


def a_small_claim(page: Page, case: str) -> None:
    """Fill in a claim of 12.34 yuan in the case at this address, up to the page for evidence."""
    page.goto(f"{case}/claims/new")
    page.get_by_label("债权人姓名或名称").fill("李某")
    page.get_by_label("身份证号或统一社会信用代码").fill("110101199003070000")
    page.get_by_label("电话或电子邮箱").fill("13900000000")
    page.get_by_label("没有", exact=True).check()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("债权性质").select_option("ordinary")
    page.get_by_label("款项", exact=True).fill("货款")
    page.get_by_label("金额", exact=True).fill("12.34")
    page.get_by_role("button", name="保存并继续").click()
