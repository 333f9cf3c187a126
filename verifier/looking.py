"""What can be checked of an entry without its case: signature, and proofs of ballots (protocol 6).

Every entry of a log is looked at, some hundred at a time; the replay asks for what was found when
it comes to the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bankruptcy.kinds.schema import Hash
from ledger.log.encoding import b64u, check_id, unb64u
from ledger.log.entry import Entry
from ledger.log.errors import Refused
from ledger.log.genesis import KIND as GENESIS
from ledger.log.genesis import Genesis
from ledger.log.jcs import Json
from ledger.log.suites import PublicKey, parse_suite, possession_message
from verifier.ahead import beside
from voting.protocol.ballot import Body, body_hash, check_shape
from voting.protocol.batch import verify_ballots
from voting.protocol.group import Group
from voting.protocol.manifest import Manifest

ENROLLED: Final = "key.enrolled@1"

BATCH: Final = 512
"""Entries looked at before the next are."""

Progress = Callable[[str, int, int], None]
"""(what is being done, how many are done, of how many)."""

Signed = tuple[bytes, bytes]
"""Key id and signature; what is signed is in the signature."""


@dataclass(slots=True)
class Looked:
    """What was found in the entries from `start` to before `end`.

    signed: digest of a statement -> the key id and signature found to be true. possessed: digests
    of enrolments whose key was shown to be its holder's. decoded: digest of a statement -> the
    ballot in it. ballots: hash of a ballot's body -> whether its proofs hold.
    Ballots that do not decode under a manifest of the log, or have the wrong shape, are not there:
    the replay refuses them for that.
    """

    start: int
    end: int
    signed: dict[bytes, Signed] = field(default_factory=dict)
    possessed: set[Hash] = field(default_factory=set)
    decoded: dict[Hash, Body] = field(default_factory=dict)
    ballots: dict[bytes, bool] = field(default_factory=dict)


class Looking:
    """A log, looked at by whoever comes there first: the replay from its beginning, and a process
    of its own from its end, where the ballots stand. Where they meet, all is done."""

    def __init__(self, entries: Sequence[Entry | None], group: Group) -> None:
        self._entries, self._group = entries, group
        self._keys = dict(_keys(entries))
        self._manifests = dict(_manifests(entries, group))
        self._found: dict[int, Looked] = {}
        starts = range(0, len(entries), BATCH)
        self._other = beside(lambda: map(self._look, reversed(starts)), len(entries))

    def at(self, start: int) -> Looked:
        """What is found from entry `start` on, a multiple of `BATCH`."""
        self._found.update((found.start, found) for found in self._other.arrived())
        found = self._found.pop(start, None)
        if found is not None or start + BATCH >= len(self._entries):
            self._other.end()  # It comes from the end: the rest is here, too, or there is none.
        return self._look(start) if found is None else found

    def _look(self, start: int) -> Looked:
        found = Looked(start, min(start + BATCH, len(self._entries)))
        waiting: dict[str, list[Body]] = {}
        for entry in self._entries[start : found.end]:
            if entry is None:
                continue
            _check_signature(entry, self._keys, found)
            if entry.kind == ENROLLED:
                _check_possession(entry, found)
            elif entry.kind == "ballot.cast@1":
                _note_ballot(entry, self._manifests, waiting, self._group, found)
        for named, bodies in waiting.items():
            false = set(verify_ballots(bodies, self._manifests[named], self._group))
            found.ballots.update({body_hash(b): i not in false for i, b in enumerate(bodies)})
        return found


def _keys(entries: Sequence[Entry | None]) -> Iterator[tuple[bytes, PublicKey]]:
    """Every key that the log enrols, by the id that follows from it; whether it may, the rules say.

    Passkeys are left to the replay: their signatures need the genesis' origins.
    """
    for entry in entries:
        try:
            if entry is None:
                continue
            if entry.kind == GENESIS:
                genesis = Genesis.from_json(entry.statement.body)
                for key in (genesis.clerk, *(court.key for court in genesis.court)):
                    yield key.id, key
            elif entry.kind == ENROLLED:
                key = _enrolled(entry.statement.body)
                yield key.id, key
        except Refused:
            continue


def _manifests(entries: Sequence[Entry | None], group: Group) -> Iterator[tuple[str, Manifest]]:
    """Every manifest of the log that decodes, by the text of its hash."""
    for entry in entries:
        if entry is not None and entry.kind == "voting.prepared@1":
            try:
                manifest = Manifest.decode(entry.statement.body.get("manifest"), group)
            except Refused:
                continue
            yield b64u(manifest.digest), manifest


def _enrolled(body: Json) -> PublicKey:
    return PublicKey(parse_suite(body.get("suite")), unb64u(body.get("public_key")))


def _check_possession(entry: Entry, found: Looked) -> None:
    said = entry.statement
    try:
        key, holder = _enrolled(said.body), check_id(said.body.get("holder"))
        message = possession_message(said.case, holder, said.log, key)
        key.verify(message, unb64u(said.body.get("possession")))
    except Refused:
        return
    found.possessed.add(Hash(entry.envelope.digest()))


def _check_signature(entry: Entry, keys: dict[bytes, PublicKey], found: Looked) -> None:
    envelope = entry.envelope
    key = keys.get(envelope.keyid)
    if key is None:
        return
    try:
        key.verify(envelope.pae(), envelope.sig)
    except Refused:
        return
    found.signed[envelope.digest()] = (envelope.keyid, envelope.sig)


def _note_ballot(
    entry: Entry,
    manifests: dict[str, Manifest],
    waiting: dict[str, list[Body]],
    group: Group,
    found: Looked,
) -> None:
    body = entry.statement.body
    named = body.get("manifest_hash")
    if not isinstance(named, str) or (manifest := manifests.get(named)) is None:
        return
    try:
        ballot = Body.decode(body, manifest, group)
        check_shape(ballot, manifest)
    except Refused:
        return
    found.decoded[Hash(entry.envelope.digest())] = ballot
    waiting.setdefault(named, []).append(ballot)
