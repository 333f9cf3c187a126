"""The case as the verifier's replay knows it: tables in memory, openings from the bundle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bankruptcy.kinds import registry
from bankruptcy.kinds.refusals import NoTable, NotOpened
from bankruptcy.kinds.schema import Committed, Hash
from bankruptcy.kinds.tables import MemoryTables, SealedEntry
from bankruptcy.law.pack import RulePack
from ledger.log.disclosure import Opening
from ledger.log.dsse import Envelope
from ledger.log.entry import Entry
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from ledger.log.merkle import NodeLookup, root_at
from verifier import weights
from verifier.looking import Looked, Looking, Signed
from voting.protocol.group import Group
from voting.protocol.weights import WeightedAnswer


@dataclass(slots=True)
class ReplayedLog:
    """The log so far: which statement stands where, what each entry seals, and its roots."""

    node: NodeLookup
    size: int = 0
    index: dict[bytes, int] = field(default_factory=dict)
    entries: Sequence[Entry | None] = ()

    def index_of(self, digest: Hash) -> int | None:
        """See Log.index_of."""
        return self.index.get(digest)

    def root_at(self, size: int) -> bytes | None:
        """See Log.root_at; nothing beyond the entries replayed so far is known."""
        return root_at(size, self.node) if 0 < size <= self.size else None

    def sealed_at(self, n: int) -> SealedEntry | None:
        """See Log.sealed_at; an entry that is not replayed yet is not there."""
        entry = self.entries[n] if 0 <= n < self.size else None
        return None if entry is None else registry.sealed(entry)


def no_table(root: Hash) -> Sequence[Json]:
    """Where there are no tables. Raises NoTable."""
    raise NoTable(root=root.hex()[:12])


class ReplayState(MemoryTables):
    """CaseState over the bundle: what it does not open raises NotOpened."""

    def __init__(
        self,
        pack: RulePack,
        group: Group,
        log: ReplayedLog,
        openings: Mapping[bytes, Opening],
        amounts: Mapping[bytes, int],
        documents: frozenset[bytes] | None,
    ) -> None:
        super().__init__()
        self._pack, self._group, self._log = pack, group, log
        self._openings, self._amounts, self._documents = openings, amounts, documents
        self._used: set[bytes] = set()
        self.tables: Callable[[Hash], Sequence[Json]] = no_table
        """Reads a table by its root."""
        self.looking: Looking | None = None
        self._signed: dict[bytes, Signed] = {}
        self._ballots: dict[bytes, bool] = {}
        self._end = 0
        self.erased: Mapping[bytes, int] = {}
        """Digests whose opening a later entry erased, with the number of that entry."""
        self.missed: dict[str, int] = {}
        """Fields that could not be opened since they were erased, with the erasing entry."""

    @property
    def pack(self) -> RulePack:
        """See CaseView.pack."""
        return self._pack

    @property
    def group(self) -> Group:
        """See CaseView.group."""
        return self._group

    @property
    def log(self) -> ReplayedLog:
        """See CaseView.log."""
        return self._log

    def opening(self, field: str, digest: Hash) -> Json:
        """See CaseView.opening."""
        found = self._openings.get(digest)
        if found is None:
            if digest in self.erased:
                self.missed[field] = self.erased[digest]
            raise NotOpened(what=field)
        if found.field != field:
            raise Malformed(what=f"{found.field} ≠ {field}")
        self._used.add(digest)
        return found.value

    def amount(self, committed: Committed) -> int:
        """See CaseView.amount."""
        found = self._amounts.get(committed.commitment)
        if found is None:
            raise NotOpened(what="amount")
        self._used.add(committed.commitment)
        return found

    def has_document(self, sha256: Hash) -> bool:
        """See CaseView.has_document."""
        if self._documents is None:
            raise NotOpened(what="documents")
        return sha256 in self._documents

    def rows(self, root: Hash) -> Sequence[Json]:
        """See CaseView.rows."""
        return self.tables(root)

    def false_weights(
        self, manifest_hash: Hash, answers: Sequence[WeightedAnswer]
    ) -> Sequence[int]:
        """See CaseView.false_weights."""
        checked = () if self.looking is None else self.looking.proven(self._log.size)
        return weights.false_weights(self._group, manifest_hash, answers, checked)

    def ballot_holds(self, body_hash: Hash) -> bool | None:
        """See CaseView.ballot_holds."""
        return self._ballots.get(body_hash)

    def signature_holds(self, envelope: Envelope) -> bool:
        """Was the signature found true ahead of the replay? Else it is to be looked at here."""
        return self._signed.pop(envelope.digest(), None) == (envelope.keyid, envelope.sig)

    def look_at(self, n: int) -> None:
        """Take up what is found in the entries up to `n`."""
        while self.looking is not None and self._end <= n:
            self.take(self.looking.at(self._end))

    def take(self, found: Looked) -> None:
        """Rely on what was found in entries that are replayed next."""
        self._end = found.end
        self._signed.update(found.signed)
        self._ballots.update(found.ballots)
        self.worked.ballots.update(found.decoded)
        self.worked.possessed.update(found.possessed)

    def unused_openings(self) -> int:
        """How many rows open a digest that no entry replayed so far holds."""
        return len(self._openings.keys() - self._used)

    def unused_amounts(self) -> int:
        """How many rows open a commitment that no entry replayed so far holds."""
        return len(self._amounts.keys() - self._used)
