"""Where the shared vectors lie: `VECTORS` in the environment, else `tests/vectors`.

Files whose format is unknown are ignored; a test of a format that is not there collects nothing.
"""

from __future__ import annotations

import os
import pathlib

_DEFAULT = pathlib.Path(__file__).resolve().parent.parent / "vectors"


def vectors_dir() -> pathlib.Path:
    """The directory of vectors under test, absolute."""
    return pathlib.Path(os.environ.get("VECTORS") or _DEFAULT).resolve()
