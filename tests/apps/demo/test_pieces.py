"""Sealing, files on paper, key files, and what the program imports."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from bankruptcy.kinds.claim_filed import KIND
from bankruptcy.kinds.leaves import committed, hidden
from bankruptcy.kinds.schema import decode
from bankruptcy.platform.folder import PROJECT
from demo import paper
from demo.keyfile import open_trustee_key, wrap_trustee_key
from demo.sealing import Amount, Secret, seal
from ledger.log.disclosure import Opening
from ledger.log.encoding import b64u, unb64u
from ledger.log.errors import Malformed
from ledger.media import Sniffer, expected

CLAIM = {
    "claim": "c1",
    "name": Secret("某公司"),
    "identity": Secret("1"),
    "contact": Secret("2"),
    "account": None,
    "related": False,
    "joint": None,
    "lines": [
        {
            "line": "l1",
            "nature": "ordinary",
            "cause": Secret("货款"),
            "amount": Amount(12345),
            "security": None,
        }
    ],
    "evidence": [],
}


def test_what_is_sealed_opens_at_its_place_in_the_body() -> None:
    draft = seal(KIND.id, CLAIM)
    body = KIND.decode(draft.body)
    digests = {row["digest"]: Opening.from_json(row) for row in draft.openings if "digest" in row}
    for item in hidden(KIND.id, body):
        opening = digests.pop(b64u(item.digest))
        opening.check()
        assert opening.field == item.field
        decode(item.value, opening.value)
    assert not digests
    (amount,) = (row for row in draft.openings if "amount" in row)
    assert [c.commitment for c in committed(body)] == [unb64u(amount["commitment"])]
    assert amount["amount"] == "12345"


def test_nothing_is_sealed_twice_alike() -> None:
    assert seal(KIND.id, CLAIM).body != seal(KIND.id, CLAIM).body


def test_what_json_does_not_hold_is_not_sealed() -> None:
    with pytest.raises(TypeError, match="float at /lines/0"):
        seal(KIND.id, {"lines": [1.5]})


def test_a_key_file_opens_under_its_passphrase_alone() -> None:
    text = wrap_trustee_key("c-1", "m1", "court", 77, "correct horse battery")
    assert open_trustee_key(text, "correct horse battery") == 77
    with pytest.raises(Malformed):
        open_trustee_key(text, "correct horse batterz")
    changed = {**json.loads(text), "meeting": "m2"}
    with pytest.raises(Malformed):
        open_trustee_key(
            json.dumps(changed, sort_keys=True, separators=(",", ":")), "correct horse battery"
        )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("证据.pdf", paper.pdf("合同", ("一行", "很长的一行" * 20))),
        ("证据.txt", paper.text(("一行", "两行"))),
    ],
)
def test_the_files_are_what_their_names_say(name: str, content: bytes) -> None:
    sniffer = Sniffer(expected(name))
    sniffer.feed(content)
    sniffer.finish()


def test_the_program_knows_no_django() -> None:
    asked = (
        "import sys, demo.people; print([m for m in sys.modules if m.split('.')[0] in"
        " ('django', 'psycopg', 'redis', 'celery', 'channels')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
