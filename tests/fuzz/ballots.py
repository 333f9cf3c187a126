"""The decoders of the vote's mathematics, with the shared ballot vectors as seeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final

from ledger.log.encoding import unb64u
from ledger.log.jcs import Json, dumps, loads
from tests.fuzz.formats import TESTS
from tests.fuzz.target import Target
from voting.protocol.ballot import Body, check_boxes, check_shape
from voting.protocol.complaint import Complaint, judge, open_box
from voting.protocol.group import default_group, read_scalar
from voting.protocol.keys import KeyProof
from voting.protocol.manifest import Manifest
from voting.protocol.opening import FORMAT, check_challenge_file, decode_secrets, encode_secrets
from voting.protocol.roll import Leaf
from voting.protocol.sharing import Share
from voting.protocol.weights import WeightProof

VECTORS: Final = TESTS / "vectors"


@cache
def vector() -> Any:
    """A vote with two of three trustees."""
    return json.loads((VECTORS / "ballot_2of3.json").read_text("utf-8"))


@cache
def manifest() -> Manifest:
    """Its manifest."""
    return Manifest.decode(vector()["manifest"])


@cache
def bodies() -> dict[bytes, Body]:
    """Its ballots, by hash."""
    found = [Body.decode(row["body"], manifest()) for row in vector()["ballots"]]
    return {body.digest: body for body in found}


def challenge(row: Json) -> bytes:
    """A ballot of the vector as the file of a test."""
    parts = {name: row[name] for name in ("body", "boxes", "opening")}
    return dumps({"format": FORMAT, "manifest": vector()["manifest"], **parts})


def _complaint(data: bytes) -> None:
    """Judged: whatever it is, it gets a verdict."""
    judge(loads(data), manifest(), bodies(), 1, group=default_group())


def _boxes(data: bytes) -> None:
    """The boxes of the first ballot, JSON as the intake takes them."""
    body = next(iter(bodies().values()))
    boxes = [unb64u(box) for box in loads(data)] if data.startswith(b"[") else []
    check_shape(body, manifest())
    check_boxes(body, manifest(), boxes)


def _box(data: bytes) -> None:
    """One box, opened by its trustee."""
    body = next(iter(bodies().values()))
    secret = read_scalar(vector()["trustee_secrets"][0])
    open_box(default_group(), manifest(), 1, secret, body, data)


def _value(decode: Callable[[Json], Any]) -> Callable[[bytes], Any]:
    return lambda data: decode(loads(data))


def _rows(name: str, member: str) -> Callable[[], Sequence[bytes]]:
    return lambda: [dumps(row[member]) for row in vector()[name][:4]]


def _leaves() -> list[bytes]:
    return [dumps(line["leaf"]) for line in vector()["rolls"]["plan"]["lines"][:3]]


BALLOTS: Final = (
    Target(
        "manifest",
        Manifest.parse,
        lambda: [dumps(vector()["manifest"])],
        lambda found: dumps(found.encode()),
    ),
    Target(
        "ballot",
        lambda data: Body.parse(data, manifest()),
        _rows("ballots", "body"),
        Body.canonical,
    ),
    Target(
        "complaint",
        _value(lambda value: Complaint.decode(value, default_group())),
        _rows("complaints", "complaint"),
        lambda found: dumps(found.encode()),
    ),
    Target("complaint-judged", _complaint, _rows("complaints", "complaint")),
    Target(
        "weight-proof",
        _value(lambda value: WeightProof.decode(value, default_group())),
        _rows("weight_proofs", "proof"),
        lambda found: dumps(found.encode()),
    ),
    Target(
        "key-proof",
        _value(lambda value: KeyProof.decode(value, default_group())),
        lambda: [dumps(vector()["manifest"]["trustees"][0]["proof"])],
        lambda found: dumps(found.encode()),
    ),
    Target(
        "roll-leaf",
        _value(lambda value: Leaf.decode(value, default_group())),
        _leaves,
        lambda found: dumps(found.encode()),
    ),
    Target(
        "challenge-file",
        check_challenge_file,
        lambda: [challenge(row) for row in vector()["ballots"][:2]],
    ),
    Target(
        "opening",
        _value(decode_secrets),
        _rows("ballots", "opening"),
        lambda found: dumps(encode_secrets(found)),
    ),
    Target("share", Share.decode, lambda: [bytes(64)], Share.encode),
    Target("boxes", _boxes, lambda: [dumps(vector()["ballots"][0]["boxes"])]),
    Target("box", _box, lambda: [unb64u(vector()["ballots"][0]["boxes"][0])]),
)
