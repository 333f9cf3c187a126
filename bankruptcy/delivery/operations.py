"""What the addresses that answer to programs take and give: the table of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

JSON: Final = "application/json"
LINES: Final = "application/jsonl"
TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"
ZIP: Final = "application/zip"
PROBLEM: Final = "application/problem+json"

ID: Final[Json] = {"type": "string", "pattern": "^[a-z0-9][a-z0-9._-]{0,63}$"}
HEX: Final[Json] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
B64U: Final[Json] = {"type": "string", "pattern": "^[A-Za-z0-9_-]*$"}
INDEX: Final[Json] = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}
STRING: Final[Json] = {"type": "string"}
MAYBE_STRING: Final[Json] = {"type": ["string", "null"]}

PARAMETERS: Final[Mapping[str, Json]] = {
    "case": ID,
    "log": ID,
    "meeting": ID,
    "person": ID,
    "key": HEX,
    "digest": HEX,
    "root": HEX,
    "sha256": HEX,
    "manifest": HEX,
    "ballot": HEX,
    "index": INDEX,
    "rest": {"type": "string", "pattern": "^(entries|[0-6])/[0-9x/.p]+$"},
}
"""What stands in an address, by the name of its place; else any text."""


def obj(*required: str, **members: Json) -> Json:
    """An object that has these members; those not named as required may be missing."""
    return {"type": "object", "properties": members, "required": list(required or members)}


def many(item: Json) -> Json:
    """An array."""
    return {"type": "array", "items": item}


def ref(name: str) -> Json:
    """One of the schemas below."""
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: Final[Mapping[str, Json]] = {
    "Problem": {
        "description": "Why nothing was accepted, in the language asked for (RFC 9457).",
        **obj(type=STRING, slug=STRING, title=STRING, status={"type": "integer"}, detail=STRING),
    },
    "Envelope": {
        "description": "A DSSE object with one signature over a statement.",
        **obj(
            payload=STRING,
            payloadType={"const": "application/vnd.concursus.statement+json"},
            signatures={
                **many(obj(keyid=HEX, sig=STRING)),
                "minItems": 1,
                "maxItems": 1,
            },
        ),
    },
    "Opening": {
        "description": "What opens a digest of the statement, as in openings.jsonl.",
        **obj(digest=B64U, field=STRING, salt=B64U, value={}),
    },
    "Submission": obj(
        "statement",
        statement=ref("Envelope"),
        boxes=many(B64U),
        openings=many({"type": "object"}),
    ),
    "Session": obj(user={"type": ["object", "null"]}, csrf=STRING),
    "Key": obj(key=HEX, state=STRING, level=MAYBE_STRING),
    "Document": obj(sha256=HEX, size=INDEX, media_type=STRING),
    "Any": {"type": "object"},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What one route does under one method.

    answers: status -> (media type, schema). body: (media type, schema). query: name -> schema.
    log_in: does it ask for a session of somebody in the case, and with POST for the CSRF token?
    """

    name: str
    method: str
    tag: str
    summary: str
    answers: Mapping[int, tuple[str, Json]]
    body: tuple[str, Json] | None = None
    query: Mapping[str, Json] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    log_in: bool = False


def _get(name: str, tag: str, summary: str, media: str, schema: Json, **more: Any) -> Operation:
    return Operation(name, "get", tag, summary, {200: (media, schema)}, **more)


def _post(
    name: str, tag: str, summary: str, body: Json, schema: Json, status: int = 200, **more: Any
) -> Operation:
    return Operation(name, "post", tag, summary, {status: (JSON, schema)}, (JSON, body), **more)


LEDGER, VOTE, PEOPLE, CASES, DESK = "ledger", "votes", "people", "cases", "desk"

