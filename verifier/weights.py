"""The weight proofs of a vote, in batches, and the tables that hold them (protocol 11)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from bankruptcy.kinds import records
from bankruptcy.kinds.refusals import NoTable
from bankruptcy.kinds.schema import Hash
from bankruptcy.kinds.tables import CaseView
from ledger.log import jcs
from ledger.log.jcs import Json
from ledger.log.merkle import leaf_hash, root
from verifier.ahead import ahead
from verifier.bundle import Bundle
from verifier.report import Report
from voting.protocol import weights
from voting.protocol.group import Group
from voting.protocol.tally import Metric
from voting.protocol.weights import WeightedAnswer

BATCH: Final = 2_048
"""Answers in one multi-scalar multiplication: enough that more would cost no less a point."""


def false_weights(
    group: Group, manifest_hash: bytes, answers: Sequence[WeightedAnswer], size: int = BATCH
) -> tuple[int, ...]:
    """The positions of those whose proof does not hold, batch by batch of `size`; the second half
    of the batches by another process."""
    starts = range(0, len(answers), size)
    half = (len(starts) + 1) // 2

    def of(start: int) -> tuple[int, tuple[int, ...]]:
        batch = answers[start : start + size]
        return start, tuple(weights.false_weights(group, manifest_hash, batch))

    later = ahead(lambda: map(of, starts[half:]), len(answers))
    found = dict(map(of, starts[:half])) | dict(later)
    # Where the process died, its batches are looked at here.
    found |= dict(of(start) for start in starts if start not in found)
    return tuple(start + position for start in starts for position in found[start])


def tables_of(bundle: Bundle) -> Callable[[Hash], Sequence[Json]]:
    """What reads a table of the bundle by its root, and checks that its rows give it."""

    def read(wanted: Hash) -> Sequence[Json]:
        path = f"tables/{wanted.hex()}.jsonl"
        if not bundle.has(path):
            raise NoTable(root=wanted.hex()[:12])
        lines = bundle.read(path).splitlines()
        if root(leaf_hash(line) for line in lines) != wanted:
            raise NoTable(root=wanted.hex()[:12])
        return [jcs.loads(line) for line in lines]

    return read


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
