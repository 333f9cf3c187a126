"""python -m rehearsal --url URL --data FOLDER: a whole meeting over HTTP and WebSocket."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import httpx

from demo.answers import Problem, TookTooLong
from demo.ledger_client import LedgerClient
from rehearsal.meeting import Rehearsal, RehearsalFailed
from rehearsal.script import MOST_MOTIONS
from rehearsal.sending import Receipts
from rehearsal.staff import wait_for_server
from rehearsal.stages import Stages, write_report
from rehearsal.tallying import NotVerified


def main() -> int:
    """0: everything went as it must, and the bundle verifies; 1: it did not."""
    options = argparse.ArgumentParser(prog="rehearsal", description=__doc__)
    options.add_argument("--url", required=True, help="of the server, http://localhost:8000")
    options.add_argument(
        "--data", type=Path, required=True, help="a private folder, with judge.password in it"
    )
    options.add_argument("--creditors", type=int, required=True)
    options.add_argument("--motions", type=int, required=True)
    options.add_argument("--bundle", type=Path, required=True, help="a new folder")
    options.add_argument("--report", type=Path, help="a JSON file")
    options.add_argument("--receipts", type=Path, help="a folder; every receipt is a file")
    asked = options.parse_args()
    if asked.creditors < 1 or not 1 <= asked.motions <= MOST_MOTIONS:
        options.error(f"1 creditor or more, 1 to {MOST_MOTIONS} motions")
    rehearsal = Rehearsal(
        asked.url,
        asked.data,
        asked.creditors,
        asked.motions,
        Receipts(asked.receipts),
        Stages(),
    )
    try:
        ledger = LedgerClient(asked.url)
        wait_for_server(ledger)
        ledger.close()
        rehearsal.run(asked.bundle)
        failed = ""
    except (RehearsalFailed, NotVerified, TookTooLong, Problem, httpx.TransportError) as error:
        failed = f"{type(error).__name__}: {error}"
    report = rehearsal.report()
    if asked.report is not None:
        write_report(asked.report, report)
    print(rehearsal.stages.table(), end="")
    print(f"acknowledged {report['acknowledged']}, counted {report['counted']}, {failed or 'ok'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
