"""The one shape of a benchmark's figure, as `benchmarks/results.json` lists them."""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path

_CPUINFO = Path("/proc/cpuinfo")
_MEMINFO = Path("/proc/meminfo")


def row(
    name: str,
    value: float,
    unit: str,
    ratio: float | None = None,
    against: str | None = None,
    *,
    command: str | None = None,
) -> None:
    """Print one figure as a line of JSON.

    ratio: of the value to that of `against`, measured in the same run. command: what prints this
    row alone, from the repository's root; without it the command of the script that runs.
    """
    figure = {
        "name": name,
        "value": _rounded(value),
        "unit": unit,
        "ratio": None if ratio is None else _rounded(ratio),
        "against": against,
        "command": command or _own_command(),
        "machine": machine(),
    }
    print(json.dumps(figure, ensure_ascii=False), flush=True)


def machine() -> str:
    """Processors, memory and system on which a figure was measured."""
    cores, gibibytes = os.cpu_count() or 1, _memory() / 2**30
    return (
        f"{cores} x {_processor()}, {gibibytes:.0f} GiB,"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def _own_command() -> str:
    script = Path(sys.argv[0]).name.removesuffix(".py")
    return " ".join([".venv/bin/python", "-m", f"benchmarks.{script}", *sys.argv[1:]])


def _rounded(value: float) -> float:
    """To four significant figures, whole numbers whole."""
    return value if isinstance(value, int) else float(f"{value:.4g}")


def _processor() -> str:
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> int:
    """Bytes of main memory; 0 where the system does not say."""
    if _MEMINFO.exists():
        for line in _MEMINFO.read_text("utf-8").splitlines():
            if line.startswith("MemTotal:"):
                return int(line.split()[1]) * 1024
    return 0
