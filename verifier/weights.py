"""The weight proofs of a vote, in batches, and the tables that hold them (protocol 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import overload

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import NoTable
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView
from ledger.log import jcs
from ledger.log.jcs import Json
from ledger.log.merkle import leaf_hash, root
from verifier.bundle import Bundle
from verifier.proven import BATCH, Lines, Proven, digest_of
from verifier.report import Report
from voting.protocol import weights as proofs
from voting.protocol.group import Group
from voting.protocol.tally import Metric
from voting.protocol.weights import WeightedAnswer


def false_weights(
    group: Group,
    manifest_hash: bytes,
    answers: Sequence[WeightedAnswer],
    checked: Iterable[Proven | None] = (),
) -> tuple[int, ...]:
    """The positions of those whose proof does not hold, batch by batch.

    checked: what was found ahead, in order; of other answers than these it counts for nothing.
    """
    found: list[int] = []
    ahead = iter(checked)
    for start in range(0, len(answers), BATCH):
        batch = answers[start : start + BATCH]
        proven = next(ahead, None)
        if proven is not None and proven.digest == digest_of(manifest_hash, batch):
            false = proven.false
        else:
            false = proofs.false_weights(group, manifest_hash, batch)
        found += (start + position for position in false)
    return tuple(found)


def lines_of(bundle: Bundle) -> Lines:
    """What reads the lines of a table of the bundle by its root."""

    def read(wanted: Hash) -> Sequence[bytes]:
        path = f"tables/{wanted.hex()}.jsonl"
        if not bundle.has(path):
            raise NoTable(root=wanted.hex()[:12])
        return bundle.read(path).splitlines()

    return read


def tables_of(bundle: Bundle) -> Callable[[Hash], Sequence[Json]]:
    """What reads a table of the bundle by its root, and checks that its rows give it."""

    lines_by = lines_of(bundle)

    def read(wanted: Hash) -> Sequence[Json]:
        lines = lines_by(wanted)
        if root(leaf_hash(line) for line in lines) != wanted:
            raise NoTable(root=wanted.hex()[:12])
        return _Rows(lines)

    return read


class _Rows(Sequence[Json]):
    """The rows of a table, each read when it is asked for: as lines they are a third as large."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines

    def __len__(self) -> int:
        return len(self._lines)

    @overload
    def __getitem__(self, n: int) -> Json: ...

    @overload
    def __getitem__(self, n: slice) -> Sequence[Json]: ...

    def __getitem__(self, n: int | slice) -> Json | Sequence[Json]:
        return _Rows(self._lines[n]) if isinstance(n, slice) else jcs.loads(self._lines[n])


def settle(state: CaseView, unchecked: dict[str, list[int]], report: Report) -> None:
    """Say how far the amount results are checked without amounts.

    unchecked: entries of which a rule that needs openings was passed over, by name of the check. A
    result whose weight proofs hold is taken out of it: they show all that the amounts would.
    """
    proofs, votes = 0, 0
    for result in state.find(records.RESULTS):
        if not any(vector.metric == Metric.AMOUNT.value for vector in result.vectors):
            continue
        published = state.get(records.WEIGHTS, result.manifest_hash)
        index = state.log.index_of(result.statement)
        if published is None:
            report.gap(
                "weights",
                "没有公布不透露金额的核验数据；看不到金额的人无法核对这个结果的金额",
                "no weight proofs were published: who sees no amounts cannot check those of the "
                "result",
                entry=index,
            )
            continue
        proofs, votes = proofs + published.rows, votes + 1
        if index in (left := unchecked.get("results", [])):
            left.remove(index)
            if not left:
                del unchecked["results"]
    report.ok(
        "weights",
        f"{proofs} 项金额证明成立，{votes} 次表决的金额结果由此推得，不需要任何金额",
        f"{proofs} weight proofs hold; the amounts of {votes} results follow without any amount",
    )
