"""Ballots that must be refused, over HTTP: each for its reason; and a race against the close."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections

from bankruptcy.cases import projection
from bankruptcy.kinds import records
from bankruptcy.kinds.counting import counted_answers
from bankruptcy.kinds.records import Stage
from ledger import logs, openings
from ledger.log import jcs
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, sha256, unb64u
from ledger.log.entry import Entry
from ledger.log.statement import Role, read
from tests.apps.acting import Person, sequence
from tests.apps.hard.support import Sent, Web, signed
from tests.apps.voting.support import CLOSES, Meeting
from voting.protocol.preparing import Prepared, Question, prepare
from voting.protocol.validity import Choice

VOTERS = 5


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    """A vote that is open; nobody has voted but the first creditor, for."""
    found = Meeting(amounts=(60_000_00, 30_000_00))
    found.until_open()
    found.cast(found.creditors[0], Choice.FOR)
    sequence()
    return found


def made(meeting: Meeting, who: Person, choice: Choice = Choice.FOR, **other: Any) -> Prepared:
    """A ballot of his, not cast; `other` members stand in place of each question's own."""
    questions = [
        replace(Question(line, motion, choice, None), **other)
        for line, motion in meeting.lines_of(who)
    ]
    return prepare(meeting.manifest, who.id, questions)


def sent(
    meeting: Meeting,
    who: Person,
    ballot: Prepared,
    spoil: Callable[[dict[str, Any]], None] = lambda body: None,
    **other: Any,
) -> Sent:
    body: dict[str, Any] = dict(ballot.body.encode())  # type: ignore[call-overload]
    body["answers"] = [dict(answer) for answer in body["answers"]]
    spoil(body)
    envelope = signed(meeting, who, "ballot.cast@1", body, **other)
    return Sent(envelope, (), [b64u(box) for box in ballot.boxes])


def flipped(text: str) -> str:
    """The same bytes but for one bit of the last, still canonical."""
    data = bytearray(unb64u(text))
    data[-1] ^= 1
    return b64u(bytes(data))


def _commitment(answer: dict[str, Any]) -> str:
    return next(name for name, value in answer.items() if _is_point(value))


def _sharing(answer: dict[str, Any]) -> str:
    return next(name for name, value in answer.items() if isinstance(value, list))


