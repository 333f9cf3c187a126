"""A case as anybody can follow it: its log read entry by entry, its records by the shared rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bankruptcy.kinds import judge, records, registry
from bankruptcy.kinds.refusals import NoTable, NotOpened
from bankruptcy.kinds.register_published import table_root
from bankruptcy.kinds.schema import Committed, Hash
from bankruptcy.kinds.tables import MemoryTables, SealedEntry
from bankruptcy.law.pack import RulePack, builtin
from ledger.log import jcs
from ledger.log.encoding import parse_amount, unb64u
from ledger.log.entry import Entry, first_prev
from ledger.log.errors import Malformed
from ledger.log.jcs import Json
from ledger.log.merkle import leaf_hash, root
from voting.protocol.group import Group, default_group, read_scalar
from voting.protocol.pedersen import Opening
from voting.protocol.weights import WeightedAnswer, false_weights

ReadTable = Callable[[bytes], bytes | None]
"""The rows of a table by its root, one a line; None where there is none."""


@dataclass(frozen=True, slots=True)
class _Opened:
    field: str
    value: Json


class _Log:
    """The log so far (tables.Log)."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.index: dict[bytes, int] = {}
        self.entries: list[Entry] = []

    def index_of(self, digest: Hash) -> int | None:
        """See Log.index_of."""
        return self.index.get(digest)

    def root_at(self, size: int) -> bytes | None:
        """See Log.root_at."""
        if not 0 < size <= len(self.leaves):
            return None
        return root(self.leaves[:size])

    def sealed_at(self, n: int) -> SealedEntry | None:
        """See Log.sealed_at."""
        return registry.sealed(self.entries[n]) if 0 <= n < len(self.entries) else None


class Replica(MemoryTables):
    """The case as it stands after the entries given to `feed`, with the openings learned.

    judging: every entry is judged by its kind's rules, signature included, before it is applied;
    what cannot be opened is passed over, and `tables` gives those that statements name. Without
    it entries are taken as the server took them.
    """

    def __init__(
        self, origin: str, *, judging: bool = False, tables: ReadTable | None = None
    ) -> None:
        super().__init__()
        self._tables = tables
        self.origin = origin
        self._judging = judging
        self._log = _Log()
        self._pack, self._group = builtin(), default_group()
        self._values: dict[bytes, _Opened] = {}
        self._amounts: dict[bytes, Opening] = {}

    @property
    def size(self) -> int:
        """Number of entries read."""
        return len(self._log.leaves)

    @property
    def root(self) -> bytes:
        """The tree's root over them."""
        return root(self._log.leaves)

    @property
    def now(self) -> datetime:
        """The demonstration clock's standing time; ValueError before the genesis."""
        file = records.case_file(self)
        if file is None:
            raise ValueError("no genesis yet")
        return file.clock_at

    def feed(self, data: bytes) -> Entry:
        """The next entry's bytes. Raises ChainBroken, and the refusal of an unlawful act."""
        entry = Entry.decode(data)
        prev = self._log.leaves[-1] if self._log.leaves else first_prev(self.origin)
        entry.check_follows(self.origin, self.size, prev)
        kind, said, act = judge.read(entry.envelope, entry.received, entry.at)
        if self._judging:
            judge.check_signature(self, entry.envelope, act)
            judge.judge(self, kind, said, act)
        kind.apply(self, act)
        self._log.index[act.digest] = entry.n
        self._log.leaves.append(leaf_hash(data))
        self._log.entries.append(entry)
        return entry

    def learn(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows of openings (ledger 9.10), of one's own making."""
        for row in rows:
            if "digest" in row:
                opened = _Opened(row["field"], row["value"])
                self._values[unb64u(row["digest"], 32)] = opened
            else:
                opening = Opening(parse_amount(row["amount"]), read_scalar(row["sigma"]))
                self._amounts[unb64u(row["commitment"], 96)] = opening

    def learn_from(self, other: Replica) -> None:
        """All that another replica can open."""
        self._values |= other._values
        self._amounts |= other._amounts

    def amount_opening(self, commitment: bytes) -> Opening:
        """(fen, σ) of a commitment. Raises NotOpened."""
        found = self._amounts.get(commitment)
        if found is None:
            raise NotOpened(what="amount")
        return found

    # --- CaseView

    @property
    def pack(self) -> RulePack:
        """See CaseView.pack."""
        return self._pack

    @property
    def group(self) -> Group:
        """See CaseView.group."""
        return self._group

    @property
    def log(self) -> _Log:
        """See CaseView.log."""
        return self._log

    def opening(self, field: str, digest: Hash) -> Json:
        """See CaseView.opening."""
        found = self._values.get(digest)
        if found is None:
            raise NotOpened(what=field)
        if found.field != field:
            raise Malformed(what=f"{found.field} ≠ {field}")
        return found.value

    def amount(self, committed: Committed) -> int:
        """See CaseView.amount."""
        return self.amount_opening(committed.commitment).value

    def has_document(self, sha256: Hash) -> bool:
        """See CaseView.has_document; files are not read here."""
        raise NotOpened(what="documents")

    def ballot_holds(self, body_hash: Hash) -> bool | None:
        """See CaseView.ballot_holds."""
        return None

    def rows(self, root: Hash) -> Sequence[Json]:
        """See CaseView.rows."""
        data = None if self._tables is None else self._tables(root)
        if data is None:
            raise NoTable(root=root.hex()[:12])
        rows = [jcs.loads(line) for line in data.splitlines()]
        if table_root(rows) != root:
            raise NoTable(root=root.hex()[:12])
        return rows

    def false_weights(
        self, manifest_hash: Hash, answers: Sequence[WeightedAnswer]
    ) -> Sequence[int]:
        """See CaseView.false_weights."""
        return false_weights(self._group, manifest_hash, answers)
