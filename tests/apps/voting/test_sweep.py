"""The clerk's sweep says what is due, once, and nothing else."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections

from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Hash
from bankruptcy.meetings import due, heartbeat, tasks
from ledger import clerk, logs
from ledger.log.disclosure import Opening
from ledger.log.encoding import b64u, format_time
from ledger.log.entry import Entry
from tests.apps.acting import sequence
from tests.apps.voting.support import CLOSES, COMPLAINTS_CLOSE, MEETING, OPENS, Meeting
from voting.protocol.validity import Choice


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


def kinds(meeting: Meeting) -> Counter[str]:
    sequence()
    return Counter(Entry.decode(data).kind for data in logs.entries(meeting.id, 0, 500))


def test_a_vote_is_opened_closed_and_counted_when_due(meeting: Meeting) -> None:
    assert tasks.sweep() == 0
    assert meeting.vote.stage is Stage.PREPARED
    clock(meeting, OPENS)
    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    assert meeting.vote.stage is Stage.OPEN
    meeting.cast(meeting.creditors[0], Choice.FOR)
    clock(meeting, CLOSES)
    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    assert meeting.vote.stage is Stage.CLOSED
    clock(meeting, COMPLAINTS_CLOSE)
    assert tasks.sweep() == 0, "not before every trustee has checked"
    sequence()
    for j in (1, 2, 3):
        assert tasks.sweep() == 0
        meeting.check_boxes(j)
    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    assert meeting.vote.stage is Stage.COUNTED
    assert meeting.vote.counted_hash is not None
    found = kinds(meeting)
    assert [found[f"voting.{w}@1"] for w in ("opened", "closed", "counted")] == [1, 1, 1]


def test_a_clock_that_passed_opening_and_close_closes_nothing_that_never_opened(
    meeting: Meeting,
) -> None:
    clock(meeting, CLOSES)
    assert tasks.sweep() == 0
    assert meeting.vote.stage is Stage.PREPARED


def test_two_workers_say_it_once(meeting: Meeting) -> None:
    clock(meeting, OPENS)
    item = next(iter(due.votes()))
    said: list[int] = []

    def work() -> None:
        said.append(tasks._say(item.case, item.kind, item.body))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == [0, 0, 0, 1]
    assert kinds(meeting)["voting.opened@1"] == 1


def test_who_is_silent_has_left_and_who_is_heard_has_not(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    clock(meeting, OPENS)
    tasks.sweep()
    here, gone = meeting.creditors
    for who in (here, gone):
        meeting.act(who, "presence.began@1", {"meeting": MEETING, "person": who.id})
    assert tasks.sweep() == 0, "who was never heard has a full period"
    later = time.time() + heartbeat.MISSED + 1
    monkeypatch.setattr(heartbeat.time, "time", lambda: later)
    heartbeat.heard(meeting.id, MEETING, here.id)
    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    on = {p.person: p.on for p in meeting.view.find(records.PRESENCES, meeting=MEETING)}
    assert on == {here.id: True, gone.id: False}
    assert kinds(meeting)["presence.ended@1"] == 1


def test_a_missing_box_that_the_server_has_is_supplied_by_the_clerk(meeting: Meeting) -> None:
    clock(meeting, OPENS)
    tasks.sweep()
    ballot = Hash(meeting.cast(meeting.creditors[0], Choice.FOR))
    index = 1 + [t.id for t in meeting.manifest.trustees].index("t1")
    missing = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "index": index,
        "ballot": b64u(ballot),
    }
    meeting.act(meeting.trustees[0], "box.missing@1", missing)
    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    found = meeting.view.get(records.MISSING_BOXES, ballot, index)
    assert found is not None
    assert found.supplied is not None
    assert kinds(meeting)["box.supplied@1"] == 1


def test_a_vote_is_declared_void_when_the_day_that_the_court_set_has_passed(
    meeting: Meeting,
) -> None:
    clock(meeting, OPENS)
    tasks.sweep()
    clock(meeting, CLOSES)
    tasks.sweep()
    until = COMPLAINTS_CLOSE + timedelta(hours=1)
    kind = "tally.deadline_set@1"
    reason = Opening.of(f"{kind}#/reason", secrets.token_bytes(32), "监票人没有打开合计")
    body = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "until": format_time(until),
        "reason": {"digest": b64u(reason.digest)},
    }
    meeting.act(meeting.judge, kind, body, [reason.to_json()])
    assert tasks.sweep() == 0
    clock(meeting, until)
    assert (tasks.sweep(), tasks.sweep()) == (1, 0)
    assert meeting.vote.stage is Stage.VOIDED
