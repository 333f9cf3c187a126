"""Trustees fail: a tally comes, or the vote is held again. By the intake, and in browsers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.refusals import AlreadyThere, NotNow
from bankruptcy.kinds.schema import Hash, Id
from demo.sealing import seal
from ledger.log.encoding import b64u, format_time, parse_amount
from tests.apps.acting import Body, Person
from tests.apps.voting.browsing import Windows, at_work, log_in
from tests.apps.voting.support import (
    CLOSES,
    COMPLAINTS_CLOSE,
    MEETING,
    OPENS,
    RANDOM,
    Meeting,
)
from tests.apps.voting.test_trustee_command import lost
from tests.apps.voting.test_trustee_page import load_key, make_key, trustee_page
from trustee import work
from voting import boxes, weights
from voting.protocol.errors import SumFalse
from voting.protocol.group import read_scalar
from voting.protocol.pedersen import Opening
from voting.protocol.sharing import Share
from voting.protocol.validity import Choice

SECONDS = 1000
VOTES = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.FOR)


def not_awaited(meeting: Meeting, *indices: int) -> None:
    body = Body("trustee.not_awaited@1")
    said = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "indices": list(indices),
        "reason": body.sealed("/reason", "多次联系未果"),
    }
    meeting.act(meeting.judge, body.kind, said, body.rows)


def deadline(meeting: Meeting, until: datetime) -> None:
    body = Body("tally.deadline_set@1")
    said = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "until": format_time(until),
        "reason": body.sealed("/reason", "监票人迟迟不打开合计"),
    }
    meeting.act(meeting.judge, body.kind, said, body.rows)


def opened_by(meeting: Meeting, at: int) -> tuple[Person, int, work.Shares]:
    """The trustee of this test at position `at`, his index, and what his boxes hold."""
    who, view, vote = meeting.trustees[at], meeting.view, meeting.vote
    index = work.index_of(view, vote, who.id)
    rows = boxes.page(view, meeting.id, vote, Id(who.id), index).rows
    served = {str(row["ballot"]): str(row["box"]) for row in rows}
    opened = work.open_boxes(view, MEETING, index, meeting.secrets[at], served)
    return who, index, opened.shares


def sums_from_boxes(meeting: Meeting, at: int) -> None:
    """He sums what his boxes hold, and gives what is disclosed with it."""
    who, index, shares = opened_by(meeting, at)
    view, vote = meeting.view, meeting.vote
    known = {
        (row["line"], row["motion"]): Opening(
            parse_amount(row["amount"]), read_scalar(row["sigma"])
        )
        for row in weights.of_vote(view, vote)
    }
    draft = seal("tally.summed@1", work.sums(view, MEETING, index, shares, known))
    meeting.act(who, "tally.summed@1", draft.body, draft.openings)
    meeting.settle()
    shares_from_boxes(meeting, at)


def shares_from_boxes(meeting: Meeting, at: int) -> None:
    """He gives his shares of every answer that is to be disclosed."""
    who, index, shares = opened_by(meeting, at)
    for said in work.disclosures(meeting.view, MEETING, index, shares):
        draft = seal("disclosure.given@1", said)
        meeting.act(who, "disclosure.given@1", draft.body, draft.openings)
    meeting.settle()


def voted_and_closed(meeting: Meeting, checking: Sequence[int]) -> None:
    meeting.until_open()
    for who, choice in zip((*meeting.creditors, meeting.tax), VOTES, strict=True):
        meeting.cast(who, choice)
    meeting.move(CLOSES)
    for j in checking:
        meeting.check_boxes(j)
    meeting.settle()


def test_a_false_sum_is_refused_by_its_trustees_name_and_the_others_open_the_tally(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = Meeting()
    voted_and_closed(meeting, (1, 2, 3))
    meeting.move(COMPLAINTS_CLOSE)
    sums = Meeting.sums

    def lying(self: Meeting, j: int) -> dict[tuple[str, str, str], Share]:
        return {key: Share(share.f, share.g + 1) for key, share in sums(self, j).items()}

    with monkeypatch.context() as lie:
        lie.setattr(Meeting, "sums", lying)
        with pytest.raises(SumFalse) as refused:
            meeting.sum(2)
    assert refused.value.facts["index"] == 2
    assert "第2位" in refused.value.sentence("zh")
    assert meeting.view.find(records.SUMS, manifest_hash=meeting.vote.manifest_hash) == ()
    for j in (1, 3):
        meeting.sum(j)
    meeting.declare()
    assert meeting.vote.stage is Stage.DECLARED


def test_a_trustee_who_never_comes_back_holds_up_nothing_once_the_court_says_so(
    database: str,
) -> None:
    meeting = Meeting()
    voted_and_closed(meeting, (1, 2))
    meeting.move(COMPLAINTS_CLOSE)
    assert meeting.vote.stage is Stage.CLOSED
    not_awaited(meeting, 3)
    meeting.move(COMPLAINTS_CLOSE + timedelta(minutes=1))
    assert meeting.vote.stage is Stage.COUNTED
    for j in (1, 2):
        meeting.sum(j)
    meeting.declare()
    assert meeting.vote.stage is Stage.DECLARED


def test_too_few_trustees_make_the_vote_void_and_nothing_of_it_is_declared(database: str) -> None:
    meeting = Meeting()
    voted_and_closed(meeting, (1, 2, 3))
    meeting.move(COMPLAINTS_CLOSE)
    meeting.sum(1)
    until = COMPLAINTS_CLOSE + timedelta(days=3)
    deadline(meeting, until)
    meeting.move(until)
    assert meeting.vote.stage is Stage.VOIDED
    with pytest.raises(NotNow):
        meeting.sum(2)
    # It is held again with fresh keys; the old ones are refused.
    keys = meeting.view.find(records.TRUSTEE_KEYS, meeting=MEETING)
    assert all(key.spent for key in keys)
    void = meeting.vote.manifest_hash
    with pytest.raises(AlreadyThere):
        meeting.publish(1)
    meeting.secrets = [RANDOM.scalar() for _ in meeting.secrets]
    for j in (1, 2, 3):
        meeting.publish(j)
    meeting.settle()
    meeting.prepare(later=until - OPENS + timedelta(days=1))
    assert meeting.vote.stage is Stage.PREPARED
    assert meeting.vote.manifest_hash != void


@pytest.fixture
def meeting(database: str) -> Iterator[Meeting]:
    found = Meeting()
    found.convene()
    for j in (1, 3):
        found.publish(j)
    with at_work(found):
        yield found


def person(windows: Windows, url: str, meeting: Meeting, pseudonym: str, path: str) -> Page:
    context = windows.open(390, 844)
    log_in(context, url, meeting, pseudonym)
    page = context.new_page()
    page.goto(f"{url}/c/{meeting.id}{path}")
    return page


def vote_at(page: Page) -> None:
    """A ballot by the voter's own browser, for on both motions."""
    page.get_by_role("radio", name="同意", exact=True).check()
    page.get_by_role("button", name="下一项").click()
    page.get_by_role("radio", name="同意", exact=True).check()
    page.get_by_role("button", name="检查选择").click()
    page.get_by_role("button", name="封票", exact=True).click()
    page.get_by_role("button", name="投出这张票").click(timeout=60 * SECONDS)
    expect(page.get_by_role("heading", name="票已投出")).to_be_visible(timeout=60 * SECONDS)


