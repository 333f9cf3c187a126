"""The decoders of rules, law and verifier: bodies, packs, receipts, and whole bundles."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from bankruptcy.kinds.registry import KINDS
from bankruptcy.kinds.schema import encode
from bankruptcy.law.motion import Times
from bankruptcy.law.pack import RulePack, builtin_value
from bankruptcy.law.register import Row, decode_order
from ledger.log.acknowledgement import verify as verify_acknowledgement
from ledger.log.bundle import INDEX_NAME, Index, Profile
from ledger.log.directory import (
    HEADS,
    KEY_CHANGED,
    LOG_CLOSED,
    LOG_CREATED,
    POLICY_CHANGED,
    Head,
    changed_body,
)
from ledger.log.dsse import Envelope
from ledger.log.encoding import b64u, check_id
from ledger.log.entry import Entry, first_prev
from ledger.log.jcs import Json, dumps, items, loads, members, text
from ledger.log.policy import Policy
from ledger.log.sign import Ed25519Signer
from ledger.log.statement import Role, check_kind
from ledger.log.tiles import encode_bundle
from tests.core.ledger.test_directory import ONE, Told, listed, vkey
from tests.fuzz import ballots, formats
from tests.fuzz.acts import everything, judged
from tests.fuzz.mutating import at, nodes
from tests.fuzz.target import Target
from tests.rules.scenes import at_stage
from tests.rules.world import World, write_files
from verifier.bundle import Bundle
from verifier.challenge import check_tested, read_fingerprint
from verifier.directory import read_directory
from verifier.openings import read_amounts, read_openings
from verifier.receipts import check_under_policy
from verifier.replay import verify
from voting.protocol.group import default_group


def _spelled_body(data: bytes) -> Json:
    found = members(loads(data), "members", "body", "kind")
    kind = KINDS.get(text(found["kind"], "kind"))
    if kind is None:
        return found
    body = kind.decode(found["body"])
    if kind.locks is not None:
        kind.locks(body)
    # A kind with a reader of its own is spelled by the core, whose targets look at that.
    spelled = found["body"] if kind.reader is not None else encode(body)
    return {"body": spelled, "kind": kind.id}


def _judged(data: bytes) -> None:
    """A statement read, looked at and judged in the case as it stood when its like was said."""
    found = members(loads(data), "members", "body", "kind", "on_behalf", "role")
    moments = everything().moments.get(str(found["kind"]))
    if moments is None or not isinstance(found["body"], dict) or found["role"] not in [*Role]:
        return
    state, said, _ = moments[0]
    now = said.received
    on_behalf = None if found["on_behalf"] is None else check_id(found["on_behalf"])
    changed = said.changed(body=found["body"], role=Role(found["role"]), on_behalf=on_behalf)
    judged(state, changed, now)


def _first_said() -> Iterator[tuple[str, Any]]:
    return ((kind, moments[0][1]) for kind, moments in sorted(everything().moments.items()))


def _bodies() -> list[bytes]:
    return [dumps({"body": said.body, "kind": kind}) for kind, said in _first_said()]


def _acts() -> list[bytes]:
    return [
        dumps({"body": s.body, "kind": kind, "on_behalf": s.on_behalf, "role": s.role.value})
        for kind, s in _first_said()
    ]


def _law(wanted: type | str) -> list[bytes]:
    """The objects of the shared vectors of law that have the members of a row, times or order."""
    value = json.loads((formats.TESTS / "vectors/rolls.json").read_text("utf-8"))
    objects = [found for path in nodes(value) if isinstance(found := at(value, path), dict)]
    if wanted == "order":
        return [dumps(o) for o in objects if "kind" in o and "at" in o and "scope" in o][:3]
    names = set(Times.__dataclass_fields__) if wanted is Times else {"creditor", "claim", "filed"}
    return [dumps(o) for o in objects if names <= o.keys() and len(o) < 30][:5]


def _amounts() -> list[bytes]:
    world = everything()
    return [world._files([], [], Profile.COURT)["amounts.jsonl"]]


def _receipt(data: bytes) -> None:
    check_under_policy(data, Policy.parse(formats.policy()))


def _acknowledged(data: bytes) -> None:
    verify_acknowledgement(Envelope.decode(data), Ed25519Signer(bytes(32)).key)


def _told(data: bytes) -> None:
    """Statements for the directory log, one after the other."""
    told = Told()
    for row in items(loads(data), "rows"):
        found = members(row, "members", "body", "kind")
        if not isinstance(found["body"], dict):
            continue
        told.say(check_kind(found["kind"]), found["body"])


def _tellings() -> list[bytes]:
    first, head = listed(ONE), Head(ONE, 3, bytes(32)).to_json()
    rows = [
        (LOG_CREATED, first.created()),
        (HEADS, {"heads": [head]}),
        (KEY_CHANGED, changed_body(ONE, first.vkey, vkey(ONE, b"new"))),
        (POLICY_CHANGED, changed_body(ONE, b64u(first.policy), b64u(bytes(32)))),
        (LOG_CLOSED, head),
    ]
    return [dumps([{"body": body, "kind": kind} for kind, body in rows])]


@cache
def _directory_files() -> dict[str, bytes]:
    """A directory log of one entry, as it is served."""
    body = listed(ONE).created()
    said = replace(formats.statement(), body=body, case=None, kind=LOG_CREATED, role=Role.CLERK)
    first = Entry.of(0, first_prev(said.log), formats.NOW, formats.NOW, said.sign(formats.PERSON))
    return {
        "checkpoint": formats.note(first.leaf()).encode(),
        "policy": formats.policy().encode(),
        "tile/entries/000.p/1": encode_bundle([first.encode()]),
    }


def _directory_folder(data: bytes) -> None:
    path, _, content = data.partition(b"\n")
    with tempfile.TemporaryDirectory() as folder:
        for name, kept in _directory_files().items():
            file = Path(folder) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if name.encode() == path else kept)
        read_directory(Path(folder))


class _Folder:
    """A bundle on disk that verifies; one of its files is another for the time of one look."""

    def __init__(self, world: World) -> None:
        self._kept = tempfile.TemporaryDirectory()
        self.root = world.write_bundle(Path(self._kept.name))
        self.index = Index.decode((self.root / INDEX_NAME).read_bytes())
        self.files = {path: (self.root / path).read_bytes() for path in self.index.files}

    def look(self, path: str, content: bytes) -> bool:
        """Whether it still verifies with another content, and an index that fits."""
        if path == INDEX_NAME:
            (self.root / path).write_bytes(content)
        else:
            changed = {**self.files, path: content}
            write_files(self.root, changed, self.index.profile, self.index.size)
        try:
            return verify(Bundle.open(self.root)).verified
        finally:
            write_files(self.root, self.files, self.index.profile, self.index.size)


@cache
def _folder() -> _Folder:
    return _Folder(at_stage("reviewed").world)


def _bundle(data: bytes) -> None:
    """`path LF content`: verified only if nothing that is checked was changed."""
    path, _, content = data.partition(b"\n")
    name = formats.text_of(path)
    folder = _folder()
    if name not in folder.files and name != INDEX_NAME:
        return
    unchanged = name == "README" or folder.files.get(name) == content
    verified = folder.look(name, content)
    assert not verified or unchanged or name == INDEX_NAME


def _bundle_files() -> Sequence[bytes]:
    folder = _folder()
    found = {**folder.files, INDEX_NAME: (folder.root / INDEX_NAME).read_bytes()}
    return [path.encode() + b"\n" + data for path, data in sorted(found.items())]


RULES: Final = (
    Target("body", _spelled_body, _bodies, dumps),
    Target("act", _judged, _acts),
    Target(
        "rule-pack",
        lambda data: RulePack.decode(loads(data)),
        lambda: [dumps(builtin_value())],
        lambda pack: pack.canonical,
    ),
    Target("register-row", lambda data: Row.decode(loads(data)), lambda: _law(Row)),
    Target("order", lambda data: decode_order(loads(data)), lambda: _law("order")),
    Target("times", lambda data: Times.decode(loads(data)), lambda: _law(Times)),
    Target("openings-file", read_openings, formats.opening_files),
    Target("amounts-file", lambda data: read_amounts(data, default_group()), _amounts),
    Target("receipt", _receipt, lambda: [formats.receipt()]),
    Target("promise", _acknowledged, lambda: [e for e in formats.envelopes() if b"acknow" in e]),
    Target(
        "fingerprint", lambda data: read_fingerprint(formats.text_of(data)), lambda: [b"ABCD " * 8]
    ),
    Target(
        "tested-ballot",
        lambda data: check_tested(data).to_json(),
        lambda: [ballots.challenge(ballots.vector()["ballots"][0])],
    ),
    Target("directory", _told, _tellings),
    Target(
        "directory-folder",
        _directory_folder,
        lambda: [name.encode() + b"\n" + data for name, data in _directory_files().items()],
    ),
    Target("bundle", _bundle, _bundle_files),
)
