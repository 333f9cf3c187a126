"""Files that arrive in pieces: a connection that is cut costs the piece under way, not the file.

An upload is known by who sends it to which case and by the SHA-256 that the sender announces, so
that the same file chosen again on a page that was reloaded goes on where it was, and nobody sees or
disturbs another's. A row says how much is there, the draft beside the documents holds it
(`ledger.drafts`); a server that starts again knows as much as before. The last piece gives the
whole to `Documents.put`, which checks it as it checks every file; whatever it refuses is dropped.

What a person and a case may keep unfinished is bounded, and dropped when nothing more came for
LIFE. A finished upload is remembered as long, without its content, so that a last piece whose
answer was lost gets the same answer again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Final

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from ledger import locks
from ledger.documents import Stored, documents
from ledger.drafts import Draft, drafts
from ledger.log.errors import Category, Malformed, Refused
from ledger.logs import USING
from ledger.media import Expected

PIECE_MOST: Final = 4 * 1024 * 1024
"""Bytes of a piece; it is held in memory."""
PIECE_LEAST: Final = 64 * 1024
"""Bytes of a piece but the last one: each costs a row's change and a sync of the disk."""
LIFE: Final = 24 * 3600
"""Seconds after its last piece for which an upload is remembered."""
PERSON_FILES: Final = 20
PERSON_BYTES: Final = 300_000_000
CASE_FILES: Final = 2_000
CASE_BYTES: Final = 20_000_000_000
"""Unfinished files, and the bytes they will have when they are whole."""
_BEGIN: Final = "concursus/uploads"


class PieceTooLarge(Refused):
    """Fact: `most`, in MiB."""

    slug = "piece-too-large"
    category = Category.TOO_LARGE
    zh = "一次最多发送 {most} MiB；请把文件分段发送"
    en = "At most {most} MiB at a time; send the file in pieces"


class PieceTooSmall(Refused):
    """A piece that is not the last one. Fact: `least`, in KiB."""

    slug = "piece-too-small"
    category = Category.MALFORMED
    zh = "除最后一段外，每段至少 {least} KiB"
    en = "Every piece but the last has at least {least} KiB"


class PieceBeyondEnd(Refused):
    """The piece ends behind the size stated. Fact: `size`."""

    slug = "piece-beyond-end"
    category = Category.MALFORMED
    zh = "这一段超出了所报的文件大小（{size} 字节）"
    en = "The piece goes beyond the size stated for the file ({size} bytes)"


class PieceOutOfPlace(Refused):
    """The piece does not continue what is there. Fact: `arrived`, in bytes."""

    slug = "piece-out-of-place"
    category = Category.CONFLICT
    zh = "这一段接不上：已收到 {arrived} 字节，请从那里继续"
    en = "The piece does not continue what is there; go on after byte {arrived}"


class PieceUnderWay(PieceOutOfPlace):
    """Another piece of the same file is being taken in. Fact: `arrived`, before it."""

    slug = "piece-under-way"
    zh = "这份文件的另一段正在接收（已收到 {arrived} 字节）；请稍后继续"
    en = "Another piece of this file is being taken in after byte {arrived}; wait a moment"


class UploadSizeDiffers(Refused):
    """The file was announced with another size. Fact: `size`."""

    slug = "upload-size-differs"
    category = Category.CONFLICT
    zh = "这份文件先前报的大小是 {size} 字节，与现在不同"
    en = "The file was announced with {size} bytes before, not as many as now"


class NoSuchUpload(Refused):
    """Nothing of this file has arrived from this person in this case."""

    slug = "upload-not-found"
    category = Category.NOT_FOUND
    zh = "没有收到过您的这份文件；请从头发送"
    en = "Nothing of this file has arrived from you; send it from its beginning"


class TooManyUploads(Refused):
    """Facts: `hours` and `seconds` until the oldest unfinished file is dropped."""

    slug = "too-many-uploads"
    category = Category.LIMITED
    zh = "没有传完的文件太多；先把已开始的传完，或过{hours}小时再试"
    en = "Too many files are unfinished; finish those begun, or try again in {hours} hours"