def _is_point(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 128


def _spoil_proof(answer: dict[str, Any]) -> None:
    name, proof = next((n, p) for n, p in answer.items() if isinstance(p, dict))
    answer[name] = {**proof, "z": [flipped(proof["z"][0]), *proof["z"][1:]]}


def _second(meeting: Meeting) -> tuple[Person, Prepared]:
    who = meeting.creditors[1]
    return who, made(meeting, who)


def _plain(spoil: Callable[[dict[str, Any]], None]) -> Callable[[Meeting], Sent]:
    return lambda meeting: sent(meeting, *_second(meeting), spoil)


def _boxed(spoil: Callable[[list[Any]], list[Any]]) -> Callable[[Meeting], Sent]:
    def make(meeting: Meeting) -> Sent:
        found = sent(meeting, *_second(meeting))
        return replace(found, boxes=spoil(list(found.boxes)))

    return make


def _answer(change: Callable[[dict[str, Any]], None]) -> Callable[[Meeting], Sent]:
    return _plain(lambda body: change(body["answers"][0]))


def _twice_the_same_pair(body: dict[str, Any]) -> None:
    body["answers"].append(body["answers"][0])


def _signed_by_another(meeting: Meeting) -> Sent:
    """The first creditor sends the second's ballot as his own."""
    _who, ballot = _second(meeting)
    return sent(meeting, meeting.creditors[0], ballot)


def _in_own_name(meeting: Meeting) -> Sent:
    _who, ballot = _second(meeting)
    first = meeting.creditors[0]
    return sent(meeting, first, ballot, lambda body: body.update(signer=first.id))


def _for_anothers_line(meeting: Meeting) -> Sent:
    first, second = meeting.creditors
    lines = [Question(line, motion, Choice.FOR) for line, motion in meeting.lines_of(first)]
    return sent(meeting, second, prepare(meeting.manifest, second.id, lines))


def _not_on_the_roll(meeting: Meeting) -> Sent:
    second = meeting.creditors[1]
    lines = [Question("u-nobody.ordinary", "plan-a", Choice.FOR)]
    return sent(meeting, second, prepare(meeting.manifest, second.id, lines))


def _replayed(meeting: Meeting) -> Sent:
    """The first creditor's earlier ballot is not named: this one does not replace it."""
    first = meeting.creditors[0]
    return sent(meeting, first, made(meeting, first, Choice.AGAINST))


def _same_body_again(meeting: Meeting) -> Sent:
    """The body that was cast, in a new statement."""
    (ballot,) = meeting.ballots.values()
    return sent(meeting, meeting.creditors[0], ballot)


def _replaces_what_is_not_there(meeting: Meeting) -> Sent:
    second = meeting.creditors[1]
    return sent(meeting, second, made(meeting, second, replaces=secrets.token_bytes(32)))


def _by_a_trustee(meeting: Meeting) -> Sent:
    who, ballot = _second(meeting)
    return sent(meeting, who, ballot, role=Role.TRUSTEE)


def _key_not_enrolled(meeting: Meeting) -> Sent:
    who, ballot = _second(meeting)
    return sent(meeting, Person(who.id, who.role), ballot)


BALLOTS: dict[str, tuple[Callable[[Meeting], Sent], int, str]] = {
    "another manifest": (
        _plain(lambda body: body.update(manifest_hash=b64u(bytes(32)))),
        400,
        "ballot-encoding",
    ),
    "manifest hash with padding": (
        _plain(lambda body: body.update(manifest_hash=body["manifest_hash"] + "=")),
        400,
        "ballot-encoding",
    ),
    "body that is a text": (
        _plain(lambda body: body.update(answers="all")),
        400,
        "ballot-encoding",
    ),
    "member too many": (_plain(lambda body: body.update(name="x")), 400, "ballot-encoding"),
    "no answer": (_plain(lambda body: body.update(answers=[])), 400, "ballot-encoding"),
    "one pair twice": (_plain(_twice_the_same_pair), 400, "ballot-encoding"),
    "answers that are numbers": (
        _plain(lambda body: body.update(answers=[1, 2])),
        400,
        "ballot-encoding",
    ),
    "E that is no point": (
        _plain(lambda body: body.update(e=b64u(b"\x8f" + b"\xff" * 95))),
        400,
        "ballot-encoding",
    ),
    "commitment that is no point": (
        _answer(lambda answer: answer.update({_commitment(answer): b64u(bytes(96))})),
        400,
        "ballot-encoding",
    ),
    "proof changed": (_answer(_spoil_proof), 400, "ballot-proof"),
    "no sharing commitment": (
        _answer(lambda answer: answer.update({_sharing(answer): []})),
        400,
        "ballot-threshold",
    ),
    "no boxes": (_boxed(lambda boxes: []), 400, "ballot-sealed"),
    "one box too few": (_boxed(lambda boxes: boxes[1:]), 400, "ballot-sealed"),
    "one box too many": (_boxed(lambda boxes: [*boxes, boxes[0]]), 400, "ballot-sealed"),
    "boxes in another order": (_boxed(lambda boxes: boxes[::-1]), 400, "ballot-sealed"),
    "a box too short": (
        _boxed(lambda boxes: [b64u(unb64u(boxes[0])[:-1]), *boxes[1:]]),
        400,
        "ballot-sealed",
    ),
    "a box changed": (_boxed(lambda boxes: [flipped(boxes[0]), *boxes[1:]]), 400, "ballot-sealed"),
    "a box that is a number": (_boxed(lambda boxes: [7, *boxes[1:]]), 400, "bad-submission"),
    "a box with padding": (
        _boxed(lambda boxes: [boxes[0] + "=", *boxes[1:]]),
        400,
        "bad-submission",
    ),
    "ten thousand boxes": (_boxed(lambda boxes: ["AAAA"] * 10_000), 400, "ballot-sealed"),
    "another's ballot": (_signed_by_another, 403, "ballot-not-entitled"),
    "another's ballot in his own name": (_in_own_name, 400, "ballot-proof"),
    "another's line": (_for_anothers_line, 403, "ballot-not-entitled"),
    "a line not on the roll": (_not_on_the_roll, 409, "ballot-not-on-roll"),
    "an earlier ballot is not replaced": (_replayed, 409, "ballot-replayed"),
    "the same body again": (_same_body_again, 400, "ballot-encoding"),
    "replaces what is not there": (_replaces_what_is_not_there, 409, "ballot-replayed"),
    "in a role that may not": (_by_a_trustee, 403, "role-may-not"),
    "key not enrolled": (_key_not_enrolled, 403, "key-not-good"),
}


@pytest.mark.parametrize("name", BALLOTS)
def test_ballots_that_are_not_accepted(meeting: Meeting, web: Web, name: str) -> None:
    make, status, slug = BALLOTS[name]
    found = make(meeting)
    web.refused_statement(status, slug, meeting.id, found)
    digest = sha256(_body_of(found.statement))
    if digest not in meeting.ballots:
        assert openings.store().boxes(digest) is None
    assert projection.compare(meeting.id) == []


def _body_of(envelope: Envelope) -> bytes:
    return jcs.dumps(read(envelope).body)


def test_a_ballot_that_replaces_the_last_one_is_accepted_once(meeting: Meeting, web: Web) -> None:
    first = meeting.creditors[0]
    (before,) = meeting.ballots
    again = sent(meeting, first, made(meeting, first, Choice.AGAINST, replaces=before))
    path = f"/ledger/{meeting.id}/statements"
    answers = [web.http.post(path, json=again.to_json()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    sequence()
    assert web.http.post(path, json=again.to_json()).status_code == 200
    assert projection.compare(meeting.id) == []


def test_of_ballots_racing_the_close_those_acknowledged_count_and_no_other(url: str) -> None:
    meeting = Meeting(amounts=tuple(1_000_00 + i for i in range(VOTERS)), tax=700)
    meeting.until_open()
    ready = [sent(meeting, who, made(meeting, who)) for who in meeting.creditors]
    # Each creditor votes again and again, each ballot in place of the one before.
    start, path = threading.Barrier(VOTERS + 1), f"/ledger/{meeting.id}/statements"

    def vote(web: Web, n: int) -> list[bytes]:
        """Hashes of the ballots acknowledged, until one is refused as too late."""
        who, found = meeting.creditors[n], ready[n]
        told: list[bytes] = []
        start.wait()
        while True:
            answer = web.http.post(path, json=found.to_json())
            if answer.status_code == 409:
                assert answer.json()["slug"] == "ballot-closed", answer.text
                return told
            assert answer.status_code in (200, 202), answer.text
            told.append(sha256(_body_of(found.statement)))
            again = made(meeting, who, Choice.AGAINST, replaces=told[-1])
            found = sent(meeting, who, again)

    def work(n: int) -> list[bytes]:
        try:
            with Web(url) as web:
                return vote(web, n)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(VOTERS) as pool:
        voting = [pool.submit(work, n) for n in range(VOTERS)]
        start.wait()
        threading.Event().wait(2.5)
        meeting.move(CLOSES)
        acknowledged = [future.result() for future in voting]
    sequence()
    assert meeting.vote.stage is Stage.CLOSED
    assert any(acknowledged)
    cast = {b.ballot for b in meeting.view.find(records.BALLOTS)}
    assert cast == {digest for told in acknowledged for digest in told}
    counted = {answer.ballot for answer in counted_answers(meeting.view, meeting.vote)}
    assert counted == {told[-1] for told in acknowledged if told}
    kinds = [Entry.decode(body).kind for body in logs.entries(meeting.id, 0, 10_000)]
    assert "ballot.cast@1" not in kinds[kinds.index("voting.closed@1") :]
    assert projection.compare(meeting.id) == []
