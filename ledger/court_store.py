"""The court's own store, seen from both sides: kept up by the operator, read by the court.

What opens the ledger is handed on as it is written (ledger.openings, ledger.documents). Where the
court's folder could not be reached meanwhile, `make_good` brings it up: what it lacks is added,
what was erased is erased there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger import documents, openings
from ledger.documents import Documents
from ledger.openings import OpeningsStore
from ledger.wrapping import CourtWrapping

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Behind:
    """What the court's store lacked, and what it still held although it was erased."""

    records: int
    files: int
    erased: int


def opened(folder: Path, key_file: Path) -> tuple[OpeningsStore, Documents]:
    """The court's store, opened with the court's secret key. Raises BadKeyFile."""
    key = CourtWrapping.of_secret(key_file)
    return (
        OpeningsStore(folder / openings.FILE, key),
        Documents(folder / documents.FOLDER, key),
    )


def make_good(data: Path) -> Behind:
    """Bring the court's store of a deployment up to the operator's; what was lacking."""
    records, erased = bring_up(openings.store(), openings.copy_of(data))
    files, shed = bring_up_files(documents.documents(), documents.copy_of(data))
    return Behind(records, files, erased + shed)


def bring_up(own: OpeningsStore, copy: OpeningsStore) -> tuple[int, int]:
    """Add the records that the copy lacks and erase what was erased; how many of each."""
    there, erased = own.names()
    held, gone = copy.names()
    lacking = sorted(there - held)
    for start in range(0, len(lacking), _AT_ONCE):
        copy.adopt(own.kept(lacking[start : start + _AT_ONCE]))
    copy.erase(sorted(erased - gone))
    return len(lacking), len(erased - gone)


def bring_up_files(own: Documents, copy: Documents) -> tuple[int, int]:
    """As `bring_up`, of documents."""
    held = copy.digests()
    lacking, shed = own.digests() - held, own.erased() & held
    for digest in sorted(lacking):
        copy.adopt(own, digest)
    for digest in sorted(shed):
        copy.erase(digest)
    return len(lacking), len(shed)
