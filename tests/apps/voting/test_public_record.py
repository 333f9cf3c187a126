"""What is public gives no amount, σ or name away: bundle, addresses, pages (protocol 10, 11).

The totals are public by law and say what they say; every creditor's own figure must be nowhere, in
no spelling, and no plain hash by which it could be tried.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from ledger import erasing, published
from ledger.export import export
from ledger.log import jcs
from ledger.log.bundle import Profile
from ledger.log.encoding import b64, b64u, unb64u
from ledger.log.entry import Entry
from ledger.log.tiles import decode_bundle
from tests.apps.hard.support import check_problem
from tests.apps.voting.publishing import publish_weights
from tests.apps.voting.support import MEETING, Meeting
from verifier.bundle import Bundle
from verifier.replay import verify
from verifier.report import Status
from voting.protocol.group import ORDER
from voting.protocol.validity import Choice

AMOUNTS = (61_234_507, 52_345_611, 43_456_713, 34_567_817, 25_678_919, 16_789_021)
TAX = 7_890_123
CHOICES = (Choice.FOR, Choice.FOR, Choice.AGAINST, Choice.AGAINST, Choice.ABSTAIN, Choice.ABSTAIN)


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    """Two of each choice in every class with a total, so that no total is one creditor's amount."""
    found = Meeting(AMOUNTS, TAX)
    found.until_declared((*CHOICES, Choice.FOR))
    publish_weights(found)
    return found


