"""Rates of the pure core on one core, each as a ratio against a baseline in the same run.

    .venv/bin/python benchmarks/core.py

Batch verification of ballots against the reference backend one by one, and against the bare
multi-scalar multiplication of the same number of points; the verifier on a whole meeting.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.rules.meeting import ballot, whole_meeting
from verifier.bundle import Bundle
from verifier.replay import verify
from voting.protocol.ballot import Body
from voting.protocol.batch import check_proofs, verify_ballots
from voting.protocol.group import ORDER, default_group
from voting.protocol.group_py_ecc import PyEccGroup
from voting.protocol.validity import Choice

BALLOTS, REFERENCE = 400, 3


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def row(name: str, value: float, unit: str, ratio: float | None, against: str | None) -> None:
    ratio = None if ratio is None else round(ratio, 2)
    found = {"name": name, "value": round(value, 6), "unit": unit, "ratio": ratio}
    print(json.dumps({**found, "against": against}))


def main() -> None:
    meeting = whole_meeting()
    manifest, group = meeting.manifest, default_group()
    choices = list(Choice)
    bodies = [ballot(meeting, "bob", choices[i % 3]).body for i in range(BALLOTS)]
    answers = sum(len(body.answers) for body in bodies)
    batch = timed(lambda: verify_ballots(bodies, manifest, group)) / answers

    reference = PyEccGroup()
    values = [body.encode() for body in bodies[:REFERENCE]]
    slow = timed(
        lambda: [
            check_proofs(Body.decode(v, manifest, reference), manifest, reference) for v in values
        ]
    ) / sum(len(body.answers) for body in bodies[:REFERENCE])
    row("ballot-proofs-vs-py_ecc", batch, "s/answer", slow / batch, "py_ecc, one by one")

    points = [group.mul(group.generator, secrets.randbelow(ORDER)) for _ in range(4 * answers)]
    scalars = [secrets.randbelow(ORDER) for _ in points]
    bare = timed(lambda: group.msm(points, scalars)) / answers
    row("ballot-proofs-vs-msm", batch, "s/answer", batch / bare, "bare multiplication, 4 points")

    with tempfile.TemporaryDirectory() as folder:
        bundle = Bundle.open(meeting.world.write_bundle(Path(folder)))
        entries = bundle.index.size
        row("verify-meeting", timed(lambda: verify(bundle)) / entries, "s/entry", None, None)


if __name__ == "__main__":
    main()