def test_trustees_and_a_box_fail_and_the_tally_still_comes(
    windows: Windows,
    live_server: str,
    meeting: Meeting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = trustee_page(windows, live_server, meeting, 2)
    key = make_key(mine, tmp_path, "2.json")
    expect(mine.get_by_text("公钥已公布")).to_be_visible(timeout=60 * SECONDS)
    meeting.prepare()
    meeting.move(OPENS)
    index = 1  # of p-trustee2: the ids of the manifest are in order
    first, second, third = meeting.creditors
    voter = person(windows, live_server, meeting, first.id, f"/m/{MEETING}/ballot")
    vote_at(voter)
    (kept,) = meeting.view.find(records.BALLOTS, signer=first.id)
    spoilt = meeting.cast(second, Choice.AGAINST, false_share_for=index)
    meeting.cast(third, Choice.AGAINST)
    meeting.cast(meeting.tax, Choice.FOR)
    meeting.settle()
    lost(monkeypatch, kept.ballot)

    # While voting is open: what is false or missing goes on the ledger, and the voters are told.
    load_key(mine, key)
    facts = mine.locator("[data-boxes-facts]")
    expect(facts).to_contain_text("缺失1", timeout=60 * SECONDS)
    expect(facts).to_contain_text("不符，提出异议1")
    mine.get_by_role("button", name="记入账本").click()
    expect(facts).to_contain_text("异议成立作废的票1", timeout=60 * SECONDS)
    told = person(windows, live_server, meeting, second.id, f"/m/{MEETING}/")
    expect(told.get_by_text("您的票已作废")).to_be_visible()
    meeting.cast(second, Choice.FOR)
    # The voter's next visit supplies the box that his browser kept.
    voter.goto(f"{live_server}/c/{meeting.id}/")
    expect(voter.get_by_text("已由这台设备补交")).to_be_visible(timeout=60 * SECONDS)
    missing = meeting.view.get(records.MISSING_BOXES, kept.ballot, index)
    assert missing is not None
    assert missing.supplied is not None

    meeting.move(CLOSES)
    mine.get_by_role("button", name="重新获取份额").click(timeout=60 * SECONDS)
    expect(facts).to_contain_text("缺失0", timeout=60 * SECONDS)
    mine.get_by_role("button", name="签署：检查完毕").click()
    expect(mine.get_by_text("您已检查完毕")).to_be_visible(timeout=60 * SECONDS)
    meeting.check_boxes_of(2)  # t3; t1 never comes
    counting = COMPLAINTS_CLOSE + timedelta(hours=25)
    meeting.move(counting)
    assert meeting.vote.stage is Stage.CLOSED
    court = person(windows, live_server, meeting, meeting.judge.id, f"/m/{MEETING}/court/trustees")
    court.get_by_label("不再等待部分监票人").check()
    court.get_by_role("checkbox", name="p-trustee1").check()
    court.get_by_label("理由").fill("多次联系未果")
    court.get_by_role("button", name="核对决定").click()
    court.get_by_role("button", name="签署决定").click()
    expect(court.get_by_text("决定已入账")).to_be_visible(timeout=60 * SECONDS)
    meeting.move(counting + timedelta(minutes=1))
    assert meeting.vote.stage is Stage.COUNTED
    mine.get_by_role("button", name="公布我的合计").click(timeout=60 * SECONDS)
    expect(mine.get_by_text("您的任务已完成")).to_be_visible(timeout=60 * SECONDS)
    sums_from_boxes(meeting, 2)
    declares = person(windows, live_server, meeting, "p-admin", f"/m/{MEETING}/declare")
    expect(declares.get_by_role("row", name="p-trustee1")).to_contain_text("法院决定不再等")
    declares.get_by_role("button", name="计算并核对结果").click(timeout=60 * SECONDS)
    declares.get_by_role("button", name="签署并宣布").click(timeout=60 * SECONDS)
    expect(declares.get_by_role("heading", name="结果已公布")).to_be_visible(timeout=60 * SECONDS)
    assert meeting.vote.stage is Stage.DECLARED
    voided = meeting.view.get(records.BALLOTS, Hash(spoilt))
    assert voided is not None
    assert voided.void

    # The court orders an answer disclosed, knowing whose would follow; the trustee gives his share.
    court.goto(f"{live_server}/c/{meeting.id}/m/{MEETING}/disclosures")
    court.get_by_label("要公开的回答").select_option(index=1)
    court.get_by_label("决定书文号").fill("（2026）某破1号之八")
    court.get_by_label("理由").fill("查明该债权人的表决意见")
    court.get_by_role("button", name="核对决定").click()
    expect(court.get_by_text("随之暴露").first).to_be_visible(timeout=60 * SECONDS)
    court.get_by_role("button", name="签署决定").click()
    expect(court.get_by_text("裁定已入账")).to_be_visible(timeout=60 * SECONDS)
    mine.get_by_role("button", name="给出我的份额").click(timeout=60 * SECONDS)
    expect(mine.get_by_text("您的任务已完成")).to_be_visible(timeout=60 * SECONDS)
    court.reload()
    expect(court.get_by_text("等待份额：2份中的1份")).to_be_visible()
    shares_from_boxes(meeting, 2)
    court.reload()
    expect(court.get_by_text("等待份额")).to_have_count(0)
