"""An outage of the web within the voting is found, recorded and shown with a proposal to extend."""

from __future__ import annotations

import asyncio
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async

from bankruptcy.asgi import application
from bankruptcy.kinds import records
from bankruptcy.meetings import pulse, tasks
from bankruptcy.meetings.models import Pulse, Silence
from bankruptcy.meetings.outages import proposal
from ledger import clerk
from ledger.log.disclosure import Opening
from ledger.log.encoding import b64u, format_time
from tests.apps.acting import sequence
from tests.apps.voting.browsing import member
from tests.apps.voting.support import CLOSES, MEETING, OPENS, Meeting
from voting.protocol.validity import Choice

NO_TIME = timedelta(0)
"""Taken as too long a silence: each pulse then finds the gap since the last one."""


@pytest.fixture
def meeting(database: str) -> Meeting:
    found = Meeting(amounts=(100, 200))
    found.convene()
    for j in (1, 2, 3):
        found.publish(j)
    found.prepare()
    return found


def clock(meeting: Meeting, to: object) -> None:
    clerk.say(meeting.id, "clock.moved@1", {"to": format_time(to)}, wait=0)  # type: ignore[arg-type]
    sequence()


def outages(meeting: Meeting) -> list[tuple[timedelta, timedelta]]:
    """From and to, after the opening."""
    found = meeting.view.find(records.OUTAGES, manifest_hash=meeting.vote.manifest_hash)
    return sorted((row.from_ - OPENS, row.to - OPENS) for row in found)


def test_a_silence_within_the_voting_is_recorded_between_the_ballots_around_it(
    meeting: Meeting,
) -> None:
    clock(meeting, OPENS)
    tasks.sweep()
    pulse.beat()
    clock(meeting, OPENS + timedelta(minutes=10))
    meeting.cast(meeting.creditors[0], Choice.FOR)
    clock(meeting, OPENS + timedelta(minutes=70))
    pulse.beat(NO_TIME)
    assert Silence.objects.count() == 1
    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    (found,) = outages(meeting)
    assert found == (timedelta(minutes=10), timedelta(minutes=70))
    assert Silence.objects.count() == 0


def test_the_web_beats_from_its_start_until_its_end(meeting: Meeting) -> None:
    async def run() -> int:
        web = ApplicationCommunicator(application, {"type": "lifespan"})
        await web.send_input({"type": "lifespan.startup"})
        assert (await web.receive_output(30))["type"] == "lifespan.startup.complete"
        count = database_sync_to_async(Pulse.objects.filter(log=meeting.id).count)
        ends = time.monotonic() + 60
        while await count() == 0 and time.monotonic() < ends:
            await asyncio.sleep(0.05)
        await web.send_input({"type": "lifespan.shutdown"})
        assert (await web.receive_output(30))["type"] == "lifespan.shutdown.complete"
        return await count()

    # A thread of its own: where a browser test ran before, this one's thread has a loop already.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, run()).result() == 1


def test_a_clock_that_was_moved_while_the_web_worked_is_no_outage(meeting: Meeting) -> None:
    clock(meeting, OPENS)
    tasks.sweep()
    pulse.beat()
    clock(meeting, OPENS + timedelta(hours=2))
    pulse.beat()
    assert Silence.objects.count() == 0


def test_only_what_falls_into_the_voting_is_an_outage_of_the_vote(meeting: Meeting) -> None:
    pulse.beat()
    clock(meeting, OPENS - timedelta(minutes=1))
    pulse.beat(NO_TIME)
    assert tasks.sweep() == 0
    clock(meeting, OPENS + timedelta(minutes=5))
    pulse.beat(NO_TIME)
    assert tasks.sweep() == 2, "the vote opens, and was out of reach since then"
    clock(meeting, CLOSES - timedelta(seconds=10))
    pulse.beat()
    clock(meeting, CLOSES + timedelta(hours=1))
    pulse.beat(NO_TIME)
    tasks.sweep()
    assert outages(meeting) == [(NO_TIME, timedelta(minutes=5))], "ten seconds are none"


def test_an_outage_is_proposed_to_be_made_up_for_until_somebody_extends(meeting: Meeting) -> None:
    clock(meeting, OPENS)
    tasks.sweep()
    pulse.beat()
    clock(meeting, OPENS + timedelta(minutes=45, seconds=20))
    pulse.beat(NO_TIME)
    tasks.sweep()
    sequence()
    proposed = proposal(meeting.view, meeting.vote)
    assert proposed is not None
    assert (proposed.minutes, proposed.closes) == (46, CLOSES + timedelta(minutes=46))

    client = member(meeting, "p-admin")
    desk = client.get(f"/c/{meeting.id}/desk").content.decode()
    assert "有46分钟无法投票" in desk
    page = client.get(f"/c/{meeting.id}/m/{MEETING}/extend").content.decode()
    assert "系统中断期间无法投票" in page
    assert member(meeting, "p-c0").get(f"/c/{meeting.id}/m/{MEETING}/extend").status_code == 404

    extend(meeting, proposed.closes - CLOSES)
    assert meeting.vote.closes == proposed.closes
    assert proposal(meeting.view, meeting.vote) is None
    shown = member(meeting, "p-c0").get(f"/c/{meeting.id}/m/{MEETING}/").content.decode()
    assert "投票截止时间已从" in shown
    data = member(meeting, "p-c0").get(f"/c/{meeting.id}/m/{MEETING}/api/ballot").json()
    assert (data["extended_from"], data["closes"]) == (
        format_time(CLOSES),
        format_time(proposed.closes),
    )


def test_the_chair_is_told_of_an_outage_and_has_the_page(meeting: Meeting) -> None:
    chair = meeting.creditors[0]
    name = Opening.of("role.appointed@1#/name", secrets.token_bytes(32), "主席公司")
    body = {"person": chair.id, "role": "chair", "name": {"digest": b64u(name.digest)}}
    meeting.act(meeting.judge, "role.appointed@1", {**body, "decision": None}, [name.to_json()])
    clock(meeting, OPENS)
    tasks.sweep()
    pulse.beat()
    clock(meeting, OPENS + timedelta(minutes=20))
    pulse.beat(NO_TIME)
    tasks.sweep()
    sequence()
    client = member(meeting, chair.id)
    home = client.get(f"/c/{meeting.id}/").content.decode()
    assert "有20分钟无法投票" in home
    assert "债权人会议主席" in home
    assert client.get(f"/c/{meeting.id}/m/{MEETING}/extend").status_code == 200
    assert client.get(f"/c/{meeting.id}/desk").status_code == 404
    roles = member(meeting, "p-judge").get(f"/c/{meeting.id}/court/roles")
    assert "债权人会议主席" in roles.content.decode()


def extend(meeting: Meeting, by: timedelta) -> None:
    kind, closes = "voting.extended@1", meeting.vote.closes
    reason = Opening.of(f"{kind}#/reason", secrets.token_bytes(32), "系统中断")
    informed = Opening.of(f"{kind}#/court_informed", secrets.token_bytes(32), "已电话报告")
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "from": format_time(closes),
        "to": format_time(closes + by),
        "reason": {"digest": b64u(reason.digest)},
        "court_informed": {"digest": b64u(informed.digest)},
    }
    meeting.act(meeting.administrator, kind, body, [reason.to_json(), informed.to_json()])
