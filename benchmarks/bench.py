"""Every benchmark, one after the other: `results.json`, and a page of plots from it.

    .venv/bin/python -m benchmarks.bench [NAME …]

Each script runs alone, as its rows' command says, and prints a row of JSON a line
(`benchmarks/rows.py`). With names, only those scripts run, and their rows replace the old ones.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import plots
from benchmarks.limits import LIMITS

HERE = Path(__file__).parent
RESULTS, PAGE = HERE / "results.json", HERE / "results.html"

RUNS: tuple[tuple[str, ...], ...] = (
    ("core",),
    ("verify",),
    ("sequencer",),
    ("closing_second",),
    ("live_board",),
    ("rehearsal",),
    ("rehearsal", "--creditors=10000"),
    ("ballot_page",),
    ("fresh_clone",),
    ("fresh_clone", "--cold"),
)
"""Each script with its options, in the order in which they run."""

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args().names
    wanted = [run for run in RUNS if not names or run[0] in names]
    if unknown := set(names) - {run[0] for run in RUNS}:
        parser.error(f"no such script: {', '.join(sorted(unknown))}")
    rows = {row["name"]: row for row in _known()}
    failed = []
    for run in wanted:
        print(f"== {' '.join(run)}", flush=True)
        found, code = _run(run)
        rows.update({row["name"]: row for row in found})
        RESULTS.write_text(json.dumps(list(rows.values()), ensure_ascii=False, indent=1) + "\n")
        if code != 0:
            failed.append(" ".join(run))
    PAGE.write_text(plots.page(list(rows.values())), "utf-8")
    print(f"{RESULTS}\n{PAGE}")
    for row in rows.values():
        limit = LIMITS.get(row["name"])
        if limit is not None and not limit.met(limit.of(row)):
            print(f"misses its limit of {limit.bound:g}: {row['name']}, {limit.of(row):g}")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


def _known() -> list[Row]:
    found: list[Row] = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else []
    return found


def _run(run: tuple[str, ...]) -> tuple[list[Row], int]:
    """The rows that a script prints, shown as they come."""
    command = [sys.executable, "-m", f"benchmarks.{run[0]}", *run[1:]]
    rows: list[Row] = []
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            if line.startswith("{"):
                rows.append(json.loads(line))
    return rows, process.returncode


if __name__ == "__main__":
    main()