class CaseTooManyUploads(TooManyUploads):
    """The same, of everybody in the case together."""

    slug = "too-many-uploads-in-case"
    zh = "本案没有传完的文件太多，过{hours}小时再试；已传的不会丢失"
    en = "Too many files of this case are unfinished; try again in {hours} hours"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as its sender announces it. `account`: whose it is; `size` in bytes."""

    case: str
    account: str
    name: str
    size: int
    sha256: bytes | None
    """None only where one piece is the whole file."""

    @property
    def key(self) -> tuple[str, str, bytes]:
        """By what it is known. Raises Malformed."""
        if self.sha256 is None:
            raise Malformed(what="sha256")
        return self.case, self.account, self.sha256


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    size: int
    arrived: int
    draft: Draft
    media_type: str | None


def take(upload: Upload, start: int, piece: bytes) -> Stored | int:
    """Take a piece in: the document with the last one, else the bytes that have arrived.

    `start`: where in the file the piece begins. Raises the refusals above, after which the upload
    stands as it stood, and those of `Documents.put`: where the whole is not accepted, or what had
    arrived is not to be read any more, nothing is left of the upload.
    """
    promised = documents().expect(upload.name, upload.size)
    _check_bounds(upload, start, piece)
    if len(piece) == upload.size:
        return documents().put([piece], upload.name, upload.sha256)
    if start == 0:
        _begin(upload, promised)
    refused: Refused | None = None
    with _locked(upload) as (cursor, row):
        if _is_there(row, upload, promised):
            return Stored(upload.key[2], row.size, promised.media_type)
        if row.size != upload.size:
            raise UploadSizeDiffers(size=row.size)
        if row.arrived != start:
            raise PieceOutOfPlace(arrived=row.arrived)
        try:
            found = _add(cursor, row, upload, piece)
        except Refused as error:
            refused = error
            cursor.execute("DELETE FROM ledger_draft WHERE id = %s", [row.id])
    if refused is not None or isinstance(found, Stored):
        drafts().remove(row.draft.name)
    if refused is not None:
        raise refused
    return found


def arrived(case: str, account: str, sha256: bytes) -> tuple[int, int]:
    """(bytes that have arrived, bytes of the whole file). Raises NoSuchUpload."""
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "SELECT arrived, size FROM ledger_draft"
            " WHERE log = %s AND account = %s AND sha256 = %s",
            [case, account, sha256],
        )
        row = cursor.fetchone()
    if row is None:
        raise NoSuchUpload()
    return int(row[0]), int(row[1])


def shed() -> int:
    """Forget every upload to which nothing came for LIFE; how many."""
    with connections[USING].cursor() as cursor:
        cursor.execute(
            "DELETE FROM ledger_draft"
            " WHERE touched < clock_timestamp() - make_interval(secs => %s) RETURNING file",
            [LIFE],
        )
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        drafts().remove(name)
    # Files without a row: the process was killed between the two.
    drafts().shed(LIFE)
    return len(names)


def _check_bounds(upload: Upload, start: int, piece: bytes) -> None:
    if len(piece) > PIECE_MOST:
        raise PieceTooLarge(most=PIECE_MOST // 1024**2)
    end = start + len(piece)
    if end > upload.size:
        raise PieceBeyondEnd(size=upload.size)
    if not piece or (end < upload.size and len(piece) < PIECE_LEAST):
        raise PieceTooSmall(least=PIECE_LEAST // 1024)


def _begin(upload: Upload, promised: Expected) -> None:
    """Make the row and the draft where they are not there. Raises TooManyUploads."""
    case, account, sha256 = upload.key
    with transaction.atomic(using=USING), connections[USING].cursor() as cursor:
        # One at a time, whoever it is, so that the bounds hold; it takes a moment, once a file.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [locks.number(_BEGIN)])
        cursor.execute(
            "DELETE FROM ledger_draft WHERE log = %s AND account = %s AND sha256 = %s"
            " AND media_type IS NOT NULL AND (media_type <> %s OR NOT %s)",
            [case, account, sha256, promised.media_type, documents().has(sha256)],
        )
        cursor.execute(
            "SELECT 1 FROM ledger_draft WHERE log = %s AND account = %s AND sha256 = %s",
            [case, account, sha256],
        )
        if cursor.fetchone():
            return
        bounds = (PERSON_FILES, PERSON_BYTES, TooManyUploads)
        _check_room(cursor, "account", account, upload.size, *bounds)
        _check_room(cursor, "log", case, upload.size, CASE_FILES, CASE_BYTES, CaseTooManyUploads)
        draft = drafts().begin()
        cursor.execute(
            "INSERT INTO ledger_draft (log, account, sha256, size, arrived, file, held)"
            " VALUES (%s, %s, %s, %s, 0, %s, %s)",
            [case, account, sha256, upload.size, draft.name, draft.held],
        )


def _check_room(
    cursor: CursorWrapper,
    column: str,
    value: str,
    size: int,
    files: int,
    most: int,
    refusal: type[TooManyUploads],
) -> None:
    cursor.execute(
        "SELECT count(*), coalesce(sum(size), 0),"
        " extract(epoch FROM min(touched) - clock_timestamp())"
        f" FROM ledger_draft WHERE {column} = %s AND media_type IS NULL",
        [value],
    )
    count, total, age = cursor.fetchone()
    if count >= files or (count and total + size > most):
        seconds = max(1, LIFE + int(age))
        raise refusal(hours=-(-seconds // 3600), seconds=seconds)


@contextmanager
def _locked(upload: Upload) -> Iterator[tuple[CursorWrapper, _Row]]:
    """The upload's row, for this transaction alone. Raises NoSuchUpload, PieceUnderWay."""
    with transaction.atomic(using=USING), connections[USING].cursor() as cursor:
        # Nobody waits: a thread and a connection each are what a flood of pieces would want.
        cursor.execute(
            "SELECT id, size, arrived, file, held, media_type FROM ledger_draft"
            " WHERE log = %s AND account = %s AND sha256 = %s FOR UPDATE SKIP LOCKED",
            list(upload.key),
        )
        found = cursor.fetchone()
        if found is None:
            raise PieceUnderWay(arrived=arrived(*upload.key)[0])
        number, size, there, name, held, media_type = found
        yield cursor, _Row(number, size, there, Draft(name, held), media_type)


def _is_there(row: _Row, upload: Upload, promised: Expected) -> bool:
    """Was the file finished? Raises NoSuchUpload where it was erased since, or of another type."""
    if row.media_type is None:
        return False
    if row.media_type != promised.media_type or not documents().has(upload.key[2]):
        raise NoSuchUpload()
    return True


def _add(cursor: CursorWrapper, row: _Row, upload: Upload, piece: bytes) -> Stored | int:
    end = row.arrived + len(piece)
    if end < row.size:
        draft = drafts().add(row.draft, row.arrived, piece)
        cursor.execute(
            "UPDATE ledger_draft SET arrived = %s, held = %s, touched = clock_timestamp()"
            " WHERE id = %s",
            [end, draft.held, row.id],
        )
        return end
    parts = chain(drafts().read(row.draft), (piece,))
    stored = documents().put(parts, upload.name, upload.sha256)
    cursor.execute(
        "UPDATE ledger_draft SET arrived = size, media_type = %s, touched = clock_timestamp()"
        " WHERE id = %s",
        [stored.media_type, row.id],
    )
    return stored
