"""An outage is made up for: proposed, extended, told to creditors; and a roll is corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from bankruptcy.kinds import records
from bankruptcy.meetings import pulse, tasks
from tests.apps.voting.browsing import at_work, held_back
from tests.apps.voting.support import CLOSES, MEETING, OPENS, Meeting
from tests.journeys.creditors import Phones, in_english, shot

SECONDS = 1000


@pytest.fixture
def phones(browser: Browser, live_server: str) -> Iterator[Phones]:
    """A meeting whose vote is open, and was out of reach for three quarters of an hour."""
    meeting = Meeting()
    meeting.until_open()
    pulse.beat()
    meeting.move(OPENS + timedelta(minutes=45))
    pulse.beat(timedelta(0))
    tasks.sweep()
    meeting.settle()
    with at_work(meeting):
        yield Phones(browser, live_server, meeting)
        for context in browser.contexts:
            context.close()


def sign(page: Page, name: str) -> None:
    """The second look, and the signature."""
    expect(page.locator("#check")).to_be_visible(timeout=20 * SECONDS)
    page.get_by_role("button", name=name).click()
    expect(page.locator("#signed")).to_be_visible(timeout=30 * SECONDS)


def waits(page: Page, minutes: int) -> None:
    """Time goes by for the page, and the few seconds by which its questions are spread."""
    page.clock.fast_forward((60 * minutes + 6) * SECONDS)


def test_an_outage_is_made_up_for_and_a_roll_is_corrected(phones: Phones) -> None:
    meeting = phones.meeting
    waiting = phones.of("p-c1")
    waiting.clock.install()
    waiting.goto(f"{phones.case}/m/{MEETING}/ballot")
    expect(waiting.locator("[data-closes]")).to_contain_text("18:00")
    bar = waiting.locator("#closing")
    expect(bar).to_be_hidden()
    desk = phones.of("p-admin")
    desk.goto(f"{phones.case}/desk")
    expect(desk.locator("[data-outage]")).to_contain_text("有45分钟无法投票")
    shot(desk, "desk-outage")
    desk.get_by_role("link", name="延长投票").click()
    expect(desk.locator("#reason")).to_have_value(re.compile("系统中断期间无法投票"))
    desk.get_by_role("button", name="核对延长内容").click()
    expect(desk.get_by_role("alert")).to_contain_text("写明何时、以何种方式报告法院")
    desk.locator("#court_informed").fill("已电话报告承办法官")
    shot(desk, "extend")
    desk.get_by_role("button", name="核对延长内容").click()
    expect(desk.locator("#check")).to_contain_text("原截止时间")
    shot(desk, "extend-check")
    sign(desk, "签署并延长")
    assert meeting.vote.closes == CLOSES + timedelta(minutes=45)

    ballot = phones.of("p-c0")
    ballot.goto(f"{phones.case}/m/{MEETING}/ballot")
    expect(ballot.locator("[data-extended]")).to_contain_text("投票截止时间已从")
    shot(ballot, "ballot-extended")
    ballot.goto(f"{phones.case}/m/{MEETING}/")
    expect(ballot.locator("[data-extended]")).to_be_visible()

    # Who has the ballot before him hears of it, too, and is told anew how long there is.
    waits(waiting, 60)
    expect(bar).to_contain_text(re.compile("已从.*18:00延长到.*18:45"))
    expect(waiting.locator("[data-closes]")).to_contain_text("18:45")
    for minutes in (10, 1):
        meeting.move(meeting.vote.closes - timedelta(minutes=minutes))
        waits(waiting, 60)
        expect(bar).to_contain_text(f"还有{minutes}分钟：投票")
        shot(waiting, f"ballot-closing-{minutes}")
    expect(bar).to_contain_text("建议直接投出")
    meeting.move(meeting.vote.closes)
    waits(waiting, 1)
    expect(bar).to_contain_text("之后收到的票不计入")

    court = phones.of("p-judge")
    in_english(court, phones.url)
    court.goto(f"{phones.case}/m/{MEETING}/court")
    shot(court, "court-orders")
    line, motion = meeting.lines_of(meeting.creditors[0])[0]
    # What was chosen before the page's script came is chosen.
    with held_back(court, "court_order"):
        court.get_by_role("link", name="Correct a roll").click()
        court.locator("#line").select_option(f"{motion} {line}")
    expect(court.locator("#amount")).to_have_value("60,000.00")
    court.locator("#decision").fill("（2026）示01破1号之三")
    court.locator("#reason").fill("债权确认之诉判决生效")
    court.get_by_role("button", name="Check the decision").click()
    expect(court.get_by_role("alert")).to_contain_text("nothing is corrected")
    court.locator("#amount").fill("50000")
    court.get_by_role("button", name="Check the decision").click()
    expect(court.locator("#check")).to_contain_text("not summed again")
    shot(court, "court-correct-check")
    sign(court, "Sign the decision")
    (found,) = meeting.view.find(records.CORRECTIONS)
    assert (found.line, found.motion, found.heads) == (line, motion, 1)

    # A line that the roll lacks: the tax authority should have voted among the ordinary claims.
    court.goto(f"{phones.case}/m/{MEETING}/court/correct")
    court.locator("#line").select_option("missing")
    court.locator("#roll").select_option("plan-b ordinary")
    court.locator("#unit").select_option("p-c0")
    court.locator("#amount").fill("123.45")
    court.locator("#decision").fill("（2026）示01破1号之四")
    court.locator("#reason").fill("债权确认之诉判决生效")
    court.get_by_role("button", name="Check the decision").click()
    expect(court.get_by_role("alert")).to_contain_text("The roll has this line")
    court.locator("#unit").select_option("p-tax")
    court.get_by_role("button", name="Check the decision").click()
    expect(court.locator("#check")).to_contain_text("Not on the roll")
    shot(court, "court-missing-check")
    sign(court, "Sign the decision")
    added = next(one for one in meeting.view.find(records.CORRECTIONS) if one != found)
    assert (added.line, added.motion, added.heads) == ("p-tax.ordinary", "plan-b", 1)
    assert (
        meeting.view.get(records.ROLL_LINES, meeting.vote.manifest_hash, "plan-b", added.line)
        is None
    )
    court.goto(f"{phones.case}/m/{MEETING}/court")
    expect(court.get_by_text("《重整计划草案》 · p-tax公司")).to_be_visible()
    assert phones.troubles == []
