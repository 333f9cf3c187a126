"""The public's bundle of a log: made once for all who ask, whoever they are.

It holds nothing that the public addresses of the ledger do not give, too, but all of it at once, as
`concursus-verify` reads it.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from ledger.download import bundle_folder, zip_and_remove
from ledger.log.bundle import Profile
from ledger.log.errors import Category, Refused

FRESH: Final = 600
"""Seconds for which a bundle is given again as it was made, though the log may have grown."""
_PART: Final = 256 * 1024


class BundleBeingMade(Refused):
    """Somebody else asked for it first, and it is not there yet."""

    slug = "bundle-being-made"
    category = Category.UNAVAILABLE
    zh = "公开核验包正在生成；过一会儿再取"
    en = "The public bundle is being made; ask again in a moment"


def public_zip(log: str) -> Path:
    """The bundle as a zip, at most `FRESH` seconds old, or older where a newer is being made.

    Raises BundleBeingMade, and what `export` raises.
    """
    found = _place(log)
    try:
        with _alone(log, fcntl.LOCK_NB):
            if not _is_fresh(found):
                _make(log, found)
    except BlockingIOError:
        if not found.exists():
            raise BundleBeingMade() from None
    return found


def forget(log: str) -> None:
    """Delete the bundle, once nobody makes one: of what it opens, something was erased."""
    with _alone(log):
        _place(log).unlink(missing_ok=True)
        _aside(log).unlink(missing_ok=True)


def parts(path: Path) -> Iterator[bytes]:
    """A file in parts, as it was when the first was asked for."""
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part


def _place(log: str) -> Path:
    folder: Path = settings.DATA.root / "published"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{log}-public.zip"


def _aside(log: str) -> Path:
    return _place(log).with_suffix(".making")


@contextmanager
def _alone(log: str, flags: int = 0) -> Iterator[None]:
    """While no other makes or deletes the bundle of this log. Raises BlockingIOError by LOCK_NB."""
    with open(_place(log).with_suffix(".lock"), "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | flags)
        yield


def _is_fresh(path: Path) -> bool:
    try:
        return path.stat().st_mtime > time.time() - FRESH
    except FileNotFoundError:
        return False


def _make(log: str, path: Path) -> None:
    aside = _aside(log)
    with aside.open("wb") as file:
        for part in zip_and_remove(bundle_folder(log, Profile.PUBLIC, None)):
            file.write(part)
    os.replace(aside, path)
