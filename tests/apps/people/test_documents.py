"""A file is sent by who is in the case, and seen by the parties once a statement names it."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ledger.log.encoding import b64u
from ledger.log.statement import Role
from tests.apps.acting import Body
from tests.apps.people.visitor import Visitor

PDF = b"%PDF-1.4\ncontract\n%%EOF\n"
DIGEST = hashlib.sha256(PDF)


def _send(visitor: Visitor, case: str) -> Any:
    return visitor.client.post(
        f"/c/{case}/documents?name=contract.pdf&sha256={DIGEST.hexdigest()}",
        PDF,
        content_type="application/octet-stream",
    )


def _see(visitor: Visitor, case: str) -> int:
    return visitor.client.get(f"/c/{case}/documents/{DIGEST.hexdigest()}").status_code


def _content(response: Any) -> bytes:
    """What was streamed; read in another thread, since Playwright keeps a loop in this one."""

    async def read() -> bytes:
        return b"".join([part async for part in response.streaming_content])

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, read()).result()


def _file_claim(creditor: Visitor) -> Any:
    body = Body("claim.filed@1")
    file = {
        "media_type": "application/pdf",
        "name": "借款合同.pdf",
        "sha256": b64u(DIGEST.digest()),
        "size": len(PDF),
    }
    evidence = {
        "evidence": "e-1",
        "file": body.sealed("/evidence/0/file", file),
        "title": body.sealed("/evidence/0/title", "合同"),
        "purpose": body.sealed("/evidence/0/purpose", "证明欠款"),
    }
    line = {
        "line": "l1",
        "nature": "ordinary",
        "cause": body.sealed("/lines/0/cause", "货款"),
        "amount": body.committed(100_00),
        "security": None,
    }
    return creditor.say(
        body.kind,
        Role.CREDITOR,
        {
            "claim": "cl-1",
            "name": body.sealed("/name", "海川公司"),
            "identity": body.sealed("/identity", "91"),
            "contact": body.sealed("/contact", "1"),
            "account": None,
            "related": False,
            "joint": None,
            "lines": [line],
            "evidence": [evidence],
        },
        body.rows,
    )


def test_evidence_is_seen_by_the_parties_alone(judge: Visitor) -> None:
    creditor = Visitor("creditor").register().join(judge)
    onlooker = Visitor("onlooker").register().join(judge)
    stranger = Visitor("stranger").register()
    creditor.ask_for_key()
    (row,) = judge.client.get(f"/c/{judge.case}/keys/pending").json()
    assert judge.attest(row, Role.COURT).status_code in (200, 202)

    assert _send(stranger, judge.case).status_code == 404
    sent = _send(creditor, judge.case)
    assert (sent.status_code, sent.json()["sha256"]) == (201, DIGEST.hexdigest())
    assert _see(creditor, judge.case) == 404  # nothing names it yet

    filed = _file_claim(creditor)
    assert filed.status_code in (200, 202), filed.content.decode()
    everybody = (creditor, judge, onlooker, stranger)
    assert [_see(visitor, judge.case) for visitor in everybody] == [200, 200, 404, 404]

    got = creditor.client.get(f"/c/{judge.case}/documents/{DIGEST.hexdigest()}")
    assert _content(got) == PDF
    assert got["Content-Security-Policy"] == "default-src 'none'; sandbox"
