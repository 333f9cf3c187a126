"""How long from a fresh clone to an answering page, with warm and with cold package caches.

    .venv/bin/python -m benchmarks.fresh_clone [--cold]

Clones this repository into a temporary folder, runs `make demo` there and asks for the front page
until it answers; then for /healthz until the demonstration is loaded.
Cold: uv, pip and npm are given empty caches of their own. The network's speed is part of it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.rows import row

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cold", action="store_true", help="with empty package caches")
    cold = parser.parse_args().cold
    folder = Path(tempfile.mkdtemp(prefix="fresh-clone-"))
    port = _free_port()
    environment = dict(os.environ)
    if cold:
        for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"):
            environment[name] = str(folder / name)
    start = time.monotonic()
    subprocess.run(["git", "clone", "-q", ROOT, folder / "clone"], check=True)
    process = subprocess.Popen(
        ["make", "demo", f"PORT={port}", "DATA=demo-data"],
        cwd=folder / "clone",
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        caches = "cold" if cold else "warm"
        for name, path in (("front-page", "/"), ("demonstration-loaded", "/healthz")):
            _wait(f"http://localhost:{port}{path}", start + 300)
            row(f"fresh-clone-{name}-{caches}", round(time.monotonic() - start, 1), "s")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, until: float) -> None:
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    raise SystemExit(f"{url} did not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
