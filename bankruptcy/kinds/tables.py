"""What is known of a case, as tables of frozen records; and how rules read and change it.

Server and verifier share the rules and the records: the server keeps the tables in PostgreSQL,
the verifier in memory. Records are replaced, never edited, and every one follows from the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from bankruptcy.kinds.leaves import Hidden
from bankruptcy.kinds.schema import Committed, Hash, Id
from bankruptcy.law.pack import RulePack
from ledger.log.encoding import b64u
from ledger.log.jcs import Json
from voting.protocol.ballot import Body
from voting.protocol.counted import Counted
from voting.protocol.group import Group
from voting.protocol.roll import Roll
from voting.protocol.tally import Metric, Summed, TallyVector
from voting.protocol.weights import WeightedAnswer

if TYPE_CHECKING:
    from bankruptcy.kinds.records import RollLine

R = TypeVar("R")

Key = str | int | bytes | Enum


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """A table of a case: its records' class, the attributes that are their key, and indexes."""

    name: str
    record: type[R]
    key: tuple[str, ...]
    indexes: tuple[str, ...] = ()
    """Attributes by which `find` may look records up; each an id, a hash, an integer or null."""

    def key_of(self, record: R) -> str:
        """The key's text of a record."""
        return key_text(*(getattr(record, attribute) for attribute in self.key))


def key_text(*parts: Key) -> str:
    """The one text of a key: its parts joined by a character that no part can hold."""
    # Every rule asks by some, and most parts are ids, spelled as they are.
    return "|".join([part if type(part) is str else _spelled(part) for part in parts])


def _spelled(part: Key) -> str:
    if isinstance(part, bytes):
        return b64u(part)
    return str(part.value if isinstance(part, Enum) else part)


Place = tuple[Table[Any], tuple[Key, ...]]
"""Where a record may stand: its table and its key."""


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """What an entry seals: its kind, its leaf hash, and its sealed values by field."""

    kind: str
    leaf: Hash
    values: Mapping[str, Hidden]


@dataclass(frozen=True, slots=True)
class Worked:
    """What is asked for again and again, worked out once: nothing on record can change it.

    possessed: digests of enrolments whose key was shown to be its holder's. ballots: decoded, by
    digest of their statement. lines: of every motion's roll, by digest of the statement that fixes
    them. rolls: of every motion, by manifest hash. counted: counted sets, by their hash and the
    ballots left out of them. sums: what the answers of each vector of a metric add up to, by hash
    of the counted set, metric and threshold.
    """

    possessed: set[Hash] = field(default_factory=set)
    ballots: dict[Hash, Body] = field(default_factory=dict)
    lines: dict[Hash, Sequence[tuple[Id, tuple[RollLine, ...]]]] = field(default_factory=dict)
    rolls: dict[Hash, Mapping[str, Roll]] = field(default_factory=dict)
    counted: dict[tuple[Hash, tuple[Hash, ...]], tuple[Counted, ...]] = field(default_factory=dict)
    sums: dict[tuple[Hash, Metric, int], Mapping[TallyVector, Summed]] = field(default_factory=dict)


class Log(Protocol):
    """What a rule may ask of the log that it stands in."""

    def index_of(self, digest: Hash) -> int | None:
        """Index of the entry that holds the statement; None if it has no number yet."""

    def root_at(self, size: int) -> bytes | None:
        """RFC 9162 root of the first `size` entries; None if the log is shorter."""

    def sealed_at(self, n: int) -> SealedEntry | None:
        """What entry `n` seals; None if the log is shorter, or nothing can be read there."""


class CaseView(Protocol):
    """What is known of a case at this point of its log; all that a rule may look at."""

    @property
    def pack(self) -> RulePack:
        """The rule pack that the genesis names."""

    @property
    def group(self) -> Group:
        """The backend of the group."""

    @property
    def log(self) -> Log:
        """The log so far."""

    def get(self, table: Table[R], *key: Key) -> R | None:
        """The record with this key, or None."""

    def find(self, table: Table[R], **match: Key | None) -> Sequence[R]:
        """Records whose indexed attributes equal `match`, ordered by key; all without `match`."""

    def opening(self, field: str, digest: Hash) -> Json:
        """The value behind the digest that stands at `field` (kind # JSON pointer).

        Raises NotOpened where it is not to be had, Malformed where it opens another field.
        """

    def amount(self, committed: Committed) -> int:
        """The amount in fen behind a commitment. Raises NotOpened where it is not to be had."""

    def has_document(self, sha256: Hash) -> bool:
        """Is the plain file at hand and its hash right? Raises NotOpened where files are not."""

    def rows(self, root: Hash) -> Sequence[Json]:
        """The rows of the table with this root (ledger 9.7). Raises NoTable, Malformed."""

    def false_weights(
        self, manifest_hash: Hash, answers: Sequence[WeightedAnswer]
    ) -> Sequence[int]:
        """Positions of the answers whose weight proof does not hold (protocol 11)."""

    def ballot_holds(self, body_hash: Hash) -> bool | None:
        """Were the proofs of this ballot found true in a batch? None: not looked at yet."""

    @property
    def worked(self) -> Worked:
        """What was worked out of the records so far and stands."""


class CaseState(CaseView, Protocol):
    """A view that can change: what `apply` gets."""

    def put(self, table: Table[R], record: R) -> None:
        """Insert the record, or replace the one with its key."""


class MemoryTables:
    """The tables of one case in memory, with their indexes."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[str, object]] = {}
        self._indexed: dict[tuple[str, str, Key | None], dict[str, None]] = {}
        self.worked = Worked()
        """See CaseView.worked."""

    def get(self, table: Table[R], *key: Key) -> R | None:
        """See CaseView.get."""
        found = self._rows.get(table.name, {}).get(key_text(*key))
        return found if isinstance(found, table.record) else None

    def find(self, table: Table[R], **match: Key | None) -> Sequence[R]:
        """See CaseView.find."""
        return tuple(self._found(table, match))

    def put(self, table: Table[R], record: R) -> None:
        """See CaseState.put."""
        key = table.key_of(record)
        rows = self._rows.setdefault(table.name, {})
        before = rows.get(key)
        rows[key] = record
        for attribute in table.indexes:
            value = getattr(record, attribute)
            if before is not None and (old := getattr(before, attribute)) != value:
                self._indexed[(table.name, attribute, old)].pop(key, None)
            self._indexed.setdefault((table.name, attribute, value), {})[key] = None

    def _found(self, table: Table[R], match: dict[str, Key | None]) -> Iterator[R]:
        rows = self._rows.get(table.name, {})
        for key in sorted(self._keys(table, match)):
            record = rows[key]
            if isinstance(record, table.record):
                yield record

    def _keys(self, table: Table[R], match: dict[str, Key | None]) -> Iterable[str]:
        """Keys of the records that match, looking through the shortest index alone."""
        if not match:
            return self._rows.get(table.name, {})
        for attribute in match:
            if attribute not in table.indexes:
                raise ValueError(f"{table.name} has no index on {attribute}")
        first, *rest = sorted(
            (self._indexed.get((table.name, *pair), {}) for pair in match.items()), key=len
        )
        return (key for key in first if all(key in other for other in rest))
