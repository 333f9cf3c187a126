"""The addresses of ledger.md 9.8: what they answer, and in which words they refuse."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from bankruptcy.cases.store import PostgresState
from bankruptcy.kinds.register_published import register_rows, table_root
from ledger import keys, logs
from ledger.documents import documents
from ledger.guard import Guard
from ledger.log import acknowledgement, checkpoint, merkle, tiles
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64, b64u
from ledger.log.note import Note, VerifierKey
from ledger.log.policy import Policy
from ledger.log.proof import Proof
from ledger.log.statement import Role
from ledger.management.commands.sequencer import run
from ledger.tables import put, root_of
from tests.apps.acting import Body
from tests.apps.acting import Case as Acting
from tests.apps.ledger.support import Case, Said, drain, new_case


@pytest.fixture
def web() -> Client:
    return Client(headers={"host": "localhost"}, raise_request_exception=False)


@pytest.fixture(scope="module")
def case() -> Case:
    made = new_case()
    made.submit(made.opening_of_case())
    made.move("2014-11-20T00:00:00Z")
    drain()
    return made


@pytest.fixture
def sequencing() -> Iterator[None]:
    """A sequencer at work meanwhile."""
    stop = threading.Event()

    def work() -> None:
        guard = Guard(settings.DATA.root / "guard" / "signed.sqlite")
        run(guard, stop, 1000)
        guard.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stop.set()
    thread.join()


def post(web: Client, case: Case, said: Said, **more: Any) -> Any:
    body = {"statement": said.envelope.to_json(), "boxes": [], "openings": said.openings}
    return web.post(
        f"/ledger/{case.id}/statements",
        data=json.dumps(body | more),
        content_type="application/json",
    )


@pytest.mark.usefixtures("sequencing")
def test_a_statement_gets_a_receipt_of_grade_2(web: Client) -> None:
    case = new_case()
    said = case.opening_of_case()
    answer = post(web, case, said)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    proof = Proof.decode(answer.content)
    assert proof.index == 1
    proof.verify(Policy.parse(web.get(f"/ledger/{case.id}/policy").content.decode()))
    again = web.get(answer["Location"])
    assert (again.status_code, again.content) == (200, answer.content)


def test_without_a_sequencer_it_gets_grade_1_within_about_a_second(web: Client) -> None:
    case = new_case()
    said = case.opening_of_case()
    answer = post(web, case, said)
    assert answer.status_code == 202
    assert answer["Content-Type"] == "application/json"
    promise = acknowledgement.verify(
        Envelope.decode(answer.content), keys.public(keys.Service.INTAKE)
    )
    assert promise.statement == said.envelope.digest()
    drain()
    assert post(web, case, said).status_code == 200


def test_checkpoint_tiles_and_proofs_fit_one_another(web: Client, case: Case) -> None:
    answer = web.get(f"/ledger/{case.id}/checkpoint")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    key = VerifierKey.parse(logs.log_row(case.id).vkey)
    signed = checkpoint.read(Note.decode(answer.content), key)
    assert signed.size == 3
    bundle = web.get(f"/ledger/{case.id}/tile/entries/000.p/3")
    assert bundle["Content-Type"] == "application/octet-stream"
    assert "immutable" in bundle["Cache-Control"]
    leaves = [merkle.leaf_hash(body) for body in tiles.decode_bundle(bundle.content, 3)]
    assert web.get(f"/ledger/{case.id}/tile/0/000.p/3").content == b"".join(leaves)
    assert merkle.root(leaves) == signed.root
    for index in range(3):
        proof = Proof.decode(web.get(f"/ledger/{case.id}/proof/{index}").content)
        proof.check_under(signed, proof.entry())


def test_logs_are_a_sorted_line_each(web: Client, case: Case) -> None:
    lines = web.get("/ledger/logs").content.decode().splitlines()
    assert lines == sorted(lines)
    size, note = logs.checkpoint(case.id)
    root = checkpoint.Checkpoint.parse(note.text).root
    assert f"{case.origin} {size} {b64(root)}" in lines


def test_a_table_is_served_under_its_root(web: Client, case: Case) -> None:
    rows = [{"line": "a"}, {"line": "b"}]
    root = put(case.id, rows)
    assert put(case.id, rows) == root
    answer = web.get(f"/ledger/{case.id}/tables/{root.hex()}.jsonl")
    assert answer.content == b'{"line":"a"}\n{"line":"b"}\n'
    assert root_of(answer.content.splitlines()) == root


@pytest.mark.parametrize(
    ("address", "status", "slug"),
    [
        ("/ledger/{case}/proof/3", 404, "entry-not-found"),
        ("/ledger/{case}/proof/-1", 400, "bad-address"),
        ("/ledger/{case}/proof/1?grade=4", 400, "bad-address"),
        ("/ledger/{case}/tile/0/000", 404, "tile-not-found"),
        ("/ledger/{case}/tile/0/0", 400, "bad-tile-path"),
        ("/ledger/{case}/tile/x/000", 400, "bad-tile-path"),
        ("/ledger/{case}/receipt/00", 400, "bad-address"),
        ("/ledger/{case}/receipt/" + "0" * 64, 404, "statement-not-found"),
        ("/ledger/{case}/tables/" + "0" * 64 + ".jsonl", 404, "table-not-found"),
        ("/ledger/no-such-log/checkpoint", 404, "log-not-found"),
        ("/ledger/%00/checkpoint", 404, "not-found"),
        ("/ledger/A/policy", 404, "log-not-found"),
    ],
)
def test_what_is_not_there_is_said_by_name(
    web: Client, case: Case, address: str, status: int, slug: str
) -> None:
    answer = web.get(address.format(case=case.id))
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/{slug}"


def test_a_refusal_reads_chinese_or_english(web: Client, case: Case) -> None:
    said = case.opening_of_case()
    for language, words in (("zh-hans", "已经有了"), ("en", "there already")):
        body = json.dumps({"statement": said.envelope.to_json(), "openings": said.openings})
        answer = web.post(
            f"/ledger/{case.id}/statements",
            data=body,
            content_type="application/json",
            headers={"accept-language": language},
        )
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/already-there"
        assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"", 400, "bad-submission"),
        (b"\xff", 400, "bad-submission"),
        (b"[]", 400, "bad-submission"),
        (b"[" * 100_000, 400, "bad-submission"),
        (b"{}", 400, "bad-submission"),
        (b'{"statement": 1, "more": 2}', 400, "bad-submission"),
        (b'{"statement": {}, "statement": {}}', 400, "bad-submission"),
        (b'{"statement": 1.5}', 400, "bad-submission"),
        (b'{"statement": -1}', 400, "bad-submission"),
        (b'{"statement": "\\ud800"}', 400, "bad-submission"),
        (b'{"statement": {}, "boxes": 1}', 400, "bad-submission"),
        (b'{"statement": {}}', 400, "bad-envelope"),
        (b" " * 2_500_001, 413, "submission-too-large"),
    ],
)
def test_whatever_is_sent_is_answered_in_words(
    web: Client, case: Case, body: bytes, status: int, slug: str
) -> None:
    answer = web.post(f"/ledger/{case.id}/statements", data=body, content_type="application/json")
    assert (answer.status_code, answer.json()["type"]) == (status, f"/problems/{slug}")


@pytest.mark.parametrize(
    "openings", [[1], ["x"], [None], [[]], [{"digest": 1}], [{"commitment": "x"}], [{}]]
)
def test_openings_of_any_shape_are_answered_in_words(web: Client, openings: list[Any]) -> None:
    case = new_case()
    answer = post(web, case, case.opening_of_case(), openings=openings)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("opening")


@pytest.mark.parametrize("boxes", [[1], ["=="], [None], ["AAAA"]])
def test_boxes_beside_what_is_no_ballot_are_refused(web: Client, boxes: list[Any]) -> None:
    case = new_case()
    answer = post(web, case, case.opening_of_case(), boxes=boxes)
    assert answer.status_code == 400


def test_only_post_brings_a_statement(web: Client, case: Case) -> None:
    assert web.get(f"/ledger/{case.id}/statements").status_code == 405


def test_the_register_stands_in_a_table_when_its_version_is_accepted(web: Client) -> None:
    case = Acting()
    case.open()
    administrator = case.creditor("administrator")
    administrator.role = Role.ADMINISTRATOR
    appointed = Body("role.appointed@1")
    named = {"name": appointed.sealed("/name", "某某律师事务所"), "decision": None}
    person = {"person": administrator.id, "role": "administrator"}
    case.say(case.judge, appointed.kind, person | named, appointed.rows)
    stored = documents().put([b"hetong\n"], "hetong.txt")
    file = {
        "media_type": stored.media_type,
        "name": "hetong.txt",
        "sha256": b64u(stored.sha256),
        "size": stored.size,
    }
    case.claim(case.creditor("a"), 500_000, file)
    rows = register_rows(PostgresState(case.id))
    body = {"version": 1, "root": b64u(table_root(rows)), "rows": len(rows)}
    case.say(administrator, "register.published@1", body)
    answer = web.get(f"/ledger/{case.id}/tables/{table_root(rows).hex()}.jsonl")
    assert answer.status_code == 200
    assert [json.loads(line) for line in answer.content.splitlines()] == rows
    assert rows
