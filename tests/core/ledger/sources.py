"""The ledger's vectors in the directory under test; lists are empty if it lacks them."""

from __future__ import annotations

import json
import pathlib
from typing import Any

from tests.core.vectors import vectors_dir

LEDGER = vectors_dir() / "ledger"
JCS = LEDGER / "jcs"
PROBES = LEDGER / "rfc6962-proofs"
TESSERA = LEDGER / "tessera-log"
SAMPLE = LEDGER / "own-sample"


def load(path: pathlib.Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def files(folder: pathlib.Path, pattern: str) -> list[pathlib.Path]:
    return sorted(p for p in folder.glob(pattern) if p.is_file())


def name(path: pathlib.Path) -> str:
    return path.relative_to(LEDGER).as_posix()


def sample() -> dict[str, Any]:
    expect = SAMPLE / "expect.json"
    if not expect.is_file():
        return {"policy": None, "cases": []}
    found: dict[str, Any] = load(expect)
    return found
