"""How long a ballot of three motions takes in a real browser, and how large its page's script is.

    .venv/bin/python -m benchmarks.ballot_page

Starts a demonstration of its own, opens the ballot page as a creditor in Debian's Chromium, votes
on its three motions and reads what the page measured between the tap on "seal" and the sealed
ballot. Nothing is cast.
"""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.rows import row

ROOT = Path(__file__).parents[1]
TIMES = 5


def main() -> None:
    size = len(gzip.compress((ROOT / "static" / "dist" / "ballot.js").read_bytes(), 9)) / 1000
    row("ballot-script-gzip", size, "kB")
    with tempfile.TemporaryDirectory(prefix="ballot-page-") as folder:
        process = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "demo", "--port", "0"],
            env={**os.environ, "CONCURSUS_DATA": folder},
            stdout=subprocess.DEVNULL,
        )
        try:
            found = measure(wait_for(Path(folder) / "run" / "web.json")["url"], Path(folder))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
    row("ballot-prepared-median", sorted(found)[len(found) // 2], "ms")
    row("ballot-prepared-worst", max(found), "ms")


def measure(url: str, data: Path) -> list[float]:
    """Milliseconds of several ballots, each on a page loaded anew."""
    logins = wait_for(data / "people" / "logins.json")["logins"]
    name = next(row["name"] for row in logins if row["role"] == "creditor")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
        page.goto(url.replace("127.0.0.1", "localhost"))
        page.get_by_role("button", name=name).click()
        page.get_by_text("这台设备的钥匙已作演示认证").wait_for()
        page.get_by_role("link", name="投票：第2次债权人会议").click()
        ballot = page.url
        times = [seal(page, ballot) for _ in range(TIMES)]
        browser.close()
    return times


def seal(page: Page, ballot: str) -> float:
    """One ballot, chosen and sealed; what the page measured."""
    page.goto(ballot)
    for button in ("下一项", "下一项", "检查选择"):
        page.get_by_role("radio", name="同意", exact=True).check()
        page.get_by_role("button", name=button).click()
    page.get_by_role("button", name="封票", exact=True).click()
    page.get_by_role("heading", name="还差一步：票还没有投出").wait_for()
    took = page.evaluate("performance.getEntriesByName('ballot').at(-1).duration")
    page.get_by_role("button", name="不投这张，返回修改").click()
    return round(float(took), 1)


def wait_for(path: Path) -> Any:
    """What a JSON file holds, once it is there."""
    until = time.monotonic() + 180
    while time.monotonic() < until:
        if path.exists():
            return json.loads(path.read_text("utf-8"))
        time.sleep(0.3)
    raise SystemExit(f"{path} did not appear")


if __name__ == "__main__":
    main()
