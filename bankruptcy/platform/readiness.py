"""Is the server ready, and how far is it? The words are for the front page, in both languages.

Ready means that the database answers and every migration is applied. Under the supervisor
(CONCURSUS_SUPERVISED=1) the file `run/ready` must be there besides: the last program to load
something puts it, so that nobody waits for a database that is only being started.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from threading import Lock
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader

from bankruptcy.platform.folder import DataFolder

READY_FILE: Final = "ready"

_migrated = False
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done; `done` of `of` steps, 0 of 0 where nobody can say."""

    zh: str
    en: str
    done: int = 0
    of: int = 0


def report(data: DataFolder, progress: Progress) -> None:
    """Say on the front page what is being done."""
    value = {"zh": progress.zh, "en": progress.en, "done": progress.done, "of": progress.of}
    data.write_run("progress.json", value)


def progress() -> Progress:
    """What was last reported."""
    told = settings.DATA.read_run("progress.json")
    return Progress(**told) if told else Progress("正在启动", "Starting")


def ready() -> bool:
    """True once all is loaded; asks the database each time, the migrations until they are done."""
    supervised = os.environ.get("CONCURSUS_SUPERVISED") == "1"
    if supervised and not (settings.DATA.root / "run" / READY_FILE).exists():
        return False
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        return _all_migrated()
    except DatabaseError:
        return False


def _all_migrated() -> bool:
    global _migrated  # noqa: PLW0603 (a fact of the process, found once)
    with _lock:
        if not _migrated:
            loader = MigrationLoader(connections["default"], ignore_no_migrations=True)
            _migrated = set(loader.graph.nodes) <= set(loader.applied_migrations)
        return _migrated
