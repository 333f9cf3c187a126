"""A trustee without a browser: the whole of his work by the command, over HTTP alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from bankruptcy.kinds import records
from bankruptcy.kinds.records import Stage
from bankruptcy.kinds.schema import Hash
from bankruptcy.meetings import tasks
from bankruptcy.people import factors
from ledger import logs, openings
from ledger.log.encoding import b64u
from tests.apps.acting import Body
from tests.apps.voting.browsing import PASSPHRASE, at_work, member
from tests.apps.voting.support import CLOSES, COMPLAINTS_CLOSE, MEETING, OPENS, Meeting
from trustee.command import main
from voting.protocol.validity import Choice

ME, INDEX = "p-trustee2", 1
"""The ids of the manifest are in order: p-trustee2, t1, t3."""
PASSWORD = "a password of the account"


@pytest.fixture
def meeting(database: str) -> Iterator[Meeting]:
    found = Meeting()
    found.convene()
    for j in (1, 3):
        found.publish(j)
    with at_work(found):
        yield found


class Command:
    """The command with its folder and its files of secrets."""

    def __init__(self, folder: Path, url: str, meeting: Meeting) -> None:
        self.folder, self._url, self._case = folder / "trustee", url, meeting.id
        self._password, self._passphrase = folder / "password", folder / "passphrase"
        self._password.write_text(PASSWORD + "\n")
        self._passphrase.write_text(PASSPHRASE + "\n")
        member(meeting, ME)
        user = User.objects.get(username=f"u-{ME}")
        user.set_password(PASSWORD)
        user.save()

    def __call__(self, step: str, *more: str, meeting: str = MEETING) -> int:
        given = [step, "--dir", str(self.folder), "--meeting", meeting, "--lang", "zh", *more]
        if step not in ("destroy", "status"):
            given += ["--password-file", str(self._password)]
            given += ["--passphrase-file", str(self._passphrase)]
        return main(given)

    def begin(self) -> int:
        return self("key", "--url", self._url, "--case", self._case, "--username", f"u-{ME}")

    def wrong_passphrase(self) -> None:
        self._passphrase.write_text("another long passphrase\n")

    def right_passphrase(self) -> None:
        self._passphrase.write_text(PASSPHRASE + "\n")

    @property
    def key_file(self) -> Path:
        return self.folder / f"trustee-{self._case}-{MEETING}.key.json"


def second_step() -> list[str]:
    """The account needs a code from now on; its recovery codes."""
    secret = factors.fresh_secret()
    code = factors._totp(secret).generate(time.time()).decode()
    return factors.bind(User.objects.get(username=f"u-{ME}"), secret, code)


def enrolled(meeting: Meeting, command: Command) -> None:
    """Wait until the court has enrolled the key of the command's device."""
    ends = time.monotonic() + 60
    while len(meeting.view.find(records.KEYS, holder=ME)) < 2:
        assert time.monotonic() < ends
        time.sleep(0.1)


def lost(monkeypatch: pytest.MonkeyPatch, lost_one: bytes, index: int = INDEX) -> None:
    """The server has lost this trustee's box of the ballot."""
    kept = openings.OpeningsStore.boxes

    def boxes(self: openings.OpeningsStore, ballot: bytes) -> tuple[bytes, ...] | None:
        found = list(kept(self, ballot) or ())
        if ballot == lost_one:
            found[index - 1] = b""
        return tuple(found) or None

    monkeypatch.setattr(openings.OpeningsStore, "boxes", boxes)


