"""Files of secrets."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def read_private(path: Path) -> Any:
    """The JSON of a file of secrets; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def write_private(path: Path, value: Any) -> None:
    """A file of secrets: whole or not at all, mode 0600, on disk when this returns."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file, ensure_ascii=False, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
