"""`concursus-verify` on a whole meeting: time, memory, and that it grows with the meeting only.

    .venv/bin/python -m benchmarks.verify [--ballots 10000] [--fewer 2000]

The court's bundle (keys, claims, reviews, ballots of three motions, boxes checked, sums, result),
and then the public's, in which nobody's amount is opened and the proofs of hidden weights stand in
for them. The command runs as its user would run it; its memory is that of all its processes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.large_meeting import bundle
from benchmarks.rows import row
from ledger.log.bundle import Profile

ROUNDS = 3
COMMAND = Path(sys.executable).with_name("concursus-verify")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ballots", type=int, default=10_000)
    parser.add_argument("--fewer", type=int, default=2_000)
    options = parser.parse_args()
    few, many = in_turn(bundle(options.fewer), bundle(options.ballots))
    name = f"verify-{options.ballots}"
    row(name, many, "s")
    row(f"{name}-memory", round(memory(bundle(options.ballots)) / 2**20), "MiB")
    row(
        f"{name}-vs-{options.fewer}",
        many,
        "s",
        many / few,
        f"{options.fewer} ballots: {few:.1f} s",
    )
    public = seconds(bundle(options.ballots, profile=Profile.PUBLIC))
    row(f"public-verify-{options.ballots}", public, "s")


def in_turn(*folders: Path) -> list[float]:
    """Seconds of each, the middle of three rounds: single runs differ by a seventh either way."""
    rounds = [[seconds(folder) for folder in folders] for _ in range(ROUNDS)]
    return [median(times) for times in zip(*rounds, strict=True)]


def seconds(folder: Path) -> float:
    """How long the command takes for a bundle; ends the program where it does not verify."""
    start = time.perf_counter()
    with _verifying(folder) as process:
        process.wait()
        return time.perf_counter() - start


def memory(folder: Path) -> int:
    """Bytes of main memory that the command has at the most, looked at five times a second.

    In a run of its own: to count its pages, the system stops the process that is measured.
    """
    most = 0
    with _verifying(folder) as process:
        while process.poll() is None:
            most = max(most, sum(map(_memory, _family(process.pid))))
            time.sleep(0.2)
    return most


@contextmanager
def _verifying(folder: Path) -> Iterator[subprocess.Popen[str]]:
    # To a file: the report of a bundle that does not verify may be longer than a pipe holds.
    with tempfile.TemporaryFile("w+") as report:
        process = subprocess.Popen([COMMAND, folder], stdout=report, text=True)
        yield process
        if process.returncode != 0:
            report.seek(0)
            raise SystemExit(report.read(4000))


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    try:
        return [pid, *map(int, children.read_text().split())]
    except OSError:
        return []


def _memory(pid: int) -> int:
    """A process' share of main memory in bytes: what it has alone, and its part of the rest."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


if __name__ == "__main__":
    main()
