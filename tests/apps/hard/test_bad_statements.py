"""Statements that the intake must refuse, over HTTP: each for its reason, in both languages."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from bankruptcy.cases import projection
from ledger import logs
from ledger.documents import documents
from ledger.log.disclosure import Opening
from ledger.log.encoding import b64, b64u, unb64
from ledger.log.statement import Role
from ledger.log.suites import P256_ORDER
from tests.apps.acting import Body, Case, Person, sequence
from tests.apps.hard.support import Sent, Web, nothing_kept, signed

FILE = b"hetong di 1 hao\n"


@dataclass
class World:
    """A case with two creditors, one of whom has filed; a second case beside it."""

    web: Web
    case: Case
    other: Case
    alice: Person
    bob: Person
    rows: list[Any]

    @property
    def path(self) -> str:
        return f"/ledger/{self.case.id}/statements"

    def filing(self, fen: int = 5_000_00) -> tuple[dict[str, Any], list[Any]]:
        """A claim of Bob's that would be accepted."""
        body = Body("claim.filed@1")
        stored = documents().put([FILE], "hetong.txt")
        return {
            "claim": f"c-{secrets.token_hex(4)}",
            "name": body.sealed("/name", "乙公司"),
            "identity": body.sealed("/identity", "91440400XXXX"),
            "contact": body.sealed("/contact", "13900000000"),
            "account": None,
            "related": False,
            "joint": None,
            "lines": [
                {
                    "line": "l1",
                    "nature": "ordinary",
                    "cause": body.sealed("/lines/0/cause", "货款"),
                    "amount": body.committed(fen),
                    "security": None,
                }
            ],
            "evidence": [
                {
                    "evidence": f"e-{secrets.token_hex(4)}",
                    "file": body.sealed("/evidence/0/file", self.file(stored.sha256)),
                    "title": body.sealed("/evidence/0/title", "合同"),
                    "purpose": body.sealed("/evidence/0/purpose", "证明欠款"),
                }
            ],
        }, body.rows

    @staticmethod
    def file(sha256: bytes, /, **other: Any) -> dict[str, Any]:
        value = {"media_type": "text/plain", "name": "hetong.txt", "size": len(FILE)}
        return {**value, "sha256": b64u(sha256), **other}

    def sent(self, **other: Any) -> Sent:
        """Bob's claim, signed, with `other` members of the statement in place of its own."""
        body, rows = self.filing()
        return Sent(signed(self.case, self.bob, "claim.filed@1", body, **other), rows)


@pytest.fixture(scope="module")
def world(web: Web) -> World:
    case, other = Case(), Case()
    case.open()
    alice, bob = case.creditor("alice"), case.creditor("bob")
    stored = documents().put([FILE], "hetong.txt")
    rows = case.claim(alice, 700_00, World.file(stored.sha256))
    return World(web, case, other, alice, bob, rows)


def test_what_these_tests_spoil_is_accepted_when_it_is_whole(world: World) -> None:
    answer = world.web.http.post(world.path, json=world.sent().to_json())
    assert answer.status_code == 202, answer.text
    sequence()
    assert projection.compare(world.case.id) == []


