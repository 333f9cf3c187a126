"""A passkey: made on a phone, attested, synced to a tablet that votes and is then stolen; and it is
the second step of a log-in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, CDPSession, Page, expect

from bankruptcy.kinds import records
from bankruptcy.kinds.keys import is_passkey
from tests.apps.people.test_second_step import code_of
from tests.apps.voting.browsing import at_work, member
from tests.apps.voting.support import MEETING, Meeting
from tests.journeys.creditors import Phones, shot
from tests.journeys.test_ballot_pages import cast, choose, seal

WAIT = 20_000
PASSWORD = "correct horse battery"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def joined(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the people of a case that is open, and has no meeting yet."""
    meeting = Meeting(origins=(live_server,))
    meeting.open()
    meeting.appoint(meeting.creditors[0])
    meeting.settle()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


@pytest.fixture
def phones(browser: Browser, live_server: str) -> Iterator[Phones]:
    """Phones of the creditors of a meeting whose vote is open, on the pages that the case names."""
    meeting = Meeting(origins=(live_server,))
    meeting.until_open()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """The page's device can have passkeys; the person confirms each by his finger."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made: dict[str, Any] = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return cdp, str(made["authenticatorId"])


def confirms(cdp: CDPSession, authenticator: str, does: bool) -> None:
    """Whether the person's finger is known to the device."""
    at = {"authenticatorId": authenticator, "isUserVerified": does}
    cdp.send("WebAuthn.setUserVerified", at)


def is_attested(page: Page, phones: Phones) -> None:
    """The court has attested the passkey that was made."""
    ends = time.monotonic() + WAIT / 1000
    while not any(is_passkey(key) for key in phones.meeting.view.find(records.KEYS)):
        assert time.monotonic() < ends
        page.wait_for_timeout(100)


def ready(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("html[data-devices=ready]")).to_be_attached(timeout=WAIT)


def listed(page: Page, path: str) -> None:
    """The list shows this device's key as enrolled: until then, the page may load itself anew."""
    page.goto(path)
    here = page.locator("[data-key]", has=page.locator("[data-this-device]:visible"))
    expect(here.locator(".badge.done")).to_be_visible(timeout=WAIT)
    expect(page.locator("html[data-devices=ready]")).to_be_attached(timeout=WAIT)


def test_a_passkey_enrols_a_second_device_which_votes_until_it_is_stolen(phones: Phones) -> None:
    devices = f"{phones.case}/me/devices"
    phone = phones.of("p-c0")
    cdp, at = authenticator(phone)
    listed(phone, devices)
    phone.get_by_role("button", name="生成通行密钥").click()
    expect(phone.locator("#passkeys [data-key]")).to_have_count(1, timeout=WAIT)
    (credential,) = cdp.send("WebAuthn.getCredentials", {"authenticatorId": at})["credentials"]

    # The phone's maker syncs the passkey to the tablet; its page asks for one touch.
    tablet = phones.of("p-c0")
    other, there = authenticator(tablet)
    other.send("WebAuthn.addCredential", {"authenticatorId": there, "credential": credential})
    ballot = f"{phones.case}/m/{MEETING}/ballot"
    tablet.goto(devices)
    tablet.reload()
    use = tablet.get_by_role("button", name="用通行密钥")
    expect(use).to_be_visible(timeout=WAIT)
    shot(tablet, "passkey-asked-phone")
    use.click()
    expect(tablet.locator("#devices [data-state=enrolled]")).to_have_count(3, timeout=WAIT)
    expect(tablet.get_by_text("由本人的通行密钥登记")).to_be_visible()
    keys = phones.meeting.view.find(records.KEYS, holder="p-c0")
    assert sorted(k.level.value for k in keys if k.level) == ["attested"] * 3 + ["passkey"]

    tablet.goto(ballot)
    choose(tablet, "同意", "不同意")
    seal(tablet)
    cast(tablet)
    (cast_ballot,) = phones.meeting.view.find(records.BALLOTS, signer="p-c0")
    assert cast_ballot.signer == "p-c0"

    # The tablet is stolen; the phone freezes its key, and the thief casts nothing with it.
    ready(phone, devices)
    card = phone.locator("[data-state=enrolled]", has_text="由本人的通行密钥登记")
    card.get_by_text("这台手机或电脑被盗").click()
    shot(phone, "device-stolen-phone")
    card.get_by_role("button", name="立即停用这把钥匙").click()
    expect(phone.locator("[data-state=frozen]")).to_have_count(1, timeout=WAIT)
    cast_with_it = phone.locator("[data-state=frozen] [data-cast=replace]")
    expect(cast_with_it).to_contain_text("第1次债权人会议投过一张票")
    expect(cast_with_it.get_by_role("link", name="去改投")).to_be_visible()
    shot(phone, "devices-frozen-phone")
    tablet.get_by_role("button", name="改投").click()
    choose(tablet, "不同意", "不同意")
    # The theft ended the account's other log-ins, too: the thief does not even seal.
    tablet.get_by_role("button", name="封票", exact=True).click()
    expect(tablet.get_by_text("尚未登录，请登录后再试")).to_be_visible(timeout=WAIT)
    shot(tablet, "ballot-frozen-phone")
    assert len(phones.meeting.view.find(records.BALLOTS, signer="p-c0")) == 1
    assert phones.troubles == []


def test_a_passkey_is_the_second_step_of_a_log_in(joined: Phones) -> None:
    member(joined.meeting, "p-c0")
    user = User.objects.get(username="u-p-c0")
    user.set_password(PASSWORD)
    user.save()
    phone = joined.of("p-c0")
    cdp, at = authenticator(phone)
    listed(phone, f"{joined.case}/me/devices")
    phone.get_by_role("button", name="生成通行密钥").click()
    expect(phone.locator("#passkeys [data-key]")).to_have_count(1, timeout=WAIT)
    is_attested(phone, joined)
    phone.goto("/account")
    phone.locator("#code").fill(code_of(phone.locator("#secret").inner_text()))
    phone.get_by_role("button", name="开启第二步验证").click()
    expect(phone.get_by_role("heading", name="恢复码")).to_be_visible()
    phone.get_by_role("button", name="退出").click()

    phone.goto(f"{joined.case}/me")
    phone.get_by_label("用户名").fill("u-p-c0")
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录").click()
    use = phone.get_by_role("button", name="改用通行密钥")
    expect(use).to_be_visible()
    shot(phone, "second-step-phone")

    # Who has the phone, but not the finger, does not get in.
    confirms(cdp, at, False)
    use.click()
    expect(phone.locator("#note")).not_to_be_empty(timeout=WAIT)
    shot(phone, "second-step-refused-phone")
    assert "/login/second" in phone.url
    phone.goto(f"{joined.case}/me")
    assert "/login?next=" in phone.url

    confirms(cdp, at, True)
    phone.get_by_label("用户名").fill("u-p-c0")
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录").click()
    phone.get_by_role("button", name="改用通行密钥").click()
    expect(phone.get_by_role("heading", name="我的记录")).to_be_visible(timeout=WAIT)
    assert joined.troubles == []
