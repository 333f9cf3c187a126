"""What can be checked of an entry without its case: signature, and proofs of ballots (protocol 6).

Every entry of a log is looked at, some hundred at a time; the replay asks for what was found when
it comes to the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bankruptcy.kinds import ballot_cast, key_enrolled, voting_prepared
from bankruptcy.kinds.schema import Hash
from ledger.log.encoding import b64u, check_id, unb64u
from ledger.log.entry import Entry
from ledger.log.errors import Refused
from ledger.log.genesis import KIND as GENESIS
from ledger.log.genesis import Genesis
from ledger.log.jcs import Json
from ledger.log.suites import PublicKey, parse_suite, possession_message
from verifier.ahead import MOST, shared
from verifier.proven import Lines, Proven, Proving, body_of
from voting.protocol.ballot import Body, body_hash, check_shape
from voting.protocol.batch import verify_ballots
from voting.protocol.group import Group
from voting.protocol.manifest import Manifest

BATCH: Final = 512
"""Entries looked at before the next are; more of a log that is very long."""

Progress = Callable[[str, int, int], None]
"""(what is being done, how many are done, of how many)."""

Signed = tuple[bytes, bytes]
"""Key id and signature; what is signed is in the signature."""


@dataclass(slots=True)
class Looked:
    """What was found in a batch of entries, up to before `end`.

    signed: digest of a statement -> the key id and signature found to be true. possessed: digests
    of enrolments whose key was shown to be its holder's. decoded: digest of a statement -> the
    ballot in it. ballots: hash of a ballot's body -> whether its proofs hold.
    Ballots that do not decode under a manifest of the log, or have the wrong shape, are not there:
    the replay refuses them for that.
    """

    end: int
    signed: dict[bytes, Signed] = field(default_factory=dict)
    possessed: set[Hash] = field(default_factory=set)
    decoded: dict[Hash, Body] = field(default_factory=dict)
    ballots: dict[bytes, bool] = field(default_factory=dict)


class Looking:
    """A log, looked at batch by batch from its beginning, by the replay and by a process beside it.

    The process runs ahead, and checks the weight proofs at last; where the replay comes to what is
    not looked at yet, it takes its part. So neither waits for the other, however much the replay
    has to do in between.
    """

    def __init__(self, entries: Sequence[Entry | None], lines: Lines, group: Group) -> None:
        self._entries, self._group = entries, group
        self._keys = dict(_keys(entries))
        self._manifests = dict(_manifests(entries, group))
        self._size = max(BATCH, -(-len(entries) // (MOST // 2)))
        self._batches = -(-len(entries) // self._size)
        self._proving = Proving(entries, lines, group)
        self._pieces = list(self._proving.pieces(MOST // 2))
        self._work = shared(self._done, self._batches + len(self._pieces), len(entries))

    def at(self, start: int) -> Looked:
        """What is found from entry `start` on: the end of what was asked for before."""
        found = self._work.get(start // self._size)
        assert isinstance(found, Looked)
        return found

    def proven(self, n: int) -> Iterator[Proven | None]:
        """The weight proofs that entry `n` publishes, in pieces; None for what was not checked."""
        for i, piece in enumerate(self._pieces):
            if piece.n == n:
                found = self._work.get(self._batches + i)
                yield found if isinstance(found, Proven) else None

    def end(self) -> None:
        """No more is needed."""
        self._work.end()

    def _done(self, number: int) -> Looked | Proven | None:
        if number < self._batches:
            return self._look(number)
        return self._proving.check(self._pieces[number - self._batches])

    def _look(self, batch: int) -> Looked:
        start = batch * self._size
        found = Looked(min(start + self._size, len(self._entries)))
        waiting: dict[str, list[Body]] = {}
        for entry in self._entries[start : found.end]:
            if entry is None:
                continue
            _check_signature(entry, self._keys, found)
            if entry.kind == key_enrolled.KIND.id:
                _check_possession(entry, found)
            elif entry.kind == ballot_cast.KIND.id:
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
            elif entry.kind == key_enrolled.KIND.id:
                key = _enrolled(entry.statement.body)
                yield key.id, key
        except Refused:
            continue


def _manifests(entries: Sequence[Entry | None], group: Group) -> Iterator[tuple[str, Manifest]]:
    """Every manifest of the log that decodes, by the text of its hash."""
    for entry in entries:
        if entry is not None and entry.kind == voting_prepared.KIND.id:
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
    body = body_of(entry)
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