# --- What is no submission


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize(
    ("content", "status", "slug"),
    [
        (b"", 400, "bad-submission"),
        (b"not json", 400, "bad-submission"),
        (b"\xff\xfe", 400, "bad-submission"),
        (b'{"statement": NaN}', 400, "bad-submission"),
        (b'{"statement": 1e3}', 400, "bad-submission"),
        (b'{"statement": 9007199254740993}', 400, "bad-submission"),
        (b'{"statement": {}, "statement": {}}', 400, "bad-submission"),
        (b'{"statement": "\\udc00"}', 400, "bad-submission"),
        (b"{" + b'"a":[' * 5000, 400, "bad-submission"),
        (_json([]), 400, "bad-submission"),
        (_json({"boxes": []}), 400, "bad-submission"),
        (_json({"statement": {}, "openings": {}}), 400, "bad-submission"),
        (_json({"statement": {}, "receipt": 1}), 400, "bad-submission"),
        (_json({"statement": {}}), 400, "bad-envelope"),
        (_json({"statement": []}), 400, "bad-envelope"),
        (_json({"statement": "x"}), 400, "bad-envelope"),
        (b" " * 3_000_000, 413, "submission-too-large"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_bytes_that_are_no_submission(world: World, content: bytes, status: int, slug: str) -> None:
    headers = {"Content-Type": "application/json"}
    with nothing_kept():
        world.web.refused(status, slug, "POST", world.path, content=content, headers=headers)


def test_three_megabytes_in_pieces_of_unknown_length(world: World) -> None:
    def pieces() -> Any:
        for _ in range(30):
            yield b" " * 100_000

    with nothing_kept():
        answer = world.web.http.post(world.path, content=pieces())
    assert answer.status_code == 413
    assert answer.json()["slug"] == "submission-too-large"


@pytest.mark.parametrize(
    "content_type",
    ["application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"],
)
def test_a_form_is_no_submission(world: World, content_type: str) -> None:
    with nothing_kept():
        headers = {"Content-Type": content_type}
        content = b"statement=1"
        world.web.refused(
            400, "bad-submission", "POST", world.path, content=content, headers=headers
        )


# --- Envelopes


def _two_signatures(sent: Sent) -> dict[str, Any]:
    found = sent.to_json()
    found["statement"]["signatures"] *= 2
    return found


def _in_envelope(**members: Any) -> Callable[[Sent], dict[str, Any]]:
    def change(sent: Sent) -> dict[str, Any]:
        found = sent.to_json()
        found["statement"].update(members)
        return found

    return change


def _in_signature(**members: Any) -> Callable[[Sent], dict[str, Any]]:
    def change(sent: Sent) -> dict[str, Any]:
        found = sent.to_json()
        found["statement"]["signatures"][0].update(members)
        return found

    return change


def _payload(spoil: Callable[[bytes], bytes]) -> Callable[[Sent], dict[str, Any]]:
    def change(sent: Sent) -> dict[str, Any]:
        found = sent.to_json()
        found["statement"]["payload"] = b64(spoil(unb64(found["statement"]["payload"])))
        return found

    return change


def _unpadded(sent: Sent) -> dict[str, Any]:
    found = sent.to_json()
    signature = found["statement"]["signatures"][0]
    assert signature["sig"].endswith("=")
    signature["sig"] = signature["sig"].rstrip("=")
    return found


def _trailing_bits(sent: Sent) -> dict[str, Any]:
    """64 bytes end in "xx==": the last letter has four bits to spare."""
    found = sent.to_json()
    signature = found["statement"]["signatures"][0]
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    at = letters.index(signature["sig"][-3])
    signature["sig"] = signature["sig"][:-3] + letters[at ^ 1] + "=="
    return found


ENVELOPES: dict[str, tuple[Callable[[Sent], dict[str, Any]], int, str]] = {
    "two signatures": (_two_signatures, 400, "bad-envelope"),
    "no signature": (_in_envelope(signatures=[]), 400, "bad-envelope"),
    "another member": (_in_envelope(extra=1), 400, "bad-envelope"),
    "key id in capitals": (_in_signature(keyid="A" * 64), 400, "bad-envelope"),
    "signature without padding": (_unpadded, 400, "bad-envelope"),
    "signature with spare bits": (_trailing_bits, 400, "bad-envelope"),
    "payload in base64url": (_in_envelope(payload="_-__"), 400, "bad-envelope"),
    "payload is a number": (_in_envelope(payload=1), 400, "bad-envelope"),
    "another payload type": (_in_envelope(payloadType="x/y"), 400, "wrong-payload-type"),
    "empty payload": (_in_envelope(payload=""), 400, "bad-statement"),
    "payload with a blank": (_payload(lambda p: b" " + p), 400, "bad-statement"),
    "payload too large": (_payload(lambda p: p + b" " * 35_001), 413, "statement-too-large"),
    "payload changed": (_payload(lambda p: p.replace(b"p-bob", b"p-bab")), 403, "key-not-good"),
    "case changed": (_payload(lambda p: p.replace(b'"case":"', b'"case":"x')), 400, "wrong-case"),
    "float in the body": (_payload(lambda p: p.replace(b"false", b"0.5", 1)), 400, "bad-statement"),
    "another key id": (_in_signature(keyid="0" * 64), 400, "key-mismatch"),
    "empty signature": (_in_signature(sig=""), 403, "bad-signature"),
    "signature of zeros": (_in_signature(sig=b64(bytes(64))), 403, "bad-signature"),
    "signature too long": (_in_signature(sig=b64(bytes(65))), 403, "bad-signature"),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelopes_that_are_not_accepted(world: World, name: str) -> None:
    change, status, slug = ENVELOPES[name]
    spoilt = change(world.sent())
    sent = Sent(spoilt["statement"], spoilt["openings"])
    world.web.refused_statement(status, slug, world.case.id, sent)


# --- Statements


def _stranger(world: World) -> Sent:
    body, rows = world.filing()
    return Sent(signed(world.case, Person("p-bob", Role.CREDITOR), "claim.filed@1", body), rows)


def _with_alices_name(world: World) -> Sent:
    return world.sent(by=world.alice.id, for_=world.alice.id)


def _for_alice(world: World) -> Sent:
    return world.sent(for_=world.alice.id)


def _as_judge(world: World) -> Sent:
    return world.sent(role=Role.COURT)


def _as_administrator(world: World) -> Sent:
    said = signed(
        world.case,
        world.bob,
        "register.published@1",
        {"version": 1, "root": b64u(bytes(32)), "rows": 0},
        role=Role.ADMINISTRATOR,
    )
    return Sent(said)


def _as_clerk(world: World) -> Sent:
    to = {"to": "2026-02-01T00:00:00Z"}
    return Sent(signed(world.case, world.bob, "clock.moved@1", to, role=Role.CLERK))


def _of_other_log(world: World) -> Sent:
    return world.sent(log=logs.log_row(world.other.id).origin)


def _of_other_case(world: World) -> Sent:
    return world.sent(case=world.other.id)


def _to_a_case_not_opened(world: World) -> Sent:
    """Replayed from one case into another, where its signer has no key."""
    row = logs.log_row(world.other.id)
    return world.sent(log=row.origin, case=row.id)


def _unknown_kind(world: World) -> Sent:
    return Sent(signed(world.case, world.bob, "claim.erased@1", {}))


def _kind(version: int) -> Callable[[World], Sent]:
    def make(world: World) -> Sent:
        body, _rows = world.filing()
        return Sent(signed(world.case, world.bob, f"claim.filed@{version}", body))

    return make


def _body(**members: Any) -> Callable[[World], Sent]:
    def make(world: World) -> Sent:
        body, rows = world.filing()
        return Sent(signed(world.case, world.bob, "claim.filed@1", {**body, **members}), rows)

    return make


def _without(member: str) -> Callable[[World], Sent]:
    def make(world: World) -> Sent:
        body, rows = world.filing()
        del body[member]
        return Sent(signed(world.case, world.bob, "claim.filed@1", body), rows)

    return make


def _line(**members: Any) -> Callable[[World], Sent]:
    def make(world: World) -> Sent:
        body, rows = world.filing()
        body["lines"][0].update(members)
        return Sent(signed(world.case, world.bob, "claim.filed@1", body), rows)

    return make


def _amount(fen: int) -> Callable[[World], Sent]:
    def make(world: World) -> Sent:
        body, rows = world.filing(fen)
        return Sent(signed(world.case, world.bob, "claim.filed@1", body), rows)

    return make


STATEMENTS: dict[str, tuple[Callable[[World], Sent], int, str]] = {
    "key not enrolled": (_stranger, 403, "key-not-good"),
    "another's name": (_with_alices_name, 403, "key-not-good"),
    "for another": (_for_alice, 403, "no-authority"),
    "role that may not": (_as_judge, 403, "role-may-not"),
    "role not held": (_as_administrator, 403, "role-not-held"),
    "role of the clerk": (_as_clerk, 403, "role-not-held"),
    "another log": (_of_other_log, 400, "wrong-case"),
    "another case": (_of_other_case, 400, "wrong-case"),
    "another log and case": (_to_a_case_not_opened, 400, "wrong-case"),
    "unknown kind": (_unknown_kind, 400, "unknown-kind"),
    "unknown version": (_kind(2), 400, "unknown-kind"),
    "member too many": (_body(extra=None), 400, "malformed"),
    "member missing": (_without("joint"), 400, "malformed"),
    "text for a flag": (_body(related="no"), 400, "malformed"),
    "id of another alphabet": (_body(claim="../c"), 400, "malformed"),
    "digest with padding": (_body(name={"digest": b64u(bytes(32)) + "="}), 400, "malformed"),
    "digest too short": (_body(name={"digest": b64u(bytes(31))}), 400, "malformed"),
    "no line": (_body(lines=[]), 400, "opens-unknown"),
    "unknown nature": (_line(nature="royal"), 400, "malformed"),
    "commitment that is no point": (
        _line(amount={"commitment": b64u(b"\x80" + bytes(95))}),
        400,
        "opens-unknown",
    ),
    "amount of nothing": (_amount(0), 400, "claim-amount"),
    "claim there already": (_body(claim="c-p-alice"), 409, "already-there"),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statements_that_are_not_accepted(world: World, name: str) -> None:
    make, status, slug = STATEMENTS[name]
    world.web.refused_statement(status, slug, world.case.id, make(world))


def test_a_log_that_is_not_there(world: World) -> None:
    sent = world.sent()
    for case in ("c-nowhere", "UPPER", "c-%0a"):
        world.web.refused_statement(404, "log-not-found", case, replace(sent, openings=()))


# --- Openings


def _openings(spoil: Callable[[list[Any]], list[Any]]) -> Callable[[World], Sent]:
    def make(world: World) -> Sent:
        sent = world.sent()
        return replace(sent, openings=spoil([dict(row) for row in sent.openings]))

    return make


def _changed(member: str, value: Any, amount: bool = False) -> Callable[[World], Sent]:
    def spoil(rows: list[Any]) -> list[Any]:
        at = next(i for i, row in enumerate(rows) if ("amount" in row) is amount)
        rows[at][member] = value
        return rows

    return _openings(spoil)


def _extra() -> Any:
    return Opening.of("claim.filed@1#/name", secrets.token_bytes(32), "丙").to_json()


def _wrong_type(world: World) -> Sent:
    """Well opened, but a number stands where a name should."""
    body, rows = world.filing()
    made = Body("claim.filed@1")
    body["name"] = made.sealed("/name", 7)
    return Sent(signed(world.case, world.bob, "claim.filed@1", body), [*rows[1:], *made.rows])


def _at_another_place(world: World) -> Sent:
    body, rows = world.filing()
    made = Body("claim.filed@1")
    body["name"] = made.sealed("/contact", "乙公司")
    return Sent(signed(world.case, world.bob, "claim.filed@1", body), [*rows[1:], *made.rows])


def _alices_digest(world: World) -> Sent:
    """Her digests and commitment are public; what they hide is not his to have named his."""
    body, rows = world.filing()
    hers = next(row for row in world.rows if row.get("field") == "claim.filed@1#/identity")
    body["identity"] = {"digest": hers["digest"]}
    kept = [row for row in rows if row.get("field") != "claim.filed@1#/identity"]
    return Sent(signed(world.case, world.bob, "claim.filed@1", body), kept)


def _alices_commitment(world: World) -> Sent:
    body, rows = world.filing()
    hers = next(row for row in world.rows if "commitment" in row)
    body["lines"][0]["amount"] = {"commitment": hers["commitment"]}
    kept = [row for row in rows if "commitment" not in row]
    return Sent(signed(world.case, world.bob, "claim.filed@1", body), kept)


def _file_not_sent(world: World) -> Sent:
    return _file(world, World.file(secrets.token_bytes(32)))


def _file(world: World, value: dict[str, Any]) -> Sent:
    body, rows = world.filing()
    made = Body("claim.filed@1")
    body["evidence"][0]["file"] = made.sealed("/evidence/0/file", value)
    kept = [row for row in rows if row.get("field") != "claim.filed@1#/evidence/0/file"]
    return Sent(signed(world.case, world.bob, "claim.filed@1", body), [*kept, *made.rows])


def _file_of(**members: Any) -> Callable[[World], Sent]:
    def make(world: World) -> Sent:
        stored = documents().put([FILE], "hetong.txt")
        return _file(world, World.file(stored.sha256, **members))

    return make


OPENINGS: dict[str, tuple[Callable[[World], Sent], int, str]] = {
    "none": (_openings(lambda rows: []), 400, "not-opened"),
    "one missing": (_openings(lambda rows: rows[1:]), 400, "not-opened"),
    "amount missing": (
        _openings(lambda rows: [r for r in rows if "amount" not in r]),
        400,
        "not-opened",
    ),
    "one too many": (_openings(lambda rows: [*rows, _extra()]), 400, "opens-unknown"),
    "far too many": (_openings(lambda rows: rows * 300), 413, "too-many-openings"),
    "not an object": (_openings(lambda rows: [*rows, 1]), 400, "bad-opening"),
    "another value": (_changed("value", "丁公司"), 409, "opens-nothing"),
    "another salt": (_changed("salt", b64u(bytes(32))), 409, "opens-nothing"),
    "salt too short": (_changed("salt", b64u(bytes(16))), 400, "bad-opening"),
    "another field": (_changed("field", "claim.filed@1#/identity"), 409, "opens-nothing"),
    "field with a zero": (_changed("field", "a\x00b"), 400, "bad-opening"),
    "member too many": (_changed("more", 1), 400, "bad-opening"),
    "another amount": (_changed("amount", "1", amount=True), 409, "amount-opens-nothing"),
    "negative amount": (_changed("amount", "-1", amount=True), 400, "bad-amount-opening"),
    "amount as a number": (_changed("amount", 100, amount=True), 400, "bad-amount-opening"),
    "sigma beyond the order": (
        _changed("sigma", b64u(b"\xff" * 32), amount=True),
        400,
        "bad-amount-opening",
    ),
    "commitment that is no point": (
        _changed("commitment", b64u(b"\x8f" + b"\xff" * 95), amount=True),
        400,
        "bad-amount-opening",
    ),
    "value of another type": (_wrong_type, 400, "malformed"),
    "opened at another place": (_at_another_place, 400, "opens-another-field"),
    "another's digest": (_alices_digest, 400, "not-opened"),
    "another's commitment": (_alices_commitment, 400, "not-opened"),
    "file that was not sent": (_file_not_sent, 400, "file-missing"),
    "file value with a member too many": (_file_of(path="/etc/passwd"), 400, "malformed"),
    "file name of two lines": (_file_of(name="a\nb"), 400, "malformed"),
    "file hash in hex": (_file_of(sha256="0" * 64), 400, "malformed"),
}


@pytest.mark.parametrize("name", OPENINGS)
def test_openings_that_are_not_accepted(world: World, name: str) -> None:
    make, status, slug = OPENINGS[name]
    sent = make(world)
    hers = {row.get("digest", row.get("commitment")) for row in world.rows}
    with nothing_kept():
        world.web.refused(status, slug, "POST", world.path, json=sent.to_json())
    kept = [row for row in sent.openings if isinstance(row, dict)]
    assert not any(row.get("digest", row.get("commitment")) in hers for row in kept)


@pytest.mark.parametrize("boxes", [["AAAA"], [1], ["=="], [None]], ids=repr)
def test_boxes_beside_what_is_no_ballot(world: World, boxes: list[Any]) -> None:
    sent = replace(world.sent(), boxes=boxes)
    with nothing_kept():
        answer = world.web.http.post(world.path, json=sent.to_json())
    assert answer.status_code == 400
    assert answer.json()["slug"] in ("bad-submission", "malformed")


# --- The same again


def test_the_same_again_gets_the_same_receipt_and_another_signature_of_it_too(
    world: World,
) -> None:
    sent = world.sent()
    assert world.web.http.post(world.path, json=sent.to_json()).status_code == 202
    sequence()
    first = world.web.http.post(world.path, json=sent.to_json())
    assert first.status_code == 200
    envelope = sent.statement
    r, s = (int.from_bytes(part) for part in (envelope.sig[:32], envelope.sig[32:]))
    mirrored = r.to_bytes(32) + (P256_ORDER - s).to_bytes(32)
    with nothing_kept():
        for again in (
            sent,
            Sent(replace(envelope, sig=mirrored), sent.openings),
            Sent(replace(envelope, sig=world.bob.key.sign(envelope.pae())), sent.openings),
            Sent(envelope),
        ):
            answer = world.web.http.post(world.path, json=again.to_json())
            assert (answer.status_code, answer.content) == (200, first.content)


def test_what_was_refused_is_accepted_once_it_is_mended(world: World) -> None:
    sent = world.sent()
    world.web.refused_statement(
        400, "not-opened", world.case.id, replace(sent, openings=sent.openings[1:])
    )
    answer = world.web.http.post(world.path, json=sent.to_json())
    assert answer.status_code == 202
    sequence()
    assert projection.compare(world.case.id) == []


# --- Addresses of receipts, proofs, tiles


@pytest.mark.parametrize(
    ("address", "status", "slug"),
    [
        ("receipt/" + "0" * 64, 404, "statement-not-found"),
        ("receipt/" + "G" * 64, 400, "bad-address"),
        ("receipt/%00", 404, "not-found"),
        ("proof/999999", 404, "entry-not-found"),
        ("proof/9007199254740992", 400, "bad-address"),
        ("proof/01", 400, "bad-address"),
        ("proof/٣", 400, "bad-address"),
        ("proof/0?grade=1", 400, "bad-address"),
        ("tile/0/x999", 400, "bad-tile-path"),
        ("tile/../../keys", 404, "not-found"),
        ("tile/entries/..%2f..%2fkeys", 400, "bad-tile-path"),
        ("tables/" + "f" * 64 + ".jsonl", 404, "table-not-found"),
        ("tables/..%2f..%2fkeys.jsonl", 404, "not-found"),
        ("nothing", 404, "not-found"),
    ],
)
def test_addresses_of_nothing(world: World, address: str, status: int, slug: str) -> None:
    path = httpx.URL(str(world.web.http.base_url), raw_path=b"").copy_with()
    with nothing_kept():
        world.web.refused(
            status, slug, "GET", f"{str(path).rstrip('/')}/ledger/{world.case.id}/{address}"
        )