def test_a_trustee_works_by_the_command_from_the_key_to_its_end(
    live_server: str,
    meeting: Meeting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command = Command(tmp_path, live_server, meeting)
    assert command.begin() == 0
    assert PASSPHRASE not in command.key_file.read_text()
    assert command.key_file.stat().st_mode & 0o077 == 0
    assert command("key") == 1  # one key for a meeting
    assert "只生成一把" in capsys.readouterr().err
    enrolled(meeting, command)
    assert command("publish") == 0
    meeting.settle()
    meeting.prepare()
    meeting.move(OPENS)

    first, second, third = meeting.creditors
    spoilt = meeting.cast(first, Choice.FOR, false_share_for=INDEX)
    dropped = meeting.cast(second, Choice.AGAINST)
    meeting.cast(third, Choice.FOR)
    meeting.cast(meeting.tax, Choice.FOR)
    meeting.settle()
    lost(monkeypatch, dropped)

    command.wrong_passphrase()
    assert command("check") == 1
    command.right_passphrase()
    capsys.readouterr()
    assert command("check") == 3  # one is missing
    told = capsys.readouterr().out
    assert "份额正确: 2" in told
    assert "提出异议: 1" in told
    assert "缺失: 1" in told
    ballot = meeting.view.get(records.BALLOTS, Hash(spoilt))
    assert ballot is not None
    assert ballot.void
    missing = meeting.view.get(records.MISSING_BOXES, Hash(dropped), INDEX)
    assert missing is not None
    assert meeting.view.get(records.BOXES_CHECKED, meeting.vote.manifest_hash, INDEX) is None

    # The voter votes again; the other voter's browser has kept the box.
    again = meeting.cast(first, Choice.AGAINST)
    supplied = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "index": INDEX,
        "ballot": b64u(dropped),
        "box": b64u(meeting.ballots[dropped].boxes[INDEX - 1]),
    }
    meeting.act(second, "box.supplied@1", supplied)
    meeting.move(CLOSES)
    assert command("check") == 0
    assert "缺失: 0" in capsys.readouterr().out
    for at in (0, 2):
        meeting.check_boxes_of(at)
    meeting.move(COMPLAINTS_CLOSE + timedelta(hours=25))
    assert meeting.vote.stage is Stage.COUNTED

    # The account has got a second step meanwhile: its code is asked for.
    codes = second_step()
    monkeypatch.setattr("getpass.getpass", lambda asked: codes.pop())
    assert command("sums") == 0
    # The same again is the same act; another set or other weights are refused for ever.
    assert command("sums") == 0
    record = command.folder / "record.json"
    kept = record.read_text()
    record.write_text(json.dumps(dict.fromkeys(json.loads(kept), "x")))
    capsys.readouterr()
    assert command("sums") == 1
    assert "不再给第二次" in capsys.readouterr().err
    record.write_text(kept)
    digest = meeting.vote.manifest_hash
    assert [row.index for row in meeting.view.find(records.SUMS, manifest_hash=digest)] == [INDEX]
    assert {share.ballot for share in meeting.view.find(records.GIVEN_SHARES)} <= {*meeting.ballots}
    assert again in meeting.ballots
    meeting.sum(3)
    meeting.declare()
    assert meeting.vote.stage is Stage.DECLARED

    assert command("destroy") == 1  # the result is not final yet
    assert command.key_file.exists()
    meeting.move(logs.now(meeting.id) + timedelta(days=60))
    assert command("destroy") == 0
    assert not command.key_file.exists()
    assert meeting.view.get(records.KEYS_DESTROYED, digest, INDEX) is not None
    assert command("destroy") == 0  # said once
    assert command("disclose") == 1
    assert command("status") == 0
    assert "keys.destroyed" in capsys.readouterr().out


def test_the_boxes_of_a_vote_are_gone_when_its_last_key_is(meeting: Meeting) -> None:
    meeting.publish(2)
    meeting.settle()
    meeting.prepare()
    meeting.move(OPENS)
    ballot = meeting.cast(meeting.creditors[0], Choice.FOR)
    meeting.settle()
    void = Body("voting.voided@1")
    said = {
        "manifest_hash": b64u(meeting.vote.manifest_hash),
        "cause": "ordered",
        "decision": void.sealed("/decision", "（2026）某破1号之九"),
        "reason": void.sealed("/reason", "表决程序违法"),
    }
    meeting.act(meeting.judge, void.kind, said, void.rows)
    meeting.settle()
    ids = [t.id for t in meeting.manifest.trustees]
    for at, who in enumerate(meeting.trustees, start=1):
        tasks.sweep()
        assert openings.store().boxes(ballot) is not None
        index = 1 + ids.index(f"t{at}")
        named = {"manifest_hash": b64u(meeting.vote.manifest_hash), "index": index}
        meeting.act(who, "keys.destroyed@1", named)
        meeting.settle()
    tasks.sweep()
    assert openings.store().boxes(ballot) is None
