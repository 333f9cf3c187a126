"""A meeting rehearsed from an empty database to a verified bundle, as an administrator would.

    .venv/bin/python -m benchmarks.rehearsal [--creditors 1000] [--motions 3]

Prints JSON rows: the whole of it, and the slowest p99 of a stage whose acts get receipts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.rows import row

ROOT = Path(__file__).parents[1]
RECEIPTS = ("keys enrolled", "claims filed", "claims reviewed", "signed in", "ballots cast")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--creditors", type=int, default=1000)
    options.add_argument("--motions", type=int, default=3)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        sizes = (f"--creditors={asked.creditors}", f"--motions={asked.motions}")
        begun = time.monotonic()
        command = [sys.executable, ROOT / "manage.py", "rehearse", *sizes, f"--report={report}"]
        subprocess.run(command, check=True, stdout=sys.stderr)
        took = time.monotonic() - begun
        told = json.loads(report.read_text("utf-8"))
    stages = {stage["name"]: stage for stage in told["stages"]}
    name = f"rehearse-{asked.creditors}"
    row(name, took, "s")
    row(f"{name}-receipt-p99", max(stages[s]["p99_ms"] for s in RECEIPTS) / 1000, "s")
    for stage in RECEIPTS:
        row(f"{name}-{stage.replace(' ', '-')}", stages[stage]["rate"], "acts/s")
    row(f"{name}-lost", told["acknowledged"] - told["counted"], "ballots")


if __name__ == "__main__":
    main()
