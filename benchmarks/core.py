"""Batch verification of ballots on one core, each figure as a ratio in the same run.

    .venv/bin/python -m benchmarks.core [--ballots 10000]

Distinct ballots of three motions, verified as one batch; against the reference backend one ballot
after the other, and against the bare multi-scalar multiplication of the same points.
"""

from __future__ import annotations

import argparse
import gc
import secrets
import time
from collections.abc import Callable, Iterator

from benchmarks.large_meeting import bundle
from benchmarks.rows import row
from ledger.log.entry import Entry
from ledger.log.jcs import Json
from ledger.log.tiles import decode_bundle, tiles_of
from verifier.bundle import Bundle
from voting.protocol.ballot import Body
from voting.protocol.batch import DELTA_SIZE, check_proofs, verify_ballots
from voting.protocol.group import ORDER, Group, Point, decode_all, default_group
from voting.protocol.group_py_ecc import PyEccGroup
from voting.protocol.manifest import Manifest

REFERENCE = 2
TURNS = 5


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternately(*works: Callable[[], object]) -> list[float]:
    """Seconds of each, the best of five runs in turn: what else the machine does only adds."""
    rounds = [[timed(work) for work in works] for _ in range(TURNS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ballots", type=int, default=10_000)
    count = parser.parse_args().ballots
    group = default_group()
    gc.disable()  # as concursus-verify does
    manifest, bodies = ballots(count, group)
    answers = answered(bodies)
    points, scalars = same_points(bodies, group)
    reference = PyEccGroup()
    few = bodies[:REFERENCE]
    values = [body.encode() for body in few]
    batch, bare, slow = alternately(
        lambda: verify_ballots(bodies, manifest, group),
        lambda: group.msm(points, scalars),
        lambda: one_by_one(values, manifest, reference),
    )
    batch, bare, slow = batch / answers, bare / answers, slow / answered(few)
    row("ballot-proofs-per-second", round(1 / batch), "answers/s")
    row("ballot-proofs-vs-py_ecc", batch, "s/answer", slow / batch, "py_ecc, one by one")
    row("ballot-proofs-vs-msm", batch, "s/answer", batch / bare, "the bare multiplication")


def answered(bodies: list[Body]) -> int:
    """How many answers those ballots give."""
    return sum(len(body.answers) for body in bodies)


def one_by_one(values: list[Json], manifest: Manifest, group: Group) -> None:
    """Each ballot decoded and checked by itself."""
    for value in values:
        check_proofs(Body.decode(value, manifest, group), manifest, group)


def ballots(count: int, group: Group) -> tuple[Manifest, list[Body]]:
    """The ballots of a meeting with so many, and its manifest."""
    manifest: Manifest | None = None
    bodies: list[Body] = []
    for entry in entries(Bundle.open(bundle(count))):
        if entry.kind == "voting.prepared@1":
            manifest = Manifest.decode(entry.statement.body["manifest"], group)
        elif entry.kind == "ballot.cast@1" and manifest is not None:
            bodies.append(Body.decode(entry.statement.body, manifest, group))
    assert manifest is not None
    return manifest, bodies


def entries(opened: Bundle) -> Iterator[Entry]:
    """The entries of a bundle, in order."""
    for tile in tiles_of(opened.index.size):
        if tile.level is None:
            for data in decode_bundle(opened.read(tile.path), tile.width):
                yield Entry.decode(data)


def same_points(bodies: list[Body], group: Group) -> tuple[list[Point], list[int]]:
    """The batch's points, with scalars as long as the batch's."""
    points: list[Point] = [group.generator, group.value_base]
    scalars = [secrets.randbelow(ORDER) for _ in points]
    for body in bodies:
        ts = [body.key_proof.t, *(t for answer in body.answers for t in answer.proof.t)]
        wide = [body.e, *(answer.c for answer in body.answers)]
        points += decode_all(group, [*ts, *wide])
        scalars += [secrets.randbits(8 * DELTA_SIZE) for _ in ts]
        scalars += [secrets.randbelow(ORDER) for _ in wide]
    return points, scalars


if __name__ == "__main__":
    main()
