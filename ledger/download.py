"""A bundle as one zip file, streamed to a page that asks for it."""

from __future__ import annotations

import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.http import StreamingHttpResponse

from ledger.export import Progress, export
from ledger.log.bundle import Profile
from ledger.streaming import in_threads

_PART = 256 * 1024
_KEPT_SECONDS = 2 * 3600


def bundle_response(case: str, profile: Profile, party: str | None) -> StreamingHttpResponse:
    """The bundle for download; whoever calls has checked that the visitor may have this profile.

    Raises what `export` raises, before anything is sent.
    """
    folder = bundle_folder(case, profile, party)
    response = StreamingHttpResponse(
        in_threads(zip_and_remove(folder)), content_type="application/zip"
    )
    response["Content-Disposition"] = f'attachment; filename="{folder.name}.zip"'
    response["Cache-Control"] = "private, no-store"
    return response


def bundle_folder(
    case: str,
    profile: Profile,
    party: str | None,
    progress: Progress = lambda what, done, of: None,
) -> Path:
    """A bundle in a private folder of its own under the data folder, for `zip_and_remove`.

    For a task that prepares a large one ahead. Raises what `export` raises.
    """
    exports = settings.DATA.root / "exports"
    exports.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_left_over(exports)
    private = Path(tempfile.mkdtemp(dir=exports))
    folder = private / f"{case}-{profile.value}"
    try:
        export(case, profile, party, folder, progress)
    except BaseException:
        shutil.rmtree(private, ignore_errors=True)
        raise
    return folder


def zip_and_remove(folder: Path) -> Iterator[bytes]:
    """The folder as a zip in parts, and then the folder is gone (it holds plain values)."""
    try:
        yield from zip_parts(folder)
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def zip_parts(folder: Path) -> Iterator[bytes]:
    """The folder's files as a zip in parts, under the folder's name; memory stays small."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            with path.open("rb") as file, archive.open(name, "w", force_zip64=True) as member:
                while part := file.read(_PART):
                    member.write(part)
                    yield sink.take()
    yield sink.take()


def _remove_left_over(exports: Path) -> None:
    """Folders whose download was cut off: plain values must not lie about."""
    for private in exports.iterdir():
        if private.stat().st_mtime < time.time() - _KEPT_SECONDS:
            shutil.rmtree(private, ignore_errors=True)


class _Sink:
    """What the zip writer has written since the last look; it cannot seek, so it streams."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def close(self) -> None:
        """Nothing to close."""

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