OPERATIONS: Final = (
    _get("logs", LEDGER, "Every log: origin, size, root", TEXT, STRING),
    Operation(
        "statements",
        "post",
        LEDGER,
        "Take a statement in",
        {200: (TEXT, STRING), 202: (JSON, ref("Any"))},
        (JSON, ref("Submission")),
    ),
    Operation(
        "receipt",
        "get",
        LEDGER,
        "The receipt of a statement by its digest",
        {200: (TEXT, STRING), 202: (JSON, ref("Any"))},
    ),
    _get("checkpoint", LEDGER, "The newest checkpoint with its cosignatures", TEXT, STRING),
    _get("tile", LEDGER, "A tile of hashes, or a bundle of entries", BYTES, STRING),
    _get("table", LEDGER, "The rows of a table by its root", LINES, STRING),
    _get("pack", LEDGER, "The rule pack that the log names", JSON, ref("Any")),
    _get("public-bundle", LEDGER, "All that is public of a log, to verify offline", ZIP, STRING),
    _get("policy", LEDGER, "Whose signatures make a checkpoint good", TEXT, STRING),
    _get(
        "proof",
        LEDGER,
        "The tlog-proof of an entry",
        TEXT,
        STRING,
        query={"grade": {"enum": ["2", "3"]}},
    ),
    _get("board-json", VOTE, "The board of a vote: turnout, sums, result", JSON, ref("Any")),
    _get(
        "board-vector",
        VOTE,
        "The answers of one vector, to check its sum",
        JSON,
        ref("Any"),
        query={"motion": ID, "class": ID, "metric": {"enum": ["amount", "heads"]}, "from": INDEX},
        needed=("motion", "class", "metric"),
    ),
    _post(
        "ballot-tests",
        VOTE,
        "A ballot was opened to test it",
        obj(challenge=STRING, matched={"type": "boolean"}),
        obj(done=INDEX, matched=INDEX),
    ),
    _get(
        "ballot-tested",
        VOTE,
        "Does a ballot stand on the ledger?",
        JSON,
        obj(
            vote={"type": "boolean"},
            cast={"type": "boolean"},
            entry={"type": ["integer", "null"]},
            size=INDEX,
        ),
    ),
    _get("ballot-data", VOTE, "My lines and what I may vote on", JSON, ref("Any"), log_in=True),
    _get("session", PEOPLE, "Who is logged in, and the CSRF token", JSON, ref("Session")),
    _post(
        "key-ask",
        PEOPLE,
        "Ask for the enrolment of a device's key",
        obj(suite=STRING, public_key=B64U, possession=B64U),
        ref("Key"),
        201,
        log_in=True,
    ),
    _get("key", PEOPLE, "A device's key, as its owner sees it", JSON, ref("Key"), log_in=True),
    _get(
        "keys-pending",
        PEOPLE,
        "Requests for keys that wait",
        JSON,
        many(ref("Any")),
        log_in=True,
    ),
    Operation(
        "document-send",
        "post",
        CASES,
        "Send a file, or the next piece of one, before the statement that names it",
        {201: (JSON, ref("Document")), 202: (JSON, obj(arrived=INDEX))},
        (BYTES, STRING),
        query={
            "name": {"type": "string", "minLength": 1, "maxLength": 200},
            "sha256": HEX,
            "size": INDEX,
            "from": INDEX,
        },
        needed=("name",),
        log_in=True,
    ),
    _get(
        "document-arrived",
        CASES,
        "How much of a file that I am sending has arrived",
        JSON,
        obj(arrived=INDEX, size=INDEX),
        log_in=True,
    ),
    _get("document", CASES, "A file, for who may see it", "*/*", STRING, log_in=True),
    _get("own-openings", CASES, "The openings of my own statement", LINES, STRING, log_in=True),
    _post(
        "prepare-draft",
        DESK,
        "Manifest and rolls of a vote, to be signed",
        ref("Any"),
        ref("Any"),
        log_in=True,
    ),
    _post(
        "correct-draft",
        DESK,
        "The bounds of a corrected roll, before the order is signed",
        ref("Any"),
        ref("Any"),
        log_in=True,
    ),
    _post(
        "declare-draft",
        DESK,
        "The declaration of a result, to be signed",
        ref("Any"),
        ref("Any"),
        log_in=True,
    ),
    Operation(
        "login",
        "post",
        PEOPLE,
        "Log in; a second step's code at once",
        {200: (JSON, ref("Session"))},
        (JSON, obj("username", "password", username=STRING, password=STRING, code=STRING)),
    ),
    Operation(
        "register",
        "post",
        PEOPLE,
        "Make an account",
        {201: (JSON, ref("Session"))},
        (JSON, obj(username=STRING, password=STRING, display_name=STRING)),
    ),
    _post("logout", PEOPLE, "Log out", ref("Any"), obj(user={"type": "null"}), log_in=True),
    _post("join", PEOPLE, "Become a person of a case", ref("Any"), obj(person=ID), log_in=True),
    _get("passkeys", PEOPLE, "What a passkey is made with", JSON, ref("Any"), log_in=True),
    _post("key-refuse", PEOPLE, "A key is not attested", ref("Any"), ref("Key"), log_in=True),
    _post(
        "key-stolen",
        PEOPLE,
        "Freeze a key of one's own",
        obj(proof=STRING),
        ref("Key"),
        log_in=True,
    ),
    _post(
        "key-confirm",
        PEOPLE,
        "Confirm a key by a second way",
        obj(code=STRING),
        ref("Key"),
        log_in=True,
    ),
    _post(
        "let-in",
        PEOPLE,
        "A code by which a person gets into his account again",
        ref("Any"),
        obj(person=ID, code=STRING),
        log_in=True,
    ),
    _get("people", PEOPLE, "Who joined, with roles and keys", JSON, many(ref("Any")), log_in=True),
    Operation(
        "case-new",
        "post",
        CASES,
        "Begin a case, then open it by the judge's statement",
        {201: (JSON, ref("Any"))},
        (JSON, ref("Any")),
        log_in=True,
    ),
    _post(
        "clock",
        CASES,
        "Move the clock of a demonstration case",
        obj(to=STRING),
        obj(now=STRING),
        log_in=True,
    ),
    _get(
        "meeting-notice",
        DESK,
        "The last day for the notice of a meeting",
        JSON,
        obj(last=STRING, words=STRING, enough={"type": "boolean"}),
        query={"day": {"type": "string", "format": "date"}},
        needed=("day",),
        log_in=True,
    ),
    _get("ballots-data", VOTE, "The lines of my principals", JSON, ref("Any"), log_in=True),
    _get(
        "boxes",
        VOTE,
        "The boxes sealed to a trustee",
        JSON,
        obj("total", "ballots", total=INDEX, ballots=many(ref("Any")), next={}),
        query={"index": INDEX, "from": INDEX},
        needed=("index",),
        log_in=True,
    ),
    _get("weights", VOTE, "Weights, for who may see them", JSON, ref("Any"), log_in=True),
    _post(
        "weights-draft",
        DESK,
        "What the proofs of weights are made from",
        ref("Any"),
        ref("Any"),
        log_in=True,
    ),
    Operation(
        "weights-table",
        "post",
        DESK,
        "Keep the weight proofs under their root",
        {201: (JSON, obj(root=HEX, rows=INDEX))},
        (BYTES, STRING),
        query={"root": HEX},
        needed=("root",),
        log_in=True,
    ),
    _get(
        "given-away",
        DESK,
        "Whose answers would follow from one that is disclosed",
        JSON,
        obj(implied=many(obj(line=ID, name=STRING))),
        log_in=True,
    ),
    Operation("schema", "get", CASES, "This document", {200: (JSON, ref("Any"))}),
)
