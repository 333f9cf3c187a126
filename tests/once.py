"""What is made once a run, for all of its processes: they share the run's folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from bankruptcy.platform.folder import PROJECT
from tests.embedded_plugin import FOLDER


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, which the first to ask makes while others who ask wait."""
    run = Path(os.environ[FOLDER])
    folder, made = run / name, run / f"{name}.made"
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            made.touch()
    return folder


def clean_environment() -> Path:
    """The programs of a virtual environment with `pip install .` alone, as a verifier has it."""
    return made_once("clean", _install) / "venv" / "bin"


def _install(folder: Path) -> None:
    # From a copy: a build leaves files beside the sources.
    copy = folder / "sources"
    left_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for package in ("bankruptcy", "ledger", "voting", "verifier"):
        shutil.copytree(PROJECT / package, copy / package, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (PROJECT / name).exists():
            shutil.copy(PROJECT / name, copy)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    python = str(folder / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", str(copy)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
