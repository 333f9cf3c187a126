"""What the front page tells of the demonstration: the file that its people leave (demo.people).

Only where the supervisor of `make demo` runs the server; a server of its own reads no such file,
and one whose people were deleted shows none.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bankruptcy.platform.folder import DataFolder

FILE: Final = "logins.json"
_ICONS: Final = {
    "court": "court",
    "administrator": "desk",
    "trustee": "key",
    "creditor": "person",
    "agent": "file",
}


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whom a visitor may be. `key_file`: of a trustee, on this machine."""

    role: str
    name: str
    username: str
    password: str
    key_file: str | None

    @property
    def icon(self) -> str:
        return _ICONS[self.role]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """The case, the meeting that is open, who one may be, what is real and what is invented."""

    case: str
    finished: str
    open: str
    logins: tuple[Login, ...]
    source: Mapping[str, str]
    invented: Mapping[str, str]


def read(data: DataFolder) -> Demonstration | None:
    """The demonstration as it was loaded; None where there is none."""
    if os.environ.get("CONCURSUS_SUPERVISED") != "1":
        return None
    try:
        told: Any = json.loads((data.root / "people" / FILE).read_text("utf-8"))
        return Demonstration(
            case=told["case"],
            finished=told["finished"],
            open=told["open"],
            logins=tuple(Login(**row) for row in told["logins"]),
            source=told["source"],
            invented=told["invented"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
