"""What a tally trustee's home says at each step: what waits for him, and for what he waits."""

from __future__ import annotations

import re

from django.test import Client

from tests.apps.voting.browsing import member
from tests.apps.voting.support import CLOSES, COMPLAINTS_CLOSE, OPENS, Meeting
from voting.protocol.validity import Choice


def told(client: Client, meeting: Meeting) -> tuple[str, str]:
    """State and words of the one task."""
    page = client.get(f"/c/{meeting.id}/", headers={"accept": "text/html"}).content.decode()
    ((state, more),) = re.findall(
        r'<span class="badge(?: \w+)?">([^<]+)</span></p>\s*<p class="task-title">监票：[^<]*</p>'
        r'\s*<p class="task-more">([^<]*)</p>',
        page,
    )
    return state, more


def test_a_trustee_is_told_the_step_that_waits_for_him(database: str) -> None:
    meeting = Meeting()
    meeting.convene()
    trustee = member(meeting, meeting.trustees[0].id)
    assert told(trustee, meeting) == ("待办", "生成并公布您的钥匙")
    for j in (1, 2, 3):
        meeting.publish(j)
    meeting.settle()
    assert told(trustee, meeting)[0] == "进行中"
    meeting.prepare()
    meeting.move(OPENS)
    assert "18:00截止，之后检查您的密封份额" in told(trustee, meeting)[1]
    meeting.cast(meeting.creditors[0], Choice.FOR)
    meeting.settle()
    meeting.move(CLOSES)
    assert told(trustee, meeting) == ("待办", "检查您的密封份额")
    for j in (1, 2, 3):
        meeting.check_boxes(j)
    meeting.settle()
    meeting.move(COMPLAINTS_CLOSE)
    assert told(trustee, meeting) == ("待办", "打开合计，公布您的一份")
    for j in (1, 2):
        meeting.sum(j)
    meeting.settle()
    assert told(trustee, meeting) == ("进行中", "您的合计已公布，等宣布结果")
    meeting.declare()
    meeting.settle()
    state, more = told(trustee, meeting)
    assert (state, more[:11]) == ("进行中", "结果确定前保管好钥匙：")
