"""/verify with a file: number or receipt first, then the file; nothing is uploaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, expect

from bankruptcy.kinds import records
from ledger import logs, receipts, said
from ledger.documents import documents
from ledger.log.encoding import b64u
from ledger.log.entry import Entry
from tests.apps.acting import Body
from tests.apps.voting.browsing import Windows, member
from tests.apps.voting.support import MEETING, Meeting
from tests.embedded_plugin import serving

SECONDS = 1000


@pytest.fixture(scope="module")
def meeting(module_database: str) -> Meeting:
    found = Meeting()
    found.convene()
    return found


@pytest.fixture(scope="module")
def url(meeting: Meeting) -> Iterator[str]:
    with serving() as address:
        yield address


def entry_of(meeting: Meeting, statement: bytes) -> int:
    found = said.number(meeting.id, statement)
    assert found is not None
    return found


def motion(meeting: Meeting) -> records.Motion:
    found = meeting.view.get(records.MOTIONS, MEETING, "plan-a")
    assert found is not None
    return found


def text_of(meeting: Meeting) -> bytes:
    return b"".join(documents().open(motion(meeting).text_sha256))


def opened(windows: Windows, url: str) -> Page:
    page = windows.open(390, 844).new_page()
    page.goto(f"{url}/verify")
    page.wait_for_load_state("networkidle")
    return page


def checks(page: Page, file: Path, number: str = "") -> None:
    if number:
        page.get_by_label("案件和条目号").fill(number)
    page.get_by_label("再选要核验的文件").set_input_files(file)
    page.get_by_role("button", name="核验", exact=True).click()


def exhibit(meeting: Meeting, content: bytes) -> bytes:
    """The first creditor adds a document to the claim; the statement's digest."""
    creditor = meeting.creditors[0]
    (claim,) = meeting.view.find(records.CLAIMS, creditor=creditor.id)
    stored = documents().put([content], "合同.txt")
    body = Body("evidence.added@1")
    value = {
        "media_type": "text/plain",
        "name": "合同.txt",
        "sha256": b64u(stored.sha256),
        "size": len(content),
    }
    row = {
        "evidence": "contract",
        "file": body.sealed("/evidence/0/file", value),
        "title": body.sealed("/evidence/0/title", "借款合同"),
        "purpose": body.sealed("/evidence/0/purpose", "证明借款"),
    }
    said_ = {"claim": claim.claim, "evidence": [row]}
    meeting.act(creditor, body.kind, said_, body.rows)
    meeting.settle()
    size = logs.size(meeting.id)
    (data,) = logs.entries(meeting.id, size - 1, size)
    return Entry.decode(data).envelope.digest()


def motion_entry(meeting: Meeting) -> int:
    size = logs.size(meeting.id)
    return next(
        n
        for n, data in enumerate(logs.entries(meeting.id, 0, size))
        if b'"kind":"motion.put@1"' in data
    )


def test_the_text_of_a_motion_is_verified_by_its_number_and_never_leaves_the_browser(
    windows: Windows, url: str, meeting: Meeting, tmp_path: Path
) -> None:
    page, sent = opened(windows, url), []

    def note(request: Request) -> None:
        sent.append((request.method, request.url.removeprefix(url), request.post_data))

    page.on("request", note)
    n = motion_entry(meeting)
    file = tmp_path / "plan.txt"
    file.write_bytes(text_of(meeting))
    checks(page, file, f"{meeting.id}/{n}")
    verdict = page.locator("[data-outcome]")
    expect(verdict).to_contain_text("核验通过", timeout=60 * SECONDS)
    expect(verdict).to_contain_text("就是当时存证的那一份")
    for factor in ("谁作出的", "怎样作出的", "什么时候", "谁见证"):
        expect(verdict).to_contain_text(factor)
    expect(verdict).to_contain_text("管理人，代号 p-admin")
    expect(verdict).to_contain_text("策略不要求见证")
    assert {method for method, _path, _data in sent} == {"GET"}
    sent = [row for row in sent if not row[1].startswith("/static/")]  # the icon of the tab
    assert all(data is None for _method, _path, data in sent)
    assert {path.split("?")[0] for _method, path, _data in sent} == {
        f"/ledger/{meeting.id}/proof/{n}",
        f"/ledger/{meeting.id}/policy",
    }


def test_another_file_differs_and_a_number_never_given_was_never_stored(
    windows: Windows, url: str, meeting: Meeting, tmp_path: Path
) -> None:
    page, file = opened(windows, url), tmp_path / "plan.txt"
    file.write_bytes(text_of(meeting) + b" ")
    checks(page, file, f"{meeting.id} {motion_entry(meeting)}")
    verdict = page.locator("[data-outcome]")
    expect(verdict).to_contain_text("与存证不一致", timeout=60 * SECONDS)
    expect(verdict).to_contain_text("不是条目所指的那一份")
    checks(page, file, f"{meeting.id}/99999")
    expect(verdict).to_contain_text("没有存过", timeout=60 * SECONDS)
    checks(page, file, "没有号码")
    expect(page.get_by_role("alert")).to_contain_text("例如 case-1/52", timeout=60 * SECONDS)


def test_evidence_is_verified_offline_with_receipt_and_openings(
    windows: Windows, url: str, meeting: Meeting, tmp_path: Path
) -> None:
    content = "借款合同".encode()
    statement = exhibit(meeting, content)
    owner = member(meeting, "p-c0")
    address = f"/c/{meeting.id}/me/openings/{statement.hex()}"
    rows = owner.get(address).content
    assert member(meeting, "p-c1").get(address).status_code == 404
    assert owner.get(f"/c/{meeting.id}/me/openings/nothing").status_code == 404
    evidence, kept = tmp_path / "evidence", tmp_path / "kept.openings.jsonl"
    receipt = tmp_path / "kept.tlog-proof"
    evidence.write_bytes(content)
    kept.write_bytes(rows)
    receipt.write_bytes(receipts.newest(meeting.id, entry_of(meeting, statement), 3))
    page = opened(windows, url)
    page.context.set_offline(True)
    page.get_by_text("文件的打开数据，或换用其他信任策略").click()
    page.get_by_label("信任策略").fill(logs.log_row(meeting.id).policy)
    page.locator("#receipt-file").set_input_files(receipt)
    checks(page, evidence)
    expect(page.get_by_role("alert")).to_contain_text("打开数据文件", timeout=60 * SECONDS)
    page.locator("#openings-file").set_input_files(kept)
    checks(page, evidence)
    verdict = page.locator("[data-outcome]")
    expect(verdict).to_contain_text("核验通过", timeout=60 * SECONDS)
    expect(verdict).to_contain_text("与条目所指一致（合同.txt）")
    evidence.write_bytes(content + b"!")
    checks(page, evidence)
    expect(verdict).to_contain_text("与存证不一致", timeout=60 * SECONDS)