@pytest.fixture(scope="module")
def folders(meeting: Meeting, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    root = tmp_path_factory.mktemp("bundles")
    for profile in (Profile.PUBLIC, Profile.COURT):
        export(meeting.id, profile, None, root / profile.value)
    return {profile.value: root / profile.value for profile in (Profile.PUBLIC, Profile.COURT)}


def rows(folder: Path, name: str) -> list[Any]:
    path = folder / name
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def spellings(value: str | int | bytes) -> Iterator[bytes]:
    """A value as it might stand somewhere in clear, and the plain hashes of each."""
    if isinstance(value, bytes):
        clear = {value, value.hex().encode(), b64u(value).encode(), b64(value).encode()}
        clear.add(str(int.from_bytes(value, "big")).encode())
    elif isinstance(value, int):
        yuan = f"{value / 100:.2f}"
        clear = {str(value).encode(), yuan.encode(), f"{value // 100:,}.{value % 100:02}".encode()}
        wide = {value.to_bytes(size, "big") for size in (8, 16, 32)}
        yield from (b64u(one).encode() for one in wide)
        yield from hashes(wide)
    else:
        clear = {value.encode(), json.dumps(value)[1:-1].encode(), jcs.dumps(value)}
    yield from clear
    yield from hashes(clear | {jcs.dumps(one.decode()) for one in clear if one.isascii()})


def hashes(values: set[bytes]) -> Iterator[bytes]:
    for value in values:
        digest = hashlib.sha256(value)
        found = digest.digest()
        yield from (found, found.hex().encode(), b64u(found).encode(), b64(found).encode())


def secrets(folders: Mapping[str, Path]) -> dict[bytes, str]:
    """Every spelling of what only the court's bundle opens."""
    court, public = folders["court"], folders["public"]
    shown = {row["digest"] for row in rows(public, "openings.jsonl")}
    found: dict[bytes, str] = {}
    for row in rows(court, "amounts.jsonl"):
        found |= dict.fromkeys(spellings(int(row["amount"])), f"amount {row['amount']}")
        found |= dict.fromkeys(spellings(unb64u(row["sigma"])), "sigma")
    for row in rows(court, "openings.jsonl"):
        if row["digest"] in shown:
            continue
        value = row["value"]
        if isinstance(value, dict):
            found |= dict.fromkeys(spellings(value["name"]), row["field"])
            found |= dict.fromkeys(spellings(unb64u(value["sha256"])), row["field"])
        else:
            found |= dict.fromkeys(spellings(value), row["field"])
    return found


def standing(data: bytes, needles: Mapping[bytes, str]) -> list[str]:
    """Which of them stand in the data; figures only where no digit stands beside them."""
    found = []
    for needle, what in needles.items():
        at = data.find(needle)
        if at < 0:
            continue
        if needle[:1].isdigit() and what.startswith("amount") and len(needle) < 20:
            pattern = rb"(?<![0-9.,])" + re.escape(needle) + rb"(?![0-9])"
            if re.search(pattern, data) is None:
                continue
        found.append(f"{what}: {needle!r}")
    return found


def opened(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file as it is, and every statement inside the entries, whose payload is base64."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        name = str(path.relative_to(folder))
        yield name, data
        if "tile/entries" in name:
            width = int(name.rsplit("/", 1)[1]) if ".p/" in name else 256
            for entry in map(Entry.decode, decode_bundle(data, width)):
                yield f"{name} #{entry.n}", entry.envelope.payload


def test_the_public_bundle_verifies_amounts_and_all(folders: Mapping[str, Path]) -> None:
    report = verify(Bundle.open(folders["public"]))
    assert report.verified
    lines = {(c.name, c.status) for c in report.checks()}
    assert ("weights", Status.OK) in lines
    assert ("results", Status.OK) in lines
    assert ("results", Status.NOT_POSSIBLE) not in lines


def test_the_public_bundle_holds_no_amount_sigma_or_name_nor_their_hashes(
    folders: Mapping[str, Path],
) -> None:
    needles = secrets(folders)
    assert len(needles) > 1000
    for name, data in opened(folders["public"]):
        assert standing(data, needles) == [], name


def test_the_search_finds_what_it_looks_for(folders: Mapping[str, Path]) -> None:
    """Else its silence would say nothing: the court's bundle holds all of it."""
    needles = secrets(folders)
    court = (folders["court"] / "amounts.jsonl").read_bytes()
    assert {hit.split(":")[0] for hit in standing(court, needles)} == {
        "sigma",
        *(f"amount {amount}" for amount in (*AMOUNTS, TAX)),
    }
    formatted = b"61,234,507" + b" 612,345.07 "
    assert standing(formatted, needles) == [f"amount {AMOUNTS[0]}: b'612,345.07'"]
    digest = hashlib.sha256(b"p-c0\xe5\x85\xac\xe5\x8f\xb8").hexdigest().encode()
    assert standing(digest, needles)


def test_no_public_address_or_page_holds_them(
    meeting: Meeting, folders: Mapping[str, Path]
) -> None:
    needles, client = secrets(folders), Client()
    base = f"/c/{meeting.id}/m/{MEETING}"
    summary = client.get(f"{base}/board.json").json()
    addresses = [f"{base}/board", f"{base}/results", f"{base}/board.json", "/verify", "/"]
    for vector in summary["vectors"]:
        query = "&".join(f"{name}={value}" for name, value in vector.items())
        addresses.append(f"{base}/board/vector?{query}&from=0")
    addresses += [f"/ledger/{meeting.id}/{name}" for name in ("checkpoint", "policy")]
    addresses += [
        f"/ledger/{meeting.id}/tables/{path.name}"
        for path in (folders["public"] / "tables").iterdir()
    ]
    for address in addresses:
        for language in ("zh-Hans", "en"):
            answer = client.get(address, headers={"accept-language": language})
            assert answer.status_code == 200, address
            content = answer.content if not answer.streaming else b"".join(answer.streaming_content)
            assert standing(content, needles) == [], address


def downloaded(meeting: Meeting) -> bytes:
    answer: Any = Client().get(f"/ledger/{meeting.id}/bundle")
    assert answer.status_code == 200

    async def whole() -> bytes:
        return b"".join([part async for part in answer.streaming_content])

    # In a thread of its own: browsers under test keep an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, whole()).result()


def test_anybody_downloads_the_public_bundle_and_it_verifies(
    meeting: Meeting, folders: Mapping[str, Path], tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(downloaded(meeting))) as archive:
        archive.extractall(tmp_path)
    (folder,) = tmp_path.iterdir()
    report = verify(Bundle.open(folder))
    assert report.verified
    assert report.profile == "public"
    needles = secrets(folders)
    for name, data in opened(folder):
        assert standing(data, needles) == [], name


def test_the_public_bundle_is_made_once_for_all_who_ask(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = downloaded(meeting)
    made: list[str] = []

    def make(log: str, path: Path) -> None:
        made.append(log)
        path.write_bytes(b"anew")

    monkeypatch.setattr(published, "_make", make)
    assert downloaded(meeting) == first
    monkeypatch.setattr(published, "FRESH", -1)
    with (settings.DATA.root / "published" / f"{meeting.id}-public.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert downloaded(meeting) == first, "while a newer one is being made"
    assert made == []
    assert downloaded(meeting) == b"anew"
    assert made == [meeting.id]


def test_who_asks_while_the_first_public_bundle_is_being_made_is_told_to_wait(
    meeting: Meeting,
) -> None:
    folder = settings.DATA.root / "published"
    downloaded(meeting)
    (folder / f"{meeting.id}-public.zip").unlink()
    with (folder / f"{meeting.id}-public.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = Client().get(f"/ledger/{meeting.id}/bundle")
    check_problem(answer, 503, "bundle-being-made", "zh-hans")
    assert list(folder.glob(f"{meeting.id}*")) == [folder / f"{meeting.id}-public.lock"]


def test_what_was_erased_is_in_no_public_bundle_that_was_kept(meeting: Meeting) -> None:
    downloaded(meeting)
    kept = settings.DATA.root / "published" / f"{meeting.id}-public.zip"
    assert kept.exists()
    erasing.carry_out(meeting.id)
    assert not kept.exists()
    downloaded(meeting)
    assert kept.exists()


def test_there_is_no_public_bundle_of_a_log_that_is_not_there(module_database: str) -> None:
    check_problem(Client().get("/ledger/case-nowhere/bundle"), 404, "log-not-found", "zh-hans")


def test_a_hidden_vector_comes_with_w_in_the_place_of_the_amount(meeting: Meeting) -> None:
    base = f"/c/{meeting.id}/m/{MEETING}/board/vector"
    page = Client().get(f"{base}?motion=plan-a&class=all&metric=amount&from=0").json()
    assert page["total"] == len(AMOUNTS) + 1
    assert all(len(unb64u(w)) == len(unb64u(c)) == 96 for c, w, _line in page["answers"])
    assert "opening" not in page
    assert int.from_bytes(unb64u(page["hidden"]["r"]), "big") < ORDER
