"""Files sent in pieces over HTTP: cut anywhere, gone on with, bounded, nobody else's business."""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from bankruptcy.people.models import Person as Member
from bankruptcy.platform.services import Services
from bankruptcy.settings import CELERY_BEAT_SCHEDULE
from ledger import arriving, documents, drafts, tasks
from ledger.arriving import LIFE, PIECE_LEAST, PIECE_MOST
from tests.apps.hard import searching
from tests.apps.hard.support import LANGUAGES, check_problem, nothing_kept
from tests.apps.voting.browsing import member
from tests.apps.voting.support import Meeting
from tests.embedded_plugin import serving

LEAST = PIECE_LEAST
MARK = "绝密合同条款".encode()
OCTETS = "application/octet-stream"


@pytest.fixture(scope="module")
def case(module_database: str) -> Meeting:
    found = Meeting()
    found.open()
    return found


@pytest.fixture(autouse=True)
def _begin_with_none(module_database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM ledger_draft")


@pytest.fixture(scope="module")
def wang(case: Meeting) -> Client:
    return member(case, "p-wang")


@pytest.fixture(scope="module")
def li(case: Meeting) -> Client:
    return member(case, "p-li")


class File:
    """A file of so many bytes that nobody sent before, and its sending."""

    def __init__(self, case: Meeting, size: int, head: bytes = b"%PDF-1.7\n") -> None:
        text = head + secrets.token_hex(8).encode() + MARK * (size // len(MARK))
        self.case, self.data = case, text[:size]
        self.digest = hashlib.sha256(self.data)

    def send(self, client: Client, start: int, end: int, **query: Any) -> Any:
        """The bytes from `start` to `end`; the response."""
        asked = {"name": "a.pdf", "sha256": self.digest.hexdigest(), "size": len(self.data)}
        whole = {**asked, "from": start, **query}
        address = "&".join(f"{name}={value}" for name, value in whole.items() if value is not None)
        return client.post(
            f"/c/{self.case.id}/documents?{address}", self.data[start:end], content_type=OCTETS
        )

    def arrived(self, client: Client, case: str = "") -> Any:
        """What the server says has arrived, or its status."""
        path = f"/c/{case or self.case.id}/documents/{self.digest.hexdigest()}/arrived"
        answer = client.get(path)
        return answer.json() if answer.status_code == 200 else answer.status_code

    def finish(self, client: Client, piece: int) -> Any:
        """Go on as a page does that was reloaded; the last answer."""
        told = self.arrived(client)
        # Of a file that is there already any piece gets the answer of the last one.
        at = 0 if told == 404 else min(told["arrived"], len(self.data) - 1)
        answer = self.send(client, at, at + piece)
        while answer.status_code == 202:
            at = answer.json()["arrived"]
            answer = self.send(client, at, at + piece)
        return answer

    def is_kept(self) -> bool:
        """Does the store have it, byte for byte?"""
        store, digest = documents.documents(), self.digest.digest()
        return store.has(digest) and b"".join(store.open(digest)) == self.data


def folder() -> Path:
    return settings.DATA.root / documents.FOLDER / documents.ARRIVING


_ours: set[str] = set()
"""Names that this module's files had or have while they were not whole."""


class _Noting:
    """`secrets`, which makes the names."""

    token_bytes = staticmethod(secrets.token_bytes)

    @staticmethod
    def token_hex(size: int) -> str:
        name = secrets.token_hex(size)
        _ours.add(name)
        return name


@pytest.fixture(autouse=True)
def _names_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (drafts, documents):
        monkeypatch.setattr(module, "secrets", _Noting)


def lying() -> set[str]:
    """The names of our files that are not whole; others' lie in the same folder."""
    return {path.name for path in folder().glob("*")} & _ours


@pytest.mark.parametrize("cut", range(1, 5))
@pytest.mark.parametrize("size", [4 * LEAST + 1, 5 * LEAST - 1, 5 * LEAST])
def test_cut_after_any_piece_a_file_goes_on_where_it_was(
    case: Meeting, wang: Client, size: int, cut: int
) -> None:
    file, before = File(case, size), lying()
    for i in range(cut):
        answer = file.send(wang, i * LEAST, (i + 1) * LEAST)
        assert (answer.status_code, answer.json()) == (202, {"arrived": (i + 1) * LEAST})
    assert file.arrived(wang) == {"arrived": cut * LEAST, "size": size}
    done = file.finish(wang, LEAST)
    assert done.status_code == 201
    told = {"sha256": file.digest.hexdigest(), "size": size, "media_type": "application/pdf"}
    assert done.json() == told
    assert file.is_kept()
    assert lying() == before


@trying(max_examples=30, deadline=None)
@given(data=st.data())
def test_pieces_in_any_order_are_taken_only_where_they_continue(
    case: Meeting, wang: Client, data: st.DataObject
) -> None:
    size = data.draw(st.integers(2 * LEAST, 5 * LEAST), "size")
    file, there = File(case, size), 0
    for _ in range(data.draw(st.integers(0, 12), "pieces")):
        start = data.draw(st.sampled_from([there, 0, LEAST, max(0, there - 1), there + 1]), "from")
        length = data.draw(st.sampled_from([0, 1, LEAST - 1, LEAST, LEAST + 7, 2 * LEAST]), "bytes")
        sent = len(file.data[start : start + length])
        answer = file.send(wang, start, start + length)
        if start > size or not sent or (start + sent < size and sent < LEAST):
            assert answer.status_code == 400
        elif sent == size:
            assert answer.status_code == 201
            break
        elif start and not there:
            assert (answer.status_code, file.arrived(wang)) == (404, 404)
        elif start != there:
            assert (answer.status_code, answer.json()["arrived"]) == (409, there)
        elif start + sent < size:
            there += sent
            assert (answer.status_code, answer.json()) == (202, {"arrived": there})
        else:
            assert answer.status_code == 201
            break
        assert file.arrived(wang) == ({"arrived": there, "size": size} if there else 404)
    assert file.finish(wang, LEAST + 11).status_code == 201
    assert file.is_kept()


def test_a_piece_cut_in_its_middle_changes_nothing(case: Meeting, wang: Client) -> None:
    file = File(case, 3 * LEAST)
    file.send(wang, 0, LEAST)
    with serving() as url:
        for sent in (0, 1, LEAST // 2, LEAST - 1):
            _send_and_hang_up(url, wang, file, LEAST, sent)
            assert file.arrived(wang) == {"arrived": LEAST, "size": 3 * LEAST}
    assert file.finish(wang, LEAST).status_code == 201
    assert file.is_kept()


def _send_and_hang_up(url: str, client: Client, file: File, start: int, sent: int) -> None:
    """What a phone does that loses its network: a whole head, so many bytes, and silence."""
    token, query = "a" * 32, f"sha256={file.digest.hexdigest()}&size={len(file.data)}&from={start}"
    cookies = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    head = (
        f"POST /c/{file.case.id}/documents?name=a.pdf&{query} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: {OCTETS}\r\nContent-Length: {LEAST}\r\nX-CSRFToken: {token}\r\n"
        f"Cookie: {cookies}; {settings.CSRF_COOKIE_NAME}={token}\r\n\r\n"
    )
    with socket.create_connection(("localhost", urlsplit(url).port or 0)) as phone:
        phone.sendall(head.encode() + file.data[start : start + sent])
        time.sleep(0.2)
        if not sent:
            return
    time.sleep(0.2)


def test_the_whole_of_that_request_would_have_been_taken(case: Meeting, wang: Client) -> None:
    """So that the test before cuts a good piece and not one that is refused anyway."""
    file = File(case, 3 * LEAST)
    file.send(wang, 0, LEAST)
    with serving() as url:
        _send_and_hang_up(url, wang, file, LEAST, LEAST)
        ends = time.monotonic() + 10
        while file.arrived(wang)["arrived"] == LEAST and time.monotonic() < ends:
            time.sleep(0.05)
    assert file.arrived(wang)["arrived"] == 2 * LEAST


def test_of_pieces_sent_at_once_one_is_taken(case: Meeting, wang: Client) -> None:
    file = File(case, 3 * LEAST)
    cookies = dict(wang.cookies)
    for start, good in ((0, 202), (LEAST, 202), (2 * LEAST, 201)):

        def again(_: int, start: int = start) -> Any:
            client = Client(headers={"accept": "application/json"})
            client.cookies.update(cookies)
            try:
                return file.send(client, start, start + LEAST)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(again, range(8)))
        found = [answer.status_code for answer in answers]
        assert set(found) <= {good, 409}, found
        # A last piece that comes once more gets the answer of the first again.
        assert found.count(good) == 1 or good == 201, found
        for answer in answers:
            if answer.status_code == 409:
                assert answer.json()["arrived"] in (start, start + LEAST)
    assert file.is_kept()
    assert file.arrived(wang) == {"arrived": 3 * LEAST, "size": 3 * LEAST}


def test_a_last_piece_whose_answer_was_lost_gets_it_again(case: Meeting, wang: Client) -> None:
    file = File(case, 2 * LEAST)
    file.send(wang, 0, LEAST)
    first, again = (file.send(wang, LEAST, 2 * LEAST) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert file.send(wang, 0, LEAST).status_code == 201, "chosen again: it is there already"


def test_what_was_erased_since_is_to_be_sent_again(case: Meeting, wang: Client) -> None:
    file = File(case, 2 * LEAST)
    assert file.finish(wang, LEAST).status_code == 201
    documents.documents().erase(file.digest.digest())
    assert file.send(wang, LEAST, 2 * LEAST).status_code == 404
    assert file.send(wang, 0, LEAST).json() == {"arrived": LEAST}
    assert file.send(wang, LEAST, 2 * LEAST).status_code == 201
    assert file.is_kept()


@pytest.mark.parametrize(
    ("start", "end", "query", "status", "slug"),
    [
        (LEAST, 2 * LEAST, {"size": 3 * LEAST + 1}, 409, "upload-size-differs"),
        (LEAST, 2 * LEAST, {"size": 2 * LEAST - 1}, 400, "piece-beyond-end"),
        (LEAST, 2 * LEAST, {"size": 60_000_000}, 413, "file-too-large"),
        (LEAST, 2 * LEAST, {"size": 0}, 400, "file-empty"),
        (LEAST, 2 * LEAST, {"size": "-1"}, 400, "malformed"),
        (LEAST, 2 * LEAST, {"size": "x"}, 400, "malformed"),
        (LEAST, 2 * LEAST, {"from": "01"}, 400, "malformed"),
        (LEAST, 2 * LEAST, {"from": "9" * 30}, 400, "malformed"),
        (LEAST, 2 * LEAST, {"sha256": None}, 400, "malformed"),
        (LEAST, 2 * LEAST, {"name": "a.exe"}, 400, "file-type-not-accepted"),
        (LEAST, 2 * LEAST, {"sha256": "0" * 64}, 404, "upload-not-found"),
        (LEAST, 2 * LEAST - 1, {}, 400, "piece-too-small"),
        (LEAST, LEAST, {}, 400, "piece-too-small"),
        (0, LEAST, {}, 409, "piece-out-of-place"),
        (2 * LEAST, 3 * LEAST, {}, 409, "piece-out-of-place"),
    ],
)
def test_a_piece_that_is_refused_leaves_the_upload_as_it_stood(
    case: Meeting,
    wang: Client,
    start: int,
    end: int,
    query: dict[str, Any],
    status: int,
    slug: str,
) -> None:
    file = File(case, 3 * LEAST)
    file.send(wang, 0, LEAST)
    before, details = lying(), set()
    with nothing_kept():
        for language in LANGUAGES:
            wang.defaults["HTTP_ACCEPT_LANGUAGE"] = language
            answer = file.send(wang, start, end, **query)
            check_problem(answer, status, slug, language)
            details.add(answer.json()["detail"])
    wang.defaults.pop("HTTP_ACCEPT_LANGUAGE")
    assert len(details) == 2
    assert lying() == before
    assert file.finish(wang, LEAST).status_code == 201
    assert file.is_kept()


def test_a_piece_is_of_four_mebibytes_at_most_and_never_spooled(
    case: Meeting, wang: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = File(case, PIECE_MOST + LEAST)
    # What Django writes to disk in the clear would go to this folder.
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    name = settings.SESSION_COOKIE_NAME
    with (
        serving() as url,
        httpx.Client(base_url=url, cookies={name: wang.cookies[name].value}) as http,
    ):
        http.headers["X-CSRFToken"] = http.get("/api/session").json()["csrf"]
        query = {"name": "a.pdf", "sha256": file.digest.hexdigest(), "size": len(file.data)}
        for length, status, slug in (
            (PIECE_MOST + 1, 413, "piece-too-large"),
            (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1, 413, "too-large"),
            (PIECE_MOST, 202, None),
        ):
            piece = file.data[:PIECE_MOST] + bytes(length - PIECE_MOST)
            sent = http.post(f"/c/{case.id}/documents", params=query, content=piece)
            assert (sent.status_code, sent.json().get("slug")) == (status, slug)
    assert file.arrived(wang) == {"arrived": PIECE_MOST, "size": len(file.data)}


@pytest.mark.parametrize(
    ("head", "query", "status", "slug"),
    [
        (b"MZ no pdf", {}, 400, "file-content-differs"),
        (b"%PDF-1.7\n", {"sha256": "f" * 64}, 409, "file-hash-differs"),
    ],
)
def test_a_whole_that_is_not_accepted_leaves_nothing(
    case: Meeting, wang: Client, head: bytes, query: dict[str, Any], status: int, slug: str
) -> None:
    file, before = File(case, 2 * LEAST, head), lying()
    assert file.send(wang, 0, LEAST, **query).status_code == 202
    check_problem(file.send(wang, LEAST, 2 * LEAST, **query), status, slug, "zh-hans")
    assert file.send(wang, LEAST, 2 * LEAST, **query).status_code == 404
    assert lying() == before
    assert not file.is_kept()


def test_anothers_upload_is_none(case: Meeting, wang: Client, li: Client) -> None:
    other = Meeting()
    other.open()
    # The same account in another case, too.
    both = Client()
    _join(other, wang.session["_auth_user_id"])
    both.cookies.update(wang.cookies)
    file = File(case, 3 * LEAST)
    file.send(wang, 0, LEAST)
    assert file.arrived(li) == 404
    assert file.send(li, LEAST, 2 * LEAST).status_code == 404
    assert file.arrived(both, other.id) == 404
    assert file.arrived(li, other.id) == 404
    assert file.arrived(Client()) == 401
    # Sending the same file is the other's good right, and neither disturbs the other.
    assert file.send(li, 0, 2 * LEAST).json() == {"arrived": 2 * LEAST}
    assert file.arrived(wang) == {"arrived": LEAST, "size": 3 * LEAST}
    assert file.finish(li, LEAST).status_code == 201
    assert file.arrived(wang) == {"arrived": LEAST, "size": 3 * LEAST}
    assert file.finish(wang, LEAST).status_code == 201


def _join(meeting: Meeting, user: str) -> None:
    row = Member(case=meeting.id, user_id=int(user), pseudonym="p-wang")
    row.display_name = "名字"
    row.save()


def test_a_person_may_leave_so_many_files_unfinished(
    case: Meeting, wang: Client, li: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arriving, "PERSON_FILES", 2)
    first, second, third = (File(case, 2 * LEAST) for _ in range(3))
    assert [f.send(wang, 0, LEAST).status_code for f in (first, second)] == [202, 202]
    before = lying()
    with nothing_kept():
        answer = third.send(wang, 0, LEAST)
    check_problem(answer, 429, "too-many-uploads", "zh-hans")
    assert LIFE - 60 < int(answer["Retry-After"]) <= LIFE
    assert "24小时" in answer.json()["detail"]
    assert lying() == before
    assert third.send(wang, 0, 2 * LEAST).status_code == 201, "whole in one piece it needs no room"
    assert File(case, 2 * LEAST).send(li, 0, LEAST).status_code == 202
    assert second.send(wang, LEAST, 2 * LEAST).status_code == 201
    assert File(case, 2 * LEAST).send(wang, 0, LEAST).status_code == 202


@pytest.mark.parametrize(
    ("bound", "most", "slug"),
    [
        ("PERSON_BYTES", 5 * LEAST, "too-many-uploads"),
        ("CASE_BYTES", 5 * LEAST, "too-many-uploads-in-case"),
        ("CASE_FILES", 2, "too-many-uploads-in-case"),
    ],
)
def test_what_is_unfinished_is_bounded_by_what_it_will_be(
    case: Meeting,
    wang: Client,
    li: Client,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    most: int,
    slug: str,
) -> None:
    monkeypatch.setattr(arriving, bound, most)
    whose = (wang, li) if bound.startswith("CASE") else (wang, wang)
    for client in whose:
        assert File(case, 2 * LEAST).send(client, 0, LEAST).status_code == 202
    check_problem(File(case, 2 * LEAST).send(whose[1], 0, LEAST), 429, slug, "zh-hans")


def test_what_nothing_came_of_for_a_day_is_dropped(case: Meeting, wang: Client) -> None:
    old, done, fresh = (File(case, 2 * LEAST) for _ in range(3))
    for file in (old, fresh):
        file.send(wang, 0, LEAST)
    done.finish(wang, LEAST)
    orphan = folder() / "0123"
    orphan.write_bytes(b"")
    _ours.add(orphan.name)
    os.utime(orphan, (0, time.time() - LIFE - 1))
    before = lying()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_draft SET touched = touched - make_interval(secs => %s)"
            " WHERE sha256 <> %s",
            [LIFE - 60, fresh.digest.digest()],
        )
        assert tasks.shed_uploads() == 0
        cursor.execute("UPDATE ledger_draft SET touched = touched - interval '61 s'")
    assert tasks.shed_uploads() == 2
    assert [file.arrived(wang) for file in (old, done)] == [404, 404]
    assert fresh.arrived(wang) == {"arrived": LEAST, "size": 2 * LEAST}
    assert len(before - lying()) == 2, "the draft and what no row named"
    assert done.is_kept(), "a document is not dropped"
    assert old.send(wang, LEAST, 2 * LEAST).status_code == 404


def test_the_task_runs_by_itself() -> None:
    (row,) = [r for r in CELERY_BEAT_SCHEDULE.values() if r["task"] == tasks.shed_uploads.name]
    assert row["schedule"] < LIFE / 10


def files_below(folder: Path) -> Iterator[Path]:
    """Those that stay while they are listed: other tests drop their databases meanwhile."""
    for within, _folders, names in os.walk(folder):
        for path in (Path(within) / name for name in names):
            if path.is_file():  # neither a socket nor a link to nowhere
                yield path


def test_nothing_is_plain_on_disk_or_in_the_database(
    case: Meeting, wang: Client, server: Services, module_database: str
) -> None:
    file = File(case, 3 * LEAST)
    file.send(wang, 0, LEAST, name="秘密.pdf")
    file.send(wang, LEAST, 2 * LEAST, name="秘密.pdf")
    drafts_there = [path for path in folder().iterdir() if path.stat().st_size > 2 * LEAST]
    assert drafts_there
    for path in folder().iterdir():
        assert path.stat().st_mode & 0o077 == 0
    for path in files_below(settings.DATA.root):
        with suppress(FileNotFoundError):  # of another test's database, which is dropped
            assert MARK not in path.read_bytes(), path
    for table, row in searching.rows(server, module_database):
        assert MARK not in row, table
        assert "秘密.pdf".encode() not in row, table


def test_a_draft_that_was_changed_or_lost_is_begun_again(case: Meeting, wang: Client) -> None:
    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)

    for spoil in (flip, Path.unlink, lambda path: path.write_bytes(b"")):
        file, before = File(case, 2 * LEAST), lying()
        file.send(wang, 0, LEAST)
        (name,) = lying() - before
        spoil(folder() / name)
        answer = file.send(wang, LEAST, 2 * LEAST)
        check_problem(answer, 503, "store-damaged", "zh-hans")
        assert file.arrived(wang) == 404
        assert file.finish(wang, LEAST).status_code == 201
        assert file.is_kept()


def test_what_was_cut_off_while_it_was_written_is_written_again(
    case: Meeting, wang: Client
) -> None:
    file, before = File(case, 3 * LEAST), lying()
    file.send(wang, 0, LEAST)
    (name,) = lying() - before
    # Killed between the disk and the row: bytes are there that no row counts.
    with (folder() / name).open("ab") as half:
        half.write(secrets.token_bytes(LEAST // 3))
    assert file.finish(wang, LEAST).status_code == 201
    assert file.is_kept()


def test_pieces_moved_within_a_draft_are_not_believed(tmp_path: Path) -> None:
    store = drafts.Drafts(tmp_path, documents.wrapping_of(settings.DATA.root))
    draft = store.begin()
    first = store.add(draft, 0, b"a" * 100)
    both = store.add(first, 100, b"b" * 100)
    assert list(store.read(both)) == [b"a" * 100, b"b" * 100]
    path = tmp_path / draft.name
    whole = path.read_bytes()
    ends = (draft.held, first.held, both.held)
    head, one, two = whole[: ends[0]], *(whole[a:b] for a, b in pairwise(ends))
    path.write_bytes(head + two + one)
    with pytest.raises(documents.StoreDamaged):
        list(store.read(both))


@pytest.fixture(autouse=True)
def _language(wang: Client) -> Iterator[None]:
    yield
    wang.defaults.pop("HTTP_ACCEPT_LANGUAGE", None)
